//! The object form of a body, for any client; `docs/http-api.md` documents it.
//!
//! ```json
//! {"session_id": "session-1", "view_id": "view-0001", "seq": 3, "sent_at": 1800000000250,
//!  "page_url": "https://shop.example/",
//!  "events": [{"type": "click", "timestamp": 1800000000120, "data": {"x": 407, "y": 300, "element": "#pay"}}],
//!  "moves": {"t": 1800000000000, "dt": [0, 50], "x": [400, 7], "y": [302, -2]}}
//! ```
//!
//! `moves` holds first differences: the pointer was at (400, 302), and 50 ms later at (407, 300). Moves may also stand
//! among the events, as `{"type": "mousemove", "data": {"x": 400, "y": 302}}`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de::DeserializeSeed};
use serde_json::value::RawValue;

use super::{
    IngestError, check,
    fields::{Data, Head, SessionFields, Time},
    gather::{Column, Differences, EntryForm, Gathered, MoveColumns, ReadColumn, ReadEvents},
};
use crate::{
    model::{Event, EventType},
    wire::RejectReason,
};

/// A batch before any part of it is looked at, so that a bad part costs itself alone.
#[derive(Debug, Deserialize)]
struct Track<'a> {
    #[serde(borrow)]
    session_id: Option<&'a RawValue>,
    #[serde(borrow)]
    view_id: Option<&'a RawValue>,
    #[serde(borrow)]
    seq: Option<&'a RawValue>,
    #[serde(borrow)]
    sent_at: Option<&'a RawValue>,
    #[serde(borrow)]
    page_url: Option<&'a RawValue>,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
    #[serde(borrow)]
    events: Option<&'a RawValue>,
    #[serde(borrow)]
    moves: Option<&'a RawValue>,
}

#[derive(Debug, Default, Deserialize)]
struct Moves<'a> {
    t: Option<Time>,
    #[serde(borrow)]
    dt: Option<&'a RawValue>,
    #[serde(borrow)]
    x: Option<&'a RawValue>,
    #[serde(borrow)]
    y: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Entry<'a> {
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    timestamp: Option<Time>,
    #[serde(borrow, default)]
    data: Data<'a>,
}

#[derive(Clone, Copy)]
struct ObjectForm;

impl EntryForm for ObjectForm {
    fn read<'de, D: Deserializer<'de>>(
        self,
        entry: D,
        gathered: &Gathered<'_>,
    ) -> Result<Result<Event, RejectReason>, D::Error> {
        let Entry { event_type, timestamp, data } = Entry::deserialize(entry)?;
        let Some(event_type) = EventType::from_name(&event_type) else { return Ok(Err(RejectReason::UnknownType)) };
        let Some(Time(at)) = timestamp else { return Ok(Err(RejectReason::BadTimestamp)) };
        Ok(check::event(event_type, at, data, gathered.limits))
    }
}

/// Reads the body of `POST /api/session`.
pub(super) fn session(body: &str) -> Result<SessionFields<'_>, IngestError> {
    serde_json::from_str(body).map_err(|_| IngestError::Undecodable)
}

/// Reads the body of `POST /api/track`.
pub(super) fn track<'a>(body: &'a str, gathered: &mut Gathered<'_>) -> Result<Head<'a>, IngestError> {
    let track: Track<'a> = serde_json::from_str(body).map_err(|_| IngestError::Undecodable)?;
    if let Some(events) = track.events {
        read_events(events, gathered)?;
    }
    if let Some(moves) = track.moves {
        match part::<Moves<'_>>(Some(moves)) {
            Ok(moves) => gathered.add_moves(&columns(moves.unwrap_or_default(), gathered.room())),
            Err(_) => gathered.reject(1, RejectReason::BadData),
        }
    }
    let seq: Option<f64> = part(track.seq).map_err(|_| IngestError::Seq)?;
    Ok(Head {
        session_id: part(track.session_id).map_err(|_| IngestError::SessionId)?,
        view_id: part(track.view_id).map_err(|_| IngestError::ViewId)?,
        seq: seq.map(|seq| whole(seq).ok_or(IngestError::Seq)).transpose()?,
        // What only describes the batch costs nothing but itself.
        sent_at: part(track.sent_at).unwrap_or_default(),
        page_url: part(track.page_url).unwrap_or_default(),
        title: part(track.title).unwrap_or_default(),
    })
}

/// Null counts as missing.
fn part<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> serde_json::Result<Option<T>> {
    raw.map(|raw| serde_json::from_str::<Option<T>>(raw.get())).transpose().map(Option::flatten)
}

/// A whole number, however it is written: to JSON, `3.0` is one, too. One that is far too large stays so.
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0).then_some(number as i64)
}

/// In one pass, and when that ends early, entry by entry.
fn read_events(events: &RawValue, gathered: &mut Gathered<'_>) -> Result<(), IngestError> {
    for alone in [false, true] {
        *gathered = Gathered::new(gathered.limits);
        let mut json = serde_json::Deserializer::from_str(events.get());
        if (ReadEvents { form: ObjectForm, gathered, alone }).deserialize(&mut json).is_ok() {
            return Ok(());
        }
    }
    Err(IngestError::Undecodable)
}

fn columns(moves: Moves<'_>, room: usize) -> MoveColumns {
    let read = |column: Option<&RawValue>| {
        let Some(column) = column else { return Column::default() };
        let read =
            |alone| ReadColumn { room, alone }.deserialize(&mut serde_json::Deserializer::from_str(column.get()));
        read(false).or_else(|_| read(true)).unwrap_or_default()
    };
    MoveColumns {
        start: moves.t.map(|t| t.0),
        times: read(moves.dt),
        xs: read(moves.x),
        ys: read(moves.y),
        differences: Differences::First,
    }
}
