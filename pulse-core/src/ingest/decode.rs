//! The bodies of ingest. The whole batch is decoded in one pass; only when that fails, event by event, so that a bad
//! one costs itself alone.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    IngestError, compact,
    flat::{FlatEvent, KNOWN_DEPTH, Time},
};
use crate::{limits::Limits, model::ViewportSize};

/// Body of `POST /api/session`.
#[derive(Debug, Deserialize)]
pub(crate) struct SessionBody<'a> {
    #[serde(borrow)]
    pub(super) session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) visitor_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) page_url: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) title: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) referrer: Option<Cow<'a, str>>,
    pub(super) viewport: Option<ViewportSize>,
}

/// Body of `POST /api/track`.
#[derive(Debug, Deserialize)]
pub(crate) struct TrackBody<'a, E, M = Result<Moves, Reason>> {
    #[serde(borrow)]
    pub(super) session_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) view_id: Option<Cow<'a, str>>,
    pub(super) seq: Option<i64>,
    pub(super) sent_at: Option<Time>,
    #[serde(borrow)]
    pub(super) page_url: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) title: Option<Cow<'a, str>>,
    #[serde(bound(deserialize = "E: Deserialize<'de>"), default = "Vec::new", deserialize_with = "events")]
    pub(super) events: Vec<E>,
    pub(super) moves: Option<M>,
}

/// Events that a batch tends to have at most: room for them is made at once.
const EVENTS: usize = 48;

fn events<'de, E: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Vec<E>, D::Error> {
    struct Events<E>(PhantomData<E>);
    impl<'de, E: Deserialize<'de>> Visitor<'de> for Events<E> {
        type Value = Vec<E>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of events")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<E>, A::Error> {
            let mut events = Vec::with_capacity(EVENTS);
            while let Some(event) = list.next_element()? {
                events.push(event);
            }
            Ok(events)
        }
    }
    d.deserialize_seq(Events(PhantomData))
}

/// The same before any part of it is looked at.
#[derive(Debug, Deserialize)]
struct RawTrack<'a> {
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
    #[serde(borrow, default)]
    events: Vec<&'a RawValue>,
    #[serde(borrow)]
    moves: Option<&'a RawValue>,
}

/// Positions of the pointer in columns, each value the difference to the one before.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Moves {
    /// What the first of `dt` is counted from, in milliseconds since the epoch.
    pub(super) t: Option<Time>,
    #[serde(default)]
    pub(super) dt: Vec<i64>,
    #[serde(default)]
    pub(super) x: Vec<i64>,
    #[serde(default)]
    pub(super) y: Vec<i64>,
}

/// Why one event cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    UnknownType,
    BadData,
    BadTimestamp,
    TooDeep,
    TooMany,
}

impl Reason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::UnknownType => "unknown_type",
            Self::BadData => "bad_data",
            Self::BadTimestamp => "bad_timestamp",
            Self::TooDeep => "too_deep",
            Self::TooMany => "too_many",
        }
    }
}

/// One event, or why it cannot be read.
pub(crate) type Decoded<'a> = Result<FlatEvent<'a>, Reason>;

/// Reads the body of `POST /api/session`.
pub(crate) fn decode_session(body: &str) -> Result<SessionBody<'_>, IngestError> {
    if compact::is_compact(body) {
        return compact::decode_session(body);
    }
    serde_json::from_str(body).map_err(|_| IngestError::Undecodable)
}

/// Reads the body of `POST /api/track`.
pub(crate) fn decode_track<'a>(body: &'a str, limits: &Limits) -> Result<TrackBody<'a, Decoded<'a>>, IngestError> {
    if compact::is_compact(body) {
        return compact::decode_track(body);
    }
    // An event of known fields is no deeper than this, and one of others is looked at more closely.
    if limits.event_depth >= KNOWN_DEPTH
        && let Ok(track) = serde_json::from_str::<TrackBody<'a, FlatEvent<'a>, Moves>>(body)
    {
        let TrackBody { session_id, view_id, seq, sent_at, page_url, title, events, moves } = track;
        let events = events.into_iter().map(Ok).collect();
        return Ok(TrackBody { session_id, view_id, seq, sent_at, page_url, title, events, moves: moves.map(Ok) });
    }
    // Part by part: each is first taken as whatever JSON it is.
    let raw: RawTrack<'a> = serde_json::from_str(body).map_err(|_| IngestError::Undecodable)?;
    let moves = raw.moves.map(|raw| serde_json::from_str(raw.get()).map_err(|_| Reason::BadData));
    Ok(TrackBody {
        session_id: part(raw.session_id).map_err(|_| IngestError::SessionId)?,
        view_id: part(raw.view_id).map_err(|_| IngestError::ViewId)?,
        seq: part(raw.seq).map_err(|_| IngestError::Seq)?,
        // What only describes the batch costs nothing but itself.
        sent_at: part(raw.sent_at).unwrap_or_default(),
        page_url: part(raw.page_url).unwrap_or_default(),
        title: part(raw.title).unwrap_or_default(),
        events: raw.events.into_iter().map(|raw| decode_event(raw.get(), limits)).collect(),
        moves: moves.filter(|moves| !matches!(moves, Ok(None))).map(|moves| moves.map(Option::unwrap_or_default)),
    })
}

fn part<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> serde_json::Result<Option<T>> {
    raw.map(|raw| serde_json::from_str::<Option<T>>(raw.get())).transpose().map(Option::flatten)
}

fn decode_event<'a>(json: &'a str, limits: &Limits) -> Decoded<'a> {
    if depth(json.as_bytes()) > limits.event_depth {
        return Err(Reason::TooDeep);
    }
    serde_json::from_str(json).map_err(|_| Reason::BadData)
}

/// The deepest nesting of JSON text, without checking that it is JSON.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn depth_is_counted_outside_strings() {
        assert_eq!(depth(br#"{"a":[{"b":"[[[[\"[["}]}"#), 3);
        assert_eq!(depth(b"]]]["), 1);
    }
}
