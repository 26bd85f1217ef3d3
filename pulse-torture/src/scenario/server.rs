//! pulse-server is killed, or told to end, under load.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::time::sleep;

use super::Store;
use crate::{
    lab::Bench,
    outcome::Outcome,
    pulse::{DRAIN, Pulse},
    trial::Trial,
    writers::Manner,
};

/// How long a signal may take to arrive on a busy machine.
const HEARD: Duration = Duration::from_millis(250);

/// `kill -9` at moments that the seed decides.
pub(super) async fn kill(bench: &Bench<'_>, store: Store) -> Result<Outcome> {
    let (pulse, _node) = bench.store(store).await?;
    let mut trial = Trial::start(bench.scenario, pulse, bench.rng()).await?;
    trial.load(&Manner::default());
    for number in 0..bench.lab.plan.server_kills {
        bench.step(number, "kill -9 of pulse-server");
        trial.pause(200..1200).await;
        trial.target.kill();
        trial.pause(0..200).await;
        let since = Instant::now();
        trial.target.start().await?;
        trial.recovered(since).await?;
    }
    trial.finish().await
}

/// SIGTERM: what is in work is finished, no readiness is pretended, and the end is clean and in time.
pub(super) async fn terminate(bench: &Bench<'_>, store: Store) -> Result<Outcome> {
    let (pulse, _node) = bench.store(store).await?;
    let mut trial = Trial::start(bench.scenario, pulse, bench.rng()).await?;
    trial.load(&Manner::default());
    let (mut slowest, mut said) = (Duration::ZERO, 0);
    for number in 0..bench.lab.plan.terminations {
        bench.step(number, "SIGTERM of pulse-server");
        trial.pause(200..1000).await;
        let (ended, (ready, not_ready)) = tokio::join!(trial.target.terminate(), readiness(&trial.target));
        let (status, took) = ended?;
        slowest = slowest.max(took);
        said += not_ready;
        let problems = &mut trial.outcome.problems;
        if ready > 0 {
            problems.push(format!("SIGTERM {}: ready {ready} times after it", number + 1));
        }
        if !status.success() || took > DRAIN {
            problems.push(format!("SIGTERM {}: {status} after {took:.1?}", number + 1));
        }
        let since = Instant::now();
        trial.target.start().await?;
        trial.recovered(since).await?;
    }
    trial.outcome.notes.push(format!("ended after {slowest:.2?} at most; said {said} times that it is not ready"));
    trial.finish().await
}

/// Asks until nobody answers; how often the answer was yes after SIGTERM had arrived, and how often no.
async fn readiness(pulse: &Pulse) -> (u32, u32) {
    let started = Instant::now();
    let (mut ready, mut not_ready) = (0, 0);
    loop {
        let heard = started.elapsed() > HEARD;
        match pulse.status("/readyz").await {
            Ok(200) => ready += u32::from(heard),
            Ok(_) => not_ready += 1,
            Err(_) => return (ready, not_ready),
        }
        sleep(Duration::from_millis(2)).await;
    }
}
