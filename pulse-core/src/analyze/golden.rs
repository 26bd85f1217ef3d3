//! Whole sessions, checked by hand, and input that no browser sends.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::{
    Frustration, HeatmapCount, HeatmapMode, Report, Summary, Thresholds, Tier, Timeline,
    detect::{Context, detect},
    page::{Layer, PageSums, Visit},
    score, session_heatmap, summarize,
    testing::{
        SHOP, batch, button, click, click_on, dead_click, error, hide, key, load, mouse, navigate, scroll, session,
        thresholds, window,
    },
};
use crate::model::{Batch, Device, Event, Millis, NavigationKind, Session, SessionStart};

fn start() -> SessionStart {
    SessionStart {
        session_id: session(),
        visitor_id: None,
        started_at: 0,
        page_url: SHOP.into(),
        title: None,
        referrer: None,
        device: Device::Desktop,
        viewport: None,
        excluded: None,
    }
}

/// Home, product for 3 s, home again; cart; 5 clicks on a dead button, the last followed by an error.
fn report(timeline: &Timeline) -> Report {
    report_with(timeline, &thresholds())
}

fn report_with(timeline: &Timeline, thresholds: &Thresholds) -> Report {
    let diagnosis =
        detect(timeline, &Context { device: Device::Desktop, thresholds: *thresholds, ..Context::default() });
    Report::new(&start(), timeline, thresholds, summarize(timeline, thresholds), diagnosis)
}

fn shopping() -> Timeline {
    let pay = button("#pay", [100.0, 100.0, 80.0, 40.0]);
    let home = [
        load(0, ""),
        window(1, 1000.0, 500.0, 1000.0),
        mouse(100, 0.0, 0.0),
        mouse(200, 30.0, 40.0),
        click(1000, 30.0, 40.0),
        navigate(2000, NavigationKind::Push, "product"),
        scroll(3000, 400.0, 80.0),
        scroll(3500, 100.0, 60.0),
        navigate(5000, NavigationKind::Pop, ""),
        hide(6000),
    ];
    let checkout = [
        load(20_000, "checkout"),
        mouse(20_100, 110.0, 110.0),
        click_on(22_000, 110.0, 110.0, &pay),
        click_on(22_200, 110.0, 110.0, &pay),
        click_on(22_400, 110.0, 110.0, &pay),
        click_on(22_600, 115.0, 110.0, &pay),
        click_on(22_800, 115.0, 110.0, &pay),
        dead_click(22_800, 115.0, 110.0, Some(&pay), 2500),
        error(23_500),
        key(24_000, None, Some(60.0)),
        key(24_250, Some(250.0), Some(80.0)),
    ];
    Timeline::new([
        batch("view-two", 0, None, checkout),
        batch("view-one", 1, None, home[4..].to_vec()),
        batch("view-one", 0, None, home[..4].to_vec()),
        batch("view-two", 2, None, [click(26_000, 700.0, 700.0)]),
    ])
}

