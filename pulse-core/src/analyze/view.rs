//! One page view, as the folds read it.

use std::borrow::Cow;

use super::timeline::Part;
use crate::model::{
    Batch, Click, Event, EventKind, Layout, Millis, Move, NavigationKind, Viewport, ViewportSize, Visibility,
    VisibilityState, page_of,
};

/// One page view of a [`Timeline`](super::Timeline): what happened from entering a page to leaving it.
#[derive(Debug, Clone, Copy)]
pub struct PageView<'a> {
    pub(super) part: &'a Part,
    pub(super) batches: &'a [Batch],
}

impl<'a> PageView<'a> {
    /// Its address when it was entered; empty when nothing tells it.
    pub fn url(self) -> &'a str {
        &self.part.url
    }

    /// Its address without query and fragment.
    pub fn address(self) -> &'a str {
        page_of(self.url())
    }

    /// The name of its page: one for many addresses.
    pub fn page(self) -> &'a str {
        &self.part.page
    }

    /// When it was entered: the time of its first event.
    pub fn entered_at(self) -> Millis {
        self.part.entered_at
    }

    /// When the next page view in the same tab and page load was entered, else the time of its last event.
    pub fn left_at(self) -> Millis {
        self.part.left_at
    }

    /// From entering to leaving it.
    pub fn time_ms(self) -> Millis {
        self.left_at().saturating_sub(self.entered_at())
    }

    /// Positions of the pointer by time.
    pub fn points(self) -> &'a [Move] {
        &self.part.points
    }

    /// All other events by time.
    pub fn acts(self) -> impl DoubleEndedIterator<Item = &'a Event> + ExactSizeIterator {
        self.part.acts.iter().map(move |&(batch, event)| &self.batches[batch as usize].events()[event as usize])
    }

    /// The hand's own way: positions of the pointer in client coordinates, up to a constant: see [`Hand`].
    pub(super) fn hand(self) -> Cow<'a, [Move]> {
        let offsets: Vec<Offset> = self.offsets().collect();
        if offsets.is_empty() {
            return Cow::Borrowed(self.points());
        }
        let (mut hand, mut next) = (Hand::default(), 0);
        let client = self.points().iter().map(|point| {
            while offsets.get(next).is_some_and(|(at, _)| *at <= point.at) {
                next += 1;
            }
            let last = next.checked_sub(1).and_then(|last| offsets.get(last)).copied();
            hand.client(*point, last, offsets.get(next).copied())
        });
        Cow::Owned(client.collect())
    }

    /// All other events that are later than a time, or at it.
    pub(super) fn acts_after(self, from: Millis) -> impl Iterator<Item = &'a Event> {
        let event = move |&(batch, event): &(u32, u32)| &self.batches[batch as usize].events()[event as usize];
        let first = self.part.acts.partition_point(|slot| event(slot).timestamp < from);
        self.part.acts[first..].iter().map(event)
    }

    /// Number of events.
    pub fn len(self) -> usize {
        self.part.points.len() + self.part.acts.len()
    }

    /// Whether nothing happened. It never is.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Times of all events, the pointer's first.
    pub(super) fn times(self) -> impl Iterator<Item = Millis> {
        self.points().iter().map(|point| point.at).chain(self.acts().map(|event| event.timestamp))
    }

    /// Time of its last event.
    pub(super) fn last(self) -> Millis {
        let act = self.acts().next_back().map(|event| event.timestamp);
        self.points().last().map(|point| point.at).max(act).unwrap_or(self.entered_at())
    }

    /// Which page load it belongs to: two tabs have two.
    pub(super) fn tab(self) -> usize {
        self.part.tab
    }

    /// Clicks by time.
    pub(super) fn clicks(self) -> impl Iterator<Item = TimedClick<'a>> {
        self.acts().filter_map(TimedClick::of)
    }

    /// When its tab was hidden.
    pub(super) fn hidden(self) -> Vec<Millis> {
        let hides =
            |kind: &EventKind| matches!(kind, EventKind::Visibility(Visibility { state: VisibilityState::Hidden }));
        self.acts().filter(|event| hides(&event.kind)).map(|event| event.timestamp).collect()
    }

    /// Whether its tab was hidden or its page closed when it was heard of last; none when it tells nothing of that.
    pub(super) fn is_out_of_sight(self) -> Option<bool> {
        self.acts().rev().find_map(|event| match &event.kind {
            EventKind::Visibility(Visibility { state }) => Some(*state == VisibilityState::Hidden),
            EventKind::Navigation(navigation) => match navigation.kind {
                NavigationKind::Load => Some(false),
                NavigationKind::Unload => Some(true),
                _ => None,
            },
            _ => None,
        })
    }

    /// Sizes of window and document, by time.
    pub(super) fn viewports(self) -> impl DoubleEndedIterator<Item = (Millis, &'a Viewport)> {
        self.acts().filter_map(|event| match &event.kind {
            EventKind::Viewport(viewport) if is_size(viewport.w, viewport.h) => Some((event.timestamp, viewport)),
            _ => None,
        })
    }

    /// Window size when it was entered, else the first one known.
    pub(super) fn window(self) -> Option<ViewportSize> {
        self.part.window.or_else(|| self.viewports().next().map(|(_, v)| ViewportSize { w: v.w, h: v.h }))
    }

    /// The page's own scroll offsets in px, by time, not those of boxes in it.
    pub(super) fn offsets(self) -> impl DoubleEndedIterator<Item = Offset> {
        self.acts().filter_map(offset_of)
    }

    /// Its wireframe as it was seen last, with the time.
    pub(super) fn layout(self) -> Option<(Millis, &'a Layout)> {
        self.acts().rev().find_map(|event| match &event.kind {
            EventKind::Layout(layout) => Some((event.timestamp, layout)),
            _ => None,
        })
    }
}

