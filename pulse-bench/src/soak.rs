//! `pulse-bench soak`: half of what the server can take, for long, while lists, pages and maps are asked for each second: refusals,
//! latency, memory.

use std::{
    cell::RefCell,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::{try_join, try_join3};
use tokio::time::{MissedTickBehavior, interval};

use crate::{
    cli::SoakOptions,
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

/// What is asked for each second.
const ASKED: [(&str, &str); 3] =
    [("list", "/api/sessions?limit=50"), ("pages", "/api/pages"), ("map", "/api/heatmap?page=%2Fproducts%2F%3Aid")];

const CONNECTIONS: usize = 32;

/// Between two looks at the memory.
const LOOK: Duration = Duration::from_secs(2);

/// Times of answers in ms, and how many were refused.
type Asked = (Vec<f64>, u32);

pub(crate) async fn run(options: &SoakOptions) -> Result<()> {
    let (seconds, warm) = if options.quick { (10, 2) } else { (options.seconds, 10) };
    let scene = Scene::new(&options.programs, &TARGETS).await?;
    let mut progress = Progress::new(scene.len() as u64 * 2);
    let mut rows = Vec::new();
    for target in scene.order(0) {
        let Stage { server, place } = scene.start(target, 0)?;
        let traffic = RefCell::new(Traffic::new(1, options.sessions, Form::Tracker).begun_an_hour_ago());
        let mut connections = Connection::open_all(server.address, CONNECTIONS).await?;
        progress.step(&format!("{}: what it can take", target.name()));
        let closed = Schedule::during(Duration::from_secs(warm));
        let capacity = Load::run(&mut connections, &traffic, &closed).await?.per_second();
        let rate = options.rate.unwrap_or((capacity / 2.0) as u32).max(1);
        progress.step(&format!("{}: {rate} batches/s for {seconds} s", target.name()));
        let time = Duration::from_secs(seconds);
        let fixed = Schedule::fixed(rate, time, CONNECTIONS);
        let load = Load::run(&mut connections, &traffic, &fixed);
        let [list, pages, map] = ASKED.map(|(_, path)| ask(Client::new(server.address), path, time));
        let beside = try_join(try_join3(list, pages, map), remember(server.process.id(), time));
        let (load, ((list, pages, map), memory)) = try_join(load, beside).await?;
        let refused: u32 = [&list, &pages, &map].iter().map(|(_, refused)| refused).sum();
        let mut row = vec![target.name().to_owned(), number(capacity), rate.to_string()];
        row.push(format!("{}", u64::from(refused) + load.refused));
        row.extend([load.quantile_ms(0.5), load.quantile_ms(0.99)].map(number));
        row.extend([list, pages, map].map(|(mut times, _)| number(quantile(&mut times, 0.99))));
        row.push(format!("{:.2}", slope(&memory) * 600.0));
        rows.push(row);
        drop((connections, server));
        place.clear().await?;
    }
    drop(progress);
    let heads = [
        "",
        "capacity/s",
        "sent/s",
        "refused",
        "ingest p50 ms",
        "p99 ms",
        "list p99 ms",
        "pages p99 ms",
        "map p99 ms",
        "MiB per 10 min",
    ];
    println!("\n{seconds} s, {} sessions; the slope of the memory is that of the last two thirds\n", options.sessions);
    println!("{}", table(&heads, rows));
    Ok(())
}

async fn ask(mut client: Client, path: &str, time: Duration) -> Result<Asked> {
    let (began, mut times, mut refused) = (Instant::now(), Vec::new(), 0);
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while began.elapsed() < time {
        ticks.tick().await;
        let answer = client.get(path).await?;
        times.push(answer.ms);
        refused += u32::from(answer.status >= 500);
    }
    Ok((times, refused))
}

/// Seconds since the start, and MiB.
async fn remember(pid: u32, time: Duration) -> Result<Vec<(f64, f64)>> {
    let (began, mut all) = (Instant::now(), Vec::new());
    while began.elapsed() < time {
        tokio::time::sleep(LOOK).await;
        all.push((began.elapsed().as_secs_f64(), Memory::of(pid)?.now as f64 / f64::from(1 << 20)));
    }
    Ok(all.split_off(all.len() / 3))
}

/// By how much the second value grows with the first (least squares).
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let along: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum::<f64>() / along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_that_of_the_line() {
        assert!((slope(&[(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)]) - 2.0).abs() < 1e-9);
        assert!((slope(&[(0.0, 1.0), (1.0, 3.0), (2.0, 1.0)])).abs() < 1e-9);
    }
}
