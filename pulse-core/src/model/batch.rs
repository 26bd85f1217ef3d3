//! A checked batch: what ingest hands to a store, and what a store hands back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Counts, Event, EventKind, Millis, Move, NavigationKind, PageRules, SessionId, ViewId};

/// Names a batch. A second delivery carries the same one and is not stored again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BatchId {
    /// The visit.
    pub session: SessionId,
    /// The page load within it.
    pub view: ViewId,
    /// Counts the batches of a view from 0.
    pub seq: u32,
}

/// A batch that has been checked. Ingest makes one of what a sender says, a store of what it kept, and a host of what it
/// knows by itself.
///
/// # Order
///
/// Moves are ordered by time, and so are the other events; equal times keep the order of arrival. Where both are read
/// as one sequence, a move comes before another event of the same millisecond.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    parts: BatchParts,
}

/// What a [`Batch`] is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchParts {
    /// Session, view and sequence number.
    pub id: BatchId,
    /// When the server had read it.
    pub received_at: Millis,
    /// Address of the page that the first event happened on, if the sender said so.
    pub page_url: Option<String>,
    /// Title of that page.
    pub title: Option<String>,
    /// What was added to the sender's times because its clock was off, in ms.
    pub shifted_ms: Millis,
    /// See [`Batch::moves`].
    pub moves: Vec<Move>,
    /// See [`Batch::events`].
    pub events: Vec<Event>,
}

impl BatchParts {
    /// A batch without events, of which nothing else is known.
    pub fn new(id: BatchId, received_at: Millis) -> Self {
        let (moves, events) = (Vec::new(), Vec::new());
        Self { id, received_at, page_url: None, title: None, shifted_ms: 0, moves, events }
    }
}

impl Batch {
    /// Takes parts that the caller has checked, and puts them in order. Moves that stand among the events are taken
    /// out. What ingest does for events of strangers is left to the caller here: texts are cut, secrets masked, times
    /// put right and coordinates clamped.
    ///
    /// ```
    /// use pulse_core::{
    ///     analyze::{Thresholds, Timeline, summarize},
    ///     model::{Batch, BatchId, BatchParts, Click, Event, EventKind},
    /// };
    ///
    /// let id = BatchId { session: "session-0001".parse()?, view: "view-0001".parse()?, seq: 0 };
    /// let click = |at| Event { timestamp: at, kind: EventKind::Click(Click { x: 10.0, y: 20.0, ..Click::default() }) };
    /// let batch = Batch::new(BatchParts {
    ///     page_url: Some("https://shop.example/pay".into()),
    ///     events: (0..4).map(|n| click(1000 + n * 100)).collect(),
    ///     ..BatchParts::new(id, 2000)
    /// });
    /// let summary = summarize(&Timeline::new([batch]), &Thresholds::default());
    /// assert_eq!((summary.counts.click, summary.counts.rage), (4, 1));
    /// # Ok::<(), pulse_core::model::InvalidId>(())
    /// ```
    pub fn new(mut parts: BatchParts) -> Self {
        let as_move = |event: Event| match event.kind {
            EventKind::MouseMove(place) => Some(Move { at: event.timestamp, x: place.x, y: place.y }),
            _ => None,
        };
        let listed = parts.events.extract_if(.., |event| matches!(event.kind, EventKind::MouseMove(_)));
        parts.moves.extend(listed.filter_map(as_move));
        parts.moves.sort_by_key(|place| place.at);
        parts.events.sort_by_key(|event| event.timestamp);
        Self { parts }
    }

    /// Session, view and sequence number.
    pub fn id(&self) -> &BatchId {
        &self.parts.id
    }

    /// When the server had read it.
    pub fn received_at(&self) -> Millis {
        self.parts.received_at
    }

    /// Address of the page that the first event happened on, if the sender said so.
    pub fn page_url(&self) -> Option<&str> {
        self.parts.page_url.as_deref()
    }

    /// Title of that page.
    pub fn title(&self) -> Option<&str> {
        self.parts.title.as_deref()
    }

