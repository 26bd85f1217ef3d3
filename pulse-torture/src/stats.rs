//! What writers have met.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::target::Delivery;

/// Wrong answers that are told in full; more of them say nothing new.
const TOLD: usize = 5;

/// Deliveries by what came of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Met {
    pub(crate) stored: u64,
    pub(crate) refused: u64,
    pub(crate) broken: u64,
    pub(crate) silent: u64,
    /// The slowest of all answers.
    pub(crate) slowest: Duration,
}

/// Shared by all writers of a trial.
#[derive(Debug, Default)]
pub(crate) struct Stats(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    all: Met,
    lap: Met,
    wrong: Vec<String>,
}

impl Met {
    fn add(&mut self, delivery: &Delivery, time: Duration) {
        match delivery {
            Delivery::Stored { .. } => self.stored += 1,
            Delivery::Refused => self.refused += 1,
            Delivery::Broken => self.broken += 1,
            Delivery::Silent => self.silent += 1,
            Delivery::Wrong(_) => {}
        }
        self.slowest = self.slowest.max(time);
    }
}

impl Stats {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a delivery.
    pub(crate) fn add(&self, delivery: &Delivery, time: Duration) {
        let mut counts = self.counts();
        counts.all.add(delivery, time);
        counts.lap.add(delivery, time);
        if let Delivery::Wrong(answer) = delivery {
            counts.wrong.push(answer.clone());
        }
    }

    /// Notes an answer that cannot be right.
    pub(crate) fn wrong(&self, what: String) {
        self.counts().wrong.push(what);
    }

    /// Since the trial began.
    pub(crate) fn all(&self) -> Met {
        self.counts().all.clone()
    }

    /// Since the last lap; begins the next.
    pub(crate) fn lap(&self) -> Met {
        mem::take(&mut self.counts().lap)
    }

    /// What was wrong: the first of it, and how much more there is.
    pub(crate) fn told(&self) -> Vec<String> {
        let counts = self.counts();
        let mut told: Vec<String> = counts.wrong.iter().take(TOLD).cloned().collect();
        if counts.wrong.len() > TOLD {
            told.push(format!("... and {} more answers that are wrong", counts.wrong.len() - TOLD));
        }
        told
    }
}
