//! What all detectors read: page views in order, and every click with what came of it.

use super::{Aftermath, Context, ElementRef, Outcome};
use crate::{
    analyze::{PageView, Timeline, dead, error_clicks::ErrorClicks},
    model::{Click, Element, EventKind, Millis},
};

/// A visit that ends this soon after something happened ended there, in ms.
const END_MS: Millis = 20_000;

/// One session, prepared for detectors.
pub(super) struct Journey<'a> {
    pub(super) context: &'a Context,
    /// In the order in which they were entered.
    pub(super) views: Vec<PageView<'a>>,
    /// By time.
    pub(super) hits: Vec<Hit<'a>>,
    pub(super) outcome: Outcome,
}

/// A click with what came of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'a> {
    /// Which of the views it is in.
    pub(super) view: usize,
    pub(super) at: Millis,
    pub(super) click: &'a Click,
    /// Whether the tracker reports that nothing answered it.
    pub(super) dead: bool,
    /// Whether a script error came within a second.
    pub(super) error: bool,
}

impl<'a> Hit<'a> {
    pub(super) fn element(&self) -> Option<&'a Element> {
        self.click.element.as_deref().filter(|element| !element.path.is_empty())
    }

    /// Whether it hit what looks as if a click would do something.
    pub(super) fn is_on_control(&self) -> bool {
        self.element().is_some_and(|element| element.interactive)
    }
}

impl<'a> Journey<'a> {
    pub(super) fn new(timeline: &'a Timeline, context: &'a Context) -> Self {
        let views: Vec<PageView<'a>> = timeline.views().collect();
        let errors = ErrorClicks::new(timeline);
        let mut hits = Vec::new();
        for (number, view) in views.iter().enumerate() {
            // A dead click is told with the time and place of its click.
            let mut dead: Vec<(Millis, u64, u64)> = dead::of_view(*view, &context.thresholds)
                .map(|dead| (dead.at, dead.x.to_bits(), dead.y.to_bits()))
                .collect();
            dead.sort_unstable();
            hits.extend(view.clicks().map(|click| Hit {
                view: number,
                at: click.at,
                click: click.click,
                dead: dead.binary_search(&(click.at, click.click.x.to_bits(), click.click.y.to_bits())).is_ok(),
                error: errors.contain(*view, click),
            }));
        }
        hits.sort_by_key(|hit| hit.at);
        Self { context, views, hits, outcome: Outcome::of(timeline, &context.goals) }
    }

    /// Name of the page of a view.
    pub(super) fn page(&self, view: usize) -> &'a str {
        self.views.get(view).map_or("", |view| view.page())
    }

    /// The first view of another page that was entered after a time.
    pub(super) fn next_page(&self, page: &str, after: Millis) -> Option<PageView<'a>> {
        let from = self.views.partition_point(|view| view.entered_at() <= after);
        self.views[from..].iter().copied().find(|view| view.page() != page)
    }

    /// What came of something that happened on a page, up to `at`.
    ///
    /// The visit *left* when no other page was entered and it ended within 20 s, or nothing but moving and scrolling came
    /// after. It *came back* when the next page is one that was there before, *moved on* when it is a new one or a goal was
    /// reached, and *gave up* when the visitor stayed on the page and clicked or typed something else.
    pub(super) fn aftermath(&self, page: &str, at: Millis) -> Aftermath {
        if let Some(next) = self.next_page(page, at) {
            let first = self.views.iter().position(|view| view.page() == next.page());
            let before = first.is_some_and(|first| self.views[first].entered_at() < at);
            return if before { Aftermath::CameBack } else { Aftermath::MovedOn };
        }
        if self.outcome.reached.as_ref().is_some_and(|goal| goal.at >= at) {
            return Aftermath::MovedOn;
        }
        let acted = self.last_act().is_some_and(|act| act > at);
        let soon = self.outcome.left_at.saturating_sub(at) <= END_MS;
        if acted && !soon { Aftermath::GaveUp } else { Aftermath::Left }
    }

    /// When the visitor clicked or typed last.
    fn last_act(&self) -> Option<Millis> {
        let clicks = self.hits.last().map(|hit| hit.at);
        let typed = self.views.iter().flat_map(|view| {
            view.acts().rev().find(|event| matches!(event.kind, EventKind::Keypress(_))).map(|event| event.timestamp)
        });
        typed.max().max(clicks)
    }
}

/// What a click or signal is about: its element, else its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Target<'a> {
    pub(super) page: &'a str,
    path: Option<&'a str>,
    square: (i64, i64),
}

impl<'a> Target<'a> {
    /// Places without an element are one when they fall into the same square of 50 px.
    pub(super) fn of(page: &'a str, hit: &Hit<'a>) -> Self {
        let path = hit.element().map(|element| element.path.as_str());
        let square = ((hit.click.x / 50.0).floor() as i64, (hit.click.y / 50.0).floor() as i64);
        Self { page, path, square: if path.is_some() { (0, 0) } else { square } }
    }
}

/// The element of a hit, as findings name it.
pub(super) fn element_of(hit: &Hit<'_>) -> Option<ElementRef> {
    hit.element().map(ElementRef::from)
}

/// A count as a strength: half at `half`, towards 1 above.
pub(super) fn saturate(count: f64, half: f64) -> f64 {
    if count > 0.0 { count / (count + half) } else { 0.0 }
}
