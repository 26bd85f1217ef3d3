//! One page, over all sessions: where everyone moved, clicked and gave up, and how far they scrolled.

use std::rc::Rc;

use pulse_core::analyze::PageHeatmap;
use yew::prelude::*;

use super::{
    cards::{Card, Cards},
    device_picker::DevicePicker,
    icon::Icon,
    layer_toggle::LayerToggle,
    marks_table::MarksTable,
    notice::Notice,
    reach_chart::ReachChart,
    segments::Segments,
    skeleton::Skeleton,
    stage::Stage,
    tracked_link::TrackedLink,
};
use crate::{
    browser::Dispatch,
    format,
    map::{Layer, PageLayer, Scene, page_marks},
    route::View,
    state::{Action, OpenPage, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) page: String,
    pub(super) open: OpenPage,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn PageView(props: &Props) -> Html {
    let Props { page, open, dispatch } = props;
    let Remote { data, failure, .. } = &open.map;
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
        Card::new("card-rage", "Rage bursts", sum(|map| &map.rage_clicks)).rage(),
        Card::new("card-moves", "Mouse movements", data.as_ref().map(|map| map.total)),
    ];
    html! {
        <>
            <header class="head">
                <div class="who">
                    <a class="back" href={View::pages().to_string()}><Icon name="back" />{ "Pages" }</a>
                    <h1>{ format::path_of(page) }</h1>
                    <p class="facts small quiet"><TrackedLink url={page.clone()} /></p>
                </div>
                <a href={sessions.to_string()}>{ "Sessions on this page" }</a>
            </header>
            if let Some(failure) = failure {
                <Notice failure={failure.clone()} on_retry={retry} quiet={data.is_some()} />
            }
            <DevicePicker page={page.clone()} shown={open.key.as_ref().and_then(|key| key.device)}
                sessions={open.sessions.data.clone()} />
            if data.is_some() || failure.is_none() {
                <Cards {cards} />
                <div class="duo page">
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
    let layer = use_state_eq(PageLayer::default);
    let outline = use_state_eq(|| true);
    let on_layer = {
        let layer = layer.clone();
        Callback::from(move |i: usize| {
            if let Some((chosen, _)) = PageLayer::ALL.get(i) {
                layer.set(*chosen);
            }
        })
    };
    let on_outline = {
        let outline = outline.clone();
        Callback::from(move |_: MouseEvent| outline.set(!*outline))
    };
    let (layer, outline) = (*layer, *outline);
    let names = PageLayer::ALL.map(|(_, name)| name.into()).to_vec();
    let chosen = PageLayer::ALL.iter().position(|(of, _)| *of == layer);
    html! {
        <section class="card panel" aria-labelledby="density-title">
            <header>
                <h2 id="density-title">{ "Everyone on this page" }</h2>
                <Segments label="What the map shows" {names} {chosen} on_choice={on_layer} />
            </header>
            if let Some(map) = &props.map {
                <Stage testid="canvas-page" label={label(layer)} scene={Scene::Page { map: map.clone(), layer, outline }} />
                <div class="layers" role="group" aria-label="Layers of the map">
                    <LayerToggle layer={Layer::Outline} name="Page outline" on={outline} on_toggle={on_outline} />
                </div>
                <MarksTable marks={page_marks(map, layer)} origin={None} caption={caption(layer)} />
            } else {
                <Skeleton kind="stage-wait" />
            }
        </section>
    }
}

fn label(layer: PageLayer) -> &'static str {
    match layer {
        PageLayer::Moves => "Map of everyone's movement on the page. The table below holds the same numbers.",
        PageLayer::Clicks => "Map of everyone's clicks on the page. The table below holds the same numbers.",
        PageLayer::Rage => "Map of everyone's rage bursts on the page. The table below holds the same numbers.",
    }
}

fn caption(layer: PageLayer) -> &'static str {
    match layer {
        PageLayer::Moves => "The densest places, most positions first",
        PageLayer::Clicks => "Where everyone clicked, most clicks first",
        PageLayer::Rage => "Where rage bursts were, most first",
    }
}
