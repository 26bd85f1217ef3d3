//! Reports for tests.
#![allow(clippy::unwrap_used)]

use crate::{
    analyze::{
        AccelerationStats, ClickAt, ClickPlace, Frustration, Hesitation, Hover, IntervalStats, PageReport, PageSummary,
        PointerSummary, RageBurst, Report, ScrollSummary, SignalCounts, SpeedStats, Summary, Tier, TypingSummary,
        detect::{Aftermath, Diagnosis, Figure, Finding, FindingKind, Harm, Measure},
    },
    model::{Device, Element, Millis, ViewportSize},
};

/// When the visits began.
pub(super) const START: Millis = 1_790_000_000_000;
const SHOP: &str = "http://localhost:8080";

/// A visit of which nothing but the start is known.
pub(super) fn empty() -> Report {
    Report {
        session_id: "empty-session".parse().unwrap(),
        started_at: START,
        device: Device::Unknown,
        viewport: None,
        summary: Summary::default(),
        diagnosis: Diagnosis::default(),
        click_places: Vec::new(),
        pages: Vec::new(),
    }
}

/// A visit without any trouble.
pub(super) fn calm() -> Report {
    let view = |path: &str, after, time_ms, max_depth| PageSummary {
        url: format!("{SHOP}{path}"),
        page: format!("{SHOP}{path}"),
        entered_at: START + after,
        time_ms,
        max_depth,
    };
    let page = |path: &str, time_ms, max_depth| PageReport {
        page: format!("{SHOP}{path}"),
        title: None,
        views: 1,
        time_ms,
        max_depth,
        clicks: 1,
        first_click_after_ms: Some(2_100),
    };
    let place = |path: &str, label: &str, on: &str, at| ClickPlace {
        page: format!("{SHOP}{on}"),
        element: path.to_owned(),
        label: label.to_owned(),
        interactive: true,
        clicks: 1,
        dead: 0,
        first_at: START + at,
        x: 640.0,
        y: 412.5,
    };
    Report {
        session_id: "calm-session".parse().unwrap(),
        started_at: START,
        device: Device::Desktop,
        viewport: Some(ViewportSize { w: 1440.0, h: 900.0 }),
        summary: Summary {
            duration_ms: 62_000,
            active_ms: 48_000,
            counts: SignalCounts { mousemove: 1_204, click: 2, scroll: 31, navigation: 2, ..SignalCounts::default() },
            pages: vec![view("/", 0, 21_000, 80.0), view("/product", 21_000, 41_000, 92.0)],
            pointer: PointerSummary {
                points: 1_204,
                strokes: 38,
                distance_px: 18_402.7,
                speed_px_s: SpeedStats { mean: 412.4, median: 388.0, p95: 1_302.0, max: 2_210.9 },
                acceleration_px_s2: AccelerationStats { mean: 2_014.0, p95: 9_120.0, max: 20_400.0 },
                efficiency: Some(0.82),
                thrash: Vec::new(),
            },
            hovers: vec![Hover {
                x: 640.0,
                y: 410.0,
                start: START + 23_000,
                duration_ms: 1_940,
                element: Some("main > img".to_owned()),
                label: Some("Picture of the lamp".to_owned()),
            }],
            scroll: ScrollSummary { max_depth: 92.0, reversals: 2, excessive: false },
            completeness: Some(1.0),
            ..Summary::default()
        },
        diagnosis: Diagnosis::default(),
        click_places: vec![place("#lamp", "Desk lamp", "/", 2_100), place("#add", "Add to cart", "/product", 23_100)],
        pages: vec![page("/product", 41_000, 92.0), page("/", 21_000, 80.0)],
    }
}

/// [`calm`], and then rage at one dead payment button and a dead click on another.
pub(super) fn rage() -> Report {
    let mut report = calm();
    let button = |id: &str, label: &str| Element {
        tag: "button".to_owned(),
        label: Some(label.to_owned()),
        interactive: true,
        ..Element::from_selector(format!("#{id}"))
    };
    let dead = |at, element| ClickAt { at: START + at, x: 300.0, y: 700.0, element: Some(element) };
    let summary = &mut report.summary;
    summary.counts = SignalCounts { click: 10, rage: 1, dead: 2, keypress: 14, ..summary.counts };
    summary.rage = vec![
        RageBurst {
            start: START + 40_000,
            count: 7,
            span_ms: 1_200,
            x: 300.0,
            y: 700.0,
            element: Some(button("orbit", "Pay with Orbit")),
            reacted: Some(false),
            suppressed: None,
        },
        RageBurst {
            start: START + 30_000,
            count: 9,
            span_ms: 2_000,
            x: 20.0,
            y: 20.0,
            element: Some(button("more", "+")),
            reacted: Some(true),
            suppressed: Some("stepper".to_owned()),
        },
    ];
    summary.dead = vec![dead(41_200, button("orbit", "Pay with Orbit")), dead(45_000, button("plum", "Pay with Plum"))];
    summary.hesitations = vec![
        Hesitation { element: button("orbit", "Pay with Orbit"), ms: 6_000, at: START + 40_000 },
        Hesitation { element: button("plum", "Pay with Plum"), ms: 5_200, at: START + 45_000 },
    ];
    summary.typing = TypingSummary {
        presses: 14,
        interval_ms: IntervalStats { mean: 240.0, median: 210.0, sd: 90.0, max: 800.0 },
        per_minute: 250.0,
        ..TypingSummary::default()
    };
    summary.frustration = Frustration { score: 8, tier: Tier::Medium };
    let unresponsive = |id: &str, label: &str, at: &[Millis], count: u32, span: u32, strength| Finding {
        kind: FindingKind::Unresponsive,
        page: format!("{SHOP}/product"),
        element: Some((&button(id, label)).into()),
        place: Some((300.0, 700.0)),
        other: None,
        other_page: None,
        error: None,
        moments: at.iter().map(|at| START + at).collect(),
        count,
        figures: vec![Figure::new(Measure::Clicks, count), Figure::new(Measure::SpanMs, span)],
        harm: Harm::BlockedGoal,
        cost_ms: 3_700,
        strength,
        aftermath: Aftermath::Left,
    };
    report.diagnosis.findings = vec![
        unresponsive("orbit", "Pay with Orbit", &[40_000, 40_200, 40_400, 40_600, 41_200], 7, 1_200, 0.8),
        unresponsive("plum", "Pay with Plum", &[45_000], 1, 0, 0.3),
    ];
    report.click_places.insert(
        0,
        ClickPlace {
            page: format!("{SHOP}/product"),
            element: "#orbit".to_owned(),
            label: "Pay with Orbit".to_owned(),
            interactive: true,
            clicks: 7,
            dead: 1,
            first_at: START + 40_000,
            x: 300.0,
            y: 700.0,
        },
    );
    report
}
