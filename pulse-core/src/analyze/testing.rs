//! Short ways to write down a session.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::{Thresholds, Timeline};
use crate::model::{
    Batch, BatchId, BatchParts, Click, DeadClick, Direction, Element, Event, EventKind, Keypress, Millis, MouseMove,
    Navigation, NavigationKind, PageError, Scroll, SessionId, ViewId, Viewport, Visibility, VisibilityState,
};

pub(super) const SHOP: &str = "http://shop.test/";

pub(super) fn session() -> SessionId {
    "session-1".parse().unwrap()
}

pub(super) fn thresholds() -> Thresholds {
    Thresholds::default()
}

/// The one batch of a page load on the shop's home page.
pub(super) fn visit(events: impl IntoIterator<Item = Event>) -> Timeline {
    Timeline::new([batch("view-one", 0, Some(SHOP), events)])
}

pub(super) fn batch(view: &str, seq: u32, page_url: Option<&str>, events: impl IntoIterator<Item = Event>) -> Batch {
    Batch::new(BatchParts {
        id: BatchId { session: session(), view: view.parse::<ViewId>().unwrap(), seq },
        received_at: 0,
        page_url: page_url.map(str::to_owned),
        title: None,
        shifted_ms: 0,
        moves: Vec::new(),
        events: events.into_iter().collect(),
    })
}

fn event(timestamp: Millis, kind: EventKind) -> Event {
    Event { timestamp, kind }
}

pub(super) fn mouse(at: Millis, x: f64, y: f64) -> Event {
    event(at, EventKind::MouseMove(MouseMove { x, y }))
}

pub(super) fn click(at: Millis, x: f64, y: f64) -> Event {
    event(at, EventKind::Click(Click { x, y, ..Click::default() }))
}

pub(super) fn click_on(at: Millis, x: f64, y: f64, element: &Element) -> Event {
    event(at, EventKind::Click(Click { x, y, element: Some(Box::new(element.clone())), ..Click::default() }))
}

pub(super) fn dead_click(at: Millis, x: f64, y: f64, element: Option<&Element>, waited_ms: u32) -> Event {
    event(at, EventKind::DeadClick(DeadClick { x, y, element: element.cloned().map(Box::new), waited_ms }))
}

pub(super) fn error(at: Millis) -> Event {
    event(at, EventKind::Error(PageError { name: "TypeError".into(), message: String::new() }))
}

pub(super) fn scroll(at: Millis, y: f64, depth: f64) -> Event {
    event(at, EventKind::Scroll(Scroll { depth, y, direction: Direction::Down, turned: false, element: None }))
}

pub(super) fn key(at: Millis, interval_ms: Option<f64>, hold_ms: Option<f64>) -> Event {
    event(at, EventKind::Keypress(Keypress { interval_ms, hold_ms, field: "text".into() }))
}

pub(super) fn navigate(at: Millis, kind: NavigationKind, path: &str) -> Event {
    let url = format!("{SHOP}{path}");
    event(at, EventKind::Navigation(Navigation { url, from: None, kind }))
}

pub(super) fn load(at: Millis, path: &str) -> Event {
    navigate(at, NavigationKind::Load, path)
}

pub(super) fn hide(at: Millis) -> Event {
    event(at, EventKind::Visibility(Visibility { state: VisibilityState::Hidden }))
}

pub(super) fn window(at: Millis, w: f64, h: f64, doc_h: f64) -> Event {
    event(at, EventKind::Viewport(Viewport { w, h, doc_w: w, doc_h, dpr: 1.0 }))
}

/// A button with a box.
pub(super) fn button(path: &str, rect: [f64; 4]) -> Element {
    Element { tag: "button".into(), rect: Some(rect), interactive: true, ..Element::from_selector(path) }
}

/// Successive times: steps that fall on both sides of every threshold, now and then backwards.
pub(super) fn times(most: usize) -> impl Strategy<Value = Vec<Millis>> {
    let step = prop_oneof![
        8 => 0..=120_i64,
        4 => prop::sample::select(vec![0, 50, 333, 499, 500, 501, 999, 1000, 1001]),
        1 => prop::sample::select(vec![-700, 4000, 31_000]),
    ];
    prop::collection::vec(step, 0..most).prop_map(|steps| {
        let add = |time: &mut Millis, step| {
            *time += step;
            Some(*time)
        };
        steps.into_iter().scan(1_000_000, add).collect()
    })
}

/// Places, each so many ms after the one before, and now and then before it.
pub(super) fn places(
    steps: &'static [Millis],
    of: &'static [(f64, f64)],
) -> impl Strategy<Value = Vec<(Millis, f64, f64)>> {
    prop::collection::vec((prop::sample::select(steps), prop::sample::select(of)), 0..60).prop_map(|found| {
        let mut at = 1_000_000;
        let place = |(step, (x, y))| {
            at += step;
            (at, x, y)
        };
        found.into_iter().map(place).collect()
    })
}

/// Positions of the pointer, clicks, and moments when the tab is hidden, in a small area.
pub(super) fn pointing(most: usize) -> impl Strategy<Value = Vec<Event>> {
    let place = || prop_oneof![Just(0.0), Just(15.0), Just(30.0), 0.0..60.0_f64, 0.0..400.0_f64];
    (times(most), prop::collection::vec((0..12_u8, place(), place(), 0..2_usize), most)).prop_map(|(times, what)| {
        let boxes = [button("#near", [0.0, 0.0, 30.0, 30.0]), button("#wide", [0.0, 0.0, 200.0, 60.0])];
        let event = |(at, (kind, x, y, of)): (Millis, (u8, f64, f64, usize))| match kind {
            0 => hide(at),
            1 | 2 => click_on(at, x, y, &boxes[of]),
            _ => mouse(at, x, y),
        };
        times.into_iter().zip(what).map(event).collect()
    })
}
