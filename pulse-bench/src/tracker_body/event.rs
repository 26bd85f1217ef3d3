//! One event as a list: its type's number, its time, and its data in the order of `pulse-tracker/src`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Type, milliseconds since the batch's start, data. The types are numbered as in `pulse-tracker/src/eventTypes.js`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event(pub u8, pub i64, pub Value);

/// What was clicked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Element<'a> {
    /// A CSS path.
    pub path: &'a str,
    /// Lower-case name of the tag.
    pub tag: &'a str,
    /// The attribute; empty without one, as role and label.
    pub id: &'a str,
    /// Role, or kind of control.
    pub role: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// x, y, width and height on the page, in px.
    pub rect: [f64; 4],
    /// 1 interactive, 2 fixed, 4 made to be clicked fast, 8 its text was selected.
    pub bits: u8,
}

impl Element<'_> {
    fn row(&self) -> Value {
        let Self { path, tag, id, role, label, rect, bits } = self;
        json!([path, tag, id, role, label, rect.map(number), bits])
    }
}

/// A number as JavaScript writes it: a whole one without a point.
pub(super) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

impl Event {
    /// A click at a place of the page with a button of the mouse.
    #[must_use]
    pub fn click(time: i64, [x, y]: [f64; 2], button: u8, element: &Element<'_>) -> Self {
        Self(1, time, json!([number(x), number(y), button, element.row()]))
    }

    /// So many clicks in so many milliseconds.
    #[must_use]
    pub fn rage_click(time: i64, [x, y]: [f64; 2], count: u32, span_ms: u32, element: &Element<'_>) -> Self {
        Self(2, time, json!([number(x), number(y), count, span_ms, element.row()]))
    }

    /// A click that nothing answered for so many milliseconds.
    #[must_use]
    pub fn dead_click(time: i64, [x, y]: [f64; 2], waited_ms: u32, element: &Element<'_>) -> Self {
        Self(3, time, json!([number(x), number(y), waited_ms, element.row()]))
    }

    /// The page, or the box at `path`, scrolled to `y`, and seen down to `depth` percent.
    #[must_use]
    pub fn scroll(time: i64, depth: f64, y: f64, up: bool, turned: bool, path: Option<&str>) -> Self {
        Self(4, time, json!([number(depth), number(y), up, turned, path]))
    }

    /// A key, with the time since the one before and until it was released.
    #[must_use]
    pub fn keypress(time: i64, interval_ms: Option<f64>, hold_ms: Option<f64>, field: &str) -> Self {
        Self(5, time, json!([interval_ms.map(number), hold_ms.map(number), field]))
    }

    /// Another address; `kind` as the tracker names it.
    #[must_use]
    pub fn navigation(time: i64, url: &str, from: Option<&str>, kind: &str) -> Self {
        Self(6, time, json!([url, from, kind]))
    }

    /// The page was shown or hidden.
    #[must_use]
    pub fn visibility(time: i64, state: &str) -> Self {
        Self(7, time, json!([state]))
    }

    /// Width and height of window and document, in px, and device pixels per px.
    #[must_use]
    pub fn viewport(time: i64, sizes: [f64; 5]) -> Self {
        Self(8, time, json!(sizes.map(number)))
    }

    /// The outline: kinds by number, rects, and labels, which may be empty.
    #[must_use]
    pub fn layout<'a>(time: i64, boxes: impl Iterator<Item = (usize, [f64; 4], &'a str)>) -> Self {
        let rows =
            boxes.map(|(kind, [x, y, w, h], label)| json!([kind, number(x), number(y), number(w), number(h), label]));
        Self(9, time, rows.collect())
    }

    /// A script failed.
    #[must_use]
    pub fn error(time: i64, name: &str, message: &str) -> Self {
        Self(10, time, json!([name, message]))
    }

    /// The page told of something, with properties or null.
    #[must_use]
    pub fn custom(time: i64, name: &str, props: &Value) -> Self {
        Self(11, time, json!([name, props]))
    }
}
