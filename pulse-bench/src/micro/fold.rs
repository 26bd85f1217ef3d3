//! One long session folded into everything that is known of it.

use std::hint::black_box;

use anyhow::{Context as _, Result};
use fastrand::Rng;
use pulse_core::{
    analyze::{
        Report, Thresholds, Timeline,
        detect::{Context, detect},
        summarize,
    },
    bench,
    model::{Batch, Device, SessionStart},
};
use serde_json::{Value, json};

use super::median;
use crate::{
    report::{number, table},
    traffic::Pointer,
    usage::Usage,
};

/// Events of the session; four of five are positions of the pointer, and the others equally many clicks, scrolls, key
/// presses and errors.
const EVENTS: u64 = 100_000;

/// Events of a batch, and of a page view.
const IN_A_BATCH: u64 = 40;
const ON_A_PAGE: u64 = 5000;

/// Between two events, in ms.
const STEP_MS: u64 = 40;

const RECEIVED_AT: i64 = 1_790_000_000_000;

/// Folds in a round: the system counts CPU time in ticks of 10 ms.
const AT_ONCE: usize = 10;

/// What the fold is to take at most, in ms of CPU.
const REACH_MS: f64 = 20.0;

/// Measures and prints.
pub(super) fn run(rounds: u32, seed: u64) -> Result<()> {
    let batches = session(seed)?;
    let start = SessionStart {
        session_id: "session-0001".parse()?,
        visitor_id: None,
        started_at: RECEIVED_AT,
        page_url: String::new(),
        title: None,
        referrer: None,
        device: Device::Desktop,
        viewport: None,
        excluded: None,
    };
    let cpu_ms = || Ok::<f64, anyhow::Error>(Usage::of(std::process::id(), None)?.server_us / 1000.0);
    let (mut orders, mut reports, mut both) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let sessions = vec![batches.clone(); AT_ONCE];
        let began = cpu_ms()?;
        let timelines: Vec<Timeline> = sessions.into_iter().map(Timeline::new).collect();
        let ordered = cpu_ms()?;
        for timeline in &timelines {
            let thresholds = Thresholds::default();
            let summary = summarize(timeline, &thresholds);
            let diagnosis = detect(timeline, &Context { device: start.device, thresholds, ..Context::default() });
            black_box(Report::new(&start, timeline, &thresholds, summary, diagnosis));
        }
        let done = cpu_ms()?;
        // The first round warms up.
        if round > 0 {
            orders.push((ordered - began) / AT_ONCE as f64);
            reports.push((done - ordered) / AT_ONCE as f64);
            both.push((done - began) / AT_ONCE as f64);
        }
    }
    println!(
        "\nA session of {EVENTS} events folded into its report; CPU time, reach <= {REACH_MS} ms. Medians of {rounds} rounds of \
         {AT_ONCE}.\n"
    );
    let row = |step: &str, times: &mut Vec<f64>| {
        let ms = median(times).unwrap_or(f64::NAN);
        vec![step.to_owned(), number(ms), number(EVENTS as f64 / ms / 1000.0)]
    };
    let rows = vec![
        row("order it, split it into page views", &mut orders),
        row("every signal, click places, pages", &mut reports),
        row("both", &mut both),
    ];
    print!("{}", table(&["step", "ms", "M events/s"], rows));
    Ok(())
}

/// The batches of the session, as ingest makes them.
fn session(seed: u64) -> Result<Vec<Batch>> {
    let mut rng = Rng::with_seed(seed);
    let mut pointer = Pointer::new(&mut rng);
    let first = RECEIVED_AT as u64 - EVENTS * STEP_MS;
    let mut next = |seq: u64| {
        let range = seq * IN_A_BATCH..(seq + 1) * IN_A_BATCH;
        let page = range.start / ON_A_PAGE;
        let events: Vec<Value> = range.map(|n| event(n, first + n * STEP_MS, page, &mut pointer, &mut rng)).collect();
        let body = json!({
            "session_id": "session-0001", "view_id": "view-0001", "seq": seq,
            "page_url": format!("https://shop.example/products/{page}"), "events": events,
        });
        bench::decode(body.to_string().as_bytes(), RECEIVED_AT).context("a batch is accepted")
    };
    (0..EVENTS / IN_A_BATCH).map(&mut next).collect()
}

fn event(n: u64, at: u64, page: u64, pointer: &mut Pointer, rng: &mut Rng) -> Value {
    let (x, y) = pointer.step(rng);
    let (name, data) = match (n % ON_A_PAGE, n % 20) {
        (0, _) => ("navigation", json!({"url": format!("https://shop.example/products/{page}"), "kind": "push"})),
        (_, 3) => {
            let card = rng.u32(1..30);
            let element = json!({
                "path": format!("main > article:nth-child({card}) > button"), "tag": "button", "label": format!("Buy {card}"),
                "rect": [x.saturating_sub(40), y.saturating_sub(15), 80, 30], "interactive": true,
            });
            ("click", json!({"x": x, "y": y, "button": 0, "element": element}))
        }
        (_, 8) => ("scroll", json!({"depth": rng.u32(5..100), "y": rng.u32(0..3000), "direction": "down"})),
        (_, 13) => ("keypress", json!({"interval_ms": rng.u32(60..400), "hold_ms": rng.u32(50..140), "field": "text"})),
        (_, 18) => ("error", json!({"name": "TypeError", "message": "total is undefined"})),
        _ => ("mousemove", json!({"x": x, "y": y})),
    };
    json!({"type": name, "timestamp": at, "data": data})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_mixed() {
        let batches = session(1).unwrap();
        let mut counts = pulse_core::model::Counts::default();
        batches.iter().for_each(|batch| counts.add(batch.counts()));
        assert_eq!((counts.mousemove, counts.click, counts.scroll, counts.keypress), (79_980, 5000, 5000, 5000));
        assert_eq!((counts.error, counts.navigation), (5000, 20));
        assert_eq!(Timeline::new(batches).views().len(), 20);
    }
}
