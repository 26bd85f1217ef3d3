//! What bodies say before it is checked. Every field is optional or has a default: what an event requires, `check`
//! knows.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;

use crate::model::{Direction, Millis, NavigationKind, Prop, ViewportSize, VisibilityState};

/// Text that borrows from the body where it can. Serde borrows a `Cow` only as a field of its own, so that within an
/// `Option` it takes a type of its own.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a session begins.
#[derive(Debug, Deserialize)]
pub(super) struct SessionFields<'a> {
    #[serde(borrow)]
    pub(super) session_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) visitor_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) page_url: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) title: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) referrer: Option<Text<'a>>,
    pub(super) viewport: Option<ViewportSize>,
}

/// What a batch says of itself, apart from its events.
#[derive(Debug, Default)]
pub(super) struct Head<'a> {
    pub(super) session_id: Option<Text<'a>>,
    pub(super) view_id: Option<Text<'a>>,
    pub(super) seq: Option<i64>,
    pub(super) sent_at: Option<Time>,
    pub(super) page_url: Option<Text<'a>>,
    pub(super) title: Option<Text<'a>>,
}

/// The data of an event. One type for all types of events: each has some of the fields.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Data<'a> {
    pub(super) x: Option<f64>,
    pub(super) y: Option<f64>,
    pub(super) button: Option<u8>,
    #[serde(borrow)]
    pub(super) element: Option<ElementField<'a>>,
    pub(super) rx: Option<f64>,
    pub(super) ry: Option<f64>,
    pub(super) selected: Option<bool>,
    pub(super) count: Option<u32>,
    pub(super) span_ms: Option<f64>,
    pub(super) waited_ms: Option<f64>,
    pub(super) depth: Option<f64>,
    pub(super) direction: Option<Direction>,
    pub(super) turned: Option<bool>,
    pub(super) interval_ms: Option<f64>,
    pub(super) hold_ms: Option<f64>,
    #[serde(borrow)]
    pub(super) field: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) from: Option<Text<'a>>,
    pub(super) kind: Option<NavigationKind>,
    pub(super) state: Option<VisibilityState>,
    pub(super) w: Option<f64>,
    pub(super) h: Option<f64>,
    pub(super) doc_w: Option<f64>,
    pub(super) doc_h: Option<f64>,
    pub(super) dpr: Option<f64>,
    #[serde(borrow)]
    pub(super) hash: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) boxes: Option<Vec<BoxFields<'a>>>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) message: Option<Text<'a>>,
    pub(super) props: Option<Props>,
}

/// What a page tells with an event of its own; null says nothing.
pub(super) type Props = BTreeMap<String, Option<Prop>>;

/// An element: described by its fields, or by a selector alone.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ElementField<'a> {
    Selector(#[serde(borrow)] Cow<'a, str>),
    Described(#[serde(borrow)] ElementFields<'a>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ElementFields<'a> {
    #[serde(borrow)]
    pub(super) path: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) tag: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) role: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) label: Option<Text<'a>>,
    pub(super) rect: Option<[f64; 4]>,
    pub(super) interactive: bool,
    pub(super) fixed: bool,
    pub(super) no_rage: bool,
}

/// A box of a wireframe.
#[derive(Debug, Deserialize)]
pub(super) struct BoxFields<'a> {
    #[serde(borrow)]
    pub(super) k: Cow<'a, str>,
    pub(super) r: [f64; 4],
    #[serde(borrow)]
    pub(super) l: Option<Text<'a>>,
}

/// Milliseconds since the epoch, or RFC 3339. A fraction of a millisecond is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "TimeField")]
pub(super) struct Time(pub(super) Millis);

#[derive(Deserialize)]
#[serde(untagged)]
enum TimeField {
    Whole(i64),
    Fraction(f64),
    Text(String),
}

impl TryFrom<TimeField> for Time {
    type Error = jiff::Error;

    fn try_from(time: TimeField) -> Result<Self, jiff::Error> {
        Ok(Self(match time {
            TimeField::Whole(ms) => ms,
            // `as` saturates, also for integers beyond `i64`; a JSON number is never NaN.
            TimeField::Fraction(ms) => ms.round() as Millis,
            TimeField::Text(text) => text.parse::<jiff::Timestamp>()?.as_millisecond(),
        }))
    }
}
