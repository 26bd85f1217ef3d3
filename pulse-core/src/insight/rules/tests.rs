#![allow(clippy::unwrap_used)]
use super::*;
use crate::insight::fixtures;

fn analyze(report: &Report) -> Insight {
    Rules::new().analyze(report, 42)
}

#[test]
fn a_calm_visit_is_called_calm_and_given_no_advice() {
    let insight = analyze(&fixtures::calm());
    assert_eq!(insight.main_problem.title, "No clear problem in this visit");
    assert_eq!(
        insight.main_problem.detail,
        "The visit led from the home page to /product in 1 minute 2 seconds, with 2 clicks, and nothing got in the way."
    );
    assert_eq!(insight.main_problem.severity, crate::model::Severity::Low);
    assert!(insight.insights.is_empty() && insight.recommendations.is_empty());
    assert_eq!((insight.generated_at, insight.of.as_str()), (42, "calm-session"));
    assert_eq!(insight.source.analyst, AnalystKind::Rules);
}

#[test]
fn what_is_too_short_is_called_so() {
    assert_eq!(analyze(&fixtures::empty()).main_problem.title, "Too little was recorded to say");
    let mut report = fixtures::calm();
    report.summary.duration_ms = 3_000;
    report.summary.counts.click = 1;
    let main = analyze(&report).main_problem;
    assert_eq!(main.title, "This visit is too short to say");
    assert_eq!(main.detail, "It lasted 3 seconds, with 1 click.");
}

#[test]
fn rage_at_a_dead_button_is_the_main_problem() {
    let insight = analyze(&fixtures::rage());
    let main = &insight.main_problem;
    assert_eq!(main.title, "The “Pay with Orbit” button does not answer: 7 clicks came to nothing");
    assert_eq!(main.severity, crate::model::Severity::High);
    let evidence = &main.evidence[0];
    assert_eq!((evidence.timestamp, evidence.count), (Some(fixtures::START + 40_000), Some(7)));
    assert_eq!(evidence.element.as_deref(), Some("#orbit"));
    assert_eq!(
        insight.recommendations[0].action,
        "Repair the “Pay with Orbit” button on /product: the first click must bring the next page or a message"
    );
}

#[test]
fn labels_bring_no_markup_with_them() {
    let mut report = fixtures::rage();
    let hostile = "<img src=x onerror=alert(1)>Pay [now](https://evil.example) >";
    for finding in &mut report.diagnosis.findings {
        finding.element.as_mut().unwrap().label = Some(hostile.to_owned());
    }
    let insight = analyze(&report);
    assert!(insight.main_problem.title.starts_with("The “Pay now >” button"), "{}", insight.main_problem.title);
    assert!(!serde_json::to_string(&insight).unwrap().contains("evil.example"));
}

#[test]
fn reading_counts_up_to_the_trouble_and_only_where_nothing_else_was_clicked() {
    use crate::{
        analyze::detect::{Aftermath, Episode, Purpose},
        insight::fact::read_before,
    };
    let mut report = fixtures::rage();
    let main = report.diagnosis.findings[0].clone();
    report.diagnosis.episodes = vec![Episode {
        purpose: Purpose::Choosing,
        begin: main.at() - 12_000,
        end: main.at() + 30_000,
        page: main.page.clone(),
        tried: Vec::new(),
        aftermath: Aftermath::Left,
    }];
    report.click_places.clear();
    assert_eq!(read_before(&report, &main).map(|read| read.ms()), Some(12_000));
    report.diagnosis.episodes[0].begin = main.at() - 3_000;
    assert!(read_before(&report, &main).is_none());
    report.diagnosis.episodes[0].begin = main.at() - 40_000;
    report.click_places = fixtures::calm().click_places;
    assert!(read_before(&report, &main).is_none());
}
