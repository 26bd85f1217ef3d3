//! The steps of `cargo xtask test`: their order, what each needs, and which of them a run takes.

use clap::ValueEnum;

use crate::cli::{Skip, TestOptions};

/// One step, in the order in which they run: what is needed first, then the quick checks, then the slow ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    Mongod,
    Chromium,
    NpmTracker,
    NpmE2e,
    Fmt,
    Dist,
    Look,
    Packages,
    Clippy,
    Traces,
    Rust,
    Doc,
    Tracker,
    TrackerBrowser,
    TrackerEngines,
    Build,
    Torture,
    E2e,
}

impl Step {
    /// The name in the summary and in `--only`.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// What the step does, and why.
    pub(crate) fn purpose(self) -> &'static str {
        match self {
            Step::Mongod => "a real MongoDB server, for the store's contract and the journeys",
            Step::Chromium => "a real browser, for the tracker and the journeys",
            Step::NpmTracker => "what the tracker's build and tests are made with",
            Step::NpmE2e => "what drives the browser through the journeys",
            Step::Fmt => "every Rust file is formatted",
            Step::Dist => "the committed tracker and dashboard were built from the sources beside them",
            Step::Look => "no gradients, quiet hover states, hairline shadows",
            Step::Packages => "every crate for crates.io packs, with what it includes and its licences",
            Step::Clippy => "lints of everything, and of the library with each feature alone; a warning is an error",
            Step::Traces => "what pulse-server exports with the feature `otel`",
            Step::Rust => "unit, contract and integration tests, also those that plain `cargo test` ignores",
            Step::Doc => "the examples in the documentation compile and run",
            Step::Tracker => "the tracker's unit tests",
            Step::TrackerBrowser => "the tracker in a browser",
            Step::TrackerEngines => "the tracker in Firefox and WebKit, where they are installed",
            Step::Build => "the programs that the next steps run",
            Step::Torture => "faults in server, database and disk: nothing acknowledged is lost",
            Step::E2e => "whole journeys: a visitor on the shop, the dashboard beside it, both stores",
        }
    }

    /// Steps without which this one makes no sense.
    pub(crate) fn needs(self) -> &'static [Step] {
        match self {
            Step::Rust => &[Step::Mongod],
            Step::Tracker => &[Step::NpmTracker],
            Step::TrackerBrowser => &[Step::Chromium, Step::NpmTracker],
            Step::Torture => &[Step::Mongod, Step::Build],
            Step::E2e => &[Step::Mongod, Step::Chromium, Step::NpmE2e, Step::Build],
            _ => &[],
        }
    }

    fn left_out_by(self) -> Option<Skip> {
        match self {
            Step::Mongod => Some(Skip::Mongodb),
            Step::Chromium | Step::NpmE2e | Step::TrackerBrowser | Step::TrackerEngines | Step::E2e => {
                Some(Skip::Browser)
            }
            _ => None,
        }
    }
}

/// The steps of one run, in order; `true` for those left out by `--skip`.
pub(crate) fn plan(options: &TestOptions) -> Vec<(Step, bool)> {
    let wanted = |step: Step| {
        options.only.is_empty() || options.only.iter().any(|only| *only == step || only.needs().contains(&step))
    };
    let skipped = |step: Step| step.left_out_by().is_some_and(|skip| options.skip.contains(&skip));
    Step::value_variants().iter().filter(|step| wanted(**step)).map(|step| (*step, skipped(*step))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(skip: &[Skip], only: &[Step]) -> Vec<(Step, bool)> {
        plan(&TestOptions { skip: skip.to_vec(), only: only.to_vec() })
    }

    #[test]
    fn everything_runs_by_default() {
        let all = steps(&[], &[]);
        assert_eq!(all.len(), Step::value_variants().len());
        assert!(all.iter().all(|(_, skipped)| !skipped));
    }

    #[test]
    fn a_step_comes_after_what_it_needs_and_needs_nothing_further() {
        let order = |step: Step| Step::value_variants().iter().position(|other| *other == step);
        for step in Step::value_variants() {
            for need in step.needs() {
                assert!(order(*need) < order(*step), "{step:?} runs before {need:?}");
                assert!(need.needs().is_empty(), "{need:?} has needs that --only would miss");
            }
        }
    }

    #[test]
    fn only_brings_what_the_step_needs() {
        let browser = steps(&[], &[Step::TrackerBrowser]);
        assert_eq!(browser, [(Step::Chromium, false), (Step::NpmTracker, false), (Step::TrackerBrowser, false)]);
    }

    #[test]
    fn without_a_browser_the_rust_and_unit_tests_still_run() {
        let run: Vec<_> = steps(&[Skip::Browser], &[]).into_iter().filter(|(_, skipped)| !skipped).collect();
        assert!(run.contains(&(Step::Rust, false)) && run.contains(&(Step::Tracker, false)));
        assert!(
            !run.iter().any(|(step, _)| matches!(
                step,
                Step::Chromium | Step::TrackerBrowser | Step::TrackerEngines | Step::E2e
            ))
        );
    }

    #[test]
    fn without_mongodb_the_journeys_run_on_the_embedded_store() {
        let plan = steps(&[Skip::Mongodb], &[]);
        assert!(plan.contains(&(Step::Mongod, true)) && plan.contains(&(Step::E2e, false)));
        assert!(plan.contains(&(Step::Torture, false)), "its faults, too");
    }
}
