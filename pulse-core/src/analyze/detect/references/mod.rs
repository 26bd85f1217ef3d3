//! Detectors straight from their definitions: slow, naive, and compared on random sessions.
//!
//! Each generator makes sessions whose steps fall on both sides of every threshold. What is to be found is computed from
//! the words of the definition and from what the generator did, never by the detector's own helpers.

mod choices;
mod clicks;
mod forms;
mod pages;
mod targets;
mod tries;

use std::collections::BTreeMap;

use super::*;
use crate::{
    analyze::testing::{button, visit},
    model::{Custom, Element, Event, EventKind, Layout, LayoutBox, Millis},
};

fn desktop() -> Context {
    Context { device: Device::Desktop, ..Context::default() }
}

fn kind(events: impl IntoIterator<Item = Event>, kind: FindingKind) -> Vec<Finding> {
    detect(&visit(events), &desktop()).findings.into_iter().filter(|finding| finding.kind == kind).collect()
}

/// The findings of one detector alone, before others that say more take their place.
fn alone(events: &[Event], context: &Context, detector: fn(&Journey<'_>) -> Vec<Finding>) -> Vec<Finding> {
    detector(&Journey::new(&visit(events.iter().cloned()), context))
}

/// How often, when first and when last, by page and target.
fn told(findings: &[Finding]) -> BTreeMap<String, (usize, Millis, Millis)> {
    let of = |finding: &Finding| {
        let last = finding.moments.last().copied().unwrap_or_default();
        (format!("{} {}", finding.page, finding.key().target), (finding.count as usize, finding.at(), last))
    };
    findings.iter().map(of).collect()
}

/// The outline of a page.
fn outline(at: Millis, boxes: Vec<LayoutBox>) -> Event {
    Event { timestamp: at, kind: EventKind::Layout(Layout { hash: String::new(), boxes }) }
}

/// A box of an outline; without a label when that is empty.
fn drawn(kind: &str, r: [f64; 4], label: &str) -> LayoutBox {
    LayoutBox { k: kind.to_owned(), r, l: (!label.is_empty()).then(|| label.to_owned()) }
}

/// What the page's script tracks.
fn tracked(at: Millis, name: &str) -> Event {
    Event { timestamp: at, kind: EventKind::Custom(Custom { name: name.to_owned(), props: BTreeMap::new() }) }
}

/// A control of a tag; without a label when that is empty.
fn named(path: &str, tag: &str, label: &str, rect: [f64; 4]) -> Element {
    let label = (!label.is_empty()).then(|| label.to_owned());
    Element { tag: tag.into(), label, ..button(path, rect) }
}

/// The middle of a box.
fn middle([x, y, w, h]: [f64; 4]) -> (f64, f64) {
    (x + w / 2.0, y + h / 2.0)
}
