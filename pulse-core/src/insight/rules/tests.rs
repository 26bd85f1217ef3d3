#![allow(clippy::unwrap_used)]
use std::collections::HashMap;

use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::{
    analyze::*,
    insight::fixtures::{self, START},
    model::{Device, Element, Evidence, ViewportSize},
};

fn analyze(report: &Report) -> Insight {
    Rules::new().analyze(report, 42)
}

fn all_evidence(insight: &Insight) -> Vec<&Evidence> {
    let findings = insight.insights.iter().flat_map(|finding| &finding.evidence);
    let recommendations = insight.recommendations.iter().flat_map(|recommendation| &recommendation.evidence);
    insight.main_problem.evidence.iter().chain(findings).chain(recommendations).collect()
}

fn all_text(insight: &Insight) -> Vec<&str> {
    let main = [insight.main_problem.title.as_str(), insight.main_problem.detail.as_str()];
    let findings = insight.insights.iter().flat_map(|f| [f.title.as_str(), f.detail.as_str()]);
    let recommendations = insight.recommendations.iter().flat_map(|r| [r.action.as_str(), r.rationale.as_str()]);
    main.into_iter().chain(findings).chain(recommendations).collect()
}

/// Everything in a report that has a time, and everything that has an element, independent of how evidence is made.
fn places(report: &Report) -> (Vec<Millis>, HashMap<&str, Vec<u64>>) {
    let s = &report.summary;
    let mut times = vec![report.started_at];
    times.extend(s.rage.iter().map(|b| b.start));
    times.extend(s.dead.iter().chain(&s.error_clicks).map(|c| c.at));
    times.extend(s.hesitations.iter().map(|h| h.at));
    times.extend(s.hovers.iter().map(|h| h.start));
    times.extend(s.pointer.thrash.iter().map(|t| t.start));
    times.extend(s.quick_backs.iter().map(|b| b.at));
    times.extend(report.click_places.iter().map(|p| p.first_at));
    let mut elements: HashMap<&str, Vec<u64>> = HashMap::new();
    let clicks = s.dead.iter().chain(&s.error_clicks).filter_map(|c| c.element.as_ref());
    for element in clicks.chain(s.hesitations.iter().map(|h| &h.element)) {
        elements.entry(&element.path).or_default();
    }
    for hover in &s.hovers {
        elements.entry(hover.element.as_deref().unwrap_or_default()).or_default();
    }
    for burst in &s.rage {
        let path = burst.element.as_ref().map_or("", |element| element.path.as_str());
        elements.entry(path).or_default().push(u64::from(burst.count));
    }
    for place in &report.click_places {
        elements.entry(&place.element).or_default().push(place.clicks);
    }
    (times, elements)
}

fn assert_exists(report: &Report, evidence: &Evidence) {
    let (times, elements) = places(report);
    assert_eq!(evidence.session_id.as_ref(), Some(&report.session_id));
    assert!(!evidence.label.is_empty());
    if let Some(at) = evidence.timestamp {
        assert!(times.contains(&at), "{evidence:?}");
    }
    let Some(element) = &evidence.element else {
        return;
    };
    let counts = elements.get(element.as_str()).unwrap_or_else(|| panic!("no such element: {evidence:?}"));
    if let Some(count) = evidence.count {
        assert!(counts.contains(&count), "{evidence:?}");
    }
}

fn assert_well_formed(report: &Report, insight: &Insight) {
    assert!((4..=6).contains(&insight.insights.len()), "{} insights", insight.insights.len());
    assert!((3..=4).contains(&insight.recommendations.len()), "{} recommendations", insight.recommendations.len());
    for text in all_text(insight) {
        assert!(!text.trim().is_empty());
        assert!(!text.contains("  ") && !text.contains(['<', '>', '\n']), "{text}");
        let first = text.chars().next().unwrap();
        assert!(!first.is_ascii_lowercase(), "{text}");
    }
    let mut titles: Vec<&str> = insight.insights.iter().map(|finding| finding.title.as_str()).collect();
    titles.push(&insight.main_problem.title);
    titles.sort_unstable();
    titles.dedup();
    assert_eq!(titles.len(), insight.insights.len() + 1, "{insight:#?}");
    let statements = insight.insights.iter().map(|f| f.evidence.len());
    let statements = statements.chain(insight.recommendations.iter().map(|r| r.evidence.len()));
    for evidence in statements.chain([insight.main_problem.evidence.len()]) {
        assert!((1..=5).contains(&evidence), "{evidence} pieces of evidence");
    }
    for evidence in all_evidence(insight) {
        assert_exists(report, evidence);
    }
}

