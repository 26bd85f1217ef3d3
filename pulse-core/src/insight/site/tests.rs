#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use super::*;
use crate::{
    analyze::{
        detect::{ElementRef, FindingKind, Measure, Sort, Typical},
        problems::{ProblemId, Share95},
    },
    model::{Insight, Severity},
    wire::{Goals, MeanFigure, ProblemExample, ProblemState},
};

fn row(kind: FindingKind, hit: u64, seen: u64) -> ProblemRow {
    let goals = |reached: u64, others_reached: u64| Goals {
        hit_reached: reached,
        hit: Share95::new(reached, hit),
        others_reached,
        others: seen - hit,
        not_hit: Share95::new(others_reached, seen - hit),
    };
    let example = |n: u64| ProblemExample {
        session_id: format!("session-{n:04}").parse().unwrap(),
        timestamp: 1_000_000 + n as i64,
    };
    ProblemRow {
        id: ProblemId::from_bits(hit),
        kind,
        title: String::new(),
        page: "https://shop.example/checkout".into(),
        target: "#pay-later".into(),
        element: Some(ElementRef { path: "#pay-later".into(), label: Some("Pay later".into()), sort: Sort::Button }),
        other: None,
        other_page: Some("https://shop.example/cart".into()),
        error: Some("TypeError: total is undefined".into()),
        place: None,
        severity: Severity::High,
        weight: 0.1,
        gravity: 0.8,
        strength: 0.8,
        hit,
        seen,
        share: Share95::new(hit, seen),
        times: hit * 4,
        cost_ms: hit * 5000,
        blocked: hit,
        left: hit / 4,
        gave_up: 0,
        came_back: 1,
        first_seen: 1_000_000,
        last_seen: 2_000_000,
        figures: vec![
            MeanFigure { name: Measure::Clicks, mean: 4.2, n: hit, usual: None },
            MeanFigure {
                name: Measure::BeforeClickMs,
                mean: 4500.0,
                n: hit,
                usual: Some(Typical { value: 1200.0, n: 80 }),
            },
        ],
        examples: (0..5).map(example).collect(),
        days: Vec::new(),
        goals: Some(goals(hit / 10, (seen - hit) / 2)),
        status: ProblemState::Open,
        confirmed: false,
        fix: None,
        note: None,
        status_at: None,
    }
}

fn report(problems: Vec<ProblemRow>) -> SiteReport {
    let page = PageRow {
        page: "https://shop.example/checkout".into(),
        sessions: 210,
        views: 260,
        exits: 40,
        mean_time_ms: 41_000.0,
        scroll_reach: vec![1.0; 101],
        ..PageRow::default()
    };
    SiteReport { subject: Subject::Site, visits: 1000, problems, pages: vec![page] }
}

#[test]
fn a_problem_is_told_with_its_share_what_it_costs_and_what_to_change() {
    let insight = site_insight(&report(vec![row(FindingKind::Unresponsive, 41, 210)]), 5);
    let main = &insight.main_problem;
    assert_eq!(main.title, "The “Pay later” button on /checkout does not answer");
    assert_eq!(
        main.detail,
        "41 of 210 visits of /checkout (20 %, between 15 and 25 %) clicked it, and nothing happened: 4.2 clicks a \
         visit on average. 10 visits ended there. 1 visit went back."
    );
    assert_eq!(insight.insights[0].title, "Visits that it hits reach the goal less often");
    assert_eq!(
        insight.insights[0].detail,
        "The “Pay later” button on /checkout does not answer: 4 of the 41 visits reached the goal (9.8 %), and 84 of \
         the 169 others (50 %). The difference is larger than chance explains."
    );
    let [todo] = &insight.recommendations[..] else { panic!("{insight:?}") };
    assert_eq!(todo.action, "Make the “Pay later” button on /checkout do what it says, or disable it and say why");
    assert_eq!(
        todo.rationale,
        "If the 41 visits hit did as well as the others, some 16 more of them would reach the goal (50 % instead of \
         9.8 %)."
    );
    assert_eq!((main.evidence.len(), main.evidence[0].count), (5, Some(41)));
    assert_eq!((insight.of.as_str(), insight.generated_at), ("site", 5));
}

/// Every statement of an answer with its evidence.
fn statements(insight: &Insight) -> Vec<(&str, &[crate::model::Evidence])> {
    let main = (&*insight.main_problem.title, &*insight.main_problem.evidence);
    let insights = insight.insights.iter().map(|of| (&*of.detail, &*of.evidence));
    let todo = insight.recommendations.iter().map(|of| (&*of.action, &*of.evidence));
    std::iter::once(main).chain(insights).chain(todo).collect()
}

