//! What all detectors read: page views in order, and every click with what came of it.

use std::collections::HashMap;

use super::{
    Aftermath, Context, Outcome,
    forms::{FieldStay, field_stays},
    hit::Hit,
    hits,
    missed_target::Misses,
};
use crate::{
    analyze::{PageView, RageBurst, Timeline},
    model::{Device, EventKind, Layout, LayoutBox, Millis, NavigationKind, PageError},
};

/// A visit that ends this soon after something happened ended there, in ms.
const END_MS: Millis = 20_000;

/// One session, prepared for detectors.
pub(super) struct Journey<'a> {
    pub(super) context: &'a Context,
    /// In the order in which they were entered.
    pub(super) views: Vec<PageView<'a>>,
    /// Clicks by time.
    pub(super) hits: Vec<Hit<'a>>,
    /// Rage bursts that are not suppressed; hits name them by number.
    pub(super) bursts: Vec<RageBurst>,
    /// Numbers of the clicks on each page.
    pub(super) on_page: HashMap<&'a str, Vec<usize>>,
    /// Stays in fields.
    pub(super) stays: Vec<FieldStay<'a>>,
    /// Clicks that were meant for something beside them.
    pub(super) misses: Misses<'a>,
    pub(super) outcome: Outcome,
    /// Script errors, by tab and time.
    errors: Vec<(usize, Millis, &'a PageError)>,
    first_entered: HashMap<&'a str, Millis>,
    /// Of each view, the next one of another page, and the next one of its tab.
    next_other: Vec<usize>,
    next_in_tab: Vec<Option<usize>>,
    /// The outline of each page as it was seen last.
    layouts: HashMap<&'a str, &'a Layout>,
    /// When the visitor clicked or typed last.
    last_act: Option<Millis>,
}

impl<'a> Journey<'a> {
    pub(super) fn new(timeline: &'a Timeline, context: &'a Context) -> Self {
        let views: Vec<PageView<'a>> = timeline.views().collect();
        let (mut next_other, mut next_in_tab) = (vec![views.len(); views.len()], vec![None; views.len()]);
        let mut in_tab: HashMap<usize, usize> = HashMap::new();
        for number in (0..views.len()).rev() {
            next_in_tab[number] = in_tab.insert(views[number].tab(), number);
            if let Some(next) = views.get(number + 1) {
                let same = next.page() == views[number].page();
                next_other[number] = if same { next_other[number + 1] } else { number + 1 };
            }
        }
        let mut journey = Self {
            context,
            hits: Vec::new(),
            bursts: Vec::new(),
            on_page: HashMap::new(),
            stays: Vec::new(),
            misses: Misses::default(),
            outcome: Outcome::of(timeline, &context.goals),
            errors: Vec::new(),
            first_entered: HashMap::new(),
            next_other,
            next_in_tab,
            layouts: HashMap::new(),
            last_act: None,
            views,
        };
        for view in journey.views.iter().copied() {
            journey.first_entered.entry(view.page()).or_insert(view.entered_at());
            if let Some((_, layout)) = view.layout() {
                journey.layouts.insert(view.page(), layout);
            }
            for event in view.acts() {
                match &event.kind {
                    EventKind::Error(error) => journey.errors.push((view.tab(), event.timestamp, error)),
                    EventKind::Keypress(_) | EventKind::Click(_) => {
                        journey.last_act = journey.last_act.max(Some(event.timestamp));
                    }
                    _ => {}
                }
            }
        }
        journey.errors.sort_by_key(|(tab, at, _)| (*tab, *at));
        let (hits, bursts) = hits::hits(&journey);
        (journey.hits, journey.bursts) = (hits, bursts);
        for (number, hit) in journey.hits.iter().enumerate() {
            journey.on_page.entry(journey.views[hit.view].page()).or_default().push(number);
        }
        journey.stays = field_stays(&journey.views);
        journey.misses = Misses::new(&journey);
        journey
    }