/// A time, and the page's scroll offset then in px.
pub(super) type Offset = (Millis, f64);

/// Takes the page's scrolling out of the pointer's positions: what is left is the hand's own way, up to a constant. The
/// page that is scrolled under a still pointer moves it in page pixels only.
///
/// The scroll offset is known when it was told, every 150 ms; between two of them that are at most 400 ms apart it is
/// interpolated. A position at the same x as the one before, between which the page was scrolled, is a still hand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hand {
    /// What interpolation got wrong while the hand was still.
    drift: f64,
    /// The position before in client coordinates, and the offset then.
    before: Option<(Move, f64)>,
}

impl Hand {
    /// What is told further apart than this was not scrolled between, in ms.
    pub(super) const APART_MS: Millis = 400;
    /// The first offset counts so long before it is told, in ms.
    pub(super) const EARLY_MS: Millis = Self::APART_MS / 2;

    /// The next position in client coordinates, between the offset told last and the one told next.
    pub(super) fn client(&mut self, point: Move, last: Option<Offset>, next: Option<Offset>) -> Move {
        let offset = offset_at(point.at, last, next);
        let mut client = Move { y: point.y - offset - self.drift, ..point };
        if let Some((last, scrolled)) = self.before
            && last.x == point.x
            && scrolled != offset
        {
            self.drift += client.y - last.y;
            client.y = last.y;
        }
        self.before = Some((client, offset));
        client
    }
}

/// The scroll offset at a time between two that are known.
fn offset_at(at: Millis, last: Option<Offset>, next: Option<Offset>) -> f64 {
    match (last, next) {
        (Some((from, y)), Some((to, then))) if to.saturating_sub(from) <= Hand::APART_MS && to > from => {
            y + (then - y) * (at.saturating_sub(from)) as f64 / (to - from) as f64
        }
        (Some((_, y)), _) => y,
        (None, Some((to, then))) if to.saturating_sub(at) <= Hand::EARLY_MS => then,
        (None, _) => 0.0,
    }
}

/// A click and its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimedClick<'a> {
    pub(super) at: Millis,
    pub(super) click: &'a Click,
}

/// The page's own scroll offset that an event tells.
pub(super) fn offset_of(event: &Event) -> Option<Offset> {
    match &event.kind {
        EventKind::Scroll(scroll) if scroll.element.is_none() && is_place(0.0, scroll.y) => {
            Some((event.timestamp, scroll.y))
        }
        _ => None,
    }
}

impl<'a> TimedClick<'a> {
    /// The click that an event is, unless it is at no place.
    pub(super) fn of(event: &'a Event) -> Option<Self> {
        match &event.kind {
            EventKind::Click(click) if is_place(click.x, click.y) => Some(Self { at: event.timestamp, click }),
            _ => None,
        }
    }

    /// How far it is from a place, in px.
    pub(super) fn distance_to(self, x: f64, y: f64) -> f64 {
        distance(x - self.click.x, y - self.click.y)
    }
}

/// Length of a vector.
pub(super) fn distance(dx: f64, dy: f64) -> f64 {
    (dx * dx + dy * dy).sqrt()
}

/// Whether coordinates are numbers that can be reckoned with: neither infinite nor so large that sums overflow.
pub(super) fn is_place(x: f64, y: f64) -> bool {
    x.abs() <= 1e9 && y.abs() <= 1e9
}

/// Whether a size, of a window or a document, is one to reckon with.
pub(super) fn is_size(w: f64, h: f64) -> bool {
    w >= 1.0 && h >= 1.0 && is_place(w, h)
}
