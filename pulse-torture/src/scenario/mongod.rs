//! The one mongod below Pulse is killed, hangs, or is away. Pulse runs on and recovers by itself.

use std::time::Instant;

use anyhow::Result;
use pulse_bench::{mongod::Node, process::Signal};
use tokio::time::sleep;

use crate::{
    lab::{Bench, uri},
    outcome::Outcome,
    pulse::Pulse,
    trial::Trial,
    writers::Manner,
};

/// Writers while the store is away: enough that what waits for it would show in the server's memory.
const MANY: u32 = 64;

async fn start(bench: &Bench<'_>, manner: &Manner) -> Result<(Trial<Pulse>, Node)> {
    let node = bench.node("mongod", &[]).await?;
    let mut trial = Trial::start(bench.scenario, bench.pulse(&uri(&node.host())), bench.rng()).await?;
    trial.load(manner);
    Ok((trial, node))
}

/// `kill -9`, and started again on the same port and data.
pub(super) async fn kill(bench: &Bench<'_>) -> Result<Outcome> {
    let (mut trial, mut node) = start(bench, &Manner::default()).await?;
    for number in 0..bench.lab.plan.mongod_kills {
        bench.step(number, "kill -9 of mongod");
        trial.pause(300..1500).await;
        node.kill();
        trial.pause(0..300).await;
        let since = Instant::now();
        node.restart().await?;
        trial.recovered(since).await?;
    }
    trial.finish().await
}

/// SIGSTOP: connections stay open, and nothing answers on them.
pub(super) async fn hang(bench: &Bench<'_>) -> Result<Outcome> {
    let (mut trial, node) = start(bench, &Manner { writers: MANY, ..Manner::default() }).await?;
    bench.step(0, "mongod hangs");
    trial.pause(1000..2000).await;
    trial.lap();
    node.signal(Signal::Stop)?;
    sleep(bench.lab.plan.hang).await;
    let met = trial.lap();
    node.signal(Signal::Continue)?;
    trial.judge_outage(&met);
    trial.recovered(Instant::now()).await?;
    trial.finish().await
}

/// Nobody listens at mongod's port.
pub(super) async fn away(bench: &Bench<'_>) -> Result<Outcome> {
    let (mut trial, mut node) = start(bench, &Manner { writers: MANY, ..Manner::default() }).await?;
    bench.step(0, "mongod is away");
    trial.pause(1000..2000).await;
    trial.lap();
    node.kill();
    sleep(bench.lab.plan.outage).await;
    let met = trial.lap();
    let since = Instant::now();
    node.restart().await?;
    trial.judge_outage(&met);
    trial.recovered(since).await?;
    trial.finish().await
}
