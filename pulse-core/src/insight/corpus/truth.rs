//! Every figure in a shown text is one of a fact, and every evidence leads somewhere.

use std::collections::BTreeSet;

use super::{calm, troubled};
use crate::{
    analyze::{
        Report,
        detect::{FindingKind, Unit},
    },
    insight::{
        Rules, facts,
        words::{duration, rounded},
    },
    model::{Evidence, Insight, Millis},
};

fn analyze(report: &Report) -> Insight {
    Rules::new().analyze(report, 42)
}

/// Numbers in a text, less those in names: between quotes, and in paths.
fn numbers(text: &str) -> BTreeSet<String> {
    let mut quoted = false;
    let bare: String = text
        .chars()
        .filter(|c| {
            match c {
                '“' => quoted = true,
                '”' => quoted = false,
                _ => {}
            }
            !quoted
        })
        .collect();
    let words = bare.split_whitespace().filter(|word| !word.contains('/'));
    let number = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).replace(',', "");
    words.map(number).filter(|number| number.starts_with(|c: char| c.is_ascii_digit())).collect()
}

fn known(report: &Report) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut learn = |unit: Unit, value: f64| match unit {
        Unit::Ms => known.extend(numbers(&duration(value as Millis))),
        _ => known.extend(numbers(&rounded(value))),
    };
    for fact in facts(report) {
        for figure in &fact.figures {
            learn(figure.name.unit(), figure.value);
            if let Some(usual) = figure.usual {
                learn(figure.name.unit(), usual.value);
            }
        }
    }
    for finding in &report.diagnosis.findings {
        learn(Unit::Ms, finding.cost_ms as f64);
        learn(Unit::Count, f64::from(finding.count));
    }
    known
}

fn texts(insight: &Insight) -> Vec<&String> {
    let main = [&insight.main_problem.title, &insight.main_problem.detail];
    let insights = insight.insights.iter().flat_map(|told| [&told.title, &told.detail]);
    let recommendations = insight.recommendations.iter().flat_map(|told| [&told.action, &told.rationale]);
    main.into_iter().chain(insights).chain(recommendations).collect()
}

fn evidence(insight: &Insight) -> Vec<&Evidence> {
    let insights = insight.insights.iter().flat_map(|told| &told.evidence);
    let recommendations = insight.recommendations.iter().flat_map(|told| &told.evidence);
    insight.main_problem.evidence.iter().chain(insights).chain(recommendations).collect()
}

#[test]
fn every_figure_is_one_of_a_fact() {
    let calm = calm().into_iter();
    for (name, report) in troubled().into_iter().map(|(name, _, report)| (name, report)).chain(calm) {
        let (insight, known) = (analyze(&report), known(&report));
        for text in texts(&insight) {
            let foreign: Vec<String> = numbers(text).difference(&known).cloned().collect();
            assert!(foreign.is_empty(), "{name}: {foreign:?} in {text:?}, known {known:?}");
        }
    }
}

#[test]
fn every_evidence_leads_to_a_moment_of_the_visit() {
    for (name, _, report) in troubled() {
        let end = report.diagnosis.outcome.left_at;
        let insight = analyze(&report);
        for evidence in evidence(&insight) {
            assert_eq!(evidence.session_id.as_ref(), Some(&report.session_id), "{name}");
            let at = evidence.timestamp.unwrap();
            assert!((report.started_at..=end).contains(&at), "{name}: {evidence:?}");
        }
        let main = &report.diagnosis.findings[0];
        let moments: Vec<Option<Millis>> = insight.main_problem.evidence.iter().map(|e| e.timestamp).collect();
        assert!(moments.iter().all(|at| main.moments.contains(&at.unwrap())), "{name}: evidence of another kind");
    }
}

#[test]
fn an_answer_is_whole_and_repeats_nothing() {
    for (name, _, report) in troubled() {
        let insight = analyze(&report);
        assert!((4..=6).contains(&insight.insights.len()), "{name}: {} insights", insight.insights.len());
        assert!((3..=4).contains(&insight.recommendations.len()), "{name}: {}", insight.recommendations.len());
        let mut titles: Vec<&str> = insight.insights.iter().map(|told| told.title.as_str()).collect();
        titles.push(&insight.main_problem.title);
        titles.sort_unstable();
        let all = titles.len();
        titles.dedup();
        assert_eq!(titles.len(), all, "{name}: {titles:?}");
        for text in texts(&insight) {
            let first = text.chars().next().unwrap();
            assert!(!first.is_lowercase() && !text.contains("  "), "{name}: {text:?}");
            assert!(text.ends_with('.') || !text.contains(". "), "{name}: {text:?}");
        }
    }
}

