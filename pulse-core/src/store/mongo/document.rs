//! The documents, as the README describes them.

use mongodb::bson::{DateTime, Document};
use serde::{Deserialize, Serialize};

use crate::{
    model::{
        Batch, BatchId, BatchParts, Counts, Device, Event, EventKind, EventType, Millis, Score, Session, SessionId,
        SessionStart, ViewId, ViewportSize, VisitorId, WholeMove,
    },
    store::StoreError,
};

/// A document of `sessions`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SessionDoc {
    #[serde(rename = "_id")]
    pub(super) key: SessionId,
    pub(super) session_id: SessionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visitor_id: Option<VisitorId>,
    pub(super) started_at: DateTime,
    pub(super) last_seen: DateTime,
    #[serde(default)]
    pub(super) page_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) referrer: Option<String>,
    #[serde(default)]
    pub(super) device: Device,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) viewport: Option<ViewportSize>,
    /// Pages visited, without query and fragment.
    #[serde(default)]
    pub(super) pages: Vec<String>,
    /// Their paths, for a search by path.
    #[serde(default)]
    pub(super) paths: Vec<String>,
    #[serde(default)]
    pub(super) batches: u32,
    #[serde(default)]
    pub(super) counts: Counts,
    #[serde(default)]
    pub(super) score: Score,
    /// Whether nothing is left to count: see `tally`.
    #[serde(default)]
    pub(super) settled: bool,
    /// When a server last said that batches may come.
    pub(super) touched_at: DateTime,
}

impl SessionDoc {
    /// A session of which no batch is known.
    pub(super) fn new(start: &SessionStart, now: Millis) -> Self {
        Self {
            key: start.session_id.clone(),
            session_id: start.session_id.clone(),
            visitor_id: start.visitor_id.clone(),
            started_at: DateTime::from_millis(start.started_at),
            last_seen: DateTime::from_millis(start.started_at),
            page_url: start.page_url.clone(),
            title: start.title.clone(),
            referrer: start.referrer.clone(),
            device: start.device,
            viewport: start.viewport,
            pages: Vec::new(),
            paths: Vec::new(),
            batches: 0,
            counts: Counts::default(),
            score: Score::default(),
            settled: false,
            touched_at: DateTime::from_millis(now),
        }
    }
}

impl TryFrom<SessionDoc> for Session {
    type Error = StoreError;

    fn try_from(doc: SessionDoc) -> Result<Self, StoreError> {
        Ok(Self {
            start: SessionStart {
                session_id: doc.session_id,
                visitor_id: doc.visitor_id,
                started_at: doc.started_at.timestamp_millis(),
                page_url: doc.page_url,
                title: doc.title,
                referrer: doc.referrer,
                device: doc.device,
                viewport: doc.viewport,
            },
            last_seen: doc.last_seen.timestamp_millis(),
            pages: doc.pages,
            batches: doc.batches,
            counts: doc.counts,
            score: doc.score,
        })
    }
}

/// A document of `event_batches`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BatchDoc {
    #[serde(rename = "_id")]
    key: BatchKey,
    session_id: SessionId,
    /// Time of the first event, and what the times of `moves` are counted from.
    start: DateTime,
    /// Time of the last event.
    end: DateTime,
    received_at: DateTime,
    #[serde(default, skip_serializing_if = "is_zero")]
    shifted_ms: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Events by type, the types that occur.
    counts: Document,
    /// Positions on whole pixels, in columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    moves: Option<Columns>,
    /// The other events.
    events: Vec<EventDoc>,
}

/// Session, view and number: a second delivery has the same key.
#[derive(Debug, Serialize, Deserialize)]
struct BatchKey {
    s: SessionId,
    v: ViewId,
    n: u32,
}

/// Positions: milliseconds since the batch's start, and page pixels.
#[derive(Debug, Serialize, Deserialize)]
struct Columns {
    t: Vec<i64>,
    x: Vec<i64>,
    y: Vec<i64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EventDoc {
    timestamp: DateTime,
    #[serde(flatten)]
    kind: EventKind,
}

fn is_zero(value: &Millis) -> bool {
    *value == 0
}

impl BatchDoc {
    pub(super) fn new(batch: &Batch) -> Result<Self, StoreError> {
        let id = batch.id();
        let start = batch.start();
        let (moves, others) = batch.columns();
        let columns = Columns {
            t: moves.iter().map(|m| m.timestamp - start).collect(),
            x: moves.iter().map(|m| m.x).collect(),
            y: moves.iter().map(|m| m.y).collect(),
        };
        let event = |e: &Event| EventDoc { timestamp: DateTime::from_millis(e.timestamp), kind: e.kind.clone() };
        let counts = Counts::of(batch.events());
        let count = |of: &EventType| i64::try_from(counts.get(*of)).ok().filter(|n| *n > 0);
        Ok(Self {
            key: BatchKey { s: id.session.clone(), v: id.view.clone(), n: id.seq },
            session_id: id.session.clone(),
            start: DateTime::from_millis(start),
            end: DateTime::from_millis(batch.end()),
            received_at: DateTime::from_millis(batch.received_at()),
            shifted_ms: batch.shifted_ms(),
            page_url: batch.page_url().map(str::to_owned),
            title: batch.title().map(str::to_owned),
            counts: EventType::ALL.iter().filter_map(|of| Some((of.as_str().to_owned(), count(of)?.into()))).collect(),
            moves: (!moves.is_empty()).then_some(columns),
            events: others.into_iter().map(event).collect(),
        })
    }
}

impl TryFrom<BatchDoc> for Batch {
    type Error = StoreError;

    fn try_from(doc: BatchDoc) -> Result<Self, StoreError> {
        let start = doc.start.timestamp_millis();
        let columns = doc.moves.unwrap_or(Columns { t: Vec::new(), x: Vec::new(), y: Vec::new() });
        let moves = columns
            .t
            .iter()
            .zip(columns.x.iter().zip(&columns.y))
            .map(|(t, (x, y))| WholeMove { timestamp: start.saturating_add(*t), x: *x, y: *y }.into());
        let others = doc.events.into_iter().map(|e| Event { timestamp: e.timestamp.timestamp_millis(), kind: e.kind });
        let events = moves.chain(others).collect();
        Ok(Self::new(BatchParts {
            id: BatchId { session: doc.key.s, view: doc.key.v, seq: doc.key.n },
            received_at: doc.received_at.timestamp_millis(),
            page_url: doc.page_url,
            title: doc.title,
            shifted_ms: doc.shifted_ms,
            events,
        }))
    }
}

/// The `_id` of a session's document.
pub(super) fn id_of(document: &Document) -> Result<SessionId, StoreError> {
    let id = document.get_str("_id").map_err(|e| StoreError::corrupt("a session", e))?;
    id.parse().map_err(|e: crate::model::InvalidId| StoreError::corrupt("a session", e))
}
