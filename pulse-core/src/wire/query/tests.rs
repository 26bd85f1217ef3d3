//! Every query makes an address that parses to it again, and a bad parameter is named.

use proptest::prelude::*;

use super::*;
use crate::{
    analyze::{detect::FindingKind, page::What},
    model::{Device, Millis},
    wire::{ProblemState, Route},
};

#[test]
fn parameters_are_read() {
    let query = "limit=20&page=%2Fcheck+out&from=2026-01-01T00:00:00Z&sort=frustration";
    let query = SessionsQuery::parse(query).expect("ok");
    assert_eq!(query.limit, Some(20));
    assert_eq!(query.page.as_deref(), Some("/check out"));
    assert_eq!(query.from, Some(1_767_225_600_000));
    assert_eq!(query.sort, SessionSort::Frustration);
    let query = SessionsQuery::parse("has_rage=true&has_errors=false&live=true&visitor=visitor-1&sort=started");
    let query = query.expect("ok");
    assert_eq!((query.has_rage, query.has_errors, query.live), (Some(true), Some(false), Some(true)));
    assert_eq!((query.visitor, query.sort), ("visitor-1".parse().ok(), SessionSort::Started));
    let query = AnalyticsQuery::parse("types=click,scroll&rage_count=4&limit=0").expect("ok");
    assert_eq!((query.types, query.limit), (Some(vec![EventType::Click, EventType::Scroll]), Some(0)));
    assert_eq!(query.thresholds, Thresholds { rage_count: 4, ..Thresholds::default() });
    let query = HeatmapQuery::parse("page=/&device=mobile&width_min=480&min_frustration=0").expect("ok");
    let scope = Scope { device: Some(Device::Mobile), width_min: Some(480.0), ..Scope::default() };
    assert_eq!(query.scope, scope, "a frustration of 0 leaves nothing out");
}

