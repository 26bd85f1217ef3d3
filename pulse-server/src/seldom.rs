//! A fault that repeats itself is said once a minute, with how often it happened.

use std::time::{Duration, Instant};

/// Between two lines of one fault.
const REST: Duration = Duration::from_secs(60);

/// One kind of fault.
#[derive(Debug, Default)]
pub(crate) struct Seldom {
    said: Option<Instant>,
    since: u64,
}

impl Seldom {
    /// It happened. When a line about it is due: how often it did since the last one.
    pub(crate) fn happened(&mut self) -> Option<u64> {
        self.since += 1;
        if self.said.is_some_and(|at| at.elapsed() < REST) {
            return None;
        }
        self.said = Some(Instant::now());
        Some(std::mem::take(&mut self.since))
    }
}
