//! Pulse's own events in the tracker's form: the inverse of what ingest does.

use pulse_core::model::{self, Direction, EventKind, NavigationKind};
use serde_json::{Value, json};

use super::{Element, Event};

/// Kinds of boxes by their numbers, as in `pulse-tracker/src/wireframe.js`.
const KINDS: [&str; 7] = ["image", "link", "button", "input", "heading", "other", "text"];

impl Event {
    /// An event so many milliseconds after its batch's start; `None` of a position, which goes in columns.
    #[must_use]
    pub fn of(time: i64, kind: &EventKind) -> Option<Self> {
        Some(match kind {
            EventKind::Click(click) => {
                let element = row(click.element.as_deref()?, click.selected);
                Self::click(time, [click.x, click.y], click.button, &element)
            }
            EventKind::RageClick(rage) => {
                let element = row(rage.element.as_deref()?, false);
                Self::rage_click(time, [rage.x, rage.y], rage.count, rage.span_ms, &element)
            }
            EventKind::DeadClick(dead) => {
                let element = row(dead.element.as_deref()?, false);
                Self::dead_click(time, [dead.x, dead.y], dead.waited_ms, &element)
            }
            EventKind::Scroll(scroll) => {
                let path = scroll.element.as_deref().map(|element| element.path.as_str());
                Self::scroll(time, scroll.depth, scroll.y, scroll.direction == Direction::Up, scroll.turned, path)
            }
            EventKind::Keypress(key) => Self::keypress(time, key.interval_ms, key.hold_ms, &key.field),
            EventKind::Navigation(to) => Self::navigation(time, &to.url, to.from.as_deref(), &word(to.kind)),
            EventKind::Visibility(seen) => Self(7, time, json!([seen.state])),
            EventKind::Viewport(size) => Self::viewport(time, [size.w, size.h, size.doc_w, size.doc_h, size.dpr]),
            EventKind::Layout(layout) => {
                let kind = |name: &str| KINDS.iter().position(|kind| *kind == name);
                let boxes = layout.boxes.iter();
                let boxes = boxes.filter_map(|b| Some((kind(&b.k)?, b.r, b.l.as_deref().unwrap_or_default())));
                Self::layout(time, boxes)
            }
            EventKind::Error(error) => Self::error(time, &error.name, &error.message),
            EventKind::Custom(custom) => {
                let props = if custom.props.is_empty() { Value::Null } else { json!(custom.props) };
                Self::custom(time, &custom.name, &props)
            }
            _ => return None,
        })
    }
}

/// As Chromium names it: its way back is a traversal.
fn word(kind: NavigationKind) -> String {
    match json!(kind).as_str() {
        Some("pop") => "traverse".to_owned(),
        word => word.unwrap_or_default().to_owned(),
    }
}

fn row(element: &model::Element, selected: bool) -> Element<'_> {
    let bits = [element.interactive, element.fixed, element.no_rage, selected];
    Element {
        path: &element.path,
        tag: &element.tag,
        id: element.id.as_deref().unwrap_or_default(),
        role: element.role.as_deref().unwrap_or_default(),
        label: element.label.as_deref().unwrap_or_default(),
        rect: element.rect.unwrap_or_default(),
        bits: bits.iter().zip(0..).map(|(bit, place)| u8::from(*bit) << place).sum(),
    }
}
