//! `pulse-bench ingest`: every target in every round, each on an empty store, with the same load.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;

use crate::{
    cli::IngestOptions,
    connection::Connection,
    load::Load,
    mongod::Mongod,
    progress::Progress,
    report,
    scene::{Scene, Stage},
    schedule::Schedule,
    stored,
    target::Target,
    traffic::Traffic,
    usage::Usage,
};

/// What was measured of one target in one round.
pub(crate) struct Run {
    /// As fast as answers come.
    pub(crate) closed: Phase,
    /// At a fixed rate.
    pub(crate) open: Phase,
    /// Bytes that an event takes.
    pub(crate) stored: Option<f64>,
}

/// A load, and what it cost.
pub(crate) struct Phase {
    pub(crate) load: Load,
    pub(crate) used: Usage,
}

/// All targets, measured one after the other.
pub(crate) type Round = BTreeMap<Target, Run>;

impl Phase {
    /// Per acknowledged batch.
    pub(crate) fn per_batch(&self, used: f64) -> f64 {
        used / self.load.answers() as f64
    }
}

pub(crate) async fn run(options: &IngestOptions) -> Result<()> {
    let scene = Scene::new(&options.programs, Target::value_variants()).await?;
    let mut progress = Progress::new(u64::from(options.rounds) * scene.len() as u64 * 2);
    let mut rounds = Vec::new();
    for number in 0..options.rounds {
        let mut round = Round::new();
        for target in scene.order(number) {
            let run = measure(&scene, options, target, number, &mut progress).await;
            round.insert(target, run.with_context(|| format!("{}, round {}", target.name(), number + 1))?);
        }
        rounds.push(round);
    }
    drop(progress);
    println!("{}", report::ingest(options, &rounds));
    Ok(())
}

async fn measure(
    scene: &Scene,
    options: &IngestOptions,
    target: Target,
    round: u32,
    progress: &mut Progress,
) -> Result<Run> {
    let label = |phase: &str| format!("round {}: {}, {phase}", round + 1, target.name());
    let Stage { server, place } = scene.start(target, round)?;
    let traffic = Traffic::new(options.seed.wrapping_add(round.into()), options.sessions, options.body);
    let traffic = RefCell::new(traffic.begun_an_hour_ago());
    let mut connections = Connection::open_all(server.address, options.connections.into()).await?;
    let time = Duration::from_secs(options.seconds);
    let pids = place.pids(&server);

    progress.step(&label("closed loop"));
    // Each session is known before anything is measured, as almost all are at almost all times.
    let cycle = Schedule::count(traffic.borrow().cycle());
    let warm_up = Load::run(&mut connections, &traffic, &cycle).await?;
    let closed = phase(pids, place.mongod, &mut connections, &traffic, &Schedule::during(time)).await?;
    progress.note(&summary(target, &closed));

    progress.step(&label(&format!("{} batches/s", options.rate)));
    let fixed = Schedule::fixed(options.rate, time, connections.len());
    let open = phase(pids, None, &mut connections, &traffic, &fixed).await?;

    drop((connections, server));
    let acknowledged = warm_up.answers() + closed.load.answers() + open.load.answers();
    let stored = stored::per_event(target, &place.folder, place.database(), acknowledged).await?;
    place.clear().await?;
    Ok(Run { closed, open, stored })
}

/// Runs a load and takes stock before and after. With `checkpoint`, what that mongod has put off until then is part of
/// what the load cost; at a low rate it would be too large a part, as MongoDB writes one a minute.
async fn phase(
    (server, mongod_id): (u32, Option<u32>),
    checkpoint: Option<&Mongod>,
    connections: &mut [Connection],
    traffic: &RefCell<Traffic>,
    schedule: &Schedule,
) -> Result<Phase> {
    let before = Usage::of(server, mongod_id)?;
    let load = Load::run(connections, traffic, schedule).await?;
    if let Some(mongod) = checkpoint {
        mongod.checkpoint().await?;
    }
    Ok(Phase { load, used: Usage::of(server, mongod_id)? - before })
}

fn summary(target: Target, closed: &Phase) -> String {
    let cpu = closed.per_batch(closed.used.server_us + closed.used.mongod_us);
    format!("      {}: {:.0} batches/s, {cpu:.0} us of CPU each", target.name(), closed.load.per_second())
}
