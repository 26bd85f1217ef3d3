//! `pulse-bench seed`: made-up visits to a made-up shop, for screens and stores that should look as if they were used.
//! It is not what figures are checked with: those need input whose answer is known.

mod action;
mod chance;
mod fault;
mod hand;
mod page;
mod recorder;
mod shop;
mod sink;
mod visit;
mod visitor;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, Result, ensure};
use fastrand::Rng;
use pulse_bench::tracker_body::Session;
use tokio::{sync::mpsc, task::JoinSet};

use self::{
    chance::between,
    fault::{FAULTS, Fault},
    sink::{Post, Sink, Target},
    visit::Visit,
    visitor::{Device, Visitor},
};
use crate::{cli::SeedOptions, progress::Progress, report::number};

/// Visits at the same time: over HTTP as many connections, and into a store so many that each fsync is for several.
const OVER_HTTP: u32 = 16;
const INTO_A_STORE: u32 = 96;

/// Over HTTP, what is older than seven days is moved to seven days ago, so visits have to begin later.
const DAYS_OVER_HTTP: u32 = 6;

const DAY_MS: i64 = 24 * 3600 * 1000;

/// Visits and what became of them.
#[derive(Debug, Default)]
struct Done {
    batches: u64,
    accepted: u64,
    duplicates: u64,
}

/// What all visits have in common.
#[derive(Debug, Clone, Copy)]
struct Plan {
    seed: u64,
    sessions: u32,
    moves: u32,
    /// The last of them ends then, in milliseconds since the epoch.
    until: i64,
    span_ms: i64,
    /// Flaws that are planted in the shop, in place of its own.
    faults: &'static [Fault],
}

pub(crate) fn run(options: &SeedOptions) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start tokio")?;
    runtime.block_on(seed(options))
}

async fn seed(options: &SeedOptions) -> Result<()> {
    let (target, at_once, name) = match &options.store {
        Some(address) => (Target::store(address).await?, INTO_A_STORE, pulse_core::store::describe(address)),
        None => {
            ensure!(options.days <= DAYS_OVER_HTTP, "--days: at most {DAYS_OVER_HTTP} over HTTP; --store has no limit");
            (Target::server(&options.url).await?, OVER_HTTP, options.url.clone())
        }
    };
    let until = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as i64;
    let (sessions, span_ms) = (options.sessions, i64::from(options.days) * DAY_MS);
    let raw = options.raw;
    let faults: &[Fault] = if options.faults { &FAULTS } else { &[] };
    let plan = Plan { seed: options.seed, sessions, moves: options.moves_per_session, until, span_ms, faults };
    let began = Instant::now();
    let done = tokio::select! {
        done = send_and_finish(&target, plan, at_once.min(sessions), raw) => done,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    // What was taken is finished, also when not all of it was.
    target.close().await;
    let Done { batches, accepted, duplicates } = done?;
    println!(
        "{name}: {sessions} sessions, {accepted} events in {batches} batches, {} s",
        number(began.elapsed().as_secs_f64())
    );
    if duplicates > 0 {
        println!("{duplicates} events were there already: the same seed makes the same visits");
    }
    Ok(())
}

async fn send_and_finish(target: &Target, plan: Plan, at_once: u32, raw: bool) -> Result<Done> {
    let done = send_all(target, plan, at_once).await?;
    if !raw {
        target.finish().await?;
    }
    Ok(done)
}

async fn send_all(target: &Target, plan: Plan, at_once: u32) -> Result<Done> {
    let next = Arc::new(AtomicU32::new(0));
    let (report, mut reports) = mpsc::channel(256);
    let mut workers = JoinSet::new();
    for _ in 0..at_once {
        let (mut sink, next, report) = (target.open().await?, Arc::clone(&next), report.clone());
        workers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= plan.sessions {
                    return;
                }
                let sent = send(&mut sink, plan, number).await;
                let failed = sent.is_err();
                // Nobody listens any more when another worker has failed.
                if report.send(sent).await.is_err() || failed {
                    return;
                }
            }
        });
    }
    drop(report);
    let mut all = Done::default();
    let mut progress = Progress::new(plan.sessions.into());
    while let Some(done) = reports.recv().await {
        let done = done?;
        all.batches += done.batches;
        all.accepted += done.accepted;
        all.duplicates += done.duplicates;
        progress.done(&format!("{} events", all.accepted + all.duplicates));
    }
    while let Some(worker) = workers.join_next().await {
        worker.context("a worker has died")?;
    }
    Ok(all)
}

/// Sends what a visitor's browser sent, in order.
async fn send(sink: &mut Sink, plan: Plan, number: u32) -> Result<Done> {
    let mut done = Done::default();
    for post in plan.visit(number)? {
        let is_batch = post.path == "/api/track";
        let answer = sink.send(post).await?;
        done.batches += u64::from(is_batch);
        done.accepted += answer.accepted;
        done.duplicates += answer.duplicates;
    }
    Ok(done)
}

impl Plan {
    /// Visit `number`: the same for a seed, but for the time at which it began.
    fn visit(&self, number: u32) -> Result<Vec<Post>> {
        let mut rng = Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(number));
        // A third of the visits are by somebody who has come before.
        let visitor = Visitor::new(self.seed, rng.u32(..self.sessions + self.sessions / 10));
        let usual = f64::from(self.moves) / Device::WITH_A_MOUSE;
        let moves = (usual * between(&mut rng, 0.5, 1.5)) as u32;
        let when = rng.f64();
        let batches = Visit::record(rng, &visitor, moves, self.faults);

        let length = batches.last().map_or(0, |batch| batch.sent_at());
        let start = self.until - length - ((self.span_ms - length).max(0) as f64 * when) as i64;
        let session = format!("seed-{:016x}-{number:08}", self.seed);
        let (w, h) = visitor.window;
        let first = batches.first().map(|batch| (batch.url.as_str(), batch.title.as_str())).unwrap_or_default();
        let (url, title) = (first.0.to_owned(), first.1.to_owned());
        let opening = Session(0, session.clone(), Some(visitor.id.clone()), url, title, None, [w as u32, h as u32]);
        let agent = visitor.device.agent();
        let mut posts = Vec::with_capacity(batches.len() + 1);
        for batch in batches {
            let at = start + batch.sent_at();
            posts.push(Post { path: "/api/track", agent, list: batch.body(&session, start).text(), at });
        }
        // Not the first of all: to a server it says that the visitor is here now.
        posts.insert(
            posts.len().min(1),
            Post { path: "/api/session", agent, list: serde_json::to_string(&opening)?, at: start },
        );
        Ok(posts)
    }
}

#[cfg(test)]
mod tests;
