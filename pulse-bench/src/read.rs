//! `pulse-bench read`: what the dashboard asks for, of one long session among many short ones.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use crate::{
    cli::ReadOptions,
    client::get,
    connection::Connection,
    load::Load,
    progress::Progress,
    report,
    scene::{Scene, Stage},
    schedule::Schedule,
    target::Target,
    traffic::{Form, SPAN_MS, Traffic},
    usage::Usage,
};

/// The stores that can be read through Pulse.
const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// Answers before those that are measured: caches are filled, connections are open.
const WARM_UP: u32 = 20;

/// How long a server may go on with what came in before.
const QUIET: Duration = Duration::from_secs(900);

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Heatmap,
    Analytics,
    Sessions,
}

/// What an answer costs.
pub(crate) struct Cost {
    pub(crate) load: Load,
    pub(crate) used: Usage,
    /// Head and body.
    pub(crate) bytes: usize,
}

/// All answers of all targets, measured one after the other.
pub(crate) type Round = BTreeMap<(Answer, Target), Cost>;

impl Answer {
    pub(crate) const ALL: [Self; 3] = [Self::Heatmap, Self::Analytics, Self::Sessions];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Heatmap => "heatmap of a session",
            Self::Analytics => "analytics of a session",
            Self::Sessions => "list of 50 sessions",
        }
    }

    fn request(self, id: &str) -> String {
        let path = match self {
            Self::Heatmap => format!("/api/heatmap/{id}"),
            Self::Analytics => format!("/api/analytics/{id}"),
            Self::Sessions => "/api/sessions?limit=50".to_owned(),
        };
        get(&path)
    }
}

pub(crate) async fn run(options: &ReadOptions) -> Result<()> {
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let mut progress = Progress::new(u64::from(options.rounds) * scene.len() as u64 * 2);
    let mut rounds = Vec::new();
    for number in 0..options.rounds {
        let mut round = Round::new();
        for target in scene.order(number) {
            let costs = measure(&scene, options, target, number, &mut progress).await;
            round.extend(costs.with_context(|| format!("{}, round {}", target.name(), number + 1))?);
        }
        rounds.push(round);
    }
    drop(progress);
    println!("{}", report::read(options, &rounds));
    Ok(())
}

async fn measure(
    scene: &Scene,
    options: &ReadOptions,
    target: Target,
    round: u32,
    progress: &mut Progress,
) -> Result<Round> {
    let label = |phase: &str| format!("round {}: {}, {phase}", round + 1, target.name());
    let Stage { server, place } = scene.start(target, round)?;
    let mut connections = Connection::open_all(server.address, 8).await?;
    progress.step(&label("storing"));
    let id = fill(&mut connections, options, round).await?;
    let pids = place.pids(&server);
    become_quiet(pids).await?;

    progress.step(&label("reading"));
    let mut costs = Round::new();
    let connection = connections.first_mut().context("no connection")?;
    for answer in Answer::ALL {
        let request = answer.request(&id);
        Load::repeat(connection, request.as_bytes(), WARM_UP).await?;
        let before = Usage::of(pids.0, pids.1)?;
        let load = Load::repeat(connection, request.as_bytes(), options.requests).await?;
        ensure!(load.refused == 0, "{}: {} requests were refused", answer.name(), load.refused);
        let used = Usage::of(pids.0, pids.1)? - before;
        costs.insert((answer, target), Cost { load, used, bytes: connection.answer_bytes() });
    }
    drop((connections, server));
    place.clear().await?;
    Ok(costs)
}

/// Stores a batch of each of the other sessions, and then those of the one that is read; gives back its id.
async fn fill(connections: &mut [Connection], options: &ReadOptions, round: u32) -> Result<String> {
    let sessions = options.sessions + 1;
    let traffic = RefCell::new(Traffic::new(options.seed.wrapping_add(round.into()), sessions, Form::Tracker));
    let others = Load::run(connections, &traffic, &Schedule::count(u64::from(sessions))).await?;
    ensure!(others.refused == 0, "{} batches were refused", others.refused);
    let mut traffic = traffic.into_inner();
    let connection = connections.first_mut().context("no connection")?;
    let mut request = Vec::new();
    // Its first batch came with those of the others.
    for batch in 1..options.batches {
        traffic.write(0, u64::from(options.batches - batch) * SPAN_MS, &mut request);
        let status = connection.exchange(&request).await?;
        ensure!(status == 200, "a batch was answered with {status}");
    }
    Ok(traffic.id(0).to_owned())
}

/// Waits until what a server does in the background is done.
pub(crate) async fn become_quiet((server, mongod): (u32, Option<u32>)) -> Result<()> {
    let began = Instant::now();
    while began.elapsed() < QUIET {
        let before = Usage::of(server, mongod)?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let used = Usage::of(server, mongod)? - before;
        // An idle mongod takes some, too.
        if used.server_us < 20_000.0 && used.mongod_us < 100_000.0 {
            return Ok(());
        }
    }
    anyhow::bail!("the server does not come to rest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_and_local() {
        for answer in Answer::ALL {
            let request = answer.request("session-1");
            assert!(request.starts_with("GET /api/") && request.contains("\r\nhost: 127.0.0.1\r\n"));
            assert!(request.ends_with("\r\n\r\n"));
        }
    }
}