#[test]
fn every_kind_has_words_and_everything_said_leads_to_moments() {
    let mut titles = HashSet::new();
    for kind in FindingKind::ALL.iter().copied() {
        for element in [true, false] {
            let mut problem = row(kind, 30, 200);
            if !element {
                problem.element = None;
                problem.goals = None;
            }
            let insight = site_insight(&report(vec![problem]), 0);
            titles.insert(insight.main_problem.title.clone());
            let text = serde_json::to_string(&insight).unwrap();
            assert!(!text.contains("  ") && !text.contains(" ,") && !text.contains(".."), "{text}");
            assert!(text.contains("/checkout"), "{text}");
            for (said, evidence) in statements(&insight) {
                let leads = |of: &crate::model::Evidence| of.session_id.is_some() && of.timestamp.is_some();
                assert!(!evidence.is_empty() && evidence.iter().all(leads), "{said}");
                assert!(!said.starts_with(char::is_lowercase), "{said}");
            }
        }
    }
    assert!(titles.len() > FindingKind::ALL.len(), "each is told in its own words: {titles:?}");
}

#[test]
fn where_nothing_goes_wrong_little_is_said() {
    let insight = site_insight(&report(Vec::new()), 0);
    assert_eq!(insight.main_problem.title, "Nothing to fix is known");
    assert_eq!(insight.main_problem.detail, "Nothing in 1,000 visits points to trouble.");
    assert!(insight.insights.is_empty() && insight.recommendations.is_empty());
}

#[test]
fn most_are_told_and_no_more_than_fit() {
    let problems: Vec<ProblemRow> = (1..=12).map(|n| row(FindingKind::Unresponsive, 100 - n, 300)).collect();
    let insight = site_insight(&report(problems), 0);
    assert_eq!((insight.insights.len(), insight.recommendations.len()), (6, 4));
}

#[test]
fn facts_have_ids_and_the_figures_of_their_texts() {
    let report = report(vec![row(FindingKind::Hesitation, 41, 210), row(FindingKind::BackAndForth, 9, 210)]);
    let brief = site_brief(&report, Some("why?".into()), 0);
    let ids: Vec<&str> = brief.facts.iter().map(|fact| &*fact.id).collect();
    assert_eq!(ids, ["F1", "F2", "F3"]);
    let first = &brief.facts[0];
    assert_eq!((first.kind.as_str(), first.element.as_deref()), ("hesitation", Some("the “Pay later” button")));
    assert!(
        first.text.contains("4.5 seconds before the click on average, where 1.2 seconds is usual"),
        "{}",
        first.text
    );
    let figure = |name: &str| first.figures.iter().find(|figure| figure.name == name).map(|figure| figure.text());
    assert_eq!(figure("visits_hit").as_deref(), Some("41 visits"));
    assert_eq!(figure("mean_before_click_ms").as_deref(), Some("4.5 seconds"));
    assert_eq!(figure("usual_before_click_ms").as_deref(), Some("1.2 seconds"));
    assert_eq!(
        brief.facts[2].text,
        "/checkout: 210 visits, 41 seconds a view, 19 % of the visits ended there, 0 % went back at once."
    );
    assert_eq!(brief.rules, site_insight(&report, 0));
}

#[test]
fn a_step_that_is_given_up_is_named_and_no_goal_is_spoken_of_that_nobody_reached() {
    let told = |mut row: ProblemRow| {
        row.kind = FindingKind::GivenUp;
        (super::problem_title(&row), super::phrases::phrases(&row).what)
    };
    let known = row(FindingKind::GivenUp, 41, 210);
    let unknown = ProblemRow { goals: None, ..known.clone() };
    let title = "People stop at the “Pay later” button on /checkout and leave".to_owned();
    let what = "stopped at the “Pay later” button and left".to_owned();
    assert_eq!(told(unknown.clone()), (title.clone(), what.clone()));
    assert_eq!(told(known), (title, what + " without the goal"));
    let title = "People stop on /checkout and leave".to_owned();
    let nowhere = ProblemRow { element: None, ..unknown };
    assert_eq!(told(nowhere), (title, "stopped at /checkout and left".to_owned()));
}

#[test]
fn a_wait_is_told_in_one_sentence() {
    let insight = site_insight(&report(vec![row(FindingKind::LongWait, 41, 210)]), 5);
    assert!(!insight.main_problem.detail.contains(" on on "), "{}", insight.main_problem.detail);
}
