//! The list form of a body, the tracker's own: lists instead of objects, and the moves in columns. It says the same as
//! the object form in a third of the bytes. A body that begins with `[` has it.
//!
//! ```text
//! session  [sent_at, session_id, visitor_id, page_url, title, referrer, [w, h]]
//! track    [sent_at, session_id, view_id, seq, page_url, title, start, events, times, xs, ys]
//! event    [type, time, data]      type: its place in EventType::ALL; time: ms since start
//! ```
//!
//! The columns hold second differences, because a hand's speed changes little from one move to the next. An example:
//!
//! ```json
//! [1800000000250, "session-1", "view-0001", 3, "https://shop.example/", "Shop", 1800000000000,
//!  [[1, 120, [407, 300, 0, ["#pay", "button", "pay", null, "Pay", [400, 280, 140, 40], 1]]]],
//!  [0, 50, 1], [400, -393, -1], [302, -304, 1]]
//! ```
//!
//! The batch began at 1800000000000. It holds a click (type 1) 120 ms later at (407, 300) on the button `#pay`, which
//! is interactive (1), and three moves. Their times are 0, 50 and 101: the steps are 0, 0 + 50 and 50 + 1. In the same
//! way, the x are 400, 407 and 413, and the y are 302, 300 and 299.
//!
//! # Data of each type
//!
//! | type | data |
//! | --- | --- |
//! | 0 mousemove | x, y |
//! | 1 click | x, y, button, element |
//! | 2 rage_click | x, y, count, span_ms, element |
//! | 3 dead_click | x, y, waited_ms, element |
//! | 4 scroll | depth, y, whether up, whether turned, path of the box or null |
//! | 5 keypress | interval_ms or null, hold_ms or null, field |
//! | 6 navigation | url, from or null, kind |
//! | 7 visibility | state |
//! | 8 viewport | w, h, doc_w, doc_h, dpr |
//! | 9 layout | boxes: \[kind, x, y, w, h, label\], the label only where there is one; kind: its place in [`KINDS`] |
//! | 10 error | name, message |
//! | 11 custom | name, props or null |
//!
//! An element is \[path, tag, id, role, label, \[x, y, w, h\], bits\], with null for what it does not have; the bits
//! are
//! [`INTERACTIVE`], [`FIXED`], [`NO_RAGE`] and [`SELECTED`].

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    IngestError, check,
    fields::{BoxFields, Data, ElementField, ElementFields, Head, Props, SessionFields, Text, Time},
    gather::{Differences, EntryForm, Gathered, MoveColumns, ReadColumn, ReadEvents},
};
use crate::{
    model::{Direction, Event, EventType, Millis, NavigationKind, ViewportSize, VisibilityState},
    wire::RejectReason,
};

/// Kinds of boxes, by their numbers in `wireframe.js`.
const KINDS: [&str; 7] = ["image", "link", "button", "input", "heading", "other", "text"];

/// The bits of an element, as `describe.js` sets them.
const INTERACTIVE: u8 = 1;
const FIXED: u8 = 2;
const NO_RAGE: u8 = 4;
/// Text in it was selected when the click ended.
const SELECTED: u8 = 8;

/// Whether a body has this form.
pub(super) fn is_list(body: &str) -> bool {
    body.starts_with('[')
}

/// Reads the body of `POST /api/session`.
pub(super) fn session(body: &str) -> Result<SessionFields<'_>, IngestError> {
    type Row<'a> = (Time, Text<'a>, Option<Text<'a>>, Text<'a>, Option<Text<'a>>, Option<Text<'a>>, (f64, f64));
    let row: Row<'_> = serde_json::from_str(body).map_err(|_| IngestError::Undecodable)?;
    let (_, session_id, visitor_id, page_url, title, referrer, (w, h)) = row;
    Ok(SessionFields {
        session_id: Some(session_id),
        visitor_id,
        page_url: page_url.0,
        title,
        referrer,
        viewport: Some(ViewportSize { w, h }),
    })
}

