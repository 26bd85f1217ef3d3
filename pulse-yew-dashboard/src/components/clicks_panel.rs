//! What was clicked: green discs for clicks, red ones for rage bursts, apart from movement.

use std::rc::Rc;

use pulse_core::{analyze::SessionHeatmap, model::Millis};
use yew::prelude::*;

use super::{layer_toggle::LayerToggle, marks_table::MarksTable, skeleton::Skeleton, stage::Stage};
use crate::{
    map::{Kind, Layer, Layers, Scene, clicks_and_bursts, session_marks},
    state::{Viewer, ViewerAction},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) map: Option<Rc<SessionHeatmap>>,
    pub(super) viewer: Viewer,
    pub(super) origin: Millis,
    pub(super) act: UseReducerDispatcher<Viewer>,
}

#[component]
pub(super) fn ClicksPanel(props: &Props) -> Html {
    let Props { map, viewer, origin, act } = props;
    let toggle = |layer: Layer, name: &'static str| {
        let act = act.clone();
        let on_toggle = Callback::from(move |_: MouseEvent| act.dispatch(ViewerAction::ToggleClicks(layer)));
        html! { <LayerToggle {layer} {name} on={viewer.clicks.has(layer)} {on_toggle} /> }
    };
    html! {
        <section class="card panel" aria-labelledby="clicks-title">
            <header>
                <h2 id="clicks-title">{ "Clicks" }</h2>
                <p class="small quiet num">{ map.as_deref().map(clicks_and_bursts) }</p>
            </header>
            if let Some(map) = map {
                <Stage testid="canvas-clicks" label="Map of clicks and rage bursts on the page. The table below holds the same numbers."
                    scene={scene(map, viewer, *origin)} />
                <div class="layers" role="group" aria-label="Layers of the clicks">
                    { toggle(Layer::Clicks, "Clicks") }
                    { toggle(Layer::Rage, "Rage bursts, sized by count") }
                    { toggle(Layer::Outline, "Page outline") }
                </div>
                <MarksTable marks={clicks(map)} origin={Some(*origin)} caption="Clicks and rage bursts, by time" />
            } else {
                <Skeleton kind="stage-wait" />
            }
        </section>
    }
}

fn scene(map: &Rc<SessionHeatmap>, viewer: &Viewer, origin: Millis) -> Scene {
    let layers = Layers { moves: false, ..viewer.clicks };
    Scene::Session { map: map.clone(), layers, mode: viewer.mode, until: viewer.at, origin }
}

fn clicks(map: &SessionHeatmap) -> Vec<crate::map::Mark> {
    session_marks(map).into_iter().filter(|mark| mark.kind != Kind::Stroke).collect()
}
