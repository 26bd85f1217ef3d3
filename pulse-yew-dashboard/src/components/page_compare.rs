//! Two maps of a page side by side, and what differs between them, each hundred visits.

use std::rc::Rc;

use pulse_core::analyze::HeatmapMode;
use yew::prelude::*;

use super::{page_view::band_name, skeleton::skeleton, stage::Stage, table_head::table_head};
use crate::{
    format,
    map::Scene,
    order,
    page_map::{PageData, PageLayer, PageScene},
    route::{Against, Band, PageChoice},
};

/// Elements whose difference is told.
const ELEMENTS: usize = 20;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) choice: PageChoice,
    pub(super) shown: Option<Band>,
    pub(super) map: Option<Rc<PageData>>,
    pub(super) other: Option<Rc<PageData>>,
}

pub(super) fn page_compare(props: &Props) -> Html {
    let Props { choice, shown, map, other } = props;
    let (name, other_name) = match choice.against {
        Some(Against::Band(band)) => (shown.map(band_name).unwrap_or_default(), band_name(band)),
        _ => {
            let before = choice.days.before_words().unwrap_or_default();
            (capital(choice.days.words()), "The ".to_owned() + before)
        }
    };
    html! {
        <>
            <div class="duo pair">
                { panel("canvas-page", &name, choice.layer, map.as_ref()) }
                { panel("canvas-other", &other_name, choice.layer, other.as_ref()) }
            </div>
            if let (Some(map), Some(other)) = (map, other.as_ref().filter(|other| is_comparable(other))) {
                { difference(choice.layer, map, other, (&name, &other_name)) }
            }
        </>
    }
}

/// Whether there is anything to hold a map against: without visits, every difference would be made up.
fn is_comparable(data: &PageData) -> bool {
    data.map.sessions > 0
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn panel(testid: &'static str, name: &str, layer: PageLayer, data: Option<&Rc<PageData>>) -> Html {
    html! {
        <section class="card panel" aria-label={name.to_owned()}>
            <header>
                <h2>{ name }</h2>
                if let Some(data) = data {
                    <p class="small quiet num">{ format::count(data.map.sessions, "visit") }
                        if data.is_few() { <span class="few">{ ", few" }</span> }
                    </p>
                }
            </header>
            if data.as_ref().is_some_and(|data| data.map.sessions == 0) {
                <p class="empty quiet">{ if testid == "canvas-other" { "No visits then." } else { "No visits." } }</p>
            } else if let Some(data) = data {
                <Stage {testid} label="Map of the page" scene={Scene::Page(PageScene { data: data.clone(), layer, outline: true })} />
            } else {
                { skeleton("stage-wait", 1) }
            }
        </section>
    }
}

/// A row of the difference: what, and how often in a hundred visits in each.
type Line = (String, f64, f64);

/// So many of something in a hundred visits.
fn rate(count: u64, data: &PageData) -> f64 {
    count as f64 * 100.0 / data.map.sessions.max(1) as f64
}

/// What differs, the most first.
fn lines(layer: PageLayer, map: &PageData, other: &PageData) -> Vec<Line> {
    if layer == PageLayer::Reach {
        let at =
            |data: &PageData, percent: usize| data.map.scroll_reach.get(percent).copied().unwrap_or_default() * 100.0;
        return [25, 50, 75, 100]
            .map(|percent| (format!("Saw {percent} % of the page"), at(map, percent), at(other, percent)))
            .to_vec();
    }
    let all =
        (format!("All {}", layer.name().to_lowercase()), rate(map.total(layer), map), rate(other.total(layer), other));
    if map.map.mode != HeatmapMode::Element {
        return vec![all];
    }
    let of = |data: &PageData, path: &str| {
        let found = data.map.elements.iter().find(|of| of.element.path == path);
        rate(found.map_or(0, |found| layer.of(found)), data)
    };
    let mut elements: Vec<(String, Line)> = Vec::new();
    for element in map.map.elements.iter().chain(&other.map.elements).map(|of| &of.element) {
        if elements.iter().all(|(path, _)| *path != element.path) {
            let line = (element.name().to_owned(), of(map, &element.path), of(other, &element.path));
            elements.push((element.path.clone(), line));
        }
    }
    let mut lines: Vec<Line> = elements.into_iter().map(|(_, line)| line).filter(|(_, a, b)| a + b > 0.0).collect();
    order::sort_by(&mut lines, |a, b| (b.1 - b.2).abs().total_cmp(&(a.1 - a.2).abs()));
    lines.truncate(ELEMENTS);
    lines.insert(0, all);
    lines
}

fn difference(layer: PageLayer, map: &PageData, other: &PageData, names: (&str, &str)) -> Html {
    let row = |(what, a, b): &Line| {
        let by = (a - b).round();
        let change = match by {
            0.0 => "the same".to_owned(),
            by if by > 0.0 => format!("+{by}"),
            by => format!("−{}", -by),
        };
        html! {
            <tr key={what.clone()}>
                <th scope="row">{ what }</th>
                <td>{ format!("{:.1}", a) }</td>
                <td>{ format!("{:.1}", b) }</td>
                <td><b>{ change }</b></td>
            </tr>
        }
    };
    html! {
        <div class="card wide-table" tabindex="0" role="region" aria-label="Difference">
            <table class="num small">
                <caption>{ if layer == PageLayer::Reach { "Share of visits, in percent" } else { "In each hundred visits" } }</caption>
                { table_head(&[layer.name(), names.0, names.1, "Difference"]) }
                <tbody>{ for lines(layer, map, other).iter().map(row) }</tbody>
            </table>
        </div>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use pulse_core::wire::PageMap;

    use super::*;

    fn page(sessions: u64, clicks: &[(&str, u64)]) -> PageData {
        let element = |(path, clicks): &(&str, u64)| {
            serde_json::json!({"element": {"path": path}, "clicks": clicks, "rage": 0, "dead": 0, "error_clicks": 0,
                "sessions": 1, "cells": []})
        };
        let elements: Vec<_> = clicks.iter().map(element).collect();
        let map: PageMap = serde_json::from_value(
            serde_json::json!({"mode": "element", "sessions": sessions, "elements": elements, "scroll_reach": []}),
        )
        .unwrap();
        map.into()
    }

    #[test]
    fn an_empty_time_is_not_compared_with() {
        assert!(is_comparable(&page(1, &[])) && !is_comparable(&page(0, &[])));
    }

    #[test]
    fn visits_are_made_alike_before_they_are_held_against_each_other() {
        let (now, before) = (page(50, &[("#pay", 25), ("#same", 5)]), page(200, &[("#same", 20), ("#gone", 40)]));
        let lines = lines(PageLayer::Clicks, &now, &before);
        assert_eq!(lines[0], ("All clicks".to_owned(), 60.0, 30.0));
        let elements: Vec<(f64, f64)> = lines[1..].iter().map(|(_, a, b)| (*a, *b)).collect();
        assert_eq!(elements, [(50.0, 0.0), (0.0, 20.0), (10.0, 10.0)]);
    }
}
