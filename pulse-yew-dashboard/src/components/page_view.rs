//! One page, over all sessions: where everyone moved, clicked and gave up, and how far they scrolled.

use std::rc::Rc;

use pulse_core::analyze::PageHeatmap;
use yew::prelude::*;

use super::{
    cards::{Card, Cards},
    icon::Icon,
    layer_toggle::LayerToggle,
    marks_table::MarksTable,
    notice::Notice,
    reach_chart::ReachChart,
    skeleton::Skeleton,
    stage::Stage,
    tracked_link::TrackedLink,
};
use crate::{
    browser::Dispatch,
    format,
    map::{Layer, Layers, Scene, cell_marks},
    route::View,
    state::{Action, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) page: String,
    pub(super) map: Remote<PageHeatmap>,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn PageView(props: &Props) -> Html {
    let Props { page, map: Remote { data, failure, .. }, dispatch } = props;
    let retry = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Retried))
    };
    let sessions = View::Sessions { page: Some(page.clone()) };
    let sum =
        |of: fn(&PageHeatmap) -> &Vec<(i32, i32, u64)>| data.as_deref().map(|map| of(map).iter().map(|c| c.2).sum());
    let cards = vec![
        Card::new("card-sessions", "Sessions", data.as_ref().map(|map| map.sessions)),
        Card::new("card-clicks", "Total clicks", sum(|map| &map.clicks)),
        Card::new("card-rage", "Rage clicks", sum(|map| &map.rage_clicks)).rage(),
        Card::new("card-moves", "Mouse movements", data.as_ref().map(|map| map.total)),
    ];
    html! {
        <>
            <header class="head">
                <div class="who">
                    <a class="back" href={View::Pages { page: None }.to_string()}><Icon name="back" />{ "Pages" }</a>
                    <h1>{ format::path_of(page) }</h1>
                    <p class="facts small quiet"><TrackedLink url={page.clone()} /></p>
                </div>
                <a href={sessions.to_string()}>{ "Show its sessions" }</a>
            </header>
            if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} quiet={data.is_some()} />
            }
            if data.is_some() || failure.is_none() {
                <Cards {cards} />
                <div class="duo">
                    <DensityPanel map={data.clone()} />
                    <ReachChart reach={data.as_ref().map(|map| map.scroll_reach.clone())} />
                </div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DensityProps {
    map: Option<Rc<PageHeatmap>>,
}

#[component]
fn DensityPanel(props: &DensityProps) -> Html {
    let layers = use_state(|| Layers::ALL);
    let toggle = |layer: Layer, name: &'static str| {
        let state = layers.clone();
        let on_toggle = Callback::from(move |_: MouseEvent| state.set(state.toggled(layer)));
        html! { <LayerToggle {layer} {name} on={layers.has(layer)} {on_toggle} /> }
    };
    html! {
        <section class="card panel" aria-labelledby="density-title">
            <header>
                <h2 id="density-title">{ "Everyone on this page" }</h2>
                <p class="small quiet num">{ props.map.as_ref().map(|map| format!("{} px cells", map.cell)) }</p>
            </header>
            if let Some(map) = &props.map {
                <Stage testid="canvas-page" label="Map of everyone's movement and clicks on the page. The table below holds the same numbers."
                    scene={Scene::Page { map: map.clone(), layers: *layers }} />
                <div class="layers" role="group" aria-label="Layers of the map">
                    { toggle(Layer::Moves, "Movement") }
                    { toggle(Layer::Clicks, "Clicks") }
                    { toggle(Layer::Rage, "Rage bursts") }
                    { toggle(Layer::Outline, "Page outline") }
                </div>
                <MarksTable marks={cell_marks(map)} origin={None} caption="Rage, clicks and the densest movement, most first" />
            } else {
                <Skeleton kind="stage-wait" />
            }
        </section>
    }
}
