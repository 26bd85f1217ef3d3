//! What was summed up for a request is kept for the next one that is the same: then only what is new has to be added.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    grouped::{GroupedSums, PackedSums},
    request::SumsRequest,
};
use crate::{
    model::{Device, Millis, Session, SessionId},
    store::SetId,
};

/// Requests that are remembered.
const REQUESTS: usize = 16;

/// Bytes of all that is kept: four maps of a large page. One map has at most five grids of 8 MiB.
const BUDGET: usize = 32 * 1024 * 1024;

/// Bytes of single sessions that one request keeps; more of them are added to its base as if they had ended.
pub(super) const SINGLE: usize = 8 * 1024 * 1024;

/// What was summed up for a request.
#[derive(Debug)]
pub(super) struct CachedSums {
    pub(super) request: Arc<SumsRequest>,
    /// The published sets whose rows are in `base`.
    pub(super) sets: Vec<SetId>,
    /// The sessions that are in `base` beside them, as they were then: those that have been quiet for long.
    pub(super) absorbed: HashMap<SessionId, Stamp>,
    pub(super) base: Arc<GroupedSums>,
    /// The sessions that may go on, each by itself.
    pub(super) single: HashMap<SessionId, Arc<SingleSums>>,
}

/// One session, and what it adds.
#[derive(Debug)]
pub(super) struct SingleSums {
    pub(super) stamp: Stamp,
    pub(super) sums: PackedSums,
}

/// All of a session that its sums depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    batches: u32,
    frustration: u32,
    device: Device,
    started_at: Millis,
}

impl Stamp {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            batches: session.batches,
            frustration: session.score.frustration,
            device: session.start.device,
            started_at: session.start.started_at,
        }
    }
}

impl CachedSums {
    fn weight(&self) -> usize {
        self.base.weight() + self.absorbed.len() * (size_of::<(SessionId, Stamp)>() + 40) + self.single_weight()
    }

    fn single_weight(&self) -> usize {
        self.single.values().map(|single| size_of::<SingleSums>() + single.sums.weight()).sum()
    }
}

/// The latest requests, the last one first.
#[derive(Debug, Default)]
pub(in super::super) struct SumsCache {
    latest: Mutex<Vec<Arc<CachedSums>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

impl SumsCache {
    pub(super) fn get(&self, request: &SumsRequest) -> Option<Arc<CachedSums>> {
        let found = self.with(|all| {
            let place = all.iter().position(|cached| *cached.request == *request)?;
            all[..=place].rotate_right(1);
            all.first().map(Arc::clone)
        });
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    /// How many requests were known and how many were not, so far.
    pub(in super::super) fn asked(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// Bytes of memory that are kept.
    pub(in super::super) fn bytes(&self) -> usize {
        self.with(|all| all.iter().map(|cached| cached.weight()).sum())
    }

    pub(super) fn put(&self, cached: CachedSums) {
        self.with(|all| {
            all.retain(|known| known.request != cached.request);
            all.insert(0, Arc::new(cached));
            let mut weight = 0;
            let fits = |cached: &&Arc<CachedSums>| {
                weight += cached.weight();
                weight <= BUDGET
            };
            let some = all.iter().take(REQUESTS).take_while(fits).count();
            all.truncate(some);
        });
    }

    /// Forgets everything, as after an erasure.
    pub(in super::super) fn clear(&self) {
        self.with(Vec::clear);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<Arc<CachedSums>>) -> T) -> T {
        change(&mut self.latest.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
