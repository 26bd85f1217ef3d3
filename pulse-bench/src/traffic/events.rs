//! The events of a batch, ready to be sent with any ids and times.

use std::io::Write as _;

use clap::ValueEnum;
use fastrand::Rng;
use pulse_bench::tracker_body::{Element, Event, Move, Template, TrackHead};
use serde_json::{Value, json};

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

/// How a batch is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lists, deflated: what the tracker sends.
    Tracker,
    /// JSON objects, as the API documents them for other clients.
    Object,
}

/// A batch's events in one of the forms.
pub(crate) enum Events {
    Tracker(Template),
    Object(Objects),
}

/// JSON in which each time is a row of zeros.
pub(crate) struct Objects {
    json: String,
    /// Where each time stands, and how many milliseconds after the batch's first it is.
    times: Vec<(usize, u64)>,
}

impl Events {
    pub(crate) fn new(form: Form, rng: &mut Rng) -> Self {
        let (events, moves) = made_up(rng);
        match form {
            Form::Tracker => Self::Tracker(Template::new(&events, &moves)),
            Form::Object => Self::Object(Objects::new(&events, &moves)),
        }
    }

    /// Appends a body to `out`.
    pub(crate) fn write(&self, head: TrackHead<'_>, out: &mut Vec<u8>) {
        match self {
            Self::Tracker(template) => template.write(head, out),
            Self::Object(objects) => objects.write(head, out),
        }
    }
}

/// What a pointer does in two seconds.
fn made_up(rng: &mut Rng) -> (Vec<Event>, Vec<Move>) {
    let (mut events, mut moves) = (Vec::new(), Vec::new());
    let mut pointer = Pointer::new(rng);
    let mut depth = rng.u32(5..60);
    for n in 0..EVENTS {
        let time = (n as u64 * STEP_MS + rng.u64(..STEP_MS)) as i64;
        let (x, y) = pointer.step(rng);
        if CLICKS.contains(&n) {
            let card = rng.u32(1..30);
            let path = format!("main>article:nth-of-type({card})>button");
            let rect = [x.saturating_sub(40), y.saturating_sub(15), 80, 30].map(f64::from);
            let element =
                Element { path: &path, tag: "button", label: "Add to cart", rect, bits: 1, ..Element::default() };
            events.push(Event::click(time, [x, y].map(f64::from), 0, &element));
        } else if SCROLLS.contains(&n) {
            depth += rng.u32(1..15);
            events.push(Event::scroll(time, depth.into(), (depth * 31).into(), false, false, None));
        } else {
            moves.push(Move { time, x: x.into(), y: y.into() });
        }
    }
    (events, moves)
}

impl Objects {
    fn new(events: &[Event], moves: &[Move]) -> Self {
        let mut rows: Vec<(i64, &str, Value)> = events
            .iter()
            .map(|Event(kind, time, data)| match kind {
                1 => {
                    let row = &data[3];
                    let element =
                        json!({"path": row[0], "tag": row[1], "label": row[4], "rect": row[5], "interactive": true});
                    (*time, "click", json!({"x": data[0], "y": data[1], "button": data[2], "element": element}))
                }
                _ => (*time, "scroll", json!({"depth": data[0], "y": data[1], "direction": "down", "turned": false})),
            })
            .collect();
        rows.extend(moves.iter().map(|Move { time, x, y }| (*time, "mousemove", json!({"x": x, "y": y}))));
        rows.sort_by_key(|row| row.0);
        let mut objects = Self { json: String::new(), times: Vec::new() };
        for (time, name, data) in rows {
            objects.json += if objects.json.is_empty() { "" } else { "," };
            objects.json += &format!(r#"{{"type":"{name}","timestamp":"#);
            objects.times.push((objects.json.len(), time as u64));
            objects.json += &format!(r#"{:0DIGITS$},"data":{data}}}"#, 0);
        }
        objects
    }

    fn write(&self, head: TrackHead<'_>, out: &mut Vec<u8>) {
        let TrackHead { sent_at, session, view, seq, page_url, start, .. } = head;
        // Writing to a `Vec` cannot fail.
        let _ = write!(
            out,
            r#"{{"session_id":"{session}","view_id":"{view}","seq":{seq},"sent_at":{sent_at},"page_url":"{page_url}","events":["#
        );
        let base = out.len();
        out.extend_from_slice(self.json.as_bytes());
        for (place, offset) in &self.times {
            let mut digits = &mut out[base + place..][..DIGITS];
            // As many digits as there is room for until the year 2286.
            let _ = write!(digits, "{}", start as u64 + offset);
        }
        out.extend_from_slice(b"]}");
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

    /// Where it is next.
    pub(crate) fn place(&mut self, time: i64, rng: &mut Rng) -> Move {
        let (x, y) = self.step(rng);
        Move { time, x: x.into(), y: y.into() }
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