#[test]
fn a_session_by_hand() {
    let timeline = shopping();
    let summary = summarize(&timeline, &thresholds());
    let json = serde_json::to_value(&summary).unwrap();
    let at = |path: &str| json.pointer(path).cloned().unwrap_or_else(|| panic!("no {path}"));
    assert_eq!((summary.duration_ms, summary.active_ms), (26_000, 6000 + 6000));
    let counts = serde_json::json!({
        "mousemove": 3, "click": 7, "rage": 1, "dead": 1, "error_click": 2, "scroll": 2, "keypress": 2,
        "navigation": 4, "visibility": 1,
    });
    assert_eq!(at("/counts"), counts, "the clicks at 22.6 and 22.8 s come within 1 s of the error");
    let page = |url: &str, entered_at, time_ms, max_depth| serde_json::json!({"url": format!("{SHOP}{url}"), "page": format!("{SHOP}{url}"), "entered_at": entered_at, "time_ms": time_ms, "max_depth": max_depth});
    let pages = [
        page("", 0, 2000, 50),
        page("product", 2000, 3000, 80),
        page("", 5000, 1000, 0),
        page("checkout", 20_000, 6000, 0),
    ];
    assert_eq!(at("/pages"), serde_json::json!(pages));
    assert_eq!((at("/pointer/points"), at("/pointer/strokes")), (3.into(), 2.into()));
    assert_eq!(
        at("/pointer/speed_px_s"),
        serde_json::json!({"mean": 500.0, "median": 500.0, "p95": 500.0, "max": 500.0})
    );
    assert_eq!(summary.pointer.efficiency, Some(1.0));
    let hovers: Vec<_> = summary.hovers.iter().map(|h| (h.start, h.duration_ms, h.element.as_deref())).collect();
    assert_eq!(hovers, [(200, 1800, None), (20_100, 5900, Some("#pay"))]);
    let [burst] = &summary.rage[..] else { panic!("{json}") };
    assert_eq!((burst.start, burst.count, burst.span_ms, burst.x, burst.y), (22_000, 5, 800, 112.0, 110.0));
    assert_eq!((burst.reacted, &burst.suppressed), (Some(false), &None));
    assert_eq!(
        at("/quick_backs"),
        serde_json::json!([{"from": format!("{SHOP}product"), "to": SHOP, "at": 5000, "after_ms": 3000}])
    );
    assert_eq!((summary.scroll.reversals, summary.scroll.max_depth), (1, 80.0));
    assert_eq!((summary.typing.presses, summary.typing.per_minute), (2, 240.0));
    // error 5 + rage 4 + error clicks 2 x 4 + dead 2 + quick back 1
    assert_eq!(summary.frustration, Frustration { score: 20, tier: Tier::High });
    assert_eq!(summary.completeness, Some(0.8), "of view two, seq 1 is missing");

    let score = score(&timeline, &thresholds());
    assert_eq!((score.of_batches, score.rage, score.dead, score.error_clicks, score.frustration), (4, 1, 1, 2, 20));
    assert_eq!((score.completeness, score.activity.iter().sum::<u32>()), (Some(0.8), 22));
}

#[test]
fn its_report_by_hand() {
    let report = report(&shopping());
    assert_eq!(report.viewport.map(|viewport| viewport.w), Some(1000.0));
    let places: Vec<_> = report
        .click_places
        .iter()
        .map(|p| (p.page.strip_prefix(SHOP).unwrap(), p.element.as_str(), p.clicks, p.dead, p.first_at, p.x))
        .collect();
    let expected =
        [("checkout", "#pay", 5, 1, 22_000, 112.0), ("", "", 1, 0, 1000, 30.0), ("checkout", "", 1, 0, 26_000, 700.0)];
    assert_eq!(places, expected);
    assert_eq!((report.click_places[0].label.as_str(), report.click_places[0].interactive), ("#pay", true));
    let pages: Vec<_> = report
        .pages
        .iter()
        .map(|p| (p.page.strip_prefix(SHOP).unwrap(), p.views, p.time_ms, p.clicks, p.first_click_after_ms))
        .collect();
    let expected = [("checkout", 1, 6000, 6, Some(2000)), ("", 2, 3000, 1, Some(1000)), ("product", 1, 3000, 0, None)];
    assert_eq!(pages, expected);
}

#[test]
fn a_report_names_the_most_frequent() {
    let clicks = (0..30).flat_map(|i| (0..=i).map(move |_| click(0, f64::from(i) * 100.0, 0.0)));
    let loads = (0..30).map(|i| load(1000 + i * i, &format!("p{i}")));
    let report = report(&Timeline::new([batch("view-one", 0, None, clicks.chain(loads))]));
    assert_eq!(report.click_places.iter().map(|p| p.clicks).collect::<Vec<_>>(), (11..=30).rev().collect::<Vec<_>>());
    assert_eq!(report.pages.len(), Report::PLACES);
    assert!(report.pages.is_sorted_by_key(|page| std::cmp::Reverse(page.time_ms)));
}

