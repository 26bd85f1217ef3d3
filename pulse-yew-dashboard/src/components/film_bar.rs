//! The controls of a replay, always in sight: play, the strip of the whole visit, the next problem, the speed.

use std::rc::Rc;

use gloo::{
    events::{EventListener, EventListenerOptions},
    utils::window,
};
use pulse_core::model::Millis;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

use super::{copy_button::CopyButton, film_strip::FilmStrip, icon::icon};
use crate::{
    format,
    map::{Film, Timeline},
    state::{Viewer, ViewerAction},
};

/// How far an arrow key goes.
const STRIDE_MS: Millis = 5_000;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) film: Rc<Film>,
    pub(super) viewer: Viewer,
    pub(super) origin: Millis,
    pub(super) act: UseReducerDispatcher<Viewer>,
    /// The address of the moment.
    pub(super) link: Callback<(), String>,
}

#[component]
pub(super) fn FilmBar(props: &Props) -> Html {
    let Props { film, viewer, origin, act, link } = props;
    let line = film.line;
    let at = viewer.at.unwrap_or(line.end).clamp(line.start, line.end.max(line.start));
    let on = |action: ViewerAction| {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| act.dispatch(action.clone()))
    };
    // From the whole of it, the first problem is the next, and the last is the one before.
    let problem = |forward: bool| {
        let from = viewer.at.unwrap_or(if forward { line.start - 1 } else { line.end + 1 });
        film.next(from, forward).map(|signal| signal.at)
    };
    use_keys(Keys { next: problem(true), before: problem(false), at, film: film.clone() }, act.clone());
    let oninput = {
        let act = act.clone();
        Callback::from(move |event: InputEvent| {
            let offset = event.target_unchecked_into::<HtmlInputElement>().value_as_number() as Millis;
            act.dispatch(ViewerAction::Seek((offset < line.length()).then_some(line.start + offset)));
        })
    };
    let onkeydown = {
        let act = act.clone();
        Callback::from(move |event: KeyboardEvent| {
            let by = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => STRIDE_MS,
                "ArrowLeft" | "ArrowDown" => -STRIDE_MS,
                _ => return,
            };
            event.prevent_default();
            act.dispatch(step(line, at, by));
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
    let (now, end) = (format::clock(at - origin), format::clock(line.end - origin));
    let said = viewer.at.and_then(|at| film.doing(at)).unwrap_or_default();
    let nothing = line.length() == 0;
    let jump = |forward: bool, name: &'static str, key: &'static str| {
        let to = problem(forward);
        let onclick = on(ViewerAction::Seek(to));
        html! {
            <button class="plain" type="button" aria-keyshortcuts={key} title={key} disabled={to.is_none()} {onclick}>{ name }</button>
        }
    };
    html! {
        <section class="card film" id="film" tabindex="-1" aria-label="Replay">
            <button class="play" type="button" onclick={on(ViewerAction::Play(line))} disabled={nothing}
                aria-keyshortcuts="Space P" title="Space" aria-label={if viewer.playing { "Pause" } else { "Play" }}>
                { icon(if viewer.playing { "pause" } else { "play" }) }
            </button>
            <div class="strip">
                <FilmStrip film={film.clone()} {at} />
                <input type="range" min="0" max={line.length().to_string()} step="1" value={(at - line.start).to_string()}
                    {oninput} {onkeydown} aria-label="Time" aria-valuetext={format!("{now} of {end}")} disabled={nothing} />
            </div>
            <p class="said small cut" aria-live={if viewer.playing { "off" } else { "polite" }}>{ said }</p>
            <div class="controls small">
                <span class="quiet num clock">{ format!("{now} / {end}") }</span>
                { jump(false, "Previous problem", "Shift+N") }
                { jump(true, "Next problem", "N") }
                <CopyButton name="Copy link" label="Copy link to this moment" text={link.clone()} />
                <button class="toggle skips" type="button" aria-pressed={viewer.skips.to_string()} onclick={on(ViewerAction::ToggleSkips)}>{ "Skip idle" }</button>
                <select class="small" aria-label="Speed" onchange={onspeed}>
                    { for Viewer::SPEEDS.iter().map(|speed| html! {
                        <option value={speed.to_string()} selected={*speed == viewer.speed}>{ format!("{speed}×") }</option>
                    }) }
                </select>
            </div>
        </section>
    }
}

/// A step from a time; from the last one on, the whole of it.
fn step(line: Timeline, at: Millis, by: Millis) -> ViewerAction {
    let to = at + by;
    ViewerAction::Seek((to < line.end).then_some(to.max(line.start)))
}

/// Where the keys lead.
#[derive(Clone)]
struct Keys {
    next: Option<Millis>,
    before: Option<Millis>,
    at: Millis,
    film: Rc<Film>,
}

/// N goes to the next problem, Shift and N to the one before, P plays and pauses, wherever the focus is but where
/// people write. Where nothing has the focus that a key could mean, Space plays and arrows step.
#[hook]
fn use_keys(keys: Keys, act: UseReducerDispatcher<Viewer>) {
    let latest = use_mut_ref(|| keys.clone());
    *latest.borrow_mut() = keys;
    use_effect_with((), move |()| {
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&window(), "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.ctrl_key() || event.meta_key() || event.alt_key() || writes(event) {
                return;
            }
            let Keys { next, before, at, film } = latest.borrow().clone();
            let free = || {
                let is_free = is_on(event, "body, [tabindex='-1']");
                if is_free {
                    event.prevent_default();
                }
                is_free
            };
            let to = match (event.key().as_str(), event.shift_key()) {
                ("n", _) | ("N", false) => next,
                ("N", true) => before,
                ("p" | "P", _) => return act.dispatch(ViewerAction::Play(film.line)),
                (" ", false) if free() => return act.dispatch(ViewerAction::Play(film.line)),
                ("ArrowRight", false) if free() => return act.dispatch(step(film.line, at, STRIDE_MS)),
                ("ArrowLeft", false) if free() => return act.dispatch(step(film.line, at, -STRIDE_MS)),
                _ => return,
            };
            if to.is_some() {
                act.dispatch(ViewerAction::Seek(to));
            }
        });
        move || drop(listener)
    });
}

/// Whether a key is written somewhere.
fn writes(event: &KeyboardEvent) -> bool {
    is_on(event, "input:not([type=range]), textarea, select")
}

fn is_on(event: &KeyboardEvent, selector: &str) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.matches(selector).unwrap_or_default())
}
