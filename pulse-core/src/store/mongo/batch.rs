//! The documents of batches, as `docs/storage.md` describes them.
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
    model::{Batch, BatchId, BatchParts, Counts, Event, EventKind, Millis, Move, SessionId, ViewId, px},
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

/// Moves in columns: milliseconds since the batch's start, and page pixels from `x0` and `y0`, so that the numbers are
/// small.
///
/// `{x0: 400, y0: 300, t: [0, 50], x: [0, 7], y: [2, 0]}` are moves to (400, 302) and, 50 ms later, to (407, 300). When
/// some coordinates of a column are not on a whole pixel, it is counted from 0, because a difference of fractions is
/// not exact.
#[derive(Debug, Default, Deserialize)]
struct Columns {
    x0: f64,
    y0: f64,
    t: Vec<i64>,
    x: Vec<f64>,
    y: Vec<f64>,
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
    if !batch.moves().is_empty() {
        out.append(cstr!("moves"), columns(batch.moves(), batch.start())?);
    }
    let mut events = RawArrayBuf::new();
    for Event { timestamp, kind } in batch.events() {
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
fn columns(moves: &[Move], start: Millis) -> Result<RawDocumentBuf, StoreError> {
    let (xs, ys) = (moves.iter().map(|place| place.x), moves.iter().map(|place| place.y));
    let (x0, y0) = (origin(xs.clone()), origin(ys.clone()));
    let mut out = Vec::with_capacity(64 + moves.len() * 3 * 8);
    document(&mut out, |out| {
        element(out, |name| name.extend_from_slice(b"x0"), Number::Whole(x0));
        element(out, |name| name.extend_from_slice(b"y0"), Number::Whole(y0));
        array(out, "t", moves.iter().map(|place| Number::Whole(place.at - start)));
        array(out, "x", xs.map(|x| Number::from(x, x0)));
        array(out, "y", ys.map(|y| Number::from(y, y0)));
    });
    RawDocumentBuf::from_bytes(out).map_err(bson_error)
}

/// What the coordinates of a column are counted from: the least of them, or 0 when some are fractions.
fn origin(values: impl Iterator<Item = f64>) -> i64 {
    let small = |value| px::integer(value).filter(|whole| i32::try_from(*whole).is_ok());
    values.map(small).try_fold(i64::MAX, |least, value| Some(least.min(value?))).unwrap_or_default()
}

/// A number, as small as it fits.
enum Number {
    Whole(i64),
    Fraction(f64),
}

impl Number {
    /// `value`, counted from `origin`.
    fn from(value: f64, origin: i64) -> Self {
        px::integer(value).map_or(Self::Fraction(value), |whole| Self::Whole(whole - origin))
    }
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

fn array(out: &mut Vec<u8>, name: &str, values: impl Iterator<Item = Number>) {
    const ARRAY: u8 = 4;
    out.push(ARRAY);
    out.extend_from_slice(name.as_bytes());
    out.push(0);
    document(out, |out| values.enumerate().for_each(|(index, value)| element(out, |name| decimal(name, index), value)));
}

/// A number under its name.
fn element(out: &mut Vec<u8>, name: impl FnOnce(&mut Vec<u8>), value: Number) {
    const DOUBLE: u8 = 1;
    const INT32: u8 = 0x10;
    const INT64: u8 = 0x12;
    let put = |of: u8, bytes: &[u8]| {
        out.push(of);
        name(out);
        out.push(0);
        out.extend_from_slice(bytes);
    };
    match value {
        Number::Fraction(value) => put(DOUBLE, &value.to_le_bytes()),
        Number::Whole(value) => match i32::try_from(value) {
            Ok(small) => put(INT32, &small.to_le_bytes()),
            Err(_) => put(INT64, &value.to_le_bytes()),
        },
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
        let moves = t.into_iter().zip(x.into_iter().zip(y));
        let moves = moves.map(|(t, (x, y))| Move { at: start.saturating_add(t), x: from(x0, x), y: from(y0, y) });
        let events = doc.events.into_iter().map(|e| Event { timestamp: e.timestamp.timestamp_millis(), kind: e.kind });
        Ok(Self::new(BatchParts {
            id: BatchId { session: doc.key.s, view: doc.key.v, seq: doc.key.n },
            received_at: doc.received_at.timestamp_millis(),
            page_url: doc.page_url,
            title: doc.title,
            shifted_ms: doc.shifted_ms,
            moves: moves.collect(),
            events: events.collect(),
        }))
    }
}

/// A coordinate that is counted from `origin`. Nothing is added to a fraction, so that a negative zero stays one.
fn from(origin: f64, value: f64) -> f64 {
    if origin == 0.0 { value } else { origin + value }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::store::contract;

    fn read_back(batch: &Batch) -> Batch {
        let document = encode(batch, &batch.counts()).unwrap();
        bson::deserialize_from_slice::<BatchDoc>(document.as_bytes()).unwrap().try_into().unwrap()
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(batch in contract::batches()) {
            let read = read_back(&batch);
            prop_assert_eq!(contract::bits(&read), contract::bits(&batch));
            prop_assert_eq!(read, batch);
        }
    }

    #[test]
    fn columns_are_counted_from_their_least_value_unless_some_are_fractions() {
        let columns = |places: &[(f64, f64)]| {
            let moves: Vec<_> = places.iter().map(|&(x, y)| Move { at: 1000, x, y }).collect();
            let document = columns(&moves, 1000).unwrap();
            bson::deserialize_from_slice::<Columns>(document.as_bytes()).unwrap()
        };
        let Columns { x0, y0, t, x, y } = columns(&[(400.0, -3.0), (407.0, 2.5)]);
        assert_eq!((x0, y0, t, x, y), (400.0, 0.0, vec![0, 0], vec![0.0, 7.0], vec![-3.0, 2.5]));
    }
}
