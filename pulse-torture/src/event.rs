//! What writers send, in words of their own: an oracle that used Pulse's types would share Pulse's mistakes.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::{SystemTime, UNIX_EPOCH},
};

use fastrand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The time that one batch of a session has for itself, so that each event tells which batch it is of.
pub(crate) const WINDOW_MS: i64 = 1000;

/// How long ago sessions began: late enough to be taken as they are, early enough never to lie in the future.
const AGO_MS: i64 = 3_600_000;

/// An event, as far as it is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) timestamp: i64,
    #[serde(flatten)]
    pub(crate) kind: Kind,
}

/// Each with all that a writer says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
pub(crate) enum Kind {
    Mousemove { x: f64, y: f64 },
    Click { x: f64, y: f64, button: u8, element: Element },
    Scroll { depth: f64, y: f64, direction: Direction },
    Keypress { interval_ms: f64, hold_ms: f64, field: String },
    Error { name: String, message: String },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Element {
    path: String,
    label: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    Up,
    Down,
}

/// Names a batch, as the tracker does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Name {
    pub(crate) session: String,
    pub(crate) view: String,
    pub(crate) seq: u32,
}

/// A batch to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    pub(crate) name: Name,
    /// When its window begins.
    pub(crate) start: i64,
    /// In order of time; no two have the same.
    pub(crate) events: Vec<Event>,
    /// Whether positions go in columns, as the tracker sends them.
    columns: bool,
}

impl Batch {
    /// Makes up batch `number` of a session that began at `base`. Two views take turns.
    pub(crate) fn new(session: &str, base: i64, number: u32, rng: &mut Rng) -> Self {
        let start = base + i64::from(number) * WINDOW_MS;
        let name = Name { session: session.to_owned(), view: format!("view-{:04}", number % 2), seq: number / 2 };
        let count = rng.i64(4..16);
        let step = WINDOW_MS / count;
        // One in four has positions between pixels, which are stored in another way.
        let grid = if rng.u8(..4) == 0 { 8.0 } else { 1.0 };
        let events =
            (0..count).map(|n| Event { timestamp: start + n * step + rng.i64(0..step), kind: kind(grid, rng) });
        Self { name, start, events: events.collect(), columns: grid == 1.0 && rng.bool() }
    }

    /// The body of `POST /api/track`.
    pub(crate) fn body(&self) -> Value {
        let Name { session, view, seq } = &self.name;
        let is_column = |event: &&Event| self.columns && matches!(event.kind, Kind::Mousemove { .. });
        let events: Vec<&Event> = self.events.iter().filter(|event| !is_column(event)).collect();
        let page = format!("https://shop.example/page/{}", seq % 5);
        let mut body =
            json!({ "session_id": session, "view_id": view, "seq": seq, "page_url": page, "events": events });
        if self.columns {
            body["moves"] = columns(self.start, self.events.iter().filter(is_column));
        }
        body
    }

    /// What the oracle remembers of it.
    pub(crate) fn hash(&self) -> u64 {
        hash(&self.events)
    }
}

/// When a session that begins now says that it began.
pub(crate) fn base() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as i64);
    now - AGO_MS
}

/// Of events in order of time.
pub(crate) fn hash(events: &[Event]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for event in events {
        // As text, since floating-point numbers have no hash.
        serde_json::to_string(event).unwrap_or_default().hash(&mut hasher);
    }
    hasher.finish()
}

fn kind(grid: f64, rng: &mut Rng) -> Kind {
    let place = |end: i32, rng: &mut Rng| f64::from(rng.i32(0..end)) / grid;
    let (x, y) = (place(1440, rng), place(6000, rng));
    let word = |rng: &mut Rng| -> String {
        let letters = "abcdefghijklmnopqrstuvwxyz äßñ 大小 🦀".chars().collect::<Vec<_>>();
        let length = rng.usize(1..24);
        // Spaces at the ends are cut, as in any text of a page.
        let middle: String = (0..length).map(|_| letters[rng.usize(..letters.len())]).collect();
        format!("<{middle}>")
    };
    match rng.u8(..10) {
        0 => {
            let element = Element { path: format!("main > a:nth-child({})", rng.u8(..)), label: word(rng) };
            Kind::Click { x, y, button: rng.u8(..3), element }
        }
        1 => {
            let direction = if rng.bool() { Direction::Up } else { Direction::Down };
            Kind::Scroll { depth: f64::from(rng.u32(..800)) / 8.0, y, direction }
        }
        2 => {
            Kind::Keypress { interval_ms: rng.u32(..2000).into(), hold_ms: rng.u32(..300).into(), field: "text".into() }
        }
        3 => Kind::Error { name: "Error".into(), message: word(rng) },
        _ => Kind::Mousemove { x, y },
    }
}

/// Differences, from the start and from zero.
fn columns<'e>(start: i64, moves: impl Iterator<Item = &'e Event>) -> Value {
    let (mut dt, mut xs, mut ys) = (Vec::new(), Vec::new(), Vec::new());
    let mut before = (start, 0, 0);
    for event in moves {
        if let Kind::Mousemove { x, y } = event.kind {
            let now = (event.timestamp, x as i64, y as i64);
            dt.push(now.0 - before.0);
            xs.push(now.1 - before.1);
            ys.push(now.2 - before.2);
            before = now;
        }
    }
    json!({ "t": start, "dt": dt, "x": xs, "y": ys })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(seed: u64, number: u32) -> Batch {
        Batch::new("session-1", 1_000_000, number, &mut Rng::with_seed(seed))
    }

    #[test]
    fn a_seed_gives_the_same_payload_and_another_seed_another() {
        assert_eq!(batch(1, 0).body(), batch(1, 0).body());
        assert_ne!(batch(1, 0).body(), batch(2, 0).body());
    }

    #[test]
    fn events_lie_in_the_window_of_their_batch_each_at_a_time_of_its_own() {
        for number in 0..200 {
            let batch = batch(number.into(), number);
            let times: Vec<i64> = batch.events.iter().map(|event| event.timestamp).collect();
            assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
            assert!(times[0] >= batch.start && times[times.len() - 1] < batch.start + WINDOW_MS);
        }
    }

    #[test]
    fn an_answer_with_more_about_an_event_is_the_same_event() {
        let json = r#"{"session_id":"s","timestamp":5,"type":"click",
            "data":{"x":1,"y":2.5,"button":0,"rx":0.5,"element":{"path":"a","tag":"a","label":"b"}}}"#;
        let element = Element { path: "a".into(), label: "b".into() };
        let expected = Event { timestamp: 5, kind: Kind::Click { x: 1.0, y: 2.5, button: 0, element } };
        assert_eq!(serde_json::from_str::<Event>(json).unwrap(), expected);
    }

    #[test]
    fn columns_add_up_to_the_positions() {
        let at = |timestamp, x, y| Event { timestamp, kind: Kind::Mousemove { x, y } };
        let moves = [at(1010, 5.0, 9.0), at(1030, 3.0, 10.0)];
        assert_eq!(columns(1000, moves.iter()), json!({ "t": 1000, "dt": [10, 20], "x": [5, -2], "y": [9, 1] }));
    }
}
