//! What came of a scenario, and the table of all of them.

use std::{fmt::Write as _, time::Duration};

use crate::{ledger::Findings, scenario::Scenario};

/// What came of a scenario.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) scenario: Scenario,
    pub(crate) faults: u32,
    pub(crate) owed: usize,
    pub(crate) findings: Findings,
    /// Deliveries that were refused openly.
    pub(crate) refused: u64,
    /// The longest time from the end of a fault until a fresh event was acknowledged.
    pub(crate) recovery: Option<Duration>,
    /// Bytes by which the server's memory grew.
    pub(crate) growth: Option<u64>,
    /// What must not be; with any of it the scenario has failed.
    pub(crate) problems: Vec<String>,
    /// What is worth knowing.
    pub(crate) notes: Vec<String>,
    /// Why it did not run.
    pub(crate) skipped: Option<String>,
}

impl Outcome {
    /// Of a scenario in which nothing has happened yet.
    pub(crate) fn new(scenario: Scenario) -> Self {
        Self {
            scenario,
            faults: 0,
            owed: 0,
            findings: Findings::default(),
            refused: 0,
            recovery: None,
            growth: None,
            problems: Vec::new(),
            notes: Vec::new(),
            skipped: None,
        }
    }

    /// Of a scenario that cannot run here.
    pub(crate) fn skipped(scenario: Scenario, why: String) -> Self {
        Self { skipped: Some(why), ..Self::new(scenario) }
    }

    /// What reading back has shown is a problem.
    pub(crate) fn judge(&mut self) {
        self.problems.extend(self.findings.summary());
    }

    pub(crate) fn passed(&self) -> bool {
        self.problems.is_empty()
    }

    fn row(&self) -> [String; 10] {
        let mib = |bytes: u64| format!("{:.0} MiB", bytes as f64 / (1 << 20) as f64);
        let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
        let Findings { lost, altered, twice, .. } = &self.findings;
        let verdict = match (&self.skipped, self.passed()) {
            (Some(_), _) => "skipped",
            (None, true) => "ok",
            (None, false) => "FAILED",
        };
        [
            self.scenario.name(),
            self.faults.to_string(),
            self.owed.to_string(),
            lost.len().to_string(),
            altered.len().to_string(),
            twice.len().to_string(),
            self.refused.to_string(),
            self.recovery.map_or("-".into(), seconds),
            self.growth.map_or("-".into(), mib),
            verdict.into(),
        ]
    }
}

/// The table, and below it what is to be said of each row.
pub(crate) fn table(outcomes: &[Outcome]) -> String {
    let head = ["scenario", "faults", "owed", "lost", "altered", "twice", "refused", "recovery", "memory", ""];
    let rows: Vec<_> = std::iter::once(head.map(str::to_owned)).chain(outcomes.iter().map(Outcome::row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap_or_default();
    let widths: Vec<_> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = format!("{:<1$}", row[0], widths[0]);
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            let _ = write!(line, "  {cell:>width$}");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for outcome in outcomes {
        let said = outcome.problems.iter().map(|problem| ("FAILED", problem));
        let said = said.chain(outcome.notes.iter().map(|note| ("note", note)));
        for (kind, line) in said.chain(outcome.skipped.iter().map(|why| ("skipped", why))) {
            let _ = write!(text, "\n{kind}: {}: {line}", outcome.scenario.name());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_fails_the_scenario_and_is_named() {
        let mut outcome = Outcome::new(Scenario::Torn);
        outcome.judge();
        assert!(outcome.passed());
        outcome.findings.lost.push("s-1/view-0000/3".into());
        outcome.judge();
        assert!(!outcome.passed());
        let text = table(&[outcome]);
        assert!(text.contains("FAILED: torn: 1 lost: s-1/view-0000/3"), "{text}");
    }

    #[test]
    fn what_did_not_run_is_no_success_and_no_failure() {
        let outcome = Outcome::skipped(Scenario::FullDisk, "cannot mount".into());
        assert!(outcome.passed());
        assert!(table(&[outcome]).contains("skipped: full-disk: cannot mount"));
    }
}
