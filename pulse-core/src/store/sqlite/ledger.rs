//! What the log of batches adds up to.
//!
//! A batch costs one row at the end of the log, and nothing else that grows with the number of sessions. What the
//! batches of a session add up to, its totals and which sequence numbers are stored, is kept here in memory and written
//! to `sessions` and `views` for many sessions at a time: in a sweep, once a second, and for what is about to be read.
//! Rows of sessions that lie next to each other then share pages, and a row is written once for many batches.
//!
//! Nothing depends on that having happened. The row of a session says up to which batch it counts (`last_batch`), and
//! what stands in the log behind `ledger.applied` is counted again when the file is opened, or when a transaction could
//! not be committed and what is here is forgotten. Totals are therefore those of the stored batches, always.

use std::{
    collections::{HashMap, hash_map::Entry as Slot},
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    answers,
    entry::{SessionState, Totals},
    new_batch::NewBatch,
    published::{Ahead, Published},
    summary, write,
};
use crate::{
    model::{Millis, Score, SessionId, SessionStart},
    store::{Appended, Opened, StoreError},
};

/// Time between the beginnings of two sweeps.
const EVERY: Duration = Duration::from_secs(1);

/// Sessions written within one transaction: those whose batches wait for it are not to wait long.
const SLICE: usize = 512;

/// Sweeps through which a session is remembered that nothing is written to: longer than a tracker is silent in use.
const KEPT: u64 = 60;

/// Sessions remembered; beyond it those are forgotten that nothing was written to since the last sweep.
const MAX: usize = 20_000;

/// The sums of some sessions, and where the log ends.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: HashMap<SessionId, SessionState>,
    /// Entries that say what the tables do not.
    dirty: usize,
    /// The newest batch; an id is never used twice.
    head: i64,
    /// Whether everything in the log is counted.
    complete: bool,
    /// Sessions of which something has changed in this transaction.
    touched: Vec<SessionId>,
    /// Whether something was erased in this transaction.
    erased: bool,
    sweep: Sweep,
}

#[derive(Debug, Default)]
struct Sweep {
    number: u64,
    began: Option<Instant>,
    /// What is left to write, by key from the back.
    left: Vec<(i64, SessionId)>,
    /// The newest batch when it began.
    head: i64,
}

impl Ledger {
    /// Counts what stands in the log and not yet in the tables.
    pub(super) fn complete(&mut self, db: &Connection) -> Result<(), StoreError> {
        if self.complete {
            return Ok(());
        }
        // One that could not be committed is not begun again at once.
        let began = self.sweep.began;
        *self = Self { sweep: Sweep { began, ..Sweep::default() }, ..Self::default() };
        let applied = write::applied(db)?;
        self.head = applied.max(write::last_batch(db)?);
        write::log_behind(db, applied, |row| {
            let Some(entry) = self.entry(db, &row.session)? else { return Ok(()) };
            entry.count(db, &row)?;
            self.soil(&row.session);
            Ok(())
        })?;
        self.complete = true;
        Ok(())
    }

    /// Forgets everything: what it says may not be what is stored.
    pub(super) fn forget(&mut self) {
        self.complete = false;
    }

    /// Tells readers what the transaction has changed, once it is committed.
    pub(super) fn publish(&mut self, published: &Published) {
        if self.touched.is_empty() {
            return;
        }
        let entries = &self.entries;
        published.put(self.touched.drain(..).map(|id| {
            let ahead = entries.get(&id).filter(|entry| entry.dirty);
            let ahead = ahead.map(|entry| Ahead { totals: entry.totals, score: entry.score.clone() });
            (id, ahead)
        }));
    }

    /// Makes a session known, or fills in what was not known of it.
    pub(super) fn open_session(&mut self, db: &Connection, start: &SessionStart) -> Result<Opened, StoreError> {
        let (entry, created) = self.ensure(db, start)?;
        if !created && write::fill_in(db, entry.key, start)? {
            // Its summary has to be made again, and not one that was made before.
            entry.score = None;
        }
        Ok(Opened { created, started_at: entry.totals.started_at })
    }

    /// Stores a batch once, and counts it in its session's totals.
    pub(super) fn append(
        &mut self,
        db: &Connection,
        batch: &NewBatch,
        start: &SessionStart,
    ) -> Result<Appended, StoreError> {
        let (id, sweep) = (self.head + 1, self.sweep.number);
        let (entry, _) = self.ensure(db, start)?;
        let appended = entry.append(db, id, batch)?;
        if appended == Appended::Stored {
            entry.used = sweep;
            self.head = id;
            self.soil(&start.session_id);
        }
        Ok(appended)
    }

    /// Keeps what a session's log means, unless a newer summary is kept already.
    pub(super) fn put_summary(&mut self, db: &Connection, id: &SessionId, score: &Score) -> Result<(), StoreError> {
        let Some(entry) = self.entry(db, id)? else { return Ok(()) };
        if entry.score.as_ref().is_none_or(|known| known.of_batches <= score.of_batches) {
            entry.score = Some(score.clone());
            self.soil(id);
        }
        Ok(())
    }

