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
    /// The first time since it last worked.
    began: Option<Instant>,
    /// Whether a line has been said since then.
    is_told: bool,
}

impl Seldom {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Said { at: None, since: 0, began: None, is_told: false }))
    }

    /// It happened. When a line about it is due: how often it did since the last one.
    pub(crate) fn happened(&self) -> Option<u64> {
        self.happened_at(Instant::now())
    }

    fn happened_at(&self, now: Instant) -> Option<u64> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.since += 1;
        said.began.get_or_insert(now);
        if said.at.is_some_and(|at| now.saturating_duration_since(at) < REST) {
            return None;
        }
        said.at = Some(now);
        said.is_told = true;
        Some(std::mem::take(&mut said.since))
    }
}

impl Seldom {
    /// It works. After a fault that was told: for how long it did not.
    #[cfg(feature = "mongodb")]
    pub(crate) fn works(&self) -> Option<Duration> {
        self.works_at(Instant::now())
    }

    #[cfg(feature = "mongodb")]
    fn works_at(&self, now: Instant) -> Option<Duration> {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let began = said.began.take()?;
        std::mem::take(&mut said.is_told).then(|| now.saturating_duration_since(began))
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

    #[cfg(feature = "mongodb")]
    #[test]
    fn that_it_works_again_is_told_after_a_fault_that_was() {
        let (seldom, now) = (Seldom::new(), Instant::now());
        let at = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(seldom.works_at(now), None);
        assert!(seldom.happened_at(at(1)).is_some() && seldom.happened_at(at(5)).is_none());
        assert_eq!(seldom.works_at(at(9)), Some(Duration::from_secs(8)));
        assert_eq!(seldom.works_at(at(10)), None);
        // Right after it, nothing is said of another one.
        assert_eq!((seldom.happened_at(at(11)), seldom.works_at(at(12))), (None, None));
    }
}
