//! The table at the end of `cargo xtask test`.

use std::time::Duration;

use crate::plan::Step;
use crate::process::seconds;

/// How a step went.
#[derive(Debug)]
pub(crate) enum Outcome {
    Passed,
    Skipped,
    Failed(anyhow::Error),
}

/// What became of each step, in the order in which they ran.
#[derive(Debug, Default)]
pub(crate) struct Summary(Vec<(Step, Duration, Outcome)>);

impl Summary {
    pub(crate) fn add(&mut self, step: Step, time: Duration, outcome: Outcome) {
        self.0.push((step, time, outcome));
    }

    pub(crate) fn has_failed(&self, step: Step) -> bool {
        self.0.iter().any(|(other, _, outcome)| *other == step && matches!(outcome, Outcome::Failed(_)))
    }

    pub(crate) fn failed(&self) -> usize {
        self.0.iter().filter(|(_, _, outcome)| matches!(outcome, Outcome::Failed(_))).count()
    }

    /// The errors, the table, and last the count.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![String::new()];
        for (step, _, outcome) in &self.0 {
            if let Outcome::Failed(error) = outcome {
                lines.push(format!("{} failed: {error:#}\n", step.name()));
            }
        }
        for (step, time, outcome) in &self.0 {
            let outcome = match outcome {
                Outcome::Passed => "ok",
                Outcome::Skipped => "skipped",
                Outcome::Failed(_) => "FAILED",
            };
            lines.push(format!("{:<18}{:>12}  {outcome}", step.name(), seconds(*time)));
        }
        let skipped = self.0.iter().filter(|(_, _, outcome)| matches!(outcome, Outcome::Skipped)).count();
        let mut count = format!("{} passed, {} failed", self.0.len() - self.failed() - skipped, self.failed());
        if skipped > 0 {
            count.push_str(&format!(", {skipped} skipped"));
        }
        lines.extend([String::new(), count]);
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_the_steps() {
        let mut summary = Summary::default();
        summary.add(Step::Fmt, Duration::from_secs(1), Outcome::Passed);
        summary.add(Step::Rust, Duration::from_secs(61), Outcome::Failed(anyhow::anyhow!("two tests failed")));
        assert_eq!(summary.text().lines().last(), Some("1 passed, 1 failed"));
        assert!(summary.has_failed(Step::Rust) && !summary.has_failed(Step::Fmt));
        assert!(summary.text().contains("rust failed: two tests failed"));

        summary.add(Step::E2e, Duration::ZERO, Outcome::Skipped);
        assert_eq!(summary.text().lines().last(), Some("1 passed, 1 failed, 1 skipped"));
    }
}
