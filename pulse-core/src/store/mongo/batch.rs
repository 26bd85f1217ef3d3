//! The documents of batches, as the README describes them.
//!
//! They are written as BSON at once, as this is done for every batch; reading leaves it to serde.

use mongodb::bson::{
    self, DateTime, RawArrayBuf, RawBson, RawDocumentBuf,
    raw::{CStr, cstr},
    rawdoc,
};
use serde::{Deserialize, Serialize};

use super::totals::Totals;
use crate::{
    model::{Batch, BatchId, BatchParts, Counts, Event, EventKind, Millis, SessionId, ViewId, WholeMove},
    store::StoreError,
};

/// A document of `event_batches`, as far as it is read back.
#[derive(Debug, Deserialize)]
pub(super) struct BatchDoc {
    #[serde(rename = "_id")]
    key: BatchKey,
    /// Time of the first event, and what the times of `moves` are counted from.
    start: DateTime,
    received_at: DateTime,
    #[serde(default)]
    shifted_ms: Millis,
    page_url: Option<String>,
    title: Option<String>,
    /// Positions on whole pixels, in columns.
    #[serde(default)]
    moves: Columns,
    /// The other events.
    events: Vec<EventDoc>,
}

/// Session, view and number: a second delivery has the same key.
#[derive(Debug, Deserialize)]
struct BatchKey {
    s: SessionId,
    v: ViewId,
    n: u32,
}

/// Positions: milliseconds since the batch's start, and page pixels from `x0` and `y0`, so that the numbers are small.
#[derive(Debug, Default, Deserialize)]
struct Columns {
    #[serde(default)]
    x0: i64,
    #[serde(default)]
    y0: i64,
    t: Vec<i64>,
    x: Vec<i64>,
    y: Vec<i64>,
}

#[derive(Debug, Deserialize)]
struct EventDoc {
    timestamp: DateTime,
    #[serde(flatten)]
    kind: EventKind,
}

/// The same, to be written.
#[derive(Serialize)]
struct EventRef<'a> {
    timestamp: DateTime,
    #[serde(flatten)]
    kind: &'a EventKind,
}

/// The document of a batch whose events are these many.
pub(super) fn encode(batch: &Batch, counts: &Counts) -> Result<RawDocumentBuf, StoreError> {
    let (moves, others) = batch.columns();
    let (session, date) = (batch.id().session.as_str(), DateTime::from_millis);
    let mut out = RawDocumentBuf::new();
    let key = rawdoc! { "s": session, "v": batch.id().view.as_str(), "n": number(batch.id().seq.into()) };
    out.append(cstr!("_id"), key);
    out.append(cstr!("session_id"), session);
    out.append(cstr!("start"), date(batch.start()));
    out.append(cstr!("end"), date(batch.end()));
    out.append(cstr!("received_at"), date(batch.received_at()));
    if batch.shifted_ms() != 0 {
        out.append(cstr!("shifted_ms"), batch.shifted_ms());
    }
    if let Some(url) = batch.page_url() {
        out.append(cstr!("page_url"), url);
    }
    if let Some(title) = batch.title() {
        out.append(cstr!("title"), title);
    }
    let mut occurring = RawDocumentBuf::new();
    for (of, n) in Totals::occurring(counts) {
        occurring.append(<&CStr>::try_from(of.as_str()).map_err(bson_error)?, number(n));
    }
    out.append(cstr!("counts"), occurring);
    if !moves.is_empty() {
        out.append(cstr!("moves"), columns(&moves, batch.start())?);
    }
    let mut events = RawArrayBuf::new();
    for Event { timestamp, kind } in others {
        let event = EventRef { timestamp: date(*timestamp), kind };
        events.push(bson::serialize_to_raw_document_buf(&event).map_err(bson_error)?);
    }
    out.append(cstr!("events"), events);
    Ok(out)
}

fn bson_error(error: bson::error::Error) -> StoreError {
    mongodb::error::Error::from(error).into()
}

/// As small as it fits.
fn number(value: i64) -> RawBson {
    i32::try_from(value).map_or(RawBson::Int64(value), RawBson::Int32)
}

/// The document `{x0, y0, t, x, y}`. An array is a document whose keys count from 0; through the library, each of these
/// keys would be a string of its own, and each array be copied twice.
fn columns(moves: &[WholeMove], start: Millis) -> Result<RawDocumentBuf, StoreError> {
    let least = |of: fn(&WholeMove) -> i64| moves.iter().map(of).min().unwrap_or_default();
    let (x0, y0) = (least(|m| m.x), least(|m| m.y));
    let mut out = Vec::with_capacity(64 + moves.len() * 3 * 8);
    document(&mut out, |out| {
        element(out, |name| name.extend_from_slice(b"x0"), x0);
        element(out, |name| name.extend_from_slice(b"y0"), y0);
        array(out, "t", moves.iter().map(|m| m.timestamp - start));
        array(out, "x", moves.iter().map(|m| m.x - x0));
        array(out, "y", moves.iter().map(|m| m.y - y0));
    });
    RawDocumentBuf::from_bytes(out).map_err(bson_error)
}

/// Its length, its elements, a zero.
fn document(out: &mut Vec<u8>, elements: impl FnOnce(&mut Vec<u8>)) {
    let at = out.len();
    out.extend([0; 4]);
    elements(out);
    out.push(0);
    // Far below 2 GiB: ingest bounds what a batch holds.
    let length = (out.len() - at) as i32;
    out[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

fn array(out: &mut Vec<u8>, name: &str, values: impl Iterator<Item = i64>) {
    const ARRAY: u8 = 4;
    out.push(ARRAY);
    out.extend_from_slice(name.as_bytes());
    out.push(0);
    document(out, |out| values.enumerate().for_each(|(index, value)| element(out, |name| decimal(name, index), value)));
}

/// A whole number under its name.
fn element(out: &mut Vec<u8>, name: impl FnOnce(&mut Vec<u8>), value: i64) {
    const INT32: u8 = 0x10;
    const INT64: u8 = 0x12;
    let small = i32::try_from(value);
    out.push(if small.is_ok() { INT32 } else { INT64 });
    name(out);
    out.push(0);
    match small {
        Ok(value) => out.extend_from_slice(&value.to_le_bytes()),
        Err(_) => out.extend_from_slice(&value.to_le_bytes()),
    }
}

/// The digits of a number, without what formatting costs.
fn decimal(out: &mut Vec<u8>, number: usize) {
    if number >= 10 {
        decimal(out, number / 10);
    }
    out.push(b'0' + (number % 10) as u8);
}

impl TryFrom<BatchDoc> for Batch {
    type Error = StoreError;

    fn try_from(doc: BatchDoc) -> Result<Self, StoreError> {
        let start = doc.start.timestamp_millis();
        let Columns { x0, y0, t, x, y } = doc.moves;
        let moves = t.into_iter().zip(x.into_iter().zip(y)).map(|(t, (x, y))| {
            let (x, y) = (x0.saturating_add(x), y0.saturating_add(y));
            WholeMove { timestamp: start.saturating_add(t), x, y }.into()
        });
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
