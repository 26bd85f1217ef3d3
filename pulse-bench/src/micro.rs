//! The steps between the socket and the store, one by one, the fold of a session, and what a host's own requests cost;
//! on one thread, without a server.

mod fold;
mod mounted;

use std::{hint::black_box, time::Instant};

use anyhow::{Context as _, Result};
use pulse_bench::tracker_body;
use pulse_core::{bench, model::Batch};
use serde_json::Value;

use crate::{
    cli::MicroOptions,
    report::{median, number, table},
    traffic::{EVENTS, Form, Traffic},
};

/// Batches that each step goes through in a round: more than a cache holds.
const BATCHES: usize = 2000;

/// What each step is given.
struct Input {
    body: String,
    received_at: i64,
    batch: Batch,
    packed: Vec<u8>,
}

type Step = fn(&Input);

/// The first is what the others are compared with.
const STEPS: [(&str, Step); 4] = [
    ("into serde_json::Value, for comparison", |input| drop(black_box(serde_json::from_str::<Value>(&input.body)))),
    ("decode and check", |input| drop(black_box(bench::decode(input.body.as_bytes(), input.received_at)))),
    ("pack for SQLite", |input| drop(black_box(bench::pack(&input.batch)))),
    ("unpack", |input| {
        black_box(bench::unpack(&input.packed));
    }),
];

/// Measures and prints.
pub(crate) fn run(options: &MicroOptions) -> Result<()> {
    let inputs = inputs(options.seed)?;
    let mut rounds = vec![Vec::new(); STEPS.len()];
    for round in 0..=options.rounds {
        for (step, times) in STEPS.iter().zip(&mut rounds) {
            let began = Instant::now();
            inputs.iter().for_each(step.1);
            // The first round warms up.
            if round > 0 {
                times.push(began.elapsed().as_secs_f64() * 1e6 / inputs.len() as f64);
            }
        }
    }
    let bytes = |length: fn(&Input) -> usize| inputs.iter().map(length).sum::<usize>() as f64 / inputs.len() as f64;
    println!(
        "\n{EVENTS}-event batches of {} bytes, packed {} bytes; {} rounds of {BATCHES}, seed {}. Medians.\n",
        number(bytes(|input| input.body.len())),
        number(bytes(|input| input.packed.len())),
        options.rounds,
        options.seed,
    );
    let first = median(&mut rounds[0].clone()).unwrap_or(f64::NAN);
    let rows = STEPS.iter().zip(&mut rounds).map(|(step, times)| {
        let time = median(times).unwrap_or(f64::NAN);
        vec![step.0.into(), number(time), number(time / first)]
    });
    print!("{}", table(&["step", "us a batch", "of the first"], rows.collect()));
    fold::run(options.rounds, options.seed)?;
    mounted::run(options.rounds)
}

fn inputs(seed: u64) -> Result<Vec<Input>> {
    let mut traffic = Traffic::new(seed, 200, Form::Tracker);
    let mut request = Vec::new();
    let mut next = || {
        traffic.write_next(&mut request);
        let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").context("a request has a body")?;
        let body = String::from_utf8(tracker_body::unpack(&request[head + 4..])?)?;
        let received_at = tracker_body::Track::read(body.as_bytes())?.sent_at;
        let batch = bench::decode(body.as_bytes(), received_at).context("a batch is accepted")?;
        let packed = bench::pack(&batch).context("a batch is packed")?;
        Ok(Input { body, received_at, batch, packed })
    };
    (0..BATCHES).map(|_| next()).collect()
}
