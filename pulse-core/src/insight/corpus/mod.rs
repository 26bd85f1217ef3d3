//! Constructed visits: what the rules say of a planted problem, and of none.
#![allow(clippy::unwrap_used)]

mod calm;
mod hand;
mod shop;
mod troubled;
mod truth;

use self::{hand::Play, troubled::On};
use crate::analyze::{Report, detect::FindingKind};

const SEEDS: std::ops::RangeInclusive<u64> = 1..=5;

/// Every visit with a planted problem: its name, the problem, and the report.
fn troubled() -> Vec<(String, FindingKind, Report)> {
    let mut visits = Vec::new();
    for (name, kind, on, play) in troubled::ALL {
        for touch in [false, true] {
            if (*on == On::Mouse && touch) || (*on == On::Touch && !touch) {
                continue;
            }
            for seed in SEEDS {
                let mut p = Play::new(seed, touch);
                play(&mut p);
                let device = if touch { "touch" } else { "mouse" };
                visits.push((format!("{name} ({device}, {seed})"), *kind, p.report()));
            }
        }
    }
    visits
}

/// Every visit without one.
fn calm() -> Vec<(String, Report)> {
    let visit = |(name, play): &calm::Calm, touch: bool, seed: u64| {
        let mut p = Play::new(seed, touch);
        play(&mut p);
        (format!("{name} ({}, {seed})", if touch { "touch" } else { "mouse" }), p.report())
    };
    let devices = [false, true];
    let all = calm::ALL
        .iter()
        .flat_map(|calm| devices.iter().flat_map(move |touch| SEEDS.map(move |seed| visit(calm, *touch, seed))));
    all.collect()
}

fn found(report: &Report) -> Vec<(FindingKind, f64)> {
    report
        .diagnosis
        .findings
        .iter()
        .map(|finding| (finding.kind, (finding.gravity() * 100.0).round() / 100.0))
        .collect()
}

/// Situations are counted by device: a page that fails on both fails in two situations.
#[test]
fn the_planted_problem_is_the_main_problem() {
    let visits = troubled();
    assert!(visits.len() >= 40 * 5, "{} visits", visits.len());
    let missed: Vec<String> = visits
        .iter()
        .filter(|(_, kind, report)| report.diagnosis.findings.first().is_none_or(|main| main.kind != *kind))
        .map(|(name, _, report)| format!("{name}: {:?}", found(report)))
        .collect();
    assert!(missed.len() * 20 <= visits.len(), "{} of {}: {missed:#?}", missed.len(), visits.len());
    let unheard: Vec<&String> =
        visits.iter().filter(|(.., report)| report.diagnosis.findings.is_empty()).map(|(name, ..)| name).collect();
    assert_eq!(unheard, Vec::<&String>::new(), "told that nothing points to trouble");
}

#[test]
fn calm_visits_raise_no_alarm() {
    let visits = calm();
    assert!(visits.len() >= 20 * 5);
    let alarmed: Vec<String> = visits
        .iter()
        .filter(|(_, report)| !report.diagnosis.findings.is_empty())
        .map(|(name, report)| format!("{name}: {:?}", found(report)))
        .collect();
    assert!(alarmed.len() * 20 <= visits.len(), "{} of {}: {alarmed:#?}", alarmed.len(), visits.len());
}
