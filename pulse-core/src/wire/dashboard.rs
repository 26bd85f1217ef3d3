//! What the dashboard asks for, view by view. Tests and benchmarks run these queries, so that what they measure is what
//! a person waits for.

use super::{AnalyticsQuery, HeatmapQuery, PagesQuery, ProblemState, ProblemsQuery, SessionSort, SessionsQuery};
use crate::{
    analyze::{Tier, page::Scope},
    model::Device,
};

/// Rows of the list that are asked for at a time.
pub const ROWS: usize = 50;

/// Most rows that a refresh of the list asks for, which is the most that the server answers.
pub const MOST_ROWS: usize = 500;

/// Problems to look at first.
pub const FIRST: usize = 12;

/// The sessions list: those of a page, if one is chosen, that match the words of the search box.
pub fn list(page: Option<&str>, words: &str, sort: SessionSort) -> SessionsQuery {
    let words = words.trim();
    SessionsQuery {
        limit: Some(ROWS),
        page: page.map(str::to_owned),
        q: (!words.is_empty()).then(|| words.to_owned()),
        sort,
        ..SessionsQuery::default()
    }
}

/// How many sessions there are: the total of an answer with one row.
pub fn count(page: Option<&str>) -> SessionsQuery {
    SessionsQuery { limit: Some(1), page: page.map(str::to_owned), ..SessionsQuery::default() }
}

/// How many sessions are live: the total of an answer with one row.
pub fn live(page: Option<&str>) -> SessionsQuery {
    SessionsQuery { live: Some(true), ..count(page) }
}

/// How many sessions were highly frustrating: the total of an answer with one row.
pub fn high(page: Option<&str>) -> SessionsQuery {
    SessionsQuery { min_frustration: Some(Tier::HIGH), ..count(page) }
}

/// The problems to look at first, of a page if one is chosen, of one status.
pub fn problems(page: Option<&str>, status: ProblemState) -> ProblemsQuery {
    let (page, status) = (page.map(str::to_owned), Some(status));
    ProblemsQuery { page, status, days: true, limit: Some(FIRST), ..ProblemsQuery::default() }
}

/// One session: its row, its signals, its map on a page, or on the page with the most events, and the insight that is
/// kept; no events, and no hovers.
pub fn session(page: Option<&str>) -> AnalyticsQuery {
    let (limit, hovers) = (Some(0), Some(false));
    let page = page.map(str::to_owned);
    AnalyticsQuery { limit, map: true, page, hovers, insight: true, ..AnalyticsQuery::default() }
}

/// The pages list.
pub fn pages() -> PagesQuery {
    PagesQuery::default()
}

/// The kinds of devices whose maps are offered: boxes of one lie elsewhere on another.
pub const DEVICES: [Device; 3] = [Device::Desktop, Device::Tablet, Device::Mobile];

/// Every session on a page, on one kind of device or on all.
pub fn page(page: &str, device: Option<Device>) -> HeatmapQuery {
    HeatmapQuery { scope: Scope { device, ..Scope::default() }, ..HeatmapQuery::of_page(page) }
}

/// How many sessions a page has on a kind of device: those of the one row.
pub fn page_on(page: &str, device: Device) -> PagesQuery {
    let (page, scope) = (Some(page.to_owned()), Scope { device: Some(device), ..Scope::default() });
    PagesQuery { page, scope, limit: Some(1), ..PagesQuery::default() }
}