    /// Positions of the pointer, by time.
    pub fn moves(&self) -> &[Move] {
        &self.parts.moves
    }

    /// All events but the moves, by time: none of them is an [`EventKind::MouseMove`].
    pub fn events(&self) -> &[Event] {
        &self.parts.events
    }

    /// Number of moves and other events.
    pub fn len(&self) -> usize {
        self.moves().len() + self.events().len()
    }

    /// Whether it holds neither moves nor other events.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves and other events by type.
    pub fn counts(&self) -> Counts {
        Counts::of(self.moves(), self.events())
    }

    /// Time of the first move or event; of an empty batch, when it was received.
    pub fn start(&self) -> Millis {
        let (first_move, first_event) = (self.moves().first(), self.events().first());
        let times = [first_move.map(|place| place.at), first_event.map(|event| event.timestamp)];
        times.into_iter().flatten().min().unwrap_or(self.parts.received_at)
    }

    /// Time of the last move or event; of an empty batch, when it was received.
    pub fn end(&self) -> Millis {
        let (last_move, last_event) = (self.moves().last(), self.events().last());
        last_move.map(|place| place.at).max(last_event.map(|event| event.timestamp)).unwrap_or(self.parts.received_at)
    }

    /// What was added to the sender's times because its clock was off, in ms.
    pub fn shifted_ms(&self) -> Millis {
        self.parts.shifted_ms
    }

    /// Pages of the events in order; none is named twice in a row.
    pub fn pages(&self, rules: &PageRules) -> Vec<String> {
        let entered = self.events().iter().filter_map(|event| match &event.kind {
            EventKind::Navigation(n) if n.kind != NavigationKind::Unload => Some(n.url.as_str()),
            _ => None,
        });
        let mut pages: Vec<_> = self.page_url().into_iter().chain(entered).map(|url| rules.name(url)).collect();
        pages.dedup();
        pages.into_iter().map(Cow::into_owned).collect()
    }

    /// Gives the parts back.
    pub fn into_parts(self) -> BatchParts {
        self.parts
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{MouseMove, Visibility, VisibilityState};

    #[test]
    fn moves_among_the_events_are_taken_out_and_both_are_ordered() {
        let listed = |at, x| Event { timestamp: at, kind: EventKind::MouseMove(MouseMove { x, y: 0.0 }) };
        let shown = |at, state| Event { timestamp: at, kind: EventKind::Visibility(Visibility { state }) };
        let (visible, hidden) = (VisibilityState::Visible, VisibilityState::Hidden);
        let of = |moves: &[(Millis, f64)], events: Vec<Event>| {
            Batch::new(BatchParts {
                id: BatchId { session: "session-1".parse().unwrap(), view: "view-0001".parse().unwrap(), seq: 0 },
                received_at: 99,
                page_url: None,
                title: None,
                shifted_ms: 0,
                moves: moves.iter().map(|&(at, x)| Move { at, x, y: 0.0 }).collect(),
                events,
            })
        };
        let batch = of(
            &[(30, 1.0), (20, 2.0)],
            vec![shown(20, hidden), listed(20, 3.0), shown(10, hidden), listed(40, 4.0), shown(20, visible)],
        );
        let moves: Vec<_> = batch.moves().iter().map(|place| (place.at, place.x)).collect();
        assert_eq!(moves, [(20, 2.0), (20, 3.0), (30, 1.0), (40, 4.0)], "equal times as they arrived");
        assert_eq!(batch.events(), [shown(10, hidden), shown(20, hidden), shown(20, visible)]);
        assert_eq!((batch.start(), batch.end(), batch.len()), (10, 40, 7));
        assert_eq!((batch.counts().mousemove, batch.counts().visibility), (4, 3));
        let empty = of(&[], Vec::new());
        assert_eq!((empty.start(), empty.end(), empty.is_empty()), (99, 99, true));
        assert_eq!((of(&[(5, 0.0)], Vec::new()).start(), of(&[(5, 0.0)], Vec::new()).end()), (5, 5));
    }
}
