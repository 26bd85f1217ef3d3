//! What the dashboard asks for, view by view. Tests and benchmarks run these queries, so that what they measure is what
//! a person waits for.

use super::{
    AnalyticsQuery, HeatmapQuery, PageSort, PagesQuery, PathsQuery, ProblemState, ProblemsQuery, SessionSort,
    SessionsQuery, VisitorQuery, VisitsQuery,
};
use crate::{
    analyze::{HeatmapMode, Tier, page::Scope},
    model::{EventType, Millis, VisitorId},
};

/// Rows of the list that are asked for at a time.
pub const ROWS: usize = 50;

/// Most rows that a refresh of the list asks for, which is the most that the server answers.
pub const MOST_ROWS: usize = 500;

/// Problems to look at first.
pub const FIRST: usize = 12;

/// Pages of the pages table.
pub const PAGES: usize = 200;

/// Steps from page to page that are drawn.
pub const STEPS: usize = 60;

/// A stretch of time: its end is exclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// Where it begins; the first session when not said.
    pub from: Option<Millis>,
    /// Where it ends; now when not said.
    pub to: Option<Millis>,
}

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

/// How many sessions started within a span: the total of an answer with one row.
pub fn count(page: Option<&str>, Span { from, to }: Span) -> SessionsQuery {
    SessionsQuery { limit: Some(1), page: page.map(str::to_owned), from, to, ..SessionsQuery::default() }
}

/// How many of them reached a goal.
pub fn reached(page: Option<&str>, span: Span) -> SessionsQuery {
    SessionsQuery { has_goal: Some(true), ..count(page, span) }
}

/// How many of them had trouble: medium frustration or more.
pub fn trouble(page: Option<&str>, span: Span) -> SessionsQuery {
    SessionsQuery { min_frustration: Some(Tier::MEDIUM), ..count(page, span) }
}

/// How many sessions are live: the total of an answer with one row.
pub fn live(page: Option<&str>) -> SessionsQuery {
    SessionsQuery { live: Some(true), ..count(page, Span::default()) }
}

/// The problems to look at first, of a page if one is chosen, of one status.
pub fn problems(page: Option<&str>, span: Span, status: ProblemState) -> ProblemsQuery {
    ProblemsQuery {
        page: page.map(str::to_owned),
        visits: VisitsQuery { from: span.from, to: span.to, ..VisitsQuery::default() },
        status: Some(status),
        days: true,
        limit: Some(FIRST),
        ..ProblemsQuery::default()
    }
}

/// One session: its row, its signals, its map on a page, or on the page with the most events, and the insight that is
/// kept; no events, and no hovers.
pub fn session(page: Option<&str>) -> AnalyticsQuery {
    let (limit, hovers) = (Some(0), Some(false));
    let page = page.map(str::to_owned);
    AnalyticsQuery { limit, map: true, page, hovers, insight: true, ..AnalyticsQuery::default() }
}

/// Sessions that are looked at to find an address of a page.
const LATEST: usize = 5;

/// The latest sessions on a page.
pub fn latest(page: &str) -> SessionsQuery {
    SessionsQuery { limit: Some(LATEST), page: Some(page.to_owned()), ..SessionsQuery::default() }
}

/// Most events that a replay shows besides movement.
pub const BEATS: usize = 20_000;

/// What a replay shows of a session besides movement, on all its pages.
pub fn beats() -> AnalyticsQuery {
    use EventType::{Click, Error, Keypress, Scroll, Viewport, Visibility};
    let types = Some(vec![Click, Scroll, Keypress, Visibility, Viewport, Error]);
    AnalyticsQuery { types, limit: Some(BEATS), hovers: Some(false), ..AnalyticsQuery::default() }
}

/// The pages table.
pub fn pages(span: Span, sort: PageSort) -> PagesQuery {
    PagesQuery { scope: within(span), limit: Some(PAGES), sort, ..PagesQuery::default() }
}

/// On which devices and in which widths a page was seen, with its outline in each.
pub fn bands(page: &str, span: Span) -> PagesQuery {
    PagesQuery { page: Some(page.to_owned()), scope: within(span), limit: Some(1), ..PagesQuery::default() }
}

/// Every session on a page, of a device and a band of widths.
pub fn page(page: &str, scope: Scope, mode: HeatmapMode) -> HeatmapQuery {
    HeatmapQuery { scope, mode, ..HeatmapQuery::of_page(page) }
}

/// All visits of one visitor to a page.
pub fn visitor_page(page: &str, visitor: VisitorId) -> HeatmapQuery {
    HeatmapQuery { visitor: Some(visitor), ..HeatmapQuery::of_page(page) }
}

/// The sessions of one visitor.
pub fn visitor() -> VisitorQuery {
    VisitorQuery { limit: Some(MOST_ROWS), ..VisitorQuery::default() }
}

/// The ways between pages, or those that lead to one.
pub fn paths(page: Option<&str>, span: Span) -> PathsQuery {
    PathsQuery { page: page.map(str::to_owned), scope: within(span), limit: Some(STEPS) }
}

/// The visits of a span.
pub fn within(Span { from, to }: Span) -> Scope {
    Scope { from, to, ..Scope::default() }
}
