//! `pulse-bench overload`: batches come five times as fast as the server can store them. What it still stores, how soon it
//! refuses the rest, what memory that takes, and whether it is soon as it was before.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::{try_join, try_join_all};

use crate::{
    cli::OverloadOptions,
    client::Client,
    connection::Connection,
    load::Load,
    progress::Progress,
    report::{number, quantile, table},
    scene::{Scene, Stage},
    schedule::Schedule,
    target::Target,
    traffic::{Form, Traffic},
    usage::Memory,
};

const TARGETS: [Target; 2] = [Target::Sqlite, Target::Mongodb];

/// How much more is sent than the server can take.
const TIMES: f64 = 5.0;

/// What senders make of `Retry-After`.
const MANNERS: [(&str, bool); 2] = [("wait as told", true), ("do not wait", false)];

/// With so many connections it is measured what the server can take.
const FEW: usize = 32;

/// How soon after the end the server is asked to be as before.
const REST: Duration = Duration::from_secs(5);

pub(crate) async fn run(options: &OverloadOptions) -> Result<()> {
    let (seconds, measured) = if options.quick { (5, 2) } else { (options.seconds, 10) };
    let (time, measured) = (Duration::from_secs(seconds), Duration::from_secs(measured));
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let mut progress = Progress::new((scene.len() * options.connections.len() * MANNERS.len()) as u64 * 3);
    let mut rows = Vec::new();
    let runs = options.connections.iter().flat_map(|connections| MANNERS.map(|manners| (connections, manners)));
    for (connections, (manners, heeds)) in runs {
        for target in scene.order(0) {
            let Stage { server, place } = scene.start(target, 0)?;
            let traffic = RefCell::new(Traffic::new(1, 2000, Form::Tracker).begun_an_hour_ago());
            let step = |text: &str| format!("{}, {connections} that {manners}: {text}", target.name());
            let mut few = Connection::open_all(server.address, FEW).await?;
            progress.step(&step("what it can take"));
            // An empty store has nothing to sum up: what it can take is what it takes for long.
            Load::run(&mut few, &traffic, &Schedule::during(time)).await?;
            let peak = Load::run(&mut few, &traffic, &Schedule::during(measured)).await?.per_second();
            drop(few);
            let before = Memory::of(server.process.id())?;

            let rate = (peak * TIMES) as u32;
            progress.step(&step(&format!("{rate} batches/s for {seconds} s")));
            let mut many = Connection::open_all(server.address, *connections as usize).await?;
            let schedule = Schedule::flood(rate, time, many.len());
            let until = Instant::now() + time;
            let floods = many.iter_mut().map(|connection| flood(connection, &traffic, &schedule, heeds, until));
            let health = ask_health(Client::new(server.address), time);
            let (floods, mut health) = try_join(try_join_all(floods), health).await?;
            let stored: u32 = floods.iter().map(|(stored, _)| stored).sum();
            let mut refusals: Vec<f64> = floods.into_iter().flat_map(|(_, refusals)| refusals).collect();
            let memory = Memory::of(server.process.id())?;
            drop(many);

            progress.step(&step("afterwards"));
            tokio::time::sleep(REST).await;
            // Those from before have rested too long: the server has closed them.
            let mut few = Connection::open_all(server.address, FEW).await?;
            let after = Load::run(&mut few, &traffic, &Schedule::during(measured)).await?.per_second();
            rows.push(vec![
                step("").trim_end_matches([':', ' ']).to_owned(),
                number(peak),
                number(f64::from(stored) / time.as_secs_f64() / peak),
                refusals.len().to_string(),
                number(quantile(&mut refusals, 0.99)),
                number(quantile(&mut health, 0.99)),
                number(memory.peak.saturating_sub(before.peak) as f64 / f64::from(1 << 20)),
                number(after / peak),
            ]);
            drop((few, server));
            place.clear().await?;
        }
    }
    drop(progress);
    let heads =
        ["", "peak/s", "goodput : peak", "refused", "refusal p99 ms", "healthz p99 ms", "memory + MiB", "after : peak"];
    println!("\nFive times the peak for {seconds} s, from one thread of this machine\n");
    println!("{}", table(&heads, rows));
    Ok(())
}

/// Sends what is due, and what was refused again: how much was stored by the end, and the ms of each refusal.
async fn flood(
    connection: &mut Connection,
    traffic: &RefCell<Traffic>,
    schedule: &Schedule,
    heeds: bool,
    until: Instant,
) -> Result<(u32, Vec<f64>)> {
    let (mut request, mut is_new, mut stored, mut refusals) = (Vec::new(), true, 0, Vec::new());
    while schedule.next().await.is_some() {
        if is_new {
            traffic.borrow_mut().write_next(&mut request);
        }
        let sent = Instant::now();
        is_new = (200..300).contains(&connection.exchange(&request).await?);
        if is_new {
            stored += u32::from(Instant::now() <= until);
        } else {
            refusals.push(sent.elapsed().as_secs_f64() * 1000.0);
            if heeds {
                let left = until.saturating_duration_since(Instant::now());
                tokio::time::sleep(connection.wait().min(left)).await;
            }
        }
    }
    Ok((stored, refusals))
}

/// Another client, who only asks now and then.
async fn ask_health(mut client: Client, time: Duration) -> Result<Vec<f64>> {
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        times.push(client.get("/healthz").await?.ms);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(times)
}
