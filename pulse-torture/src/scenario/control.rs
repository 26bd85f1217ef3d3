//! The control: the oracle has to see a loss where there is one.

use std::time::Instant;

use anyhow::Result;

use crate::{lab::Bench, outcome::Outcome, plain::Plain, trial::Trial, writers::Manner};

/// mongod writes its journal as rarely as it can, so that no luck is needed to lose something.
const ARGUMENTS: [&str; 2] = ["--journalCommitInterval", "500"];

pub(super) async fn run(bench: &Bench<'_>) -> Result<Outcome> {
    let mut node = bench.node("mongod", &ARGUMENTS).await?;
    let mut trial = Trial::new(bench.scenario, Plain::open(&node.host()).await?, bench.rng());
    trial.load(&Manner { writers: 16, pause_ms: 0..4, ..Manner::default() });
    for number in 0..bench.lab.plan.control_kills {
        bench.step(number, "kill -9 of mongod under w:1");
        trial.pause(300..900).await;
        node.kill();
        let since = Instant::now();
        node.restart().await?;
        trial.recovered(since).await?;
    }
    trial.compare().await?;
    let mut outcome = trial.outcome;
    // What was lost and came again counts as new twice.
    if outcome.findings.lost.is_empty() && outcome.findings.twice.is_empty() {
        outcome.problems.push("nothing was lost with w:1: the oracle is blind".into());
    }
    outcome.notes.push("has to lose batches".into());
    Ok(outcome)
}
