//! `pulse-bench rates`: batches at the rates of real sites, and everything that they cost: ingest, work in the background until it
//! is done, checkpoints. Each target and a bare server get the same load in the same round.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use anyhow::{Result, ensure};

use crate::{
    cli::RatesOptions,
    connection::Connection,
    load::Load,
    progress::Progress,
    read::become_quiet,
    report::{median, number, table},
    scene::{Scene, Stage},
    schedule::Schedule,
    target::Target,
    traffic::Traffic,
    usage::Usage,
};

const TARGETS: [Target; 3] = [Target::Bare, Target::Sqlite, Target::Mongodb];

/// A live session sends this often, in s: so many sessions for a rate.
const SENDS_EVERY: u32 = 2;

/// What a batch cost.
#[derive(Clone, Copy)]
struct Cost {
    /// CPU of the server and its mongod, in us.
    cpu: f64,
    /// Bytes towards the disk.
    written: f64,
    p50_ms: f64,
    p99_ms: f64,
}

pub(crate) async fn run(options: &RatesOptions) -> Result<()> {
    let (seconds, rounds) = if options.quick { (4, 1) } else { (options.seconds, options.rounds) };
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let mut progress = Progress::new((options.rates.len() * rounds as usize * scene.len()) as u64);
    for rate in &options.rates {
        let mut all: Vec<BTreeMap<Target, Cost>> = Vec::new();
        for round in 0..rounds {
            let mut costs = BTreeMap::new();
            for target in scene.order(round) {
                progress.step(&format!("{rate} batches/s, round {}: {}", round + 1, target.name()));
                costs.insert(target, measure(scene.start(target, round)?, *rate, seconds, options).await?);
            }
            all.push(costs);
        }
        progress.note(&report(*rate, sessions(*rate, options), seconds, &all));
    }
    Ok(())
}

fn sessions(rate: u32, options: &RatesOptions) -> u32 {
    options.sessions.unwrap_or(rate * SENDS_EVERY)
}

async fn measure(stage: Stage<'_>, rate: u32, seconds: u64, options: &RatesOptions) -> Result<Cost> {
    let Stage { server, place } = stage;
    let traffic = RefCell::new(Traffic::new(options.seed, sessions(rate, options), options.body));
    let mut connections = Connection::open_all(server.address, options.connections.into()).await?;
    // All sessions are known, and what that entails is done.
    let cycle = Schedule::count(traffic.borrow().cycle());
    Load::run(&mut connections, &traffic, &cycle).await?;
    let pids = place.pids(&server);
    become_quiet(pids).await?;
    let before = Usage::of(pids.0, pids.1)?;
    // The server closes connections that were idle meanwhile.
    connections = Connection::open_all(server.address, options.connections.into()).await?;
    let fixed = Schedule::fixed(rate, Duration::from_secs(seconds), connections.len());
    let load = Load::run(&mut connections, &traffic, &fixed).await?;
    ensure!(load.refused == 0, "{} batches were refused", load.refused);
    // The rest of the background work, and a checkpoint, are part of what the load cost.
    if place.target != Target::Bare {
        become_quiet(pids).await?;
    }
    if let Some(mongod) = place.mongod {
        mongod.checkpoint().await?;
    }
    let used = Usage::of(pids.0, pids.1)? - before;
    let batches = load.answers() as f64;
    drop((connections, server));
    place.clear().await?;
    Ok(Cost {
        cpu: (used.server_us + used.mongod_us) / batches,
        written: used.written / batches,
        p50_ms: load.quantile_ms(0.5),
        p99_ms: load.quantile_ms(0.99),
    })
}

fn report(rate: u32, sessions: u32, seconds: u64, rounds: &[BTreeMap<Target, Cost>]) -> String {
    let targets: Vec<Target> = rounds.first().into_iter().flat_map(|round| round.keys().copied()).collect();
    let of = |value: &dyn Fn(&BTreeMap<Target, Cost>) -> Option<f64>| {
        median(&mut rounds.iter().filter_map(value).collect::<Vec<_>>()).map_or_else(|| "-".to_owned(), number)
    };
    let rows = targets.iter().map(|target| {
        let cost = |part: fn(&Cost) -> f64| of(&|round| round.get(target).map(part));
        let ratio = of(&|round| Some(round.get(target)?.cpu / round.get(&Target::Bare)?.cpu));
        let parts = [
            cost(|cost| cost.cpu),
            ratio,
            cost(|cost| cost.written),
            cost(|cost| cost.p50_ms),
            cost(|cost| cost.p99_ms),
        ];
        std::iter::once(target.name().to_owned()).chain(parts).collect()
    });
    let heads = ["", "CPU us a batch", ": bare hyper", "written B", "p50 ms", "p99 ms"];
    format!(
        "\n{rate} batches/s for {seconds} s, {sessions} sessions, background work until it is done; medians of {} rounds\n\n{}",
        rounds.len(),
        table(&heads, rows.collect())
    )
}
