//! What is seen before anything is chosen: how many sessions, and which to look at first.

use pulse_core::{analyze::Tier, model::Millis, wire::SessionRow};
use yew::prelude::*;

use super::{skeleton::Skeleton, time_ago::TimeAgo};
use crate::{
    format,
    route::View,
    state::{Overview as Figures, Remote},
};

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    pub(super) overview: Remote<Figures>,
    pub(super) now: Millis,
}

#[component]
pub(super) fn Overview(props: &Props) -> Html {
    let Props { overview: Remote { data, failure, .. }, now } = props;
    let Some(overview) = data else {
        return html! {
            <>
                <h1>{ "Sessions" }</h1>
                if failure.is_none() { <Skeleton kind="overview" count={3} /> }
            </>
        };
    };
    html! {
        <>
            <header class="head">
                <div>
                    <h1 class="num">{ format::count(overview.total, "session") }</h1>
                    <p class="quiet num">
                        { format!("{} live now, {} with high frustration", format::grouped(overview.live),
                            format::grouped(overview.high)) }
                    </p>
                </div>
            </header>
            if overview.first.is_empty() {
                <p class="quiet">{ "Choose a session to see its trails, clicks and insights." }</p>
            } else {
                <h2>{ "Look at these first" }</h2>
                <ul class="first">{ for overview.first.iter().map(|row| card(row, *now)) }</ul>
            }
        </>
    }
}

fn card(row: &SessionRow, now: Millis) -> Html {
    let href = View::Session { id: row.session_id.clone(), page: None, at: None }.to_string();
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
