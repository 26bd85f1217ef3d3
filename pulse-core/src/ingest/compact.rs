//! The tracker's own form of a body: lists instead of objects, and the positions in columns. It says the same in a third
//! of the bytes, and is told by its first one, `[`.
//!
//! ```text
//! session  [sent_at, session_id, visitor_id, page_url, title, referrer, [w, h]]
//! track    [sent_at, session_id, view_id, seq, page_url, title, start, events, times, xs, ys]
//! event    [type, time, data]      type: its place in EventType::ALL; time: ms since start
//! ```
//!
//! `data` is a list for each type, as [`data`] reads it. The columns hold second differences, because a hand's speed changes
//! little from one position to the next.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    IngestError,
    decode::{Decoded, Reason, SessionBody, TrackBody},
    flat::{FlatBox, FlatData, FlatElement, FlatEvent, FlatRest, Props, Time},
};
use crate::model::{Direction, EventType, NavigationKind, ViewportSize, VisibilityState};

/// Kinds of boxes, by their numbers.
const KINDS: [&str; 7] = ["image", "link", "button", "input", "heading", "other", "text"];

/// Whether a body has this form.
pub(super) fn is_compact(body: &str) -> bool {
    body.starts_with('[')
}

/// Reads the body of `POST /api/session`.
pub(super) fn decode_session(body: &str) -> Result<SessionBody<'_>, IngestError> {
    type Row<'a> = (
        Time,
        Cow<'a, str>,
        Option<Cow<'a, str>>,
        Cow<'a, str>,
        Option<Cow<'a, str>>,
        Option<Cow<'a, str>>,
        (f64, f64),
    );
    let (_, id, visitor_id, page_url, title, referrer, (w, h)): Row<'_> = read(body)?;
    let viewport = Some(ViewportSize { w, h });
    Ok(SessionBody { session_id: Some(id), visitor_id, page_url, title, referrer, viewport })
}

/// Reads the body of `POST /api/track`; what is wrong with one event costs that event alone.
pub(super) fn decode_track(body: &str) -> Result<TrackBody<'_, Decoded<'_>>, IngestError> {
    type Row<'a> = (
        Time,
        Cow<'a, str>,
        Cow<'a, str>,
        i64,
        Option<Cow<'a, str>>,
        Option<Cow<'a, str>>,
        Time,
        Vec<&'a RawValue>,
        Vec<i64>,
        Vec<i64>,
        Vec<i64>,
    );
    let (sent_at, session, view, seq, page_url, title, start, rows, times, xs, ys): Row<'_> = read(body)?;
    let events = rows.into_iter().map(|row| event(row, start));
    let positions = summed(times).zip(summed(xs)).zip(summed(ys)).map(|((time, x), y)| {
        let data = FlatData { x: Some(x as f64), y: Some(y as f64), rest: None };
        Ok(FlatEvent { event_type: Some(EventType::MouseMove), timestamp: Some(after(start, time)), data })
    });
    Ok(TrackBody {
        session_id: Some(session),
        view_id: Some(view),
        seq: Some(seq),
        sent_at: Some(sent_at),
        page_url,
        title,
        events: events.chain(positions).collect(),
        moves: None,
    })
}

fn read<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, IngestError> {
    serde_json::from_str(body).map_err(|_| IngestError::Undecodable)
}

fn after(start: Time, ms: i64) -> Time {
    Time(start.0.saturating_add(ms))
}

/// The values whose second differences these are.
fn summed(differences: Vec<i64>) -> impl Iterator<Item = i64> {
    let (mut step, mut value) = (0_i64, 0_i64);
    differences.into_iter().map(move |difference| {
        step = step.saturating_add(difference);
        value = value.saturating_add(step);
        value
    })
}

fn event<'a>(row: &'a RawValue, start: Time) -> Decoded<'a> {
    let (number, time, values): (usize, i64, &'a RawValue) = list(row).ok_or(Reason::BadData)?;
    let event_type = *EventType::ALL.get(number).ok_or(Reason::UnknownType)?;
    let data = data(event_type, values).ok_or(Reason::BadData)?;
    Ok(FlatEvent { event_type: Some(event_type), timestamp: Some(after(start, time)), data })
}

fn list<'a, T: Deserialize<'a>>(row: &'a RawValue) -> Option<T> {
    serde_json::from_str(row.get()).ok()
}

