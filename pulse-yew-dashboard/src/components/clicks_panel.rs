//! What was clicked: green discs for clicks, red ones for rage bursts, apart from movement.

use std::rc::Rc;

use pulse_core::model::Millis;
use yew::prelude::*;

use super::{layer_toggle::LayerToggle, marks_table::MarksTable, skeleton::Skeleton, stage::Stage};
use crate::{
    map::{Kind, Layer, Layers, Recording, Scene, clicks_and_bursts, session_marks},
    state::{Viewer, ViewerAction},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) recording: Option<Rc<Recording>>,
    pub(super) viewer: Viewer,
    pub(super) origin: Millis,
    pub(super) act: UseReducerDispatcher<Viewer>,
}

#[component]
pub(super) fn ClicksPanel(props: &Props) -> Html {
    let Props { recording, viewer, origin, act } = props;
    let toggle = |layer: Layer, name: &'static str| {
        let act = act.clone();
        let on_toggle = Callback::from(move |_: MouseEvent| act.dispatch(ViewerAction::ToggleClicks(layer)));
        html! { <LayerToggle {layer} {name} on={viewer.clicks.has(layer)} {on_toggle} /> }
    };
    html! {
        <section class="card panel" aria-labelledby="clicks-title">
            <header>
                <h2 id="clicks-title">{ "Clicks" }</h2>
                <p class="small quiet num">{ recording.as_deref().map(|recording| clicks_and_bursts(recording)) }</p>
            </header>
            if let Some(recording) = recording {
                <Stage testid="canvas-clicks" label="Map of clicks and rage bursts on the page. The table below holds the same numbers."
                    scene={scene(recording, viewer, *origin)} />
                <div class="layers" role="group" aria-label="Layers of the clicks">
                    { toggle(Layer::Clicks, "Clicks") }
                    { toggle(Layer::Rage, "Rage bursts, sized by count") }
                    { toggle(Layer::Outline, "Page outline") }
                </div>
                <MarksTable marks={clicks(recording)} origin={Some(*origin)} caption="Clicks and rage bursts, by time" />
            } else {
                <Skeleton kind="stage-wait" />
            }
        </section>
    }
}

fn scene(recording: &Rc<Recording>, viewer: &Viewer, origin: Millis) -> Scene {
    let layers = Layers { moves: false, ..viewer.clicks };
    Scene::Session { recording: recording.clone(), layers, mode: viewer.mode, until: viewer.at, origin, window: None }
}

fn clicks(recording: &Recording) -> Vec<crate::map::Mark> {
    session_marks(recording).into_iter().filter(|mark| mark.kind != Kind::Stroke).collect()
}
