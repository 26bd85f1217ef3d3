//! Where the mouse was: trails and dots over the page's outline.

use std::rc::Rc;

use pulse_core::model::Millis;
use yew::prelude::*;

use super::{
    layer_toggle::layer_toggle,
    segments::{self, segments},
    skeleton::skeleton,
    stage::Stage,
    trails_table::TrailsTable,
};
use crate::{
    map::{Layer, Recording, Scene, TrailMode},
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
pub(super) fn TrailsPanel(props: &Props) -> Html {
    let Props { recording, viewer, origin, window, act } = props;
    let on_mode = {
        let act = act.clone();
        Callback::from(move |i: usize| {
            if let Some((mode, _)) = TrailMode::ALL.get(i) {
                act.dispatch(ViewerAction::Mode(*mode));
            }
        })
    };
    let toggle = |layer: Layer, name: &'static str| {
        let act = act.clone();
        let on_toggle = Callback::from(move |_: MouseEvent| act.dispatch(ViewerAction::ToggleTrails(layer)));
        layer_toggle(layer, name, viewer.trails.has(layer), on_toggle)
    };
    let chosen = TrailMode::ALL.iter().position(|(mode, _)| *mode == viewer.mode);
    html! {
        <section class="card panel" id="trails" tabindex="-1" aria-labelledby="trails-title">
            <header>
                <h2 id="trails-title">{ "Mouse trails" }</h2>
                { segments(&segments::Props {
                    label: "How movement is drawn",
                    names: TrailMode::ALL.map(|(_, name)| name.into()).to_vec(),
                    chosen,
                    on_choice: on_mode,
                }) }
            </header>
            if let Some(recording) = recording {
                <Stage testid="canvas-moves" label="Map of mouse movement on the page. The table below holds the same numbers."
                    scene={Scene::Session { recording: recording.clone(), layers: viewer.trails, mode: viewer.mode, until: viewer.at, origin: *origin, window: *window }} />
                <div class="layers" role="group" aria-label="Layers of the trails">
                    { toggle(Layer::Moves, "Movement") }
                    { toggle(Layer::Clicks, "Clicks") }
                    { toggle(Layer::Rage, "Rage clicks") }
                    { toggle(Layer::Outline, "Page outline") }
                </div>
                <TrailsTable recording={recording.clone()} origin={*origin} />
            } else {
                { skeleton("stage-wait", 1) }
            }
        </section>
    }
}
