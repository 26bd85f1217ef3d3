//! Strokes of the pointer as a table: when, how long, from where to where.

use std::rc::Rc;

use pulse_core::{
    analyze::{HeatPoint, SessionHeatmap},
    model::Millis,
};
use yew::prelude::*;

use crate::format;

/// Rows that are shown; the caption says how many there are.
const MOST: usize = 300;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) map: Rc<SessionHeatmap>,
    pub(super) origin: Millis,
}

#[component]
pub(super) fn TrailsTable(props: &Props) -> Html {
    let Props { map, origin } = props;
    let shown = map.trails.len().min(MOST);
    let place = |p: &HeatPoint| format!("{} × {}", p.x.round(), p.y.round());
    let row = |stroke: &Vec<HeatPoint>| {
        let (Some(first), Some(last)) = (stroke.first(), stroke.last()) else { return html! {} };
        html! {
            <tr>
                <td>{ format::clock(first.timestamp - origin) }</td>
                <td>{ format::span(last.timestamp - first.timestamp) }</td>
                <td>{ format::grouped(stroke.len() as u64) }</td>
                <td>{ place(first) }</td>
                <td>{ place(last) }</td>
            </tr>
        }
    };
    let caption = format!(
        "Strokes of the pointer, by time. {} of {}; {} of {} positions.",
        format::grouped(shown as u64),
        format::grouped(map.trails.len() as u64),
        format::grouped(map.shown),
        format::grouped(map.total)
    );
    html! {
        <details class="numbers">
            <summary>{ "As a table" }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Strokes of the pointer">
                <table class="num small">
                    <caption>{ caption }</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ "Time" }</th>
                            <th scope="col">{ "Length" }</th>
                            <th scope="col">{ "Positions" }</th>
                            <th scope="col">{ "From, px" }</th>
                            <th scope="col">{ "To, px" }</th>
                        </tr>
                    </thead>
                    <tbody>{ for map.trails.iter().take(shown).map(row) }</tbody>
                </table>
            </div>
        </details>
    }
}
