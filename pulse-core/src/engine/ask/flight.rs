//! Subjects that are being analyzed.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::model::Subject;

/// Which subjects are in work.
#[derive(Debug, Default, Clone)]
pub(super) struct Flights {
    subjects: Arc<Mutex<HashSet<Subject>>>,
}

/// While it lives, its subject is in work.
#[derive(Debug)]
pub(super) struct Flight {
    flights: Flights,
    subject: Subject,
}

impl Flights {
    /// Begins work on a subject, unless that has begun.
    pub(super) fn begin(&self, subject: &Subject) -> Option<Flight> {
        let new = self.subjects.lock().unwrap_or_else(PoisonError::into_inner).insert(subject.clone());
        new.then(|| Flight { flights: self.clone(), subject: subject.clone() })
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.flights.subjects.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.subject);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_in_work_once() {
        let flights = Flights::default();
        let first = flights.begin(&Subject::Site);
        assert!(first.is_some() && flights.begin(&Subject::Site).is_none());
        assert!(flights.begin(&Subject::Page("/pay".to_owned())).is_some());
        drop(first);
        assert!(flights.begin(&Subject::Site).is_some());
    }
}
