//! Clicks and bursts as a table: the same numbers as the map's.

use pulse_core::model::Millis;
use yew::prelude::*;

use super::table_head::table_head;
use crate::{
    format,
    map::{Kind, Mark},
};

/// Rows that are shown; the caption says how many there are.
const MOST: usize = 300;
/// Marks of many sessions have no time.
const COLUMNS: [&str; 6] = ["Time", "What", "Element", "Count", "x, px", "y, px"];

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) marks: Vec<Mark>,
    /// When the session began; none for many sessions, whose marks have no time.
    pub(super) origin: Option<Millis>,
    pub(super) caption: &'static str,
}

#[component]
pub(super) fn MarksTable(props: &Props) -> Html {
    let Props { marks, origin, caption } = props;
    let shown = marks.len().min(MOST);
    let row = |mark: &Mark| {
        let kind = match mark.kind {
            Kind::Click => "Click",
            Kind::Dead => "Dead click",
            Kind::Error => "Error click",
            Kind::Rage(_) => "Rage clicks",
            Kind::Stroke => "Movement",
            Kind::Dense => "Movement",
        };
        html! {
            <tr>
                if let (Some(origin), Some(at)) = (origin, mark.at) { <td>{ format::clock(at - origin) }</td> }
                <td>{ kind }</td>
                <td>{ mark.label.as_deref().unwrap_or_default() }</td>
                <td>{ format::grouped(mark.count) }</td>
                <td>{ mark.x.round() }</td>
                <td>{ mark.y.round() }</td>
            </tr>
        }
    };
    html! {
        <details class="numbers">
            <summary>{ "As a table" }</summary>
            <div class="scroll" tabindex="0" role="region" aria-label={*caption}>
                <table class="num small">
                    <caption>{ format!("{caption}. {} of {}.", format::grouped(shown as u64), format::grouped(marks.len() as u64)) }</caption>
                    { table_head(if origin.is_some() { &COLUMNS } else { &COLUMNS[1..] }) }
                    <tbody>{ for marks.iter().take(shown).map(row) }</tbody>
                </table>
            </div>
        </details>
    }
}