/// Reads the body of `POST /api/track`: in one pass, and when that ends early, entry by entry.
pub(super) fn track<'a>(body: &'a str, gathered: &mut Gathered<'_>) -> Result<Head<'a>, IngestError> {
    for alone in [false, true] {
        *gathered = Gathered::new(gathered.limits);
        let mut json = serde_json::Deserializer::from_str(body);
        if let Ok(head) = json.deserialize_seq(ReadTrack { gathered, alone }).and_then(|head| json.end().map(|()| head))
        {
            return Ok(head);
        }
    }
    Err(IngestError::Undecodable)
}

struct ReadTrack<'g, 'l> {
    gathered: &'g mut Gathered<'l>,
    /// Whether each entry is read by itself.
    alone: bool,
}

impl<'de> Visitor<'de> for ReadTrack<'_, '_> {
    type Value = Head<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch as a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Head<'de>, A::Error> {
        let Self { gathered, alone } = self;
        let head = Head {
            sent_at: Some(next(&mut row)?),
            session_id: Some(next(&mut row)?),
            view_id: Some(next(&mut row)?),
            seq: Some(next(&mut row)?),
            page_url: next(&mut row)?,
            title: next(&mut row)?,
        };
        let Time(start) = next(&mut row)?;
        next_as(&mut row, ReadEvents { form: ListForm { start }, gathered, alone })?;
        let room = gathered.room();
        let mut column = || next_as(&mut row, ReadColumn { room, alone });
        let (times, xs, ys) = (column()?, column()?, column()?);
        gathered.add_moves(&MoveColumns { start: Some(start), times, xs, ys, differences: Differences::Second });
        Ok(head)
    }
}

/// The next value of a list, which is required.
fn next<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(row: &mut A) -> Result<T, A::Error> {
    row.next_element()?.ok_or_else(|| A::Error::custom("the list is too short"))
}

fn next_as<'de, S: DeserializeSeed<'de>, A: SeqAccess<'de>>(row: &mut A, seed: S) -> Result<S::Value, A::Error> {
    row.next_element_seed(seed)?.ok_or_else(|| A::Error::custom("the list is too short"))
}

#[derive(Clone, Copy)]
struct ListForm {
    start: Millis,
}

impl EntryForm for ListForm {
    fn read<'de, D: Deserializer<'de>>(
        self,
        entry: D,
        gathered: &Gathered<'_>,
    ) -> Result<Result<Event, RejectReason>, D::Error> {
        entry.deserialize_seq(ReadEvent { start: self.start, gathered })
    }
}

struct ReadEvent<'g, 'l> {
    start: Millis,
    gathered: &'g Gathered<'l>,
}

impl<'de> Visitor<'de> for ReadEvent<'_, '_> {
    type Value = Result<Event, RejectReason>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event as a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Self::Value, A::Error> {
        let (number, time): (usize, Millis) = (next(&mut row)?, next(&mut row)?);
        let known = EventType::ALL.get(number).copied();
        let Some(event_type) = known.filter(|of| self.gathered.takes(*of)) else {
            while row.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Err(if known.is_some() { RejectReason::TooMany } else { RejectReason::UnknownType }));
        };
        let data = next_as(&mut row, ReadData(event_type))?;
        Ok(check::event(event_type, self.start.saturating_add(time), data, self.gathered.limits))
    }
}

/// Reads the data of one type.
struct ReadData(EventType);

impl<'de> DeserializeSeed<'de> for ReadData {
    type Value = Data<'de>;

