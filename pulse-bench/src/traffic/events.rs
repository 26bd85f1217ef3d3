//! The events of a batch as JSON, in which only the times change.

use std::{fmt::Write as _, io::Write as _};

use fastrand::Rng;

use crate::motion::minimum_jerk;

/// Events of a batch.
pub(crate) const EVENTS: usize = 45;

/// What a batch spans: the tracker sends every two seconds.
pub(crate) const SPAN_MS: u64 = 2000;

/// Between two events.
const STEP_MS: u64 = SPAN_MS / EVENTS as u64;

/// Places of the clicks and scrolls; all the others are positions of the pointer.
const CLICKS: [usize; 2] = [17, 40];
const SCROLLS: [usize; 2] = [24, 31];

/// Digits of a time.
const DIGITS: usize = 13;

/// JSON in which each time is a row of zeros.
pub(crate) struct Events {
    json: String,
    /// Where each time stands, and how many milliseconds after the batch's first it is.
    times: Vec<(usize, u64)>,
}

/// Events at a certain time.
pub(crate) struct At<'a> {
    events: &'a Events,
    start: u64,
}

impl Events {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let mut events = Self { json: String::new(), times: Vec::new() };
        let mut pointer = Pointer::new(rng);
        let mut depth = rng.u32(5..60);
        for n in 0..EVENTS {
            let time = n as u64 * STEP_MS + rng.u64(..STEP_MS);
            let (x, y) = pointer.step(rng);
            if CLICKS.contains(&n) {
                let card = rng.u32(1..30);
                events.push(time, "click", &format!(
                    r##"{{"x":{x},"y":{y},"button":0,"element":{{"path":"main > article:nth-child({card}) > button","tag":"button"}}}}"##
                ));
            } else if SCROLLS.contains(&n) {
                depth += rng.u32(1..15);
                let top = depth * 31;
                events.push(
                    time,
                    "scroll",
                    &format!(r#"{{"depth":{depth},"y":{top},"direction":"down","turned":false}}"#),
                );
            } else {
                events.push(time, "mousemove", &format!(r#"{{"x":{x},"y":{y}}}"#));
            }
        }
        events
    }

    fn push(&mut self, time: u64, name: &str, data: &str) {
        if !self.times.is_empty() {
            self.json.push(',');
        }
        let _ = write!(self.json, r#"{{"type":"{name}","timestamp":"#);
        self.times.push((self.json.len(), time));
        let _ = write!(self.json, r#"{:0DIGITS$},"data":{data}}}"#, 0);
    }

    /// The same events with the first of them after `start`, in milliseconds since the epoch.
    pub(crate) fn at(&self, start: u64) -> At<'_> {
        At { events: self, start }
    }
}

impl At<'_> {
    pub(crate) fn len(&self) -> usize {
        self.events.json.len()
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let base = out.len();
        out.extend_from_slice(self.events.json.as_bytes());
        for (place, offset) in &self.events.times {
            let mut digits = &mut out[base + place..][..DIGITS];
            // As many digits as there is room for until the year 2286.
            let _ = write!(digits, "{}", self.start + offset);
        }
    }
}

/// A hand that moves the pointer from aim to aim, slow at both ends of each way, and trembles.
pub(crate) struct Pointer {
    from: (f64, f64),
    to: (f64, f64),
    step: u32,
    steps: u32,
}

impl Pointer {
    pub(crate) fn new(rng: &mut Rng) -> Self {
        let from = (rng.f64() * 1200.0, rng.f64() * 2400.0);
        Self { from, to: from, step: 0, steps: 0 }
    }

    pub(crate) fn step(&mut self, rng: &mut Rng) -> (u32, u32) {
        if self.step == self.steps {
            self.from = self.to;
            let aim = |at: f64, reach: f64, end: f64, rng: &mut Rng| (at + (rng.f64() - 0.5) * reach).clamp(0.0, end);
            self.to = (aim(self.from.0, 700.0, 1270.0, rng), aim(self.from.1, 400.0, 2800.0, rng));
            (self.step, self.steps) = (0, rng.u32(8..22));
        }
        self.step += 1;
        let s = f64::from(self.step) / f64::from(self.steps);
        let way = minimum_jerk(s);
        let between = |from: f64, to: f64, rng: &mut Rng| (from + (to - from) * way + rng.f64() * 2.0) as u32;
        (between(self.from.0, self.to.0, rng), between(self.from.1, self.to.1, rng))
    }
}
