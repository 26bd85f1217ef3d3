//! The replay's controls: play, a time slider with the clicks on it, the speed.

use std::rc::Rc;

use pulse_core::model::Millis;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::icon::Icon;
use crate::{
    format,
    map::{Kind, Recording, Timeline, session_marks},
    state::{Viewer, ViewerAction},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) recording: Rc<Recording>,
    pub(super) viewer: Viewer,
    pub(super) line: Timeline,
    pub(super) origin: Millis,
    pub(super) act: UseReducerDispatcher<Viewer>,
}

#[component]
pub(super) fn Scrubber(props: &Props) -> Html {
    let Props { recording, viewer, line, origin, act } = props;
    let line = *line;
    let onplay = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(ViewerAction::Play(line)))
    };
    let oninput = {
        let act = act.clone();
        Callback::from(move |event: InputEvent| {
            let offset = event.target_unchecked_into::<HtmlInputElement>().value_as_number() as Millis;
            act.dispatch(ViewerAction::Seek((offset < line.length()).then_some(line.start + offset)));
        })
    };
    let onspeed = {
        let act = act.clone();
        Callback::from(move |event: Event| {
            if let Ok(speed) = event.target_unchecked_into::<HtmlSelectElement>().value().parse() {
                act.dispatch(ViewerAction::Speed(speed));
            }
        })
    };
    let at = viewer.at.unwrap_or(line.end).clamp(line.start, line.end.max(line.start));
    let (now, end) = (format::clock(at - origin), format::clock(line.end - origin));
    html! {
        <div class="scrub">
            <button class="play" type="button" onclick={onplay} disabled={line.length() == 0}
                aria-label={if viewer.playing { "Pause" } else { "Play" }}>
                <Icon name={if viewer.playing { "pause" } else { "play" }} />
            </button>
            <div class="track">
                <Ticks recording={recording.clone()} {line} share={line.share(at)} />
                <input type="range" min="0" max={line.length().to_string()} step="1" value={(at - line.start).to_string()} {oninput}
                    aria-label="Time" aria-valuetext={format!("{now} of {end}")} disabled={line.length() == 0} />
            </div>
            <span class="small quiet num clock">{ format!("{now} / {end}") }</span>
            <select class="small" aria-label="Speed" onchange={onspeed}>
                { for Viewer::SPEEDS.iter().map(|speed| html! {
                    <option value={speed.to_string()} selected={*speed == viewer.speed}>{ format!("{speed}×") }</option>
                }) }
            </select>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct TicksProps {
    recording: Rc<Recording>,
    line: Timeline,
    share: f64,
}

/// The line under the slider's thumb, with a tick for each click and burst.
#[component]
fn Ticks(props: &TicksProps) -> Html {
    let marks = use_memo((props.recording.clone(), props.line), |(recording, line)| {
        let tick = |mark: crate::map::Mark| {
            let class = match mark.kind {
                Kind::Click => "click",
                Kind::Dead | Kind::Error => "dead",
                Kind::Rage(_) => "rage",
                Kind::Stroke | Kind::Dense => return None,
            };
            let x = mark.at.map_or(0.0, |at| line.share(at) * 1000.0);
            Some(html! { <line class={class} x1={x.to_string()} x2={x.to_string()} y1="6" y2="20" /> })
        };
        session_marks(recording).into_iter().filter_map(tick).collect::<Html>()
    });
    html! {
        <svg viewBox="0 0 1000 26" preserveAspectRatio="none" aria-hidden="true">
            <line class="whole" x1="0" x2="1000" y1="13" y2="13" />
            <line class="done" x1="0" x2={(props.share * 1000.0).to_string()} y1="13" y2="13" />
            { (*marks).clone() }
        </svg>
    }
}