    /// Whether it is used by touch: taps, and no pointer positions.
    pub(super) fn is_touch(&self) -> bool {
        match self.context.device {
            Device::Mobile | Device::Tablet => true,
            Device::Desktop => false,
            Device::Unknown => !self.hits.is_empty() && self.views.iter().all(|view| view.points().is_empty()),
        }
    }

    /// Name of the page of a view.
    pub(super) fn page(&self, view: usize) -> &'a str {
        self.views.get(view).map_or("", |view| view.page())
    }

    /// The clicks on a page, by time.
    pub(super) fn hits_on(&self, page: &str) -> impl DoubleEndedIterator<Item = &Hit<'a>> + ExactSizeIterator {
        self.on_page.get(page).map_or(&[][..], Vec::as_slice).iter().map(|number| &self.hits[*number])
    }

    /// The next view of the same tab and page load.
    pub(super) fn next_in_tab(&self, view: usize) -> Option<usize> {
        self.next_in_tab.get(view).copied().flatten()
    }

    /// Whether the browser says that a view was entered by a step back.
    pub(super) fn is_pop(&self, view: usize) -> bool {
        let kind = self.views[view].acts().find_map(|event| match &event.kind {
            EventKind::Navigation(navigation) => Some(navigation.kind),
            _ => None,
        });
        kind == Some(NavigationKind::Pop)
    }

    /// Whether a view shows the page before the one before it.
    pub(super) fn is_return(&self, from: usize, to: usize) -> bool {
        from.checked_sub(1).is_some_and(|before| self.views[before].address() == self.views[to].address())
    }

    /// The boxes of a page, as they were seen last.
    pub(super) fn boxes(&self, page: &str) -> &'a [LayoutBox] {
        self.layouts.get(page).map_or(&[], |layout| &layout.boxes)
    }

    /// The first script error from 0 to 1000 ms after a click, in its tab.
    pub(super) fn error_after(&self, tab: usize, at: Millis) -> Option<&'a PageError> {
        let next = self.errors.partition_point(|(of, time, _)| (*of, *time) < (tab, at));
        let (_, _, error) =
            self.errors.get(next).filter(|(of, time, _)| *of == tab && time.saturating_sub(at) <= 1000)?;
        Some(error)
    }

    /// The first view of another page that was entered at a time or later: a step within an application leaves one page
    /// in the very millisecond in which it enters the next.
    pub(super) fn next_page(&self, page: &str, from: Millis) -> Option<PageView<'a>> {
        let from = self.views.partition_point(|view| view.entered_at() < from);
        let next = if self.views.get(from)?.page() == page { self.next_other[from] } else { from };
        self.views.get(next).copied()
    }

    /// Whether a page had been entered before a time.
    pub(super) fn was_seen(&self, page: &str, before: Millis) -> bool {
        self.first_entered.get(page).is_some_and(|first| *first < before)
    }

    /// Whether a goal was reached at a time or later.
    pub(super) fn reaches_goal(&self, after: Millis) -> bool {
        self.outcome.reached.as_ref().is_some_and(|goal| goal.at >= after)
    }

    /// What came of something that happened on a page, up to `at`.
    ///
    /// The visitor *moved on* when the next page is a new one or a goal was reached later, and *came back* when the next
    /// page is one that was there before. With no other page after it, the visit *left* from there when it ended within
    /// 20 s or nothing was clicked or typed any more; else the visitor *gave up* and did something else on the page.
    pub(super) fn aftermath(&self, page: &str, at: Millis) -> Aftermath {
        if self.reaches_goal(at) {
            return Aftermath::MovedOn;
        }
        if let Some(next) = self.next_page(page, at) {
            return if self.was_seen(next.page(), at) { Aftermath::CameBack } else { Aftermath::MovedOn };
        }
        let acted = self.last_act.is_some_and(|act| act > at);
        let soon = self.outcome.left_at.saturating_sub(at) <= END_MS;
        if acted && !soon { Aftermath::GaveUp } else { Aftermath::Left }
    }
}

/// A count as a strength: half at `half`, towards 1 above.
pub(super) fn saturate(count: f64, half: f64) -> f64 {
    if count > 0.0 { count / (count + half) } else { 0.0 }
}
