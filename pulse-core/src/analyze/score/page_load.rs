//! One page load of a session that goes on.

use std::{
    cmp::Ordering,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{clicks::Clicks, hand::Pointer};
use crate::{
    analyze::{
        Thresholds,
        activity::Slices,
        frustration::Signals,
        split::Page,
        timeline::{Step, by_time, load},
        view::{is_place, offset_of},
    },
    model::{Batch, EventKind, Goals, Millis, PageRules, ViewId, page_of},
};

/// Page views of a page load. More are read from the log.
const VIEWS: usize = 512;

#[derive(Debug, Clone)]
pub(super) struct PageLoad {
    /// None for the batches that name no view.
    view: Option<ViewId>,
    batches: u64,
    last_seq: u32,
    /// Time of the last event.
    end: Millis,
    page: Page,
    /// When each page view was entered, and what its address comes to.
    views: Vec<(Millis, u64)>,
    /// Whether a goal was reached.
    reached: bool,
    clicks: Clicks,
    pointer: Pointer,
    thresholds: Thresholds,
}

impl PageLoad {
    /// The page load of a batch, before any batch.
    pub(super) fn of(batch: &Batch) -> Self {
        Self {
            view: load(batch).cloned(),
            batches: 0,
            last_seq: 0,
            end: Millis::MIN,
            page: Page::default(),
            views: Vec::new(),
            reached: false,
            clicks: Clicks::default(),
            pointer: Pointer::default(),
            thresholds: Thresholds::default(),
        }
    }

    /// In which order it is to the page load of a batch.
    pub(super) fn compare(&self, batch: &Batch) -> Ordering {
        self.view.as_ref().cmp(&load(batch))
    }

    /// Counts the next batch. False when it is not the next one.
    pub(super) fn take(&mut self, batch: &Batch) -> bool {
        let seq = batch.id().seq;
        let is_next = self.batches == 0 || self.view.is_none() || seq > self.last_seq;
        (self.batches, self.last_seq) = (self.batches + 1, seq);
        is_next
    }

    /// Adds the next batch. False when it is not the next one, or more than can be remembered.
    pub(super) fn add(&mut self, batch: &Batch, activity: &mut Slices, pages: &PageRules, goals: &Goals) -> bool {
        if !self.take(batch) || batch.start() < self.end {
            return false;
        }
        self.end = batch.end();
        for (url, step) in by_time(std::slice::from_ref(batch), 0..1) {
            if self.page.step(url, &step) {
                self.clicks.end_run(&self.thresholds);
                self.pointer.end();
                self.views.push((step.start(), 0));
            }
            let here = hash(page_of(&self.page.url));
            if let Some((_, address)) = self.views.last_mut()
                && *address != here
            {
                *address = here;
                self.reached |= !goals.is_empty() && goals.include(&pages.name(&self.page.url));
            }
            match step {
                Step::Moves(moves) => {
                    for point in moves.iter().filter(|point| is_place(point.x, point.y)) {
                        activity.add(point.at);
                        self.pointer.point(*point);
                    }
                }
                Step::Event(_, event) => {
                    activity.add(event.timestamp);
                    self.reached |= matches!(&event.kind, EventKind::Custom(custom) if custom.name == Goals::EVENT);
                    if !self.clicks.add(event, &self.thresholds) {
                        return false;
                    }
                    if let Some(offset) = offset_of(event) {
                        self.pointer.scroll(offset);
                    }
                }
            }
        }
        self.pointer.settle() && self.views.len() <= VIEWS
    }

    /// Adds its signals.
    pub(super) fn add_to(&self, signals: &mut Signals) {
        self.clicks.add_to(signals, &self.thresholds);
        signals.thrash += self.pointer.thrash();
    }

    /// Whether a goal was reached.
    pub(super) fn has_reached(&self) -> bool {
        self.reached
    }

    /// Batches that were received, and that the tracker made, if it counts them.
    pub(super) fn delivery(&self) -> Option<(u64, u64)> {
        self.view.as_ref().map(|_| (self.batches, u64::from(self.last_seq) + 1))
    }

    /// How many page loads these are: batches that name no view are each taken for one.
    pub(super) fn loads(&self) -> u64 {
        if self.view.is_some() { 1 } else { self.batches }
    }

    /// When each page view was entered, and what its address comes to.
    pub(super) fn views(&self) -> impl Iterator<Item = (Millis, u64)> {
        self.views.iter().copied()
    }

    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.views.capacity() * 16 + self.clicks.weight() + self.pointer.weight() + 128
    }
}

fn hash(address: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    hasher.finish()
}
