//! Every batch comes one to five times, some copies at once and some to a later life of the server.

use std::time::Instant;

use anyhow::Result;

use super::Store;
use crate::{lab::Bench, outcome::Outcome, trial::Trial, writers::Manner};

pub(super) async fn run(bench: &Bench<'_>, store: Store) -> Result<Outcome> {
    let plan = &bench.lab.plan;
    let (pulse, _node) = bench.store(store).await?;
    let mut trial = Trial::start(bench.scenario, pulse, bench.rng()).await?;
    trial.load(&Manner { writers: 16, pause_ms: 0..5, batches: Some(plan.repeated), repeat_all: true });
    for number in 0..plan.restarts {
        trial.claimed((plan.repeated * (number + 1) / (plan.restarts + 1)) as usize).await;
        bench.step(number, "restart amid repeats");
        // Every other one is orderly.
        if number % 2 == 0 {
            trial.target.kill();
        } else {
            trial.target.terminate().await?;
        }
        let since = Instant::now();
        trial.target.start().await?;
        trial.recovered(since).await?;
    }
    trial.claimed(usize::MAX).await;
    trial.finish().await
}
