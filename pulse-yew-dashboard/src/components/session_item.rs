//! One row of the sessions list.

use std::rc::Rc;

use pulse_core::{analyze::Tier, model::Millis, wire::SessionRow};
use yew::prelude::*;

use super::{sparkline::Sparkline, time_ago::TimeAgo};
use crate::{format, route::View};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) row: Rc<SessionRow>,
    pub(super) on: bool,
    pub(super) now: Millis,
}

#[component]
pub(super) fn SessionItem(props: &Props) -> Html {
    let Props { row, on, now } = props;
    let id = row.session_id.as_str().to_owned();
    let href = View::Session { id: row.session_id.clone(), page: None, at: None }.to_string();
    html! {
        <li>
            <a class="row" {href} id={format!("session-{id}")} aria-current={on.then_some("true")}
                data-testid="session-row" data-session={id}>
                <span class="name cut">
                    if row.live {
                        <span class="live"></span><span class="unseen">{ "Live: " }</span>
                    }
                    { format::name(row) }
                </span>
                <span class="when num"><TimeAgo at={row.last_seen} now={*now} /></span>
                <span class="facts num cut">
                    { format!("{}, {}", format::duration(row.duration_ms), format::count(row.clicks, "click")) }
                </span>
                <Sparkline activity={row.activity.clone()} />
                <span class={classes!("tier", tier_class(row.tier))}>
                    { format::tier(row.tier) }
                    if row.tier != Tier::None { <span class="unseen">{ " frustration" }</span> }
                </span>
            </a>
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
