//! What the sessions on a page add up to, apart from where on it.

use serde::{Deserialize, Serialize};

use super::{Visit, bounded::Bounded, raise, times::Times};
use crate::{
    analyze::{Reversals, hesitation::approach_times, view::is_size},
    model::{Millis, ViewportSize},
};

/// Steps of scroll reach: one for each percent, from 0 to 100.
pub(super) const PERCENTS: usize = 101;

/// Bytes of memory of the name of a page, about.
const PAGE: usize = 80;

/// Sums over sessions on one page. All are whole numbers, so that they do not depend on the order of adding.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Figures {
    pub(super) sessions: u64,
    pub(super) views: u64,
    pub(super) time_ms: u64,
    pub(super) moves: u64,
    pub(super) clicks: u64,
    /// Bursts that are not suppressed.
    pub(super) rage: u64,
    pub(super) dead: u64,
    pub(super) error_clicks: u64,
    pub(super) errors: u64,
    /// Of what happened on this page alone.
    pub(super) frustration: u64,
    pub(super) entries: u64,
    pub(super) exits: u64,
    pub(super) quick_backs: u64,
    pub(super) reversals: Reversals,
    /// From entering an element to clicking it, and from entering the page to its first click.
    pub(super) hesitation: Times,
    pub(super) first_click: Times,
    /// Sessions by the deepest percent that they saw.
    pub(super) depths: Vec<u64>,
    /// Heights of windows in px, and how many.
    pub(super) fold_px: u64,
    pub(super) folds: u64,
    /// Largest document in px.
    pub(super) document: Option<(u64, u64)>,
    /// Views by size of the window in px.
    pub(super) sizes: Bounded<(u64, u64), u64, 1024>,
    /// Where sessions went from here.
    pub(super) next: Bounded<String, u64, 512>,
    /// How sessions came here: pages, this one last.
    pub(super) ways: Bounded<Vec<String>, u64, 1024>,
    pub(super) seen: Seen,
}

/// Least and greatest of what maps can be asked for by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    pub(super) started_at: Range<Millis>,
    pub(super) width: Range<f64>,
    pub(super) frustration: Range<u32>,
}

/// None when nothing was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Range<T>(pub(super) Option<(T, T)>);

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: PartialOrd + Copy> Range<T> {
    fn see(&mut self, value: T) {
        self.0 = Some(self.0.map_or((value, value), |(least, most)| {
            (if value < least { value } else { least }, if value > most { value } else { most })
        }));
    }

    fn merge(&mut self, other: Self) {
        if let Some((least, most)) = other.0 {
            self.see(least);
            self.see(most);
        }
    }
}

