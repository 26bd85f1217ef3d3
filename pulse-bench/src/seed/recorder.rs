//! What the tracker makes of a visit: batches of what happened, one every two seconds.

use pulse_bench::tracker_body::{self, Move, Track};
use pulse_core::model::{Event, EventKind};

/// The tracker sends what there is after this long.
const SPAN_MS: i64 = 2000;

/// The batches of a visit. Times count from its start.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) batches: Vec<Recorded>,
    view: u32,
    seq: u32,
    url: String,
    title: String,
}

/// One batch.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorded {
    pub(super) view: u32,
    pub(super) seq: u32,
    pub(super) url: String,
    pub(super) title: String,
    pub(super) events: Vec<Event>,
    /// Time and place of the pointer.
    pub(super) moves: Vec<(i64, i64, i64)>,
    /// When it was begun.
    from: i64,
}

impl Recorder {
    /// A document was loaded: batches count from 0 again.
    pub(super) fn load(&mut self, url: String, title: String) {
        self.close();
        self.view += 1;
        self.seq = 0;
        (self.url, self.title) = (url, title);
    }

    /// Another address of the same document.
    pub(super) fn go(&mut self, url: String) {
        self.close();
        self.url = url;
    }

    /// Something happened `at` that time and was told `now`, which is later for what had to be waited for.
    pub(super) fn event(&mut self, now: i64, at: i64, kind: EventKind) {
        self.open(now).events.push(Event { timestamp: at, kind });
    }

    /// The pointer was somewhere.
    pub(super) fn moved(&mut self, at: i64, x: i64, y: i64) {
        self.open(at).moves.push((at, x, y));
    }

    /// The page goes: what there is is sent.
    pub(super) fn close(&mut self) {
        self.seq +=
            u32::from(self.batches.last().is_some_and(|batch| (batch.view, batch.seq) == (self.view, self.seq)));
    }

    /// The batch that takes what happens now.
    fn open(&mut self, now: i64) -> &mut Recorded {
        let current = |batch: &Recorded, seq| (batch.view, batch.seq) == (self.view, seq);
        if self.batches.last().is_some_and(|batch| current(batch, self.seq) && now - batch.from >= SPAN_MS) {
            self.seq += 1;
        }
        if !self.batches.last().is_some_and(|batch| current(batch, self.seq)) {
            let (url, title) = (self.url.clone(), self.title.clone());
            let next = Recorded { view: self.view, seq: self.seq, url, title, from: now, ..Recorded::default() };
            self.batches.push(next);
        }
        let last = self.batches.len() - 1;
        &mut self.batches[last]
    }
}

impl Recorded {
    /// When its last event was told, or a little later.
    pub(super) fn sent_at(&self) -> i64 {
        self.from + SPAN_MS
    }

    /// The body for a visit that starts at `start`, in milliseconds since the epoch; when it is sent is not in it yet.
    pub(super) fn body(self, session: &str, start: i64) -> Track {
        let Self { view, seq, url: page_url, title, events, moves, from } = self;
        let view = format!("view-{view:04}-{}", session.rsplit('-').next().unwrap_or(session));
        let row = |event: &Event| tracker_body::Event::of(event.timestamp - from, &event.kind);
        let events = events.iter().filter_map(row).collect();
        let moves = moves.into_iter().map(|(time, x, y)| Move { time: time - from, x, y }).collect();
        Track {
            sent_at: 0,
            session: session.to_owned(),
            view,
            seq,
            page_url,
            title,
            start: start + from,
            events,
            moves,
        }
    }
}

#[cfg(test)]
mod tests {
    use pulse_core::model::{PageError, Visibility, VisibilityState};
    use serde_json::json;

    use super::*;

    fn error() -> EventKind {
        EventKind::Error(PageError { name: "TypeError".into(), message: String::new() })
    }

    #[test]
    fn a_batch_every_two_seconds_and_at_the_end_of_a_page() {
        let mut recorder = Recorder::default();
        recorder.load("https://shop.example/".into(), "The shop".into());
        for at in [0, 1999, 2000, 3999, 9000] {
            recorder.moved(at, 1, 1);
        }
        recorder.load("https://shop.example/cart".into(), "Cart".into());
        recorder.event(9100, 9050, error());
        recorder.go("https://shop.example/cart?x=1".into());
        recorder.event(9200, 9200, error());
        let names: Vec<_> = recorder.batches.iter().map(|batch| (batch.view, batch.seq, batch.moves.len())).collect();
        assert_eq!(names, [(1, 0, 2), (1, 1, 2), (1, 2, 1), (2, 0, 0), (2, 1, 0)]);
        assert_eq!(recorder.batches[4].url, "https://shop.example/cart?x=1");
    }

    #[test]
    fn a_body_is_the_trackers() {
        let mut recorder = Recorder::default();
        recorder.load("https://shop.example/".into(), "The shop".into());
        recorder.moved(50, 100, 200);
        recorder.moved(100, 90, 205);
        let hidden = EventKind::Visibility(Visibility { state: VisibilityState::Hidden });
        recorder.event(120, 120, hidden);
        let body = recorder.batches.remove(0).body("session-1", 1_000_000);
        let expected = json!([
            0,
            "session-1",
            "view-0001-1",
            0,
            "https://shop.example/",
            "The shop",
            1_000_050,
            [[7, 70, ["hidden"]]],
            [0, 50],
            [100, -110],
            [200, -195],
        ]);
        assert_eq!(serde_json::to_value(&body).unwrap(), expected);
    }
}
