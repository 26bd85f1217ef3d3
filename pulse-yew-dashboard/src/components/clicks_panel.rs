//! What was clicked, apart from movement: a mark for each click by what came of it, red discs for rage bursts.

use std::rc::Rc;

use pulse_core::model::Millis;
use yew::prelude::*;

use super::{layer_toggle::layer_toggle, marks_table::MarksTable, skeleton::skeleton, stage::Stage};
use crate::{
    map::{Kind, Layer, Layers, Mark, Outcome, Recording, Scene, clicks_and_bursts, session_marks},
    state::{Viewer, ViewerAction},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) recording: Option<Rc<Recording>>,
    pub(super) viewer: Viewer,
    pub(super) origin: Millis,
    /// What the visitor's window showed at the time of the replay.
    pub(super) window: Option<[f64; 4]>,
    pub(super) act: UseReducerDispatcher<Viewer>,
}

#[component]
pub(super) fn ClicksPanel(props: &Props) -> Html {
    let Props { recording, viewer, origin, window, act } = props;
    let marks = use_memo(recording.clone(), |recording| {
        recording.as_deref().map(|recording| (clicks(recording), clicks_and_bursts(recording))).unwrap_or_default()
    });
    let toggle = |layer: Layer, name: &'static str| {
        let act = act.clone();
        let on_toggle = Callback::from(move |_: MouseEvent| act.dispatch(ViewerAction::ToggleClicks(layer)));
        layer_toggle(layer, name, viewer.clicks.has(layer), on_toggle)
    };
    // What the marks of single clicks mean, when there are any.
    let key = |outcome: Outcome, class: &'static str, name: &'static str| {
        let is_there = recording.iter().any(|recording| recording.clicks.iter().any(|click| click.outcome == outcome));
        is_there.then(|| html! { <span class={classes!("toggle", class)}>{ name }</span> })
    };
    let layers = Layers { moves: false, ..viewer.clicks };
    html! {
        <section class="card panel" id="clicks" tabindex="-1" aria-labelledby="clicks-title">
            <header>
                <h2 id="clicks-title">{ "Clicks" }</h2>
                <p class="small quiet num">{ &marks.1 }</p>
            </header>
            if let Some(recording) = recording {
                <Stage testid="canvas-clicks" label="Map of clicks and rage clicks on the page. The table below holds the same numbers."
                    scene={Scene::Session { recording: recording.clone(), layers, mode: viewer.mode, until: viewer.at, origin: *origin, window: *window }} />
                <div class="layers" role="group" aria-label="Layers of the clicks">
                    { toggle(Layer::Clicks, "Clicks") }
                    { key(Outcome::Dead, "dead", "Dead clicks") }
                    { key(Outcome::Error, "error", "Error clicks") }
                    { toggle(Layer::Rage, "Rage clicks") }
                    { toggle(Layer::Outline, "Page outline") }
                </div>
                <MarksTable marks={marks.0.clone()} origin={Some(*origin)} caption="Clicks and rage clicks, by time" />
            } else {
                { skeleton("stage-wait", 1) }
            }
        </section>
    }
}

fn clicks(recording: &Recording) -> Vec<Mark> {
    session_marks(recording).into_iter().filter(|mark| mark.kind != Kind::Stroke).collect()
}
