//! A fault that repeats itself is said once a minute, with how often it happened.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Between two lines of one fault.
const REST: Duration = Duration::from_secs(60);

/// One kind of fault.
#[derive(Debug)]
pub(crate) struct Seldom(Mutex<Said>);

#[derive(Debug)]
struct Said {
    at: Option<Instant>,
    /// Times since then.
    since: u64,
}

impl Seldom {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Said { at: None, since: 0 }))
    }

    /// It happened. When a line about it is due: how often it did since the last one.
    pub(crate) fn happened(&self) -> Option<u64> {
        self.happened_at(Instant::now())
    }

    fn happened_at(&self, now: Instant) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.since += 1;
        if said.at.is_some_and(|at| now.saturating_duration_since(at) < REST) {
            return None;
        }
        said.at = Some(now);
        Some(std::mem::take(&mut said.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_said_at_once_and_then_once_a_minute() {
        let (seldom, now) = (Seldom::new(), Instant::now());
        assert_eq!(seldom.happened_at(now), Some(1));
        for ms in 1..5000 {
            assert_eq!(seldom.happened_at(now + Duration::from_millis(ms)), None);
        }
        assert_eq!(seldom.happened_at(now + REST), Some(5000));
    }
}