#[test]
fn rage_at_a_dead_button_is_the_main_problem() {
    let report = fixtures::rage();
    let insight = analyze(&report);
    assert_well_formed(&report, &insight);
    let main = &insight.main_problem;
    assert_eq!(main.severity, Severity::High);
    assert_eq!(main.title, "“Pay with Orbit” does not answer, however often it is clicked");
    assert!(
        main.detail.starts_with("“Pay with Orbit” took 7 clicks within 1.2 seconds on /product"),
        "{}",
        main.detail
    );
    let evidence = &main.evidence[0];
    assert_eq!(evidence.label, "rage on “Pay with Orbit”, 7 clicks");
    assert_eq!((evidence.timestamp, evidence.count), (Some(START + 40_000), Some(7)));
    assert_eq!(evidence.element.as_deref(), Some("#orbit"));
    let titles: Vec<&str> = insight.insights.iter().map(|finding| finding.title.as_str()).collect();
    assert!(titles.contains(&"A click on “Pay with Plum” leads to nothing"), "{titles:?}");
    assert!(titles.contains(&"The visitor hesitated before “Pay with Plum”"), "{titles:?}");
    assert!(!all_text(&insight).iter().any(|text| text.contains("“+”")), "suppressed rage is not told");
    assert_eq!(insight.recommendations[0].action, "Make “Pay with Orbit” work, or take it off the page");
    assert_eq!((insight.generated_at, insight.of.as_str()), (42, "calm-session"));
    assert_eq!(insight.source.analyst, AnalystKind::Rules);
}

#[test]
fn a_calm_visit_is_called_one() {
    let report = fixtures::calm();
    let insight = analyze(&report);
    assert_well_formed(&report, &insight);
    assert_eq!(insight.main_problem.title, "No clear problem in this visit");
    assert_eq!(insight.main_problem.severity, Severity::Low);
    assert!(
        insight
            .main_problem
            .detail
            .contains("In 1 minute 2 seconds, 2 page views and 2 clicks nothing points to trouble")
    );
    assert_eq!(insight.insights[0].title, "The visit led from the home page to /product");
}

#[test]
fn an_empty_visit_is_told_without_claims() {
    let report = fixtures::empty();
    let insight = analyze(&report);
    assert_well_formed(&report, &insight);
    assert_eq!(insight.main_problem.title, "No clear problem in this visit");
    assert!(insight.main_problem.detail.starts_with("Nothing was recorded after the visit began"));
    assert_eq!(insight.insights[0].title, "No page view was recorded");
}

#[test]
fn what_is_graver_comes_first() {
    let click = |at, path: &str| ClickAt { at, x: 1.0, y: 1.0, element: Some(Element::from_selector(path)) };
    let mut report = fixtures::calm();
    report.summary.pointer.thrash = vec![Thrash { start: START, duration_ms: 600 }];
    assert!(analyze(&report).main_problem.title.starts_with("The pointer was shaken once"));
    report.summary.quick_backs =
        vec![QuickBack { from: "http://x/a".into(), to: "http://x/".into(), at: START, after_ms: 2_140 }];
    assert_eq!(analyze(&report).main_problem.title, "/a was not what the visitor expected");
    report.summary.scroll = ScrollSummary { max_depth: 70.0, reversals: 14, excessive: true };
    assert_eq!(analyze(&report).main_problem.title, "The visitor scrolled back and forth 14 times");
    report.summary.hesitations = ["#a", "#b", "#c"]
        .map(|path| Hesitation { element: Element::from_selector(path), ms: 2_000, at: START + 30_000 })
        .to_vec();
    assert_eq!(analyze(&report).main_problem.title, "The visitor hesitated over 3 options on /product");
    report.summary.dead = vec![click(START, "#d")];
    assert_eq!(analyze(&report).main_problem.title, "A click on “#d” leads to nothing");
    report.summary.error_clicks = vec![click(START, "#e")];
    assert_eq!(analyze(&report).main_problem.title, "A script error follows a click on “#e”");
    report.summary.rage = fixtures::rage().summary.rage;
    assert!(analyze(&report).main_problem.title.starts_with("“Pay with Orbit” does not answer"));
    assert_well_formed(&report, &analyze(&report));
}

#[test]
fn labels_bring_no_markup_with_them() {
    let mut report = fixtures::rage();
    let hostile = "<img src=x onerror=alert(1)>Pay [now](https://evil.example)";
    for burst in &mut report.summary.rage {
        burst.element.as_mut().unwrap().label = Some(hostile.to_owned());
    }
    let insight = analyze(&report);
    assert_well_formed(&report, &insight);
    assert!(insight.main_problem.title.starts_with("“Pay now”"), "{}", insight.main_problem.title);
    assert!(!serde_json::to_string(&insight).unwrap().contains("evil.example"));
}

fn millis() -> impl Strategy<Value = Millis> {
    prop_oneof![0..100_000_i64, Just(0), any::<i64>()]
}

fn float() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..5_000.0, any::<f64>(), Just(f64::NAN)]
}

fn element() -> impl Strategy<Value = Element> {
    let label = prop_oneof![Just(String::new()), "[A-Z][a-z]{1,6}( [a-z]{1,5})?", "\\PC{0,20}"];
    let tag = prop_oneof![Just("button"), Just("a"), Just("div"), Just("")];
    ("(#[a-c]|main > p|)", option::of(label), tag).prop_map(|(path, label, tag)| Element {
        label,
        tag: tag.to_owned(),
        ..Element::from_selector(path)
    })
}