    fn deserialize<D: Deserializer<'de>>(self, list: D) -> Result<Data<'de>, D::Error> {
        let none = Data::default();
        Ok(match self.0 {
            EventType::MouseMove => {
                let (x, y) = Deserialize::deserialize(list)?;
                Data { x, y, ..none }
            }
            EventType::Click => {
                let (x, y, button, element): (f64, f64, u8, ElementRow<'_>) = Deserialize::deserialize(list)?;
                let [left, top, width, height] = element.5;
                Data {
                    x: Some(x),
                    y: Some(y),
                    button: Some(button),
                    rx: part(x - left, width),
                    ry: part(y - top, height),
                    selected: Some(element.6 & SELECTED != 0),
                    element: Some(element.into()),
                    ..none
                }
            }
            EventType::RageClick => {
                let (x, y, count, span_ms, element): (_, _, _, _, ElementRow<'_>) = Deserialize::deserialize(list)?;
                Data { x, y, count, span_ms, element: Some(element.into()), ..none }
            }
            EventType::DeadClick => {
                let (x, y, waited_ms, element): (_, _, _, ElementRow<'_>) = Deserialize::deserialize(list)?;
                Data { x, y, waited_ms, element: Some(element.into()), ..none }
            }
            EventType::Scroll => {
                type Row<'a> = (Option<f64>, Option<f64>, Option<bool>, Option<bool>, Option<Text<'a>>);
                let (depth, y, up, turned, path): Row<'_> = Deserialize::deserialize(list)?;
                let direction = Some(if up.unwrap_or_default() { Direction::Up } else { Direction::Down });
                Data { depth, y, direction, turned, element: path.map(|path| ElementField::Selector(path.0)), ..none }
            }
            EventType::Keypress => {
                let (interval_ms, hold_ms, Text(field)): (_, _, Text<'_>) = Deserialize::deserialize(list)?;
                // A select calls itself `select-one` or `select-multiple`.
                let kind = field.split('-').next().unwrap_or_default();
                Data { interval_ms, hold_ms, field: Some(Text(Cow::Owned(kind.to_owned()))), ..none }
            }
            EventType::Navigation => {
                let (url, from, kind): (_, _, NavigationKind) = Deserialize::deserialize(list)?;
                Data { url, from, kind: Some(kind), ..none }
            }
            EventType::Visibility => {
                let (state,): (VisibilityState,) = Deserialize::deserialize(list)?;
                Data { state: Some(state), ..none }
            }
            EventType::Viewport => {
                let (w, h, doc_w, doc_h, dpr) = Deserialize::deserialize(list)?;
                Data { w, h, doc_w, doc_h, dpr, ..none }
            }
            EventType::Layout => {
                // The text is read twice, as it also names the wireframe.
                let text: &'de RawValue = Deserialize::deserialize(list)?;
                let boxes: Vec<BoxRow<'_>> = serde_json::from_str(text.get()).map_err(D::Error::custom)?;
                let boxes: Option<Vec<_>> = boxes.into_iter().map(BoxRow::named).collect();
                let boxes = boxes.ok_or_else(|| D::Error::custom("no such kind of box"))?;
                Data { boxes: Some(boxes), hash: Some(Text(digest(text.get()).into())), ..none }
            }
            EventType::Error => {
                let (name, message) = Deserialize::deserialize(list)?;
                Data { name, message, ..none }
            }
            EventType::Custom => {
                let (name, props): (_, Option<Props>) = Deserialize::deserialize(list)?;
                Data { name, props, ..none }
            }
        })
    }
}

/// Place within a box, 0 at its near edge and 1 at its far one.
fn part(offset: f64, size: f64) -> Option<f64> {
    (size > 0.0).then(|| offset / size)
}

/// path, tag, id, role, label, rect, bits.
#[derive(Deserialize)]
struct ElementRow<'a>(
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Text<'a>,
    #[serde(borrow)] Option<Text<'a>>,
    #[serde(borrow)] Option<Text<'a>>,
    #[serde(borrow)] Option<Text<'a>>,
    [f64; 4],
    u8,
);

impl<'a> From<ElementRow<'a>> for ElementField<'a> {
    fn from(ElementRow(path, tag, id, role, label, rect, bits): ElementRow<'a>) -> Self {
        Self::Described(ElementFields {
            path,
            tag: Some(tag),
            id,
            role,
            label,
            rect: Some(rect),
            interactive: bits & INTERACTIVE != 0,
            fixed: bits & FIXED != 0,
            no_rage: bits & NO_RAGE != 0,
        })
    }
}

/// kind, x, y, width, height, and a label where there is one.
#[derive(Deserialize)]
struct BoxRow<'a>(usize, f64, f64, f64, f64, #[serde(borrow, default)] Option<Text<'a>>);

impl<'a> BoxRow<'a> {
    fn named(self) -> Option<BoxFields<'a>> {
        let Self(kind, x, y, w, h, l) = self;
        Some(BoxFields { k: (*KINDS.get(kind)?).into(), r: [x, y, w, h], l })
    }
}

/// Names a wireframe (FNV-1a).
pub(super) fn digest(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{hash:x}")
}

#[cfg(test)]
#[path = "list_tests.rs"]
mod tests;
