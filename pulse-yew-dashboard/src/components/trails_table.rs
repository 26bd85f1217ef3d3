//! Strokes of the pointer as a table: when, how long, from where to where.

use std::{ops::Range, rc::Rc};

use pulse_core::model::Millis;
use yew::prelude::*;

use super::table_head::table_head;
use crate::{format, map::Recording};

/// Rows that are shown; the caption says how many there are.
const MOST: usize = 300;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) recording: Rc<Recording>,
    pub(super) origin: Millis,
}

#[component]
pub(super) fn TrailsTable(props: &Props) -> Html {
    let Props { recording, origin } = props;
    let moves = &recording.moves;
    let shown = moves.strokes().min(MOST);
    let place = |i: usize| {
        let (x, y) = moves.place(i);
        format!("{x} × {y}")
    };
    let row = |stroke: Range<usize>| {
        let (first, last) = (stroke.start, stroke.end.saturating_sub(1).max(stroke.start));
        html! {
            <tr>
                <td>{ format::clock(moves.time(first) - origin) }</td>
                <td>{ format::span(moves.time(last) - moves.time(first)) }</td>
                <td>{ format::grouped(stroke.len() as u64) }</td>
                <td>{ place(first) }</td>
                <td>{ place(last) }</td>
            </tr>
        }
    };
    let caption = format!(
        "Movements of the pointer, by time. {} of {}; {} of {} points.",
        format::grouped(shown as u64),
        format::grouped(moves.strokes() as u64),
        format::grouped(moves.len() as u64),
        format::grouped(recording.map.total)
    );
    html! {
        <details class="numbers">
            <summary>{ "As a table" }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label="Movements of the pointer">
                <table class="num small">
                    <caption>{ caption }</caption>
                    { table_head(&["Time", "Length", "Points", "From, px", "To, px"]) }
                    <tbody>{ for moves.each_stroke().take(shown).map(row) }</tbody>
                </table>
            </div>
        </details>
    }
}