    /// Brings the tables up to date.
    pub(super) fn settle_all(&mut self, db: &Connection) -> Result<(), StoreError> {
        if self.dirty > 0 {
            self.begin_sweep();
            self.go_on(db, usize::MAX)?;
        }
        Ok(())
    }

    /// Whether it is time for [`Self::sweep`].
    pub(super) fn is_due(&self) -> bool {
        let rested = || self.sweep.began.is_none_or(|began| began.elapsed() >= EVERY);
        !self.sweep.left.is_empty() || (self.dirty > 0 && rested())
    }

    /// How long until then; none when there is nothing to write.
    pub(super) fn due_in(&self) -> Option<Duration> {
        let rested = self.sweep.began.map_or(EVERY, |began| began.elapsed());
        (self.dirty > 0).then(|| EVERY.saturating_sub(rested))
    }

    /// Goes on with the sweep, or begins one.
    pub(super) fn sweep(&mut self, db: &Connection) -> Result<(), StoreError> {
        if self.sweep.left.is_empty() {
            self.begin_sweep();
        }
        self.go_on(db, SLICE)
    }

    /// Deletes sessions with everything of them, and says how many there were.
    pub(super) fn erase(&mut self, db: &Connection, ids: &[SessionId]) -> Result<usize, StoreError> {
        self.settle_all(db)?;
        let mut erased = 0;
        for id in ids {
            if let Some((key, totals)) = write::totals(db, id)? {
                summary::erase_sums(db, totals.started_at)?;
                answers::erase(db, id)?;
                write::erase(db, key, totals.last_batch)?;
                self.entries.remove(id);
                self.touched.push(id.clone());
                erased += 1;
            }
        }
        self.erased |= erased > 0;
        Ok(erased)
    }

    /// Whether something was erased since this was asked last.
    pub(super) fn take_erased(&mut self) -> bool {
        std::mem::take(&mut self.erased)
    }

    /// Deletes some sessions that were last seen before a time.
    pub(super) fn expire(&mut self, db: &Connection, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.settle_all(db)?;
        let old = write::seen_before(db, before, limit)?;
        self.erase(db, &old)
    }

    fn begin_sweep(&mut self) {
        let dirty = self.entries.iter().filter(|(_, entry)| entry.dirty);
        let mut left: Vec<(i64, SessionId)> = dirty.map(|(id, entry)| (entry.key, id.clone())).collect();
        left.sort_unstable_by_key(|(key, _)| std::cmp::Reverse(*key));
        self.sweep = Sweep { number: self.sweep.number + 1, began: Some(Instant::now()), left, head: self.head };
    }

    fn go_on(&mut self, db: &Connection, limit: usize) -> Result<(), StoreError> {
        for _ in 0..limit {
            let Some((_, id)) = self.sweep.left.pop() else { break };
            if let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.dirty) {
                entry.settle(db)?;
                self.dirty -= 1;
                self.touched.push(id);
            }
        }
        if self.sweep.left.is_empty() {
            write::set_applied(db, self.sweep.head)?;
            let since = |entry: &SessionState| self.sweep.number - entry.used;
            self.entries.retain(|_, entry| entry.dirty || since(entry) <= KEPT);
            if self.entries.len() > MAX {
                self.entries.retain(|_, entry| entry.dirty);
            }
        }
        Ok(())
    }

    /// The entry of a session that is known.
    fn entry(&mut self, db: &Connection, id: &SessionId) -> Result<Option<&mut SessionState>, StoreError> {
        Ok(match self.entries.entry(id.clone()) {
            Slot::Occupied(known) => Some(known.into_mut()),
            Slot::Vacant(slot) => read(db, id, self.sweep.number)?.map(|entry| slot.insert(entry)),
        })
    }

    /// The entry of a session that is made known, and whether it is new.
    fn ensure(&mut self, db: &Connection, start: &SessionStart) -> Result<(&mut SessionState, bool), StoreError> {
        let (id, sweep) = (&start.session_id, self.sweep.number);
        Ok(match self.entries.entry(id.clone()) {
            Slot::Occupied(known) => (known.into_mut(), false),
            Slot::Vacant(slot) => match read(db, id, sweep)? {
                Some(entry) => (slot.insert(entry), false),
                None => {
                    let totals =
                        Totals { started_at: start.started_at, last_seen: start.started_at, ..Totals::default() };
                    let key = write::session(db, start)?;
                    (slot.insert(SessionState::new(key, totals, Vec::new(), sweep)), true)
                }
            },
        })
    }

    /// Notes that an entry says what the tables do not.
    fn soil(&mut self, id: &SessionId) {
        if let Some(entry) = self.entries.get_mut(id).filter(|entry| !entry.dirty) {
            entry.dirty = true;
            self.dirty += 1;
        }
        self.touched.push(id.clone());
    }
}

/// What the tables say of a session.
fn read(db: &Connection, id: &SessionId, sweep: u64) -> Result<Option<SessionState>, StoreError> {
    let Some((key, totals)) = write::totals(db, id)? else { return Ok(None) };
    Ok(Some(SessionState::new(key, totals, write::pages(db, key)?, sweep)))
}
