//! A checked batch: what ingest hands to a store, and what a store hands back.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Event, EventKind, Millis, NavigationKind, PageRules, SessionId, ViewId};
#[cfg(any(feature = "server", test))]
use super::{MouseMove, px};

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

/// A batch that has been checked. Its only maker is `ingest::validate`, and a store reading back what it kept.
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
    /// By time; see [`Batch::events`].
    pub events: Vec<Event>,
}

impl Batch {
    /// Takes parts that the caller has checked, and puts the events in order.
    #[cfg(any(feature = "server", test))]
    pub(crate) fn new(mut parts: BatchParts) -> Self {
        parts.events.sort_by_key(|event| (event.timestamp, !matches!(event.kind, EventKind::MouseMove(_))));
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

    /// The events by time; of one time, positions of the pointer first, then the rest, each as they arrived. Stores
    /// keep positions in columns of their own, and this order lets them give back exactly what they got.
    pub fn events(&self) -> &[Event] {
        &self.parts.events
    }

    /// The events as stores keep them: positions in columns of whole numbers, and the others. When some position is not
    /// on a whole pixel, all of them are among the others.
    #[cfg(any(feature = "server", test))]
    pub(crate) fn columns(&self) -> (Vec<WholeMove>, Vec<&Event>) {
        let is_move = |event: &&Event| matches!(event.kind, EventKind::MouseMove(_));
        let whole: Option<Vec<WholeMove>> = self.events().iter().filter(is_move).map(WholeMove::of).collect();
        match whole {
            Some(moves) => (moves, self.events().iter().filter(|event| !is_move(event)).collect()),
            None => (Vec::new(), self.events().iter().collect()),
        }
    }

    /// Time of the first event; of an empty batch, when it was received.
    pub fn start(&self) -> Millis {
        self.parts.events.first().map_or(self.parts.received_at, |event| event.timestamp)
    }

    /// Time of the last event; of an empty batch, when it was received.
    pub fn end(&self) -> Millis {
        self.parts.events.last().map_or(self.parts.received_at, |event| event.timestamp)
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

/// A position of the pointer on whole pixels.
#[cfg(any(feature = "server", test))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WholeMove {
    pub(crate) timestamp: Millis,
    pub(crate) x: i64,
    pub(crate) y: i64,
}

#[cfg(any(feature = "server", test))]
impl WholeMove {
    fn of(event: &Event) -> Option<Self> {
        let EventKind::MouseMove(MouseMove { x, y }) = event.kind else { return None };
        Some(Self { timestamp: event.timestamp, x: px::integer(x)?, y: px::integer(y)? })
    }
}

#[cfg(any(feature = "server", test))]
impl From<WholeMove> for Event {
    fn from(WholeMove { timestamp, x, y }: WholeMove) -> Self {
        Self { timestamp, kind: EventKind::MouseMove(MouseMove { x: x as f64, y: y as f64 }) }
    }
}
