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
    page_map::{PageData, PageLayer, PageScene, cells},
    route::{Band, Filter, PageChoice},
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
    let visits = Filter { days: choice.days, ..Filter::of_page(Some(choice.page.clone())) }.in_band(*shown);
    let scene = PageScene { data: data.clone(), layer: choice.layer, outline: *outline };
    let by_element = data.map.mode == HeatmapMode::Element;
    let saved = {
        let (choice, data) = (choice.clone(), data.clone());
        Callback::from(move |()| table(&choice, &data))
    };
    let on_picture = {
        let (scene, lines) = (scene.clone(), legend(choice, *shown, data));
        let name = file_name(choice) + ".png";
        Callback::from(move |()| save_picture(&name, &Scene::Page(scene.clone()), &lines))
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
                <Stage testid="canvas-page" label={label(choice.layer)} scene={Scene::Page(scene)} visits={visits.clone()} />
                <div class="layers">
                    { legend_steps(&LegendProps { layer: choice.layer }) }
                    <button class="toggle outline" type="button" aria-pressed={outline.to_string()} onclick={on_outline}>{ "Page outline" }</button>
                </div>
            </section>
            if by_element {
                { element_table::element_table(&element_table::Props { data: data.clone(), layer: choice.layer, visits }) }
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
        PageLayer::Rage => "Map of everyone's rage clicks on the page",
        PageLayer::Dead => "Map of everyone's dead clicks on the page",
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

/// What a file with the map is called, without its ending.
fn file_name(choice: &PageChoice) -> String {
    let page = format::path_of(&choice.page).trim_matches('/').replace('/', "-");
    choice.layer.text().to_owned() + "-" + if page.is_empty() { "home" } else { &page }
}

/// What a map shows, as a table.
fn table(choice: &PageChoice, data: &PageData) -> Table {
    let name = file_name(choice);
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
                rows: cells(data, layer, usize::MAX).iter().map(row).collect(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_has_every_cell_and_the_name_of_the_page() {
        let all: Vec<u32> = (0..40).collect();
        let map: pulse_core::wire::PageMap = serde_json::from_value(serde_json::json!({
            "mode": "page", "cell": 10, "sessions": 4, "elements": [], "scroll_reach": [],
            "clicks": {"x": vec![1; 40], "y": all, "n": vec![2; 40]}}))
        .unwrap();
        let of = |layer, page: &str| PageChoice { layer, ..PageChoice::new(page) };
        let saved = table(&of(PageLayer::Clicks, "http://s.test/a/b"), &map.into());
        assert_eq!((saved.name.as_str(), saved.rows.len()), ("clicks-a-b", 40));
        assert_eq!(file_name(&of(PageLayer::Moves, "http://s.test/")), "moves-home");
    }
}
