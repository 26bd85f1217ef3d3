//! One row of the sessions list: a card where there is little room, a line of a table where there is much.

use std::rc::Rc;

use pulse_core::{analyze::Tier, model::Millis, wire::SessionRow};
use yew::prelude::*;

use super::{icon::icon, sparkline::sparkline, time_ago};
use crate::{browser, format, route::View};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) row: Rc<SessionRow>,
    pub(super) on: bool,
    pub(super) now: Millis,
    /// Place in the list, from 1, and how many there are.
    pub(super) place: (usize, usize),
    pub(super) on_erase: Callback<MouseEvent>,
}

#[component]
pub(super) fn SessionItem(props: &Props) -> Html {
    let Props { row, on, now, place: (place, of), on_erase } = props;
    let id = row.session_id.as_str().to_owned();
    let href = View::of_session(row.session_id.clone()).to_string();
    let marks = [(row.rage_clicks, "rage click", "rage"), (row.errors, "error", "rage")];
    html! {
        <li aria-posinset={place.to_string()} aria-setsize={of.to_string()}>
            <a class="row" {href} id={format!("session-{id}")} aria-current={on.then_some("true")}
                data-testid="session-row" data-session={id}>
                <span class="name cut" title={format::way(row)}>
                    if row.live {
                        <span class="live"></span><span class="unseen">{ "Live: " }</span>
                    }
                    { format::way(row) }
                </span>
                <span class="when num">{ time_ago::time_ago(&time_ago::Props { at: row.last_seen, now: *now }) }</span>
                <span class="begun num"><time datetime={browser::iso_time(row.started_at)}>{ browser::local_time(row.started_at) }</time></span>
                <span class="facts num cut">
                    { format!("{}, {}, {}", format::device(row.device), format::duration(row.duration_ms), format::count(row.clicks, "click")) }
                    { for marks.into_iter().filter(|(n, ..)| *n > 0).map(|(n, noun, class)| html! {
                        <span class={class}>{ format!(", {}", format::count(n, noun)) }</span>
                    }) }
                    if row.goal { { ", reached a goal" } }
                    if row.cut { { ", only its beginning" } }
                    if let Some(excluded) = row.excluded { { format!(", not counted: {}", format::exclusion(excluded)) } }
                </span>
                { sparkline(&row.activity, false) }
                <span class={classes!("tier", tier_class(row.tier))}>{ format::tier(row.tier) }</span>
            </a>
            <button class="bare erase" type="button" title="Erase" aria-label={format!("Erase visit: {}", format::way(row))} onclick={on_erase.clone()}>
                { icon("bin") }
            </button>
        </li>
    }
}

fn tier_class(tier: Tier) -> Option<&'static str> {
    match tier {
        Tier::High => Some("high"),
        Tier::Medium => Some("medium"),
        Tier::Low | Tier::None => None,
    }
}
