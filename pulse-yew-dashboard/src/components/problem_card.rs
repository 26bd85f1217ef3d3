//! A problem: what happens, how many visits it hits, where, moments to watch, and what can be decided about it.

use std::rc::Rc;

use pulse_core::{
    analyze::problems::ProblemStatus,
    model::{Millis, Severity},
    wire::{ProblemExample, ProblemState},
};
use yew::prelude::*;

use super::{copy_button::CopyButton, sparkline::sparkline, spot_view, time_ago};
use crate::{
    browser::{self, Dispatch},
    format, markdown,
    route::{Days, PageChoice, View},
    spot::SpotPicture,
    state::{Action, Bands, Problem},
};

/// Days that are shown.
const DAYS: usize = 30;
const DAY_MS: Millis = 86_400_000;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) row: Rc<Problem>,
    /// What the page looks like, once that is known.
    pub(super) outline: Option<Bands>,
    pub(super) days: Days,
    pub(super) now: Millis,
    /// A decision about it waits for the server.
    pub(super) busy: bool,
    pub(super) dispatch: Dispatch,
}

#[component]
pub(super) fn ProblemCard(props: &Props) -> Html {
    let Props { row, outline, days: looked, now, busy, dispatch } = props;
    let decide = |name: &'static str, status: ProblemStatus| {
        let (dispatch, id, title) = (dispatch.clone(), row.id.clone(), row.title.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::ProblemDecided { id: id.clone(), title: title.clone(), status });
        });
        html! {
            <button class="plain" type="button" disabled={*busy} aria-label={format!("{name}: {}", row.title)} {onclick}>{ name }</button>
        }
    };
    let days = row.days.iter().skip(row.days.len().saturating_sub(DAYS));
    let activity: Vec<u32> = days.map(|day| u32::try_from(day.hit).unwrap_or(u32::MAX)).collect();
    // Today is not over yet.
    let so_far = row.days.last().is_some_and(|day| day.day.div_euclid(DAY_MS) == now.div_euclid(DAY_MS));
    let picture = use_memo((outline.clone(), row.clone()), |(outline, row)| {
        outline.as_ref().and_then(|outline| SpotPicture::new(outline, row.element.as_ref(), row.place))
    });
    let text = {
        let row = row.clone();
        Callback::from(move |()| markdown::problem(&row, &browser::site().address(), browser::local_time))
    };
    let map = View::Page(PageChoice { days: *looked, layer: row.layer(), ..PageChoice::new(row.page.clone()) });
    html! {
        <li class="card problem" data-testid="problem" data-problem={row.id.as_str().to_owned()}>
            <div class="told">
                <p class="small quiet cut">
                    <span class={classes!("grave", (row.severity == Severity::High).then_some("high"))}>{ format::severity(row.severity) }</span>
                    { " on " }<a href={map.to_string()} title={row.page.clone()}>{ format::path_of(&row.page) }</a>
                    if row.status == ProblemState::Regressed { { ", back after it was fixed" } }
                </p>
                <h2>{ &row.title }</h2>
                <div class="harm num">
                    <p>
                        <b>{ format::percent(row.share.value) }</b>
                        { " of those who saw it: " }
                        <a href={row.visits(*looked).to_string()} title="The visits that used this place">
                            { format!("{} of {}", format::grouped(row.hit), format::count(row.seen, "visit")) }
                        </a>
                    </p>
                    { sparkline(&activity, so_far) }
                    <p class="small quiet">
                        if let Some(day) = row.since() { { "Since " }{ format::day(day) }{ ", last seen " } } else { { "Last seen " } }
                        { time_ago::time_ago(&time_ago::Props { at: row.last_seen, now: *now }) }
                    </p>
                </div>
            </div>
            if let Some(picture) = picture.as_ref() {
                <a class="cutout" href={map.to_string()} aria-label={format!("Map of the page: {}", row.title)}>{ spot_view::spot_view(&spot_view::Props { picture: picture.clone() }) }</a>
            }
            <div class="acts small">
                if !row.examples.is_empty() {
                    <p class="watch">
                        <span class="quiet">{ "Watch" }</span>
                        { for row.examples.iter().take(Problem::MOMENTS).enumerate().map(|(i, example)| moment(row, i + 1, example)) }
                    </p>
                }
                <span class="decide">
                    <CopyButton name="Copy for a ticket" label={format!("Copy for a ticket: {}", row.title)} {text} />
                    { decide("Ignore", ProblemStatus::Ignored) }
                    { decide("Mark as fixed", ProblemStatus::Fixed) }
                </span>
            </div>
        </li>
    }
}

fn moment(row: &Problem, number: usize, example: &ProblemExample) -> Html {
    let href = row.moment(example).to_string();
    html! { <a {href} aria-label={format!("Watch visit {number}: {}", row.title)}>{ format!("Visit {number}") }</a> }
}