fn page() -> impl Strategy<Value = String> {
    prop_oneof!["http://shop\\.test/[a-d]?", "\\PC{0,20}"]
}

fn clicks() -> impl Strategy<Value = Vec<ClickAt>> {
    vec((millis(), float(), float(), option::of(element())), 0..6)
        .prop_map(|all| all.into_iter().map(|(at, x, y, element)| ClickAt { at, x, y, element }).collect())
}

prop_compose! {
    fn burst()(start in millis(), count in 3..50_u32, span_ms in millis(), x in float(), y in float(),
               element in option::of(element()), reacted in any::<Option<bool>>(), suppressed in any::<bool>()) -> RageBurst {
        RageBurst { start, count, span_ms, x, y, element, reacted, suppressed: suppressed.then(|| "stepper".to_owned()) }
    }
}

prop_compose! {
    fn counts()(mousemove in 0..5_000_u64, click in 0..90_u64, scroll in 0..90_u64, keypress in 0..90_u64,
                visibility in 0..9_u64) -> SignalCounts {
        SignalCounts { mousemove, click, scroll, keypress, visibility, ..SignalCounts::default() }
    }
}

prop_compose! {
    fn pointer()(strokes in 0..90_u64, distance_px in float(), mean in float(), max in float(), efficiency in option::of(float()),
                 thrash in vec((millis(), millis()), 0..4)) -> PointerSummary {
        PointerSummary {
            strokes, distance_px, efficiency, speed_px_s: SpeedStats { mean, max, ..SpeedStats::default() },
            thrash: thrash.into_iter().map(|(start, duration_ms)| Thrash { start, duration_ms }).collect(),
            ..PointerSummary::default()
        }
    }
}

prop_compose! {
    fn summary()(
        (duration_ms, active_ms, counts, pointer, rage) in (millis(), millis(), counts(), pointer(), vec(burst(), 0..5)),
        (dead, error_clicks) in (clicks(), clicks()),
        pages in vec((page(), millis(), millis(), float()), 0..8),
        hovers in vec((float(), float(), millis(), millis(), option::of("#[a-z]{0,3}")), 0..4),
        hesitations in vec((element(), millis(), millis()), 0..6),
        (max_depth, reversals, excessive) in (float(), 0..30_u64, any::<bool>()),
        quick_backs in vec((page(), page(), millis(), millis()), 0..4),
        (presses, median, longest, per_minute) in (0..60_u64, float(), float(), float()),
        completeness in option::of(float()),
    ) -> Summary {
        Summary {
            duration_ms, active_ms, counts, pointer, rage, dead, error_clicks, completeness,
            pages: pages.into_iter().map(|(url, entered_at, time_ms, max_depth)| PageSummary { page: url.clone(), url, entered_at, time_ms, max_depth }).collect(),
            hovers: hovers.into_iter().map(|(x, y, start, duration_ms, element)| Hover { x, y, start, duration_ms, element }).collect(),
            hesitations: hesitations.into_iter().map(|(element, ms, at)| Hesitation { element, ms, at }).collect(),
            scroll: ScrollSummary { max_depth, reversals, excessive },
            quick_backs: quick_backs.into_iter().map(|(from, to, at, after_ms)| QuickBack { from, to, at, after_ms }).collect(),
            typing: TypingSummary { presses, per_minute, interval_ms: IntervalStats { median, max: longest, ..IntervalStats::default() }, ..TypingSummary::default() },
            frustration: Frustration::default(),
        }
    }
}

prop_compose! {
    pub(crate) fn report()(
        summary in summary(),
        places in vec((page(), element(), any::<bool>(), 1..20_u64, millis(), float(), float()), 0..6),
        pages in vec((page(), 1..5_u64, millis(), float(), 0..9_u64, option::of(millis())), 0..6),
        viewport in option::of((float(), float())),
        device in prop_oneof![Just(Device::Desktop), Just(Device::Mobile), Just(Device::Unknown)],
    ) -> Report {
        Report {
            session_id: "random-session".parse().unwrap(), started_at: START, device,
            viewport: viewport.map(|(w, h)| ViewportSize { w, h }), summary,
            diagnosis: detect::Diagnosis::default(),
            click_places: places.into_iter().map(|(page, element, interactive, clicks, first_at, x, y)| ClickPlace {
                page, element: element.path, label: element.label.unwrap_or_default(), interactive, clicks, dead: 0, first_at, x, y,
            }).collect(),
            pages: pages.into_iter().map(|(page, views, time_ms, max_depth, clicks, first_click_after_ms)| PageReport {
                page, views, time_ms, max_depth, clicks, first_click_after_ms,
            }).collect(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_report_gives_a_whole_insight(report in report()) {
        let insight = analyze(&report);
        assert_well_formed(&report, &insight);
        prop_assert_eq!(&insight, &analyze(&report), "the same report gives the same insight");
    }
}
