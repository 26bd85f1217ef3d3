//! A problem: what happens, how many visits it hits, moments to watch, and what can be decided about it.

use std::rc::Rc;

use pulse_core::{
    analyze::problems::ProblemStatus,
    model::{Millis, Severity},
    wire::{ProblemExample, ProblemState},
};
use yew::prelude::*;

use super::{sparkline::Sparkline, time_ago::TimeAgo};
use crate::{
    browser::Dispatch,
    format,
    route::View,
    state::{Action, Problem},
};

/// Moments that are offered.
const MOMENTS: usize = 3;
/// Days that are shown.
const DAYS: usize = 30;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) row: Rc<Problem>,
    pub(super) now: Millis,
    /// A decision about it waits for the server.
    pub(super) busy: bool,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn ProblemCard(props: &Props) -> Html {
    let Props { row, now, busy, dispatch } = props;
    let decide = |name: &'static str, status: ProblemStatus| {
        let (dispatch, id) = (dispatch.clone(), row.id.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ProblemDecided { id: id.clone(), status });
        });
        html! {
            <button class="plain" type="button" disabled={*busy} aria-label={format!("{name}: {}", row.title)} {onclick}>{ name }</button>
        }
    };
    let days = row.days.iter().skip(row.days.len().saturating_sub(DAYS));
    let activity: Vec<u32> = days.map(|day| u32::try_from(day.hit).unwrap_or(u32::MAX)).collect();
    html! {
        <li class="card problem" data-testid="problem" data-problem={row.id.as_str().to_owned()}>
            <p class="small quiet">
                <span class={classes!("grave", (row.severity == Severity::High).then_some("high"))}>{ format::severity(row.severity) }</span>
                if row.status == ProblemState::Regressed { { ", back after it was fixed" } }
            </p>
            <h2>{ &row.title }</h2>
            <div class="harm num">
                <p>
                    <b>{ format::grouped(row.hit) }</b>
                    { format!(" of {}, {}", format::count(row.seen, "visit"), format::share(row.share.value)) }
                </p>
                <Sparkline {activity} />
                <p class="small quiet">{ "Last seen " }<TimeAgo at={row.last_seen} now={*now} /></p>
            </div>
            <div class="acts small">
                if !row.examples.is_empty() {
                    <p class="watch">
                        <span class="quiet">{ "Watch" }</span>
                        { for row.examples.iter().take(MOMENTS).enumerate().map(|(i, example)| moment(row, i + 1, example)) }
                    </p>
                }
                <a href={View::of_page(row.page.clone()).to_string()} aria-label={format!("Map of the page: {}", format::path_of(&row.page))}>
                    { "Map of the page" }
                </a>
                <span class="decide">
                    { decide("Ignore", ProblemStatus::Ignored) }
                    { decide("Mark as fixed", ProblemStatus::Fixed) }
                </span>
            </div>
        </li>
    }
}

fn moment(row: &Problem, number: usize, example: &ProblemExample) -> Html {
    let (id, page, at) = (example.session_id.clone(), Some(row.page.clone()), Some(example.timestamp));
    let href = View::Session { id, page, at }.to_string();
    html! { <a {href} aria-label={format!("Watch visit {number}: {}", row.title)}>{ format!("Visit {number}") }</a> }
}