/// Advice and remarks that would fit any visit.
const STANDING: [&str; 9] = [
    "Compare the time",
    "Collect more",
    "Look at the same pages",
    "Use the site once yourself",
    "Watch the moment",
    "Mark the problem",
    "can be watched",
    "The replay shows",
    "For more insights",
];

#[test]
fn no_standing_advice() {
    for (name, _, report) in troubled() {
        let insight = analyze(&report);
        for text in texts(&insight) {
            assert!(!STANDING.iter().any(|phrase| text.contains(phrase)), "{name}: {text}");
        }
        // What is to be changed names where.
        for told in insight.recommendations {
            assert!(
                told.action.contains(['“', '/']) || told.action.contains("the home page"),
                "{name}: {}",
                told.action
            );
        }
    }
}

/// Whether a text says anything beyond its figures: a sentence, or what comes after a colon, without any.
fn concludes(text: &str) -> bool {
    let parts = text.split([':', '.']).map(str::trim).filter(|part| part.split_whitespace().count() >= 4);
    parts.into_iter().any(|part| numbers(part).is_empty() && !part.starts_with("The visit ended"))
}

#[test]
fn most_insights_conclude_something() {
    let (mut all, mut describing) = (0, Vec::new());
    for (_, _, report) in troubled() {
        for told in analyze(&report).insights {
            all += 1;
            if !concludes(&told.detail) {
                describing.push(format!("{} {}", told.title, told.detail));
            }
        }
    }
    assert!(describing.len() * 3 <= all, "{} of {all} only describe: {describing:#?}", describing.len());
    assert!(
        !concludes("It was clicked 6 times. The visit ended there.")
            && concludes("It took 3 s: that is too long for most.")
    );
}

/// No sentence says twice what another of the same answer says, and no two insights of one visit rest on one remark.
#[test]
fn no_sentence_is_told_twice() {
    for (name, _, report) in troubled() {
        let insight = analyze(&report);
        let mut told: Vec<&str> = texts(&insight)
            .into_iter()
            .flat_map(|text| text.split_inclusive(". "))
            .map(|sentence| sentence.trim().trim_end_matches('.'))
            .filter(|sentence| sentence.split_whitespace().count() >= 6)
            .collect();
        told.sort_unstable();
        let twice: Vec<&&str> = told.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
        assert!(twice.is_empty(), "{name}: {twice:?}");
    }
}

#[test]
fn facts_have_ids_in_order_and_the_findings_first() {
    for (name, kinds, report) in troubled() {
        let facts = facts(&report);
        assert!(facts.iter().enumerate().all(|(n, fact)| fact.id == format!("F{}", n + 1)), "{name}");
        let first = serde_json::to_value(facts[0].kind).unwrap();
        let main = report.diagnosis.findings.first().map_or(kinds[0], |main| main.kind);
        assert_eq!(first, serde_json::json!({"finding": FindingKind::as_str(main)}), "{name}");
    }
}

/// For reading aloud: `cargo nextest run -p pulse-analytics-core read_aloud --run-ignored all --no-capture`.
#[test]
#[ignore = "prints answers for people to read"]
fn read_aloud() {
    for (name, _, report) in troubled().into_iter().step_by(5) {
        let insight = analyze(&report);
        println!("\n## {name} [{:?}]", insight.main_problem.severity);
        println!("{}\n  {}", insight.main_problem.title, insight.main_problem.detail);
        insight.insights.iter().for_each(|told| println!("- {} :: {}", told.title, told.detail));
        insight.recommendations.iter().for_each(|told| println!("> {} :: {}", told.action, told.rationale));
    }
    for (name, report) in calm().into_iter().step_by(5) {
        let insight = analyze(&report);
        println!("\n## calm: {name}\n{} :: {}", insight.main_problem.title, insight.main_problem.detail);
    }
}