#[test]
fn an_empty_session_is_all_zero() {
    assert_eq!(summarize(&Timeline::default(), &thresholds()), Summary::default());
    let report = report(&Timeline::default());
    assert_eq!((report.click_places.len(), report.pages.len(), report.viewport), (0, 0, None));
}

/// Any number, with those at the ends more often.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        prop::sample::select(vec![0.0, -0.0, 1e6, -1e5, f64::MAX, f64::MIN, f64::NAN, f64::INFINITY, 5e-324]),
        -100.0..100.0,
    ]
}

fn any_time() -> impl Strategy<Value = Millis> {
    prop_oneof![any::<i64>(), prop::sample::select(vec![i64::MIN, i64::MAX, 0]), 0..3000_i64]
}

fn any_event() -> impl Strategy<Value = Event> {
    let kind = prop::sample::select(vec![
        NavigationKind::Load,
        NavigationKind::Push,
        NavigationKind::Replace,
        NavigationKind::Pop,
        NavigationKind::Hash,
        NavigationKind::Unload,
    ]);
    let numbers = (any_number(), any_number(), any_number(), any_number());
    (0..11_u8, any_time(), numbers, kind, any::<u32>()).prop_map(|(what, at, (a, b, c, d), kind, n)| {
        // Elements are passed on as they are.
        let element = button("#it", [a, b, c, d].map(|edge| if edge.is_finite() { edge } else { 7.0 }));
        match what {
            0 | 1 => mouse(at, a, b),
            2 => click(at, a, b),
            3 => click_on(at, a, b, &element),
            4 => dead_click(at, a, b, Some(&element), n),
            5 => error(at),
            6 => scroll(at, a, b),
            7 => key(at, Some(a), Some(b)),
            8 => navigate(at, kind, ["", "a", "a?b", "#c"][n as usize % 4]),
            9 => hide(at),
            _ => window(at, a, b, c),
        }
    })
}

fn any_batch() -> impl Strategy<Value = Batch> {
    let url = prop::option::of(prop::sample::select(vec!["", SHOP, "/", "nonsense", "http://shop.test/a#x"]));
    let view = prop::sample::select(vec!["view-one", "view-two", "_anonymous"]);
    (view, any::<u32>(), url, prop::collection::vec(any_event(), 0..20))
        .prop_map(|(view, seq, url, events)| batch(view, seq, url, events))
}

proptest! {
    /// No input makes a fold panic, or a figure that is no number.
    #[test]
    fn any_input_gives_numbers(
        batches in prop::collection::vec(any_batch(), 0..4),
        (rage_radius, rage_window_ms, rage_count, dead_after_ms) in (any_number(), any_time(), any::<u32>(), any_time()),
        cell in any::<u32>(),
    ) {
        let thresholds = Thresholds { rage_radius, rage_window_ms, rage_count: rage_count % 5, dead_after_ms };
        let timeline = Timeline::new(batches);
        // JSON has no NaN: in its stead stands a null, which is no number when it is read back.
        fn survives<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) {
            let text = serde_json::to_string(value).unwrap();
            assert!(serde_json::from_str::<T>(&text).is_ok(), "{text}");
        }
        let summary = summarize(&timeline, &thresholds);
        prop_assert!([summary.pointer.efficiency, summary.completeness].iter().flatten().all(|share| (0.0..=1.0).contains(share)));
        survives(&summary);
        survives(&score(&timeline, &thresholds));
        let report = serde_json::to_string(&report_with(&timeline, &thresholds)).unwrap();
        prop_assert!(!report.contains("\"x\":null"));
        let mut sums = PageSums::new(&Layer::ALL, cell);
        let session_of = Session::new(start());
        Visit::all(&session_of, &timeline, &thresholds).iter().for_each(|visit| sums.add(visit));
        survives(&sums.row("/"));
        for mode in [HeatmapMode::Page, HeatmapMode::Viewport, HeatmapMode::Element] {
            survives(&session_heatmap(&timeline, &session(), None, mode, &thresholds));
            survives(&sums.heatmap("/", mode, HeatmapCount::Events, 1));
        }
    }
}
