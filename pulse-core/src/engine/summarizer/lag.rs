//! How far the summaries are behind the log.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What the last look at the log found.
#[derive(Debug, Default)]
pub(in super::super) struct Lag(Mutex<Waiting>);

#[derive(Debug, Default, Clone, Copy)]
struct Waiting {
    sessions: usize,
    since: Option<Instant>,
}

impl Lag {
    /// So many sessions wait for a summary, the first of them since then.
    pub(super) fn set(&self, sessions: usize, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Waiting { sessions, since };
    }

    /// How many sessions waited at the last look, and for how long the first of them has.
    pub(in super::super) fn get(&self) -> (usize, Duration) {
        let Waiting { sessions, since } = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (sessions, since.map_or(Duration::ZERO, |since| since.elapsed()))
    }
}