/// The data of one type.
fn data<'a>(event_type: EventType, values: &'a RawValue) -> Option<FlatData<'a>> {
    let mut rest = FlatRest::default();
    let mut place = (None, None);
    match event_type {
        EventType::MouseMove => {
            let (x, y): (f64, f64) = list(values)?;
            place = (Some(x), Some(y));
        }
        EventType::Click => {
            let (x, y, button, row): (f64, f64, u8, ElementRow<'_>) = list(values)?;
            let [left, top, width, height] = row.5;
            place = (Some(x), Some(y));
            (rest.rx, rest.ry) = (part(x - left, width), part(y - top, height));
            rest.button = Some(button);
            rest.selected = Some(row.6 & 8 != 0);
            rest.element = Some(row.into());
        }
        EventType::RageClick => {
            let (x, y, count, span_ms, row): (f64, f64, u32, f64, ElementRow<'_>) = list(values)?;
            place = (Some(x), Some(y));
            (rest.count, rest.span_ms, rest.element) = (Some(count), Some(span_ms), Some(row.into()));
        }
        EventType::DeadClick => {
            let (x, y, waited_ms, row): (f64, f64, f64, ElementRow<'_>) = list(values)?;
            place = (Some(x), Some(y));
            (rest.waited_ms, rest.element) = (Some(waited_ms), Some(row.into()));
        }
        EventType::Scroll => {
            type Row<'a> = (f64, f64, Option<bool>, Option<bool>, Option<Cow<'a, str>>);
            let (depth, y, up, turned, path): Row<'_> = list(values)?;
            place.1 = Some(y);
            rest.depth = Some(depth);
            rest.direction = Some(if up.unwrap_or_default() { Direction::Up } else { Direction::Down });
            rest.turned = turned;
            rest.element = path.map(|path| FlatElement { path, ..Default::default() });
        }
        EventType::Keypress => {
            let (interval_ms, hold_ms, mut field): (Option<f64>, Option<f64>, String) = list(values)?;
            // A select calls itself `select-one` or `select-multiple`.
            field.truncate(field.find('-').unwrap_or(field.len()));
            (rest.interval_ms, rest.hold_ms, rest.field) = (interval_ms, hold_ms, Some(field.into()));
        }
        EventType::Navigation => {
            let (url, from, kind): (Cow<'_, str>, Option<Cow<'_, str>>, NavigationKind) = list(values)?;
            (rest.url, rest.from, rest.kind) = (Some(url), from, Some(kind));
        }
        EventType::Visibility => {
            let (state,): (VisibilityState,) = list(values)?;
            rest.state = Some(state);
        }
        EventType::Viewport => {
            let [w, h, doc_w, doc_h, dpr]: [f64; 5] = list(values)?;
            (rest.w, rest.h, rest.doc_w, rest.doc_h, rest.dpr) =
                (Some(w), Some(h), Some(doc_w), Some(doc_h), Some(dpr));
        }
        EventType::Layout => {
            let boxes: Vec<BoxRow<'_>> = list(values)?;
            rest.boxes = Some(boxes.into_iter().map(BoxRow::named).collect::<Option<_>>()?);
            rest.hash = Some(digest(values.get()).into());
        }
        EventType::Error => {
            let (name, message): (Cow<'_, str>, Cow<'_, str>) = list(values)?;
            (rest.name, rest.message) = (Some(name), Some(message));
        }
        EventType::Custom => {
            let (name, props): (Cow<'_, str>, Option<Props>) = list(values)?;
            (rest.name, rest.props) = (Some(name), props);
        }
    }
    Some(FlatData { x: place.0, y: place.1, rest: Some(Box::new(rest)) })
}

/// Place within a box, from its near edge to its far one.
fn part(offset: f64, size: f64) -> Option<f64> {
    (size > 0.0).then(|| offset / size)
}

/// path, tag, id, role, label, rect, and bits: interactive, fixed, no rage, selected.
#[derive(Deserialize)]
struct ElementRow<'a>(
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
    Option<Cow<'a, str>>,
    Option<Cow<'a, str>>,
    Option<Cow<'a, str>>,
    [f64; 4],
    u8,
);

impl<'a> From<ElementRow<'a>> for FlatElement<'a> {
    fn from(ElementRow(path, tag, id, role, label, rect, bits): ElementRow<'a>) -> Self {
        Self {
            path,
            tag: Some(tag),
            id,
            role,
            label,
            rect: Some(rect),
            interactive: bits & 1 != 0,
            fixed: bits & 2 != 0,
            no_rage: bits & 4 != 0,
        }
    }
}

/// kind, x, y, width, height, and a label where there is one.
#[derive(Deserialize)]
struct BoxRow<'a>(usize, f64, f64, f64, f64, #[serde(default)] Option<Cow<'a, str>>);

impl<'a> BoxRow<'a> {
    fn named(self) -> Option<FlatBox<'a>> {
        let Self(kind, x, y, w, h, l) = self;
        Some(FlatBox { k: (*KINDS.get(kind)?).into(), r: [x, y, w, h], l })
    }
}

/// Names a wireframe (FNV-1a).
fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:x}")
}

#[cfg(test)]
#[path = "compact_tests.rs"]
mod tests;
