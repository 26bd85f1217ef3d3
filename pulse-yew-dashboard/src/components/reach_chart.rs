//! How far down a page people come: a bar for each tenth of it.

use yew::prelude::*;

use super::skeleton::Skeleton;
use crate::{
    format,
    map::{Band, bands},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) reach: Option<Vec<f64>>,
}

#[component]
pub(super) fn ReachChart(props: &Props) -> Html {
    html! {
        <section class="card panel" aria-labelledby="reach-title">
            <header>
                <h2 id="reach-title">{ "Scroll reach" }</h2>
                <p class="small quiet">{ "Share of sessions" }</p>
            </header>
            if let Some(reach) = &props.reach {
                <table class="reach num small">
                    <caption class="unseen">{ "Share of sessions that saw each tenth of the page to its end" }</caption>
                    <thead class="unseen"><tr><th scope="col">{ "Depth" }</th><th scope="col">{ "Share" }</th></tr></thead>
                    <tbody>{ for bands(reach).into_iter().map(row) }</tbody>
                </table>
                if reach.is_empty() { <p class="small quiet none">{ "Nobody's scrolling is known yet." }</p> }
            } else {
                <Skeleton kind="bar" count={10} />
            }
        </section>
    }
}

fn row(band: Band) -> Html {
    let width = (band.share.clamp(0.0, 1.0) * 100.0).to_string();
    html! {
        <tr>
            <th scope="row">{ format!("{} to {} %", band.from, band.from + 10) }</th>
            <td>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect class="whole" width="100" height="10" />
                    <rect class="done" {width} height="10" />
                </svg>
                <span>{ format::percent(band.share) }</span>
            </td>
        </tr>
    }
}
