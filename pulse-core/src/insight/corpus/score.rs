//! The score of the detectors and the rules over the corpus: what `cargo xtask bench analyst` prints.

use std::{collections::BTreeMap, time::Instant};

use super::{Planted, calm_in_the_shop, elsewhere, office, troubled_in_the_shop};
use crate::{
    analyze::{Report, detect::FindingKind},
    insight::Rules,
};

/// What was planted, found, and found without having been planted.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    planted: u32,
    main: u32,
    found: u32,
    foreign: u32,
}

fn tally(visits: &[Planted], calm: &[(String, Report)]) -> (BTreeMap<FindingKind, Tally>, u32) {
    let mut all: BTreeMap<FindingKind, Tally> = BTreeMap::new();
    for (_, kinds, report) in visits {
        let findings = &report.diagnosis.findings;
        for (place, kind) in kinds.iter().enumerate() {
            let of = all.entry(*kind).or_default();
            of.planted += 1;
            of.found += u32::from(findings.iter().any(|finding| finding.kind == *kind));
            of.main += u32::from(place == 0 && findings.first().is_some_and(|main| main.kind == *kind));
        }
        if let Some(main) = findings.first().filter(|main| !kinds.contains(&main.kind)) {
            all.entry(main.kind).or_default().foreign += 1;
        }
    }
    let alarmed = calm.iter().filter_map(|(_, report)| report.diagnosis.findings.first());
    let mut alarms = 0;
    for main in alarmed {
        all.entry(main.kind).or_default().foreign += 1;
        alarms += 1;
    }
    (all, alarms)
}

/// "97.7 %"; a dash where there is nothing to have a share of.
fn percent(part: u32, of: u32) -> String {
    match of {
        0 => "-".to_owned(),
        of => format!("{:.1} %", f64::from(part) * 100.0 / f64::from(of)),
    }
}

/// Prints a table for BENCHMARKS.md.
#[test]
#[ignore = "prints the score, for cargo xtask bench analyst"]
fn score() {
    println!("| family | visits with a problem | main problem right | found | precision | calm visits | alarms |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let families = [
        ("shop", troubled_in_the_shop(), calm_in_the_shop()),
        ("elsewhere", elsewhere::troubled(), elsewhere::calm()),
        ("hands at work", Vec::new(), office::all()),
    ];
    let mut kinds: BTreeMap<FindingKind, Tally> = BTreeMap::new();
    for (name, troubled, calm) in &families {
        let (all, alarms) = tally(troubled, calm);
        let sum = |of: fn(&Tally) -> u32| all.values().map(of).sum::<u32>();
        let (visits, calm) = (troubled.len() as u32, calm.len() as u32);
        println!(
            "| {name} | {visits} | {} | {} | {} | {calm} | {} |",
            percent(sum(|t| t.main), visits),
            percent(sum(|t| t.found), sum(|t| t.planted)),
            percent(sum(|t| t.main), if visits == 0 { 0 } else { sum(|t| t.main) + sum(|t| t.foreign) }),
            percent(alarms, calm),
        );
        for (kind, more) in all {
            let of = kinds.entry(kind).or_default();
            of.planted += more.planted;
            of.found += more.found;
            of.main += more.main;
            of.foreign += more.foreign;
        }
    }
    println!("\n| situation | planted | found | told without cause |\n| --- | --- | --- | --- |");
    for (kind, of) in kinds {
        println!("| {} | {} | {} | {} |", kind.as_str(), of.planted, percent(of.found, of.planted), of.foreign);
    }
    let rules = Rules::new();
    let mut times: Vec<u128> = families
        .iter()
        .flat_map(|(_, troubled, _)| troubled)
        .map(|(_, _, report)| {
            let begun = Instant::now();
            let insight = rules.analyze(report, 1);
            assert!(!insight.insights.is_empty());
            begun.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!("\nThe rules' answer to a session, p50: {} µs.", times[times.len() / 2]);
}
