//! What writers send, in words of their own: an oracle that used Pulse's types would share Pulse's mistakes.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::{SystemTime, UNIX_EPOCH},
};

use fastrand::Rng;
use pulse_bench::tracker_body::{self, Move, Track};
use serde::{Deserialize, Serialize};

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
    rect: [f64; 4],
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
    /// Whether it goes deflated, or as it is, as from a page that goes.
    packed: bool,
}

impl Batch {
    /// Makes up batch `number` of a session that began at `base`. Two views take turns.
    pub(crate) fn new(session: &str, base: i64, number: u32, rng: &mut Rng) -> Self {
        let start = base + i64::from(number) * WINDOW_MS;
        let name = Name { session: session.to_owned(), view: format!("view-{:04}", number % 2), seq: number / 2 };
        let count = rng.i64(4..16);
        let step = WINDOW_MS / count;
        let events = (0..count).map(|n| Event { timestamp: start + n * step + rng.i64(0..step), kind: kind(rng) });
        Self { name, start, events: events.collect(), packed: rng.u8(..4) > 0 }
    }

    /// The body of `POST /api/track`, as the tracker makes it.
    pub(crate) fn body(&self) -> Vec<u8> {
        let Name { session, view, seq } = self.name.clone();
        let page_url = format!("https://shop.example/page/{}", seq % 5);
        let (title, sent_at, start) = ("A page".to_owned(), now(), self.start);
        let events = self.events.iter().filter_map(|event| event.kind.row(event.timestamp - start)).collect();
        let moves = self.events.iter().filter_map(|event| event.position(start)).collect();
        let track = Track { sent_at, session, view, seq, page_url, title, start, events, moves };
        if self.packed { track.packed() } else { track.text().into_bytes() }
    }

    /// What the oracle remembers of it.
    pub(crate) fn hash(&self) -> u64 {
        hash(&self.events)
    }
}

impl Event {
    /// A position of the pointer, which goes in columns.
    fn position(&self, start: i64) -> Option<Move> {
        let Kind::Mousemove { x, y } = self.kind else { return None };
        Some(Move { time: self.timestamp - start, x: x as i64, y: y as i64 })
    }
}

impl Kind {
    /// Everything else, as a row.
    fn row(&self, time: i64) -> Option<tracker_body::Event> {
        use tracker_body::Event;
        Some(match self {
            Self::Mousemove { .. } => return None,
            Self::Click { x, y, button, element: Element { path, label, rect } } => {
                let element = tracker_body::Element { path, tag: "a", label, rect: *rect, ..Default::default() };
                Event::click(time, [*x, *y], *button, &element)
            }
            Self::Scroll { depth, y, direction } => {
                Event::scroll(time, *depth, *y, *direction == Direction::Up, false, None)
            }
            Self::Keypress { interval_ms, hold_ms, field } => {
                Event::keypress(time, Some(*interval_ms), Some(*hold_ms), field)
            }
            Self::Error { name, message } => Event::error(time, name, message),
        })
    }
}

/// When a session that begins now says that it began.
pub(crate) fn base() -> i64 {
    now() - AGO_MS
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_millis() as i64)
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

fn kind(rng: &mut Rng) -> Kind {
    let (x, y) = (f64::from(rng.u32(..1440)), f64::from(rng.u32(..6000)));
    let word = |rng: &mut Rng| -> String {
        let letters = "abcdefghijklmnopqrstuvwxyz äßñ 大小 🦀".chars().collect::<Vec<_>>();
        let length = rng.usize(1..24);
        // Spaces at the ends are cut, as in any text of a page.
        let middle: String = (0..length).map(|_| letters[rng.usize(..letters.len())]).collect();
        format!("<{middle}>")
    };
    match rng.u8(..10) {
        0 => {
            let rect = [x, y, 90.0, 30.0];
            let element = Element { path: format!("main > a:nth-child({})", rng.u8(..)), label: word(rng), rect };
            Kind::Click { x, y, button: rng.u8(..3), element }
        }
        1 => {
            let direction = if rng.bool() { Direction::Up } else { Direction::Down };
            Kind::Scroll { depth: f64::from(rng.u32(..=100)), y, direction }
        }
        2 => {
            Kind::Keypress { interval_ms: rng.u32(..2000).into(), hold_ms: rng.u32(..300).into(), field: "text".into() }
        }
        3 => Kind::Error { name: "Error".into(), message: word(rng) },
        _ => Kind::Mousemove { x, y },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(seed: u64, number: u32) -> Batch {
        Batch::new("session-1", 1_000_000, number, &mut Rng::with_seed(seed))
    }

    #[test]
    fn a_seed_gives_the_same_payload_and_another_seed_another() {
        assert_eq!(batch(1, 0).events, batch(1, 0).events);
        assert_ne!(batch(1, 0).events, batch(2, 0).events);
    }

    #[test]
    fn a_body_has_every_event_at_its_time() {
        let mut forms = [0, 0];
        for number in 0..40 {
            let batch = batch(number.into(), number);
            let body = batch.body();
            forms[usize::from(body[0] == b'[')] += 1;
            let track = Track::read(&body).unwrap();
            let Name { session, view, seq } = batch.name;
            assert_eq!((track.session, track.view, track.seq), (session, view, seq));
            let rows = track.events.iter().map(|row| row.1);
            let mut times: Vec<i64> = rows.chain(track.moves.iter().map(|place| place.time)).collect();
            times.sort_unstable();
            let sent: Vec<i64> = batch.events.iter().map(|event| event.timestamp - batch.start).collect();
            assert_eq!(times, sent);
        }
        assert!(forms.iter().all(|count| *count > 0), "deflated, and as it is");
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
            "data":{"x":1,"y":2.5,"button":0,"rx":0.5,"element":{"path":"a","tag":"a","label":"b","rect":[1,2,3,4]}}}"#;
        let element = Element { path: "a".into(), label: "b".into(), rect: [1.0, 2.0, 3.0, 4.0] };
        let expected = Event { timestamp: 5, kind: Kind::Click { x: 1.0, y: 2.5, button: 0, element } };
        assert_eq!(serde_json::from_str::<Event>(json).unwrap(), expected);
    }
}
