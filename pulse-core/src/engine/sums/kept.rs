//! What was added up for a question is kept for the next one that is the same: then only what is new has to be added.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    asked::Asked,
    total::{Packed, Sums},
};
use crate::{
    model::{Session, SessionId},
    store::SegmentId,
};

/// Questions that are remembered.
const QUESTIONS: usize = 16;

/// Bytes of all that is kept.
const BUDGET: usize = 16 * 1024 * 1024;

/// Bytes of loose sessions that one question keeps.
const LOOSE: usize = 8 * 1024 * 1024;

/// What was added up for a question.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) asked: Arc<Asked>,
    /// Segments whose rows are in `base`, so far as they are meant.
    pub(super) segments: Vec<SegmentId>,
    /// Segments some of whose visits are meant, and some not.
    pub(super) mixed: Vec<SegmentId>,
    pub(super) base: Arc<Sums>,
    /// The sessions that were in no segment, each by itself.
    pub(super) loose: HashMap<SessionId, Arc<Loose>>,
}

/// A session that is in no segment, and what it adds.
#[derive(Debug)]
pub(super) struct Loose {
    /// As it was: when anything of it has changed, it is read again.
    pub(super) session: Session,
    pub(super) sums: Packed,
}

impl Kept {
    /// What a loose session adds, if it was known before and is still the same.
    pub(super) fn loose(&self, session: &Session) -> Option<Arc<Loose>> {
        self.loose.get(&session.start.session_id).filter(|loose| loose.session == *session).map(Arc::clone)
    }

    fn weight(&self) -> usize {
        self.base.weight() + self.loose_weight()
    }

    fn loose_weight(&self) -> usize {
        self.loose.values().map(|loose| size_of::<Loose>() + loose.sums.weight()).sum()
    }
}

/// The latest questions, the last one first.
#[derive(Debug, Default)]
pub(in super::super) struct Memory(Mutex<Vec<Arc<Kept>>>);

impl Memory {
    pub(super) fn get(&self, asked: &Asked) -> Option<Arc<Kept>> {
        self.with(|all| {
            let place = all.iter().position(|kept| *kept.asked == *asked)?;
            all[..=place].rotate_right(1);
            all.first().map(Arc::clone)
        })
    }

    pub(super) fn put(&self, mut kept: Kept) {
        if kept.loose_weight() > LOOSE {
            kept.loose.clear();
        }
        self.with(|all| {
            all.retain(|known| known.asked != kept.asked);
            all.insert(0, Arc::new(kept));
            let mut weight = 0;
            let fits = |kept: &&Arc<Kept>| {
                weight += kept.weight();
                weight <= BUDGET
            };
            let some = all.iter().take(QUESTIONS).take_while(fits).count();
            all.truncate(some);
        });
    }

    /// Forgets everything.
    pub(in super::super) fn clear(&self) {
        self.with(Vec::clear);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<Arc<Kept>>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