fn problem<Q: Query>(query: &str) -> String {
    Q::parse(query).err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn a_bad_parameter_is_named() {
    for (bad, name) in [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("from=5&to=4", "from"),
        ("colour=red", "colour"),
        ("device=fridge", "device"),
        ("min_frustration=-1", "min_frustration"),
        ("page=/&x=1", "x"),
        ("page=/&x=NaN&y=1", "x"),
        ("x=1&y=1", "y"),
        ("page=/&x=1&y=1&element=a", "element"),
        ("page=/&x=1&y=1&mode=element", "mode"),
        ("page=/&cell=10", "cell"),
        ("page=/&element=a&layer=scrolls", "layer"),
        ("page=/&element=a&width_min=9&width_max=1", "width_min"),
        ("sort=duration", "sort"),
        ("has_rage=yes", "has_rage"),
        ("has_errors=", "has_errors"),
        ("live=1", "live"),
        ("visitor=x%27y", "visitor"),
        ("page=/&page=/", "page"),
        ("spot=1", "spot"),
        ("q=", "q"),
        ("q=1+2+3+4+5+6+7+8+9", "q"),
    ] {
        assert_eq!(SessionsQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
    }
    for (bad, name) in [
        ("rage_radius=inf", "rage_radius"),
        ("rage_radius=NaN", "rage_radius"),
        ("rage_count=0", "rage_count"),
        ("width_min=9&width_max=1", "width_min"),
        ("cell=0", "cell"),
        ("scope=1", "scope"),
        ("thresholds=1", "thresholds"),
        ("device=fridge&rage_count=3", "device"),
        ("rage_count=3&rage_count=3", "rage_count"),
    ] {
        assert_eq!(HeatmapQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
    }
    for (bad, name) in [("types=", "types"), ("types=click,", "types"), ("map=1", "map"), ("page=/", "page")] {
        assert_eq!(AnalyticsQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
    }
    assert_eq!(SessionMapQuery::parse("cell=10").map_err(|e| e.parameter), Err("cell".to_owned()));
    assert_eq!(NoQuery::parse("x").map_err(|e| e.parameter), Err("x".to_owned()));
}

#[test]
fn what_is_expected_is_said_and_the_value_is_not() {
    for (said, expected) in [
        (problem::<SessionsQuery>("limit=0"), "parameter limit: is a number from 1 to 500"),
        (problem::<SessionsQuery>("sort=secret"), "parameter sort: is recent, started or frustration"),
        (problem::<SessionsQuery>("live=secret"), "parameter live: is true or false"),
        (problem::<SessionsQuery>("colour=secret"), "parameter colour: is unknown here"),
        (problem::<HeatmapQuery>("colour=secret"), "parameter colour: is unknown here"),
        (problem::<HeatmapQuery>("device=secret"), "parameter device: is desktop, mobile, tablet or unknown"),
        (problem::<HeatmapQuery>("rage_radius=0"), "parameter rage_radius: is a number from 1 to 10000"),
        (problem::<PagesQuery>("page=/&page=secret"), "parameter page: is there more than once"),
        (problem::<NoQuery>("%0a=secret"), "parameter : is unknown here"),
    ] {
        assert_eq!(said, expected);
    }
    let id = problem::<SessionsQuery>("visitor=secret%20");
    assert!(id.starts_with("parameter visitor: an id is 8 to 64 characters"), "{id}");
    let time = problem::<PathsQuery>("from=secret");
    assert_eq!(time, "parameter from: is milliseconds since the epoch or rfc 3339, of the years 0 to 9999");
}

#[test]
fn a_bad_parameter_of_problems_is_named() {
    for (bad, name) in [
        ("kind=rage", "kind"),
        ("status=done", "status"),
        ("sort=frustration", "sort"),
        ("limit=501", "limit"),
        ("cursor=x", "cursor"),
        ("from=2&to=1", "from"),
        ("width_min=9&width_max=1", "width_min"),
        ("min_frustration=5", "min_frustration"),
        ("status=open&status=open", "status"),
    ] {
        assert_eq!(ProblemsQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
    }
    for (bad, name) in [("page=/", "page"), ("from=x", "from"), ("kind=unresponsive", "kind")] {
        assert_eq!(ProblemQuery::parse(bad).map_err(|e| e.parameter), Err(name.to_owned()), "{bad}");
    }
    assert_eq!(problem::<ProblemsQuery>("kind=secret"), "parameter kind: names no kind of problem");
}

#[test]
fn an_address_says_what_is_not_the_default() {
    assert_eq!(Route::Sessions.address(&SessionsQuery::default()), "/api/sessions");
    assert_eq!(Route::PageHeatmap.address(&HeatmapQuery::of_page("/a b")), "/api/heatmap?page=%2Fa+b");
    let thresholds = Thresholds { rage_count: 4, ..Thresholds::default() };
    let query = HeatmapQuery { count: HeatmapCount::Sessions, thresholds, ..HeatmapQuery::default() };
    assert_eq!(Route::PageHeatmap.address(&query), "/api/heatmap?count=sessions&rage_count=4");
}

/// A query makes a string that parses to it again.
fn round<Q: Query + PartialEq + std::fmt::Debug>(query: Q) -> Result<(), TestCaseError> {
    let text = query.to_query_string();
    prop_assert_eq!(Q::parse(&text), Ok(query), "{}", text);
    Ok(())
}

fn maybe<T: std::fmt::Debug + Clone>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(value)
}

fn text() -> impl Strategy<Value = Option<String>> {
    maybe(any::<String>())
}

fn times() -> impl Strategy<Value = (Option<Millis>, Option<Millis>)> {
    (maybe(parameter::TIMES), maybe(parameter::TIMES)).prop_map(|(from, to)| match (from, to) {
        (Some(from), Some(to)) => (Some(from.min(to)), Some(from.max(to))),
        other => other,
    })
}

fn widths() -> impl Strategy<Value = (Option<f64>, Option<f64>)> {
    (maybe(0.0..=5e5), maybe(5e5..=1e6))
}

fn device() -> impl Strategy<Value = Option<Device>> {
    maybe(prop::sample::select(vec![Device::Desktop, Device::Mobile, Device::Tablet, Device::Unknown]))
}

fn scope() -> impl Strategy<Value = Scope> {
    (times(), device(), widths(), maybe(1u32..)).prop_map(
        |((from, to), device, (width_min, width_max), min_frustration)| Scope {
            from,
            to,
            device,
            width_min,
            width_max,
            min_frustration,
        },
    )
}

fn thresholds() -> impl Strategy<Value = Thresholds> {
    let changed = (1.0..=1e4, 1..=60_000i64, 2..=100u32, 1..=60_000i64).prop_map(
        |(rage_radius, rage_window_ms, rage_count, dead_after_ms)| Thresholds {
            rage_radius,
            rage_window_ms,
            rage_count,
            dead_after_ms,
        },
    );
    prop_oneof![Just(Thresholds::default()), changed]
}

fn mode() -> impl Strategy<Value = HeatmapMode> {
    prop::sample::select(vec![HeatmapMode::Page, HeatmapMode::Viewport, HeatmapMode::Element])
}

fn visitor() -> impl Strategy<Value = Option<VisitorId>> {
    maybe("[A-Za-z0-9_-]{8,64}".prop_map(|id| id.parse().expect("an id")))
}

/// A place on a page, or none.
fn spot() -> impl Strategy<Value = SpotQuery> {
    let layer = prop::sample::select(vec![What::Moves, What::Clicks, What::Rage, What::Dead]);
    let mode = prop::sample::select(vec![HeatmapMode::Page, HeatmapMode::Viewport]);
    let cell = (-1e6..=1e6, -1e6..=1e6, maybe(1..=1000u32), maybe(mode), maybe(layer), widths()).prop_map(
        |(x, y, cell, mode, layer, (width_min, width_max))| SpotQuery {
            x: Some(x),
            y: Some(y),
            element: None,
            cell,
            mode,
            layer,
            width_min,
            width_max,
        },
    );
    let element = any::<String>().prop_map(|path| SpotQuery { element: Some(path), ..SpotQuery::default() });
    prop_oneof![Just(SpotQuery::default()), cell, element]
}

proptest! {
    #[test]
    fn a_query_of_sessions_comes_back(
        (limit, cursor, page, (from, to), device) in (maybe(1..=500usize), text(), any::<String>(), times(), device()),
        q in maybe("[^\\s]{1,20}( [^\\s]{1,20}){0,3}"),
        (min_frustration, has_rage, has_errors, has_goal, live) in
            (maybe(any::<u32>()), maybe(any::<bool>()), maybe(any::<bool>()), maybe(any::<bool>()), maybe(any::<bool>())),
        (visitor, spot) in (visitor(), spot()),
        sort in prop::sample::select(vec![SessionSort::Recent, SessionSort::Started, SessionSort::Frustration]),
    ) {
        let page = Some(page);
        round(SessionsQuery {
            limit, cursor, page, q, from, to, device, min_frustration, has_rage, has_errors, has_goal, live, visitor, spot, sort,
        })?;
    }

    #[test]
    fn a_query_of_one_session_comes_back(
        types in maybe(prop::collection::vec(prop::sample::select(EventType::ALL), 1..4)),
        (cursor, limit) in (maybe(0..=parameter::CURSOR), maybe(0..=1_000_000usize)),
        (page, mode, thresholds, hovers) in (text(), mode(), thresholds(), maybe(any::<bool>())),
    ) {
        let (map, page_of_map) = (page.is_some(), page.clone());
        round(AnalyticsQuery { types, cursor, limit, map, page: page_of_map, hovers, insight: map, thresholds })?;
        round(SessionMapQuery { page: page.clone(), mode, thresholds })?;
        round(VisitorQuery { limit: limit.map(|limit| limit % 500 + 1), cursor: page })?;
    }

    #[test]
    fn a_query_of_pages_comes_back(
        (page, mode, scope, visitor) in (text(), mode(), scope(), visitor()),
        count in prop::sample::select(vec![HeatmapCount::Events, HeatmapCount::Sessions]),
        (cell, limit, thresholds) in (maybe(1..=1000u32), maybe(1..=1000usize), thresholds()),
        sort in prop::sample::select(vec![PageSort::Sessions, PageSort::Frustration, PageSort::Time]),
    ) {
        round(HeatmapQuery { page: page.clone(), mode, scope, visitor, count, cell, thresholds })?;
        round(PagesQuery { page: page.clone(), scope, limit, sort, thresholds })?;
        round(PathsQuery { page, scope, limit })?;
    }

    #[test]
    fn a_query_of_problems_comes_back(
        (page, (from, to), device, (width_min, width_max)) in (text(), times(), device(), widths()),
        kind in maybe(prop::sample::select(FindingKind::ALL)),
        status in maybe(prop::sample::select(vec![ProblemState::Open, ProblemState::Fixed, ProblemState::Regressed])),
        sort in prop::sample::select(vec![ProblemSort::Harm, ProblemSort::Share, ProblemSort::Visits, ProblemSort::Recent]),
        (limit, cursor, days) in (maybe(1..=500usize), maybe(0..=parameter::CURSOR), any::<bool>()),
    ) {
        let visits = VisitsQuery { from, to, device, width_min, width_max };
        round(ProblemQuery { visits })?;
        round(crate::wire::AnalyzeQuery { page: page.clone(), refresh: true })?;
        round(ProblemsQuery { page, visits, kind, status, days, sort, limit, cursor })?;
    }
}
