//! The score of a session that goes on, batch by batch.

mod clicks;
mod hand;
mod page_load;
#[cfg(test)]
mod tests;

use self::page_load::PageLoad;
use super::{
    activity::Slices,
    frustration::{Signals, frustration},
    navigation::quick_backs_from,
};
use crate::model::{Batch, Counts, Goals, Millis, PageRules, Score};

/// Page loads of a session. More are read from the log.
const LOADS: usize = 32;

/// Adds up the figures of [`score`](super::score) while a session goes on, from each batch once: what is remembered does
/// not grow with the session, but with its page views and the last second or so.
///
/// It takes batches as they come, and gives up on a session that is not that simple: when a batch is older than one that
/// was added, or there is more to remember than a visitor makes. Then the session is read from its log.
///
/// ```text
/// Scorer::default() -> add(batch 0) -> add(batch 1) -> ... -> score()   the same as score(Timeline of all of them)
///                      \- false: it is not the next one; the scorer is of no use any more
/// ```
#[derive(Debug, Clone, Default)]
pub struct Scorer {
    batches: u32,
    counts: Counts,
    /// By name of their view.
    loads: Vec<PageLoad>,
    activity: Option<Slices>,
}

impl Scorer {
    /// Adds the next batch of the session, on a site that names its pages and goals so. False when it cannot be added.
    pub fn add(&mut self, batch: &Batch, pages: &PageRules, goals: &Goals) -> bool {
        let place = match self.loads.binary_search_by(|load| load.compare(batch)) {
            Ok(place) => place,
            Err(_) if self.loads.len() >= LOADS => return false,
            Err(place) => {
                self.loads.insert(place, PageLoad::of(batch));
                place
            }
        };
        self.batches = self.batches.saturating_add(1);
        self.counts.add(batch.counts());
        if batch.is_empty() {
            return self.loads[place].take(batch);
        }
        let activity = self.activity.get_or_insert_with(|| Slices::from(batch.start()));
        batch.start() >= activity.starts_at() && self.loads[place].add(batch, activity, pages, goals)
    }

    /// How many batches were added.
    pub fn batches(&self) -> u32 {
        self.batches
    }

    /// How many page loads they are of. Of batches that do not say, each counts as one.
    pub fn page_loads(&self) -> u64 {
        self.loads.iter().map(PageLoad::loads).sum()
    }

    /// Time of the first event.
    pub fn starts_at(&self) -> Option<Millis> {
        self.activity.as_ref().map(Slices::starts_at)
    }

    /// Events of all batches by type.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The figures of all batches.
    pub fn score(&self) -> Score {
        let mut signals = Signals {
            errors: usize::try_from(self.counts.error).unwrap_or(usize::MAX),
            quick_backs: self.quick_backs(),
            ..Signals::default()
        };
        let (mut received, mut made) = (0, 0);
        for load in &self.loads {
            load.add_to(&mut signals);
            if let Some((some, of)) = load.delivery() {
                (received, made) = (received + some, made + of);
            }
        }
        let fit = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Score {
            of_batches: self.batches,
            rage: fit(signals.rage),
            dead: fit(signals.dead),
            error_clicks: fit(signals.error_clicks),
            frustration: frustration(signals).score,
            reached: self.loads.iter().any(PageLoad::has_reached),
            completeness: (made > 0).then(|| received as f64 / made as f64),
            activity: self.activity.as_ref().map(|slices| slices.counts.clone()).unwrap_or_default(),
            cut: false,
        }
    }

    /// Bytes of memory, roughly.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.loads.iter().map(PageLoad::weight).sum::<usize>() + 128
    }

    fn quick_backs(&self) -> usize {
        let mut stays: Vec<(Millis, u64)> = self.loads.iter().flat_map(PageLoad::views).collect();
        stays.sort_by_key(|(entered_at, _)| *entered_at);
        stays.dedup_by_key(|(_, address)| *address);
        quick_backs_from(&stays).count()
    }
}
