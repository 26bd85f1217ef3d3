//! What was clicked on a page, element by element.

use std::rc::Rc;

use pulse_core::analyze::ElementMap;
use yew::prelude::*;

use crate::{
    format, order,
    page_map::{PageData, PageLayer},
    route::{Filter, View},
    table::Table,
};

/// Rows that are shown.
const ROWS: usize = 40;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) data: Rc<PageData>,
    pub(super) layer: PageLayer,
    /// The visits of the map.
    pub(super) visits: Filter,
}

pub(super) fn element_table(props: &Props) -> Html {
    let Props { data, layer, visits } = props;
    let mut elements: Vec<&ElementMap> = data.map.elements.iter().filter(|of| layer.of(of) > 0).collect();
    order::most_first(&mut elements, |of| layer.of(of));
    let total = elements.len();
    elements.truncate(ROWS);
    let row = |of: &&ElementMap| {
        let filter = Filter { element: Some(of.element.path.clone()), ..visits.clone() };
        let count = |n: u64, class: &'static str| {
            html! { <td class={classes!((n > 0).then_some(class))}>{ if n > 0 { format::grouped(n) } else { "–".to_owned() } }</td> }
        };
        html! {
            <tr key={of.element.path.clone()}>
                <th scope="row"><a href={View::Sessions(filter).to_string()} title={of.element.path.clone()}>{ of.element.name() }</a></th>
                { count(of.clicks, "") }
                { count(of.rage, "bad") }
                { count(of.dead, "some") }
                { count(of.error_clicks, "bad") }
                <td>{ of.mean_wait_ms.map_or_else(|| "–".to_owned(), |ms| format::span(i64::try_from(ms).unwrap_or(i64::MAX))) }</td>
            </tr>
        }
    };
    html! {
        <section class="card panel elements" aria-labelledby="elements-title">
            <header>
                <h2 id="elements-title">{ "Elements" }</h2>
                <p class="small quiet num">{ if total > ROWS { format!("{ROWS} of {}", format::grouped(total as u64)) } else { format::grouped(total as u64) } }</p>
            </header>
            if elements.is_empty() {
                <p class="quiet none">{ format!("{}.", layer.counted(0)) }</p>
            } else {
                <div class="scroll" tabindex="0" role="region" aria-label="Table of elements">
                    <table class="num small">
                        <thead>
                            <tr>
                                <th scope="col">{ "Element" }</th>
                                <th scope="col">{ "Clicks" }</th>
                                <th scope="col" title="Rage clicks">{ "Rage" }</th>
                                <th scope="col" title="Dead clicks">{ "Dead" }</th>
                                <th scope="col">{ "Errors" }</th>
                                <th scope="col" title="From reaching it with the pointer to clicking it, on average">{ "Wait" }</th>
                            </tr>
                        </thead>
                        <tbody>{ for elements.iter().map(row) }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}

/// All of them, as a table for other programs.
pub(super) fn elements(name: String, data: &PageData) -> Table {
    let row = |of: &ElementMap| {
        vec![
            of.element.name().into(),
            of.element.path.as_str().into(),
            of.clicks.into(),
            of.rage.into(),
            of.dead.into(),
            of.error_clicks.into(),
            of.sessions.into(),
            of.mean_wait_ms.map_or_else(|| "".into(), Into::into),
        ]
    };
    Table {
        name,
        head: vec!["element", "path", "clicks", "rage", "dead", "error_clicks", "visits", "mean_wait_ms"],
        rows: data.map.elements.iter().map(row).collect(),
    }
}
