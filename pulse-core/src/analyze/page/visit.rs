//! One session on one page.

use std::collections::HashMap;

use super::Part;
use crate::{
    analyze::{
        PageView, Thresholds, Timeline,
        dead::{self, DeadAt},
        detect::{Diagnosis, Finding},
        error_clicks::ErrorClicks,
        frustration::{Signals, frustration},
        navigation::{places as places_of, quick_backs_from, stays},
        rage::counted_bursts,
        scroll::{max_depth, reversals},
        thrash,
        view::TimedClick,
    },
    model::{EventKind, Millis, Session},
};

/// Pages of a way that leads to a page, itself included.
const WAY: usize = 5;

/// All views of one page in a session, and what they mean.
#[derive(Debug)]
pub struct Visit<'a> {
    pub(super) page: &'a str,
    pub(super) session: &'a Session,
    /// Width of the window when the page was entered first, in px: which map a session is on depends on it.
    pub(super) width: Option<f64>,
    pub(super) views: Vec<View<'a>>,
    /// Deepest scroll, in percent.
    pub(super) depth: f64,
    /// Scroll reversals.
    pub(super) reversals: u64,
    /// The score of what happened on this page alone.
    pub(super) frustration: u32,
    /// Whether the session began and ended here.
    pub(super) is_entry: bool,
    pub(super) is_exit: bool,
    /// How often it was left again at once for the page before.
    pub(super) quick_backs: u64,
    /// Where the session went from here, each time that it did.
    pub(super) next: Vec<&'a str>,
    /// The pages that led here the first time, this one last.
    pub(super) way: Vec<&'a str>,
    /// What went wrong here, as far as it was looked for.
    pub(super) findings: Vec<Finding>,
    /// Whether the session reached a goal, on whatever page.
    pub(super) reached: bool,
}

/// A page view with its signals.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub(super) view: PageView<'a>,
    pub(super) clicks: Vec<TimedClick<'a>>,
    /// Rage bursts that are not suppressed, as ranges of the clicks.
    pub(super) rage: Vec<std::ops::Range<usize>>,
    pub(super) dead: Vec<DeadAt<'a>>,
    pub(super) error_clicks: Vec<TimedClick<'a>>,
    pub(super) errors: usize,
    pub(super) thrash: usize,
}

impl<'a> Visit<'a> {
    /// The pages of a session, in order of first visit, at most [`Session::PAGES`].
    pub fn all(session: &'a Session, timeline: &'a Timeline, thresholds: &Thresholds) -> Vec<Self> {
        Self::matching(session, timeline, thresholds, |_| true)
    }

    /// Those pages of a session that are wanted; none of a session that is left out of the figures.
    pub fn matching(
        session: &'a Session,
        timeline: &'a Timeline,
        thresholds: &Thresholds,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<Self> {
        if session.start.excluded.is_some() {
            return Vec::new();
        }
        let errors = ErrorClicks::new(timeline);
        let mut visits: Vec<Self> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for view in timeline.views().filter(|view| wanted(view.page())) {
            if visits.len() >= Session::PAGES && !places.contains_key(view.page()) {
                continue;
            }
            let place = *places.entry(view.page()).or_insert_with(|| {
                visits.push(Self::new(session, view));
                visits.len() - 1
            });
            visits[place].add(View::new(view, thresholds, &errors));
        }
        let stays = stays(timeline);
        for from in quick_backs_from(&places_of(&stays)) {
            if let Some(place) = places.get(stays[from].page()) {
                visits[*place].quick_backs += 1;
            }
        }
        let mut pages: Vec<&str> = stays.iter().map(|view| view.page()).collect();
        pages.dedup();
        for (at, page) in pages.iter().enumerate() {
            let Some(visit) = places.get(page).map(|place| &mut visits[*place]) else { continue };
            visit.is_entry |= at == 0;
            visit.is_exit |= at + 1 == pages.len();
            visit.next.extend(pages.get(at + 1));
            if visit.way.is_empty() {
                visit.way = pages[(at + 1).saturating_sub(WAY)..=at].to_vec();
            }
        }
        visits.iter_mut().for_each(Self::score);
        visits
    }

    fn new(session: &'a Session, view: PageView<'a>) -> Self {
        Self {
            page: view.page(),
            session,
            width: view.window().map(|window| window.w),
            views: Vec::new(),
            depth: 0.0,
            reversals: 0,
            frustration: 0,
            is_entry: false,
            is_exit: false,
            quick_backs: 0,
            next: Vec::new(),
            way: Vec::new(),
            findings: Vec::new(),
            reached: false,
        }
    }

    /// Gives each visit of one session what was found on its page. What was found on other pages is left out.
    pub fn tell(visits: &mut [Self], Diagnosis { findings, outcome, .. }: Diagnosis) {
        visits.iter_mut().for_each(|visit| visit.reached = outcome.reached.is_some());
        for finding in findings {
            if let Some(visit) = visits.iter_mut().find(|visit| visit.page == finding.page) {
                visit.findings.push(finding);
            }
        }
    }

    fn add(&mut self, view: View<'a>) {
        self.depth = self.depth.max(max_depth(view.view));
        self.reversals += reversals(view.view);
        self.views.push(view);
    }

    fn score(&mut self) {
        let sum = |of: fn(&View<'_>) -> usize| self.views.iter().map(of).sum();
        let signals = Signals {
            errors: sum(|view| view.errors),
            rage: sum(|view| view.rage.len()),
            error_clicks: sum(|view| view.error_clicks.len()),
            dead: sum(|view| view.dead.len()),
            thrash: sum(|view| view.thrash),
            quick_backs: usize::try_from(self.quick_backs).unwrap_or(usize::MAX),
        };
        self.frustration = frustration(signals).score;
    }

    /// The page's name.
    pub fn page(&self) -> &'a str {
        self.page
    }

    /// What its sums are kept apart by.
    pub fn part(&self) -> Part {
        Part::of(self.session.start.device, self.width, self.session.score.frustration)
    }

    /// Width of the window when the page was entered first, in px.
    pub fn width(&self) -> Option<f64> {
        self.width
    }

    /// Time on the page, over all views.
    pub(super) fn time_ms(&self) -> Millis {
        self.views.iter().map(|view| view.view.time_ms()).fold(0, Millis::saturating_add)
    }
}

impl<'a> View<'a> {
    fn new(view: PageView<'a>, thresholds: &Thresholds, errors: &ErrorClicks) -> Self {
        let clicks: Vec<_> = view.clicks().collect();
        Self {
            rage: counted_bursts(&clicks, thresholds).collect(),
            dead: dead::of_view(view, thresholds).collect(),
            error_clicks: clicks.iter().copied().filter(|click| errors.contain(view, *click)).collect(),
            errors: view.acts().filter(|event| matches!(event.kind, EventKind::Error(_))).count(),
            thrash: thrash::of_view(view).len(),
            clicks,
            view,
        }
    }
}
