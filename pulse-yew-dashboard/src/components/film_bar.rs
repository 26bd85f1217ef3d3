//! The controls of a replay, always in sight: play, the strip of the whole visit, the next problem, the speed.

use std::rc::Rc;

use gloo::{events::EventListener, utils::window};
use pulse_core::model::Millis;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

use super::{film_strip::FilmStrip, icon::icon};
use crate::{
    format,
    map::Film,
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
}

#[component]
pub(super) fn FilmBar(props: &Props) -> Html {
    let Props { film, viewer, origin, act } = props;
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
    use_keys(problem(true), problem(false), act.clone(), film.clone());
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
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => at + STRIDE_MS,
                "ArrowLeft" | "ArrowDown" => at - STRIDE_MS,
                _ => return,
            };
            event.prevent_default();
            act.dispatch(ViewerAction::Seek((to < line.end).then_some(to.max(line.start))));
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
    let step = |forward: bool, name: &'static str, key: &'static str| {
        let to = problem(forward);
        let onclick = on(ViewerAction::Seek(to));
        html! {
            <button class="plain" type="button" aria-keyshortcuts={key} disabled={to.is_none()} {onclick}>{ name }</button>
        }
    };
    html! {
        <section class="card film" id="film" tabindex="-1" aria-label="Replay">
            <button class="play" type="button" onclick={on(ViewerAction::Play(line))} disabled={nothing}
                aria-keyshortcuts="P" aria-label={if viewer.playing { "Pause" } else { "Play" }}>
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
                { step(false, "Previous problem", "Shift+N") }
                { step(true, "Next problem", "N") }
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

/// N goes to the next problem, Shift and N to the one before, P plays and pauses, wherever the focus is but where
/// people write.
#[hook]
fn use_keys(next: Option<Millis>, before: Option<Millis>, act: UseReducerDispatcher<Viewer>, film: Rc<Film>) {
    let latest = use_mut_ref(|| (next, before, film.clone()));
    *latest.borrow_mut() = (next, before, film);
    use_effect_with((), move |()| {
        let listener = EventListener::new(&window(), "keydown", move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
            if event.ctrl_key() || event.meta_key() || event.alt_key() || writes(event) {
                return;
            }
            let (next, before, film) = latest.borrow().clone();
            let to = match (event.key().as_str(), event.shift_key()) {
                ("n", _) | ("N", false) => next,
                ("N", true) => before,
                ("p" | "P", _) => return act.dispatch(ViewerAction::Play(film.line)),
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
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| {
        element.matches("input:not([type=range]), textarea, select").is_ok_and(|is_field| is_field)
    })
}
