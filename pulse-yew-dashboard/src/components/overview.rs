//! What is seen before anything is chosen: how many sessions, and which to look at first.

use std::rc::Rc;

use pulse_core::{analyze::Tier, model::Millis, wire::SessionRow};
use yew::prelude::*;

use super::{skeleton::Skeleton, time_ago::TimeAgo};
use crate::{format, route::View, state::List};

/// Sessions to look at first.
const FIRST: usize = 4;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) list: Rc<List>,
    pub(super) now: Millis,
}

#[component]
pub(super) fn Overview(props: &Props) -> Html {
    let Props { list, now } = props;
    if !list.known {
        return html! {
            <>
                <h1>{ "Sessions" }</h1>
                if list.failure.is_none() { <Skeleton kind="overview" count={3} /> }
            </>
        };
    }
    let of = |wanted: fn(&SessionRow) -> bool| list.rows.iter().filter(|row| wanted(row)).count() as u64;
    let live = of(|row| row.live);
    let high = of(|row| row.tier == Tier::High);
    let worst = list.worst(FIRST);
    html! {
        <>
            <header class="head">
                <div>
                    <h1 class="num">{ format::count(list.total, "session") }</h1>
                    <p class="quiet num">
                        { format!("{} live now, {} of the {} loaded with high frustration", format::grouped(live),
                            format::grouped(high), format::grouped(list.rows.len() as u64)) }
                    </p>
                </div>
            </header>
            if worst.is_empty() {
                <p class="quiet">{ "Choose a session to see its trails, clicks and insights." }</p>
            } else {
                <h2>{ "Look at these first" }</h2>
                <ul class="first">{ for worst.iter().map(|row| card(row, *now)) }</ul>
            }
        </>
    }
}

fn card(row: &SessionRow, now: Millis) -> Html {
    let href = View::Session { id: row.session_id.clone(), page: None }.to_string();
    html! {
        <li key={row.session_id.as_str()}>
            <a class="card" {href}>
                <b class="cut">{ format::name(row) }</b>
                <span class="quiet small num"><TimeAgo at={row.last_seen} {now} /></span>
                <span class="quiet small num facts">
                    { format!("{}, {}, {}", format::duration(row.duration_ms), format::count(row.clicks, "click"),
                        format::count(row.rage_clicks, "rage burst")) }
                </span>
                <span class={classes!("score", "num", (row.tier == Tier::High).then_some("high"))}>
                    { row.frustration }<span class="quiet small">{ format!(" {} frustration", format::tier(row.tier).to_lowercase()) }</span>
                </span>
            </a>
        </li>
    }
}