impl Figures {
    pub(super) fn add(&mut self, visit: &Visit<'_>) {
        let sum = |of: fn(&super::visit::View<'_>) -> usize| visit.views.iter().map(of).sum::<usize>() as u64;
        self.sessions += 1;
        self.views += visit.views.len() as u64;
        self.time_ms = self.time_ms.saturating_add(visit.time_ms().max(0).unsigned_abs());
        self.moves += sum(|view| view.view.points().len());
        self.clicks += sum(|view| view.clicks.len());
        self.rage += sum(|view| view.rage.len());
        self.dead += sum(|view| view.dead.len());
        self.error_clicks += sum(|view| view.error_clicks.len());
        self.errors += sum(|view| view.errors);
        self.frustration += u64::from(visit.frustration);
        self.entries += u64::from(visit.is_entry);
        self.exits += u64::from(visit.is_exit);
        self.quick_backs += visit.quick_backs;
        self.reversals.add(visit.reversals);
        self.depths.resize(PERCENTS, 0);
        self.depths[(visit.depth as usize).min(PERCENTS - 1)] += 1;
        for view in &visit.views {
            approach_times(view.view).for_each(|(_, ms)| self.hesitation.add(ms));
            if let Some(click) = view.clicks.first() {
                self.first_click.add(click.at.saturating_sub(view.view.entered_at()));
            }
            if let Some(ViewportSize { w, h }) = view.view.window() {
                self.fold_px += h as u64;
                self.folds += 1;
                self.sizes.count((w as u64, h as u64));
            }
            let sizes = view.view.viewports().filter(|(_, v)| is_size(v.doc_w, v.doc_h));
            sizes.for_each(|(_, v)| self.see_document((v.doc_w as u64, v.doc_h as u64)));
        }
        visit.next.iter().for_each(|page| self.next.count((*page).to_owned()));
        if !visit.way.is_empty() {
            self.ways.count(visit.way.iter().map(|page| (*page).to_owned()).collect());
        }
        self.seen.started_at.see(visit.session.start.started_at);
        self.seen.frustration.see(visit.session.score.frustration);
        if let Some(width) = visit.width {
            self.seen.width.see(width);
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        raise(&mut self.sessions, other.sessions);
        raise(&mut self.views, other.views);
        raise(&mut self.time_ms, other.time_ms);
        raise(&mut self.moves, other.moves);
        raise(&mut self.clicks, other.clicks);
        raise(&mut self.rage, other.rage);
        raise(&mut self.dead, other.dead);
        raise(&mut self.error_clicks, other.error_clicks);
        raise(&mut self.errors, other.errors);
        raise(&mut self.frustration, other.frustration);
        raise(&mut self.entries, other.entries);
        raise(&mut self.exits, other.exits);
        raise(&mut self.quick_backs, other.quick_backs);
        self.reversals.merge(other.reversals);
        self.hesitation.merge(other.hesitation);
        self.first_click.merge(other.first_click);
        self.depths.resize(self.depths.len().max(other.depths.len()), 0);
        self.depths.iter_mut().zip(other.depths).for_each(|(sum, more)| raise(sum, more));
        raise(&mut self.fold_px, other.fold_px);
        raise(&mut self.folds, other.folds);
        if let Some(size) = other.document {
            self.see_document(size);
        }
        self.sizes.merge(other.sizes, raise);
        self.next.merge(other.next, raise);
        self.ways.merge(other.ways, raise);
        self.seen.started_at.merge(other.seen.started_at);
        self.seen.width.merge(other.seen.width);
        self.seen.frustration.merge(other.seen.frustration);
    }

    /// Bytes of memory beside itself, about.
    pub(super) fn size(&self) -> usize {
        let ways = self.ways.iter().map(|(way, _)| way.len() * PAGE).sum::<usize>();
        let next = self.next.size() + self.next.iter().count() * PAGE;
        let times = self.hesitation.size() + self.first_click.size();
        size_of_val(&*self.depths) + self.sizes.size() + next + self.ways.size() + ways + times
    }

    fn see_document(&mut self, (w, h): (u64, u64)) {
        self.document = Some(self.document.map_or((w, h), |known| (known.0.max(w), known.1.max(h))));
    }

    /// Share of sessions, 0 to 1, that saw each percent of the page.
    pub(super) fn scroll_reach(&self) -> Vec<f64> {
        // Those that saw a percent are those that ended there or further down.
        let mut seen = 0;
        let mut reach = vec![0.0; PERCENTS];
        for (share, ended) in reach.iter_mut().zip(&self.depths).rev() {
            raise(&mut seen, *ended);
            *share = seen as f64 / self.sessions.max(1) as f64;
        }
        reach
    }

    /// Mean height of the window in px.
    pub(super) fn fold(&self) -> Option<f64> {
        (self.folds > 0).then(|| self.fold_px as f64 / self.folds as f64)
    }

    /// The window size of most views.
    pub(super) fn usual_window(&self) -> Option<ViewportSize> {
        let usual = self.sizes.iter().max_by_key(|&(size, views)| (views, std::cmp::Reverse(size)));
        usual.map(|(&(w, h), _)| ViewportSize { w: w as f64, h: h as f64 })
    }
}
