//! The map of a page, what it shows in words, and the elements beside it.

use std::rc::Rc;

use pulse_core::analyze::HeatmapMode;
use yew::prelude::*;

use super::{
    element_table::{self, elements},
    save_menu,
    skeleton::skeleton,
    stage::Stage,
};
use crate::{
    browser::save_picture,
    format,
    map::{Mark, Scene},
    page_map::{PageData, PageLayer, PageScene, page_marks},
    route::{Band, PageChoice},
    table::{Cell, Table},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) choice: PageChoice,
    pub(super) shown: Option<Band>,
    pub(super) data: Option<Rc<PageData>>,
}

#[component]
pub(super) fn PageMapPanel(props: &Props) -> Html {
    let Props { choice, shown, data } = props;
    let outline = use_state_eq(|| true);
    let on_outline = {
        let outline = outline.clone();
        Callback::from(move |_: MouseEvent| outline.set(!*outline))
    };
    let Some(data) = data else {
        return html! { <section class="card panel" aria-busy="true">{ skeleton("stage-wait", 1) }</section> };
    };
    let scene = PageScene { data: data.clone(), layer: choice.layer, outline: *outline };
    let by_element = data.map.mode == HeatmapMode::Element;
    let saved = {
        let (choice, data) = (choice.clone(), data.clone());
        Callback::from(move |()| table(&choice, &data))
    };
    let on_picture = {
        let (scene, lines) = (scene.clone(), legend(choice, *shown, data));
        Callback::from(move |()| save_picture("map.png", &Scene::Page(scene.clone()), &lines))
    };
    html! {
        <div class={classes!("duo", "page-map", by_element.then_some("with-elements"))}>
            <section class="card panel" aria-label="Map of the page">
                <header>
                    <p class="num"><b>{ format::count(data.map.sessions, "visit") }</b>
                        if data.is_few() { <span class="few">{ " Few, so take it with care." }</span> }
                        if data.map.partial { <span class="few">{ " Older visits are still being counted." }</span> }
                    </p>
                    { save_menu::save_menu(&save_menu::Props { table: saved, on_picture: Some(on_picture) }) }
                </header>
                <Stage testid="canvas-page" label={label(choice.layer)} scene={Scene::Page(scene)} />
                <div class="layers">
                    { legend_steps(&LegendProps { layer: choice.layer }) }
                    <button class="toggle outline" type="button" aria-pressed={outline.to_string()} onclick={on_outline}>{ "Page outline" }</button>
                </div>
            </section>
            if by_element {
                { element_table::element_table(&element_table::Props { data: data.clone(), layer: choice.layer, page: choice.page.clone(), days: choice.days }) }
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct LegendProps {
    layer: PageLayer,
}

/// The six steps of the layer's colour.
fn legend_steps(props: &LegendProps) -> Html {
    let layer = props.layer;
    let (less, more) = match layer {
        PageLayer::Reach => ("Few saw it", "All saw it"),
        _ => ("Few", "Many"),
    };
    html! {
        <p class={classes!("legend", "small", "quiet", layer.text())}>
            { less }<i></i><i></i><i></i><i></i><i></i><i></i>{ more }
        </p>
    }
}

fn label(layer: PageLayer) -> &'static str {
    match layer {
        PageLayer::Moves => "Map of everyone's movement on the page",
        PageLayer::Attention => "Map of where everyone's pointer rested on the page",
        PageLayer::Clicks => "Map of everyone's clicks on the page",
        PageLayer::Rage => "Map of everyone's rage bursts on the page",
        PageLayer::Dead => "Map of everyone's clicks without effect on the page",
        PageLayer::Errors => "Map of everyone's clicks that an error followed",
        PageLayer::Reach => "How far down the page everyone came",
    }
}

/// What a picture says of itself.
fn legend(choice: &PageChoice, shown: Option<Band>, data: &PageData) -> Vec<String> {
    let band = shown.map(super::page_view::band_name).unwrap_or_default();
    vec![
        format!("{}: {}", choice.layer.name(), choice.page),
        format!("{}, {}. {band}", format::count(data.map.sessions, "visit"), choice.days.words()),
    ]
}

/// What a map shows, as a table.
fn table(choice: &PageChoice, data: &PageData) -> Table {
    let name = format!("{}-{}", choice.layer.text(), format::path_of(&choice.page).trim_matches('/').replace('/', "-"));
    match choice.layer {
        PageLayer::Reach => Table {
            name,
            head: vec!["percent_of_page", "share_of_visits"],
            rows: data
                .map
                .scroll_reach
                .iter()
                .enumerate()
                .map(|(n, share)| vec![(n as u64).into(), (*share).into()])
                .collect(),
        },
        _ if data.map.mode == HeatmapMode::Element => elements(name, data),
        layer => {
            let row = |mark: &Mark| -> Vec<Cell> {
                vec![mark.x.into(), mark.y.into(), mark.count.into(), mark.label.clone().unwrap_or_default().into()]
            };
            Table {
                name,
                head: vec!["x_px", "y_px", "count", "on"],
                rows: page_marks(data, layer).iter().map(row).collect(),
            }
        }
    }
}
