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
    collections::HashMap,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    pack::{self, Head, Told},
    seen::Seen,
    write,
};
use crate::{
    model::{Batch, BatchId, Counts, Millis, Score, Session, SessionId, SessionStart, ViewId},
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

/// Page loads of a session remembered. A tab has one, and another when it goes on; more come from no tracker.
const VIEWS: usize = 64;

/// A batch on its way into the log.
#[derive(Debug)]
pub(super) struct NewBatch {
    id: BatchId,
    start: Millis,
    end: Millis,
    received_at: Millis,
    shifted_ms: Millis,
    page_url: Option<String>,
    title: Option<String>,
    pages: Vec<String>,
    counts: Counts,
    events: Vec<u8>,
}

impl NewBatch {
    /// Packs the events, which is work that need not hold up the one writer.
    pub(super) fn new(batch: &Batch) -> Result<Self, StoreError> {
        let events = pack::events(batch).map_err(|e| StoreError::corrupt("a new batch", e))?;
        Ok(Self {
            start: batch.start(),
            end: batch.end(),
            pages: batch.pages().into_iter().map(str::to_owned).collect(),
            counts: Counts::of(batch.events()),
            events,
            received_at: batch.received_at(),
            shifted_ms: batch.shifted_ms(),
            page_url: batch.page_url().map(str::to_owned),
            title: batch.title().map(str::to_owned),
            id: batch.id().clone(),
        })
    }
}

/// The sums of some sessions, and where the log ends.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: HashMap<SessionId, Entry>,
    /// Entries that say what the tables do not.
    dirty: usize,
    /// The newest batch; an id is never used twice.
    head: i64,
    /// Whether everything in the log is counted.
    complete: bool,
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

/// What is known of a session.
#[derive(Debug)]
struct Entry {
    key: i64,
    totals: Totals,
    /// What its last batch said, once one was stored from here.
    told: Option<Page>,
    views: Vec<View>,
    pages: Vec<Box<str>>,
    /// A score that is not written yet.
    score: Option<Score>,
    dirty: bool,
    /// The last sweep in which something was written to it.
    used: u64,
}

/// What the batches of a session add up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) started_at: Millis,
    pub(super) last_seen: Millis,
    pub(super) batches: u32,
    pub(super) counts: Counts,
    pub(super) last_batch: i64,
}

/// Where a batch began.
#[derive(Debug)]
struct Page {
    page_url: Option<String>,
    title: Option<String>,
}

#[derive(Debug)]
struct View {
    key: i64,
    view: ViewId,
    seen: Seen,
    dirty: bool,
}

impl Ledger {
    /// Counts what stands in the log and not yet in the tables.
    pub(super) fn complete(&mut self, db: &Connection) -> Result<(), StoreError> {
        if self.complete {
            return Ok(());
        }
        *self = Self::default();
        let applied = write::applied(db)?;
        self.head = applied.max(write::last_batch(db)?);
        write::log_behind(db, applied, |row| {
            let Some(entry) = self.entry(db, &row.session)? else { return Ok(()) };
            if row.batch <= entry.totals.last_batch {
                return Ok(());
            }
            let read = pack::open(&row.body).and_then(|(head, events)| Ok((pack::unpack(events, head.start)?, head)));
            let (events, head) = match read {
                Ok(read) => read,
                Err(error) => {
                    let (session, batch) = (&row.session, row.batch);
                    tracing::error!(%error, %session, batch, "sqlite: a batch cannot be read, and is not counted");
                    return Ok(());
                }
            };
            let end = events.iter().map(|event| event.timestamp).max().unwrap_or(head.start);
            entry.totals.add(row.batch, head.start, end, Counts::of(&events));
            let view = entry.view(db, &row.view)?;
            view.seen.insert(head.seq);
            view.dirty = true;
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

    /// Makes a session known, or fills in what was not known of it.
    pub(super) fn open_session(&mut self, db: &Connection, start: &SessionStart) -> Result<Opened, StoreError> {
        let (entry, created) = self.ensure(db, start)?;
        if !created {
            write::fill_in(db, entry.key, start)?;
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
        let id = self.head + 1;
        let used = self.sweep.number;
        let (entry, _) = self.ensure(db, start)?;
        let view = entry.view(db, &batch.id.view)?;
        if !view.seen.insert(batch.id.seq) {
            return Ok(Appended::Duplicate);
        }
        view.dirty = true;
        let view = view.key;
        let last = entry.totals.last_batch;
        let (url, title) = entry.told.as_ref().map(|told| (&told.page_url, &told.title)).unzip();
        let head = Head {
            back: if last == 0 { 0 } else { id.abs_diff(last) },
            seq: batch.id.seq,
            start: batch.start,
            received_at: batch.received_at,
            shifted_ms: batch.shifted_ms,
            page_url: Told::after(url, &batch.page_url),
            title: Told::after(title, &batch.title),
        };
        write::batch(db, id, view, &pack::seal(&head, &batch.events))?;
        for page in &batch.pages {
            if entry.pages.len() < Session::PAGES && !entry.pages.iter().any(|known| **known == **page) {
                write::page(db, entry.key, page, entry.pages.len())?;
                entry.pages.push(page.as_str().into());
            }
        }
        if url != Some(&batch.page_url) || title != Some(&batch.title) {
            entry.told = Some(Page { page_url: batch.page_url.clone(), title: batch.title.clone() });
        }
        entry.totals.add(id, batch.start, batch.end, batch.counts);
        entry.used = used;
        self.head = id;
        self.soil(&batch.id.session);
        Ok(Appended::Stored)
    }

    /// Keeps what a session's events mean, unless newer figures are kept already.
    pub(super) fn put_score(&mut self, db: &Connection, id: &SessionId, score: &Score) -> Result<(), StoreError> {
        let Some(entry) = self.entry(db, id)? else { return Ok(()) };
        if entry.score.as_ref().is_none_or(|known| known.of_batches <= score.of_batches) {
            entry.score = Some(score.clone());
            self.soil(id);
        }
        Ok(())
    }

    /// The last batch of a session, if it has one.
    pub(super) fn last_batch(&mut self, db: &Connection, id: &SessionId) -> Result<Option<i64>, StoreError> {
        Ok(self.entry(db, id)?.map(|entry| entry.totals.last_batch).filter(|batch| *batch != 0))
    }

    /// Brings the tables up to date for one session.
    pub(super) fn settle(&mut self, db: &Connection, id: &SessionId) -> Result<(), StoreError> {
        if let Some(entry) = self.entries.get_mut(id).filter(|entry| entry.dirty) {
            entry.settle(db)?;
            self.dirty -= 1;
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

    /// Goes on with the sweep, or begins one when it is time.
    pub(super) fn sweep(&mut self, db: &Connection) -> Result<(), StoreError> {
        if self.sweep.left.is_empty() {
            if self.dirty == 0 || self.sweep.began.is_some_and(|began| began.elapsed() < EVERY) {
                return Ok(());
            }
            self.begin_sweep();
        }
        self.go_on(db, SLICE)
    }

    /// Deletes some sessions that were last seen before a time, with everything of them.
    pub(super) fn expire(&mut self, db: &Connection, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.settle_all(db)?;
        let old = write::seen_before(db, before, limit)?;
        for (key, id, last_batch) in &old {
            write::erase(db, *key, *last_batch)?;
            self.entries.remove(id);
        }
        Ok(old.len())
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
            self.settle(db, &id)?;
        }
        if self.sweep.left.is_empty() {
            write::set_applied(db, self.sweep.head)?;
            let since = |entry: &Entry| self.sweep.number - entry.used;
            self.entries.retain(|_, entry| entry.dirty || since(entry) <= KEPT);
            if self.entries.len() > MAX {
                self.entries.retain(|_, entry| entry.dirty);
            }
        }
        Ok(())
    }

    /// The entry of a session that is known.
    fn entry(&mut self, db: &Connection, id: &SessionId) -> Result<Option<&mut Entry>, StoreError> {
        // Looked up twice: a reference that is returned early would be held to the end.
        if !self.entries.contains_key(id) {
            let Some((key, totals)) = write::totals(db, id)? else { return Ok(None) };
            let entry = Entry::new(key, totals, write::pages(db, key)?, self.sweep.number);
            self.entries.insert(id.clone(), entry);
        }
        Ok(self.entries.get_mut(id))
    }

    /// The entry of a session that is made known, and whether it is new.
    fn ensure(&mut self, db: &Connection, start: &SessionStart) -> Result<(&mut Entry, bool), StoreError> {
        let id = &start.session_id;
        let created = self.entry(db, id)?.is_none();
        if created {
            let totals = Totals { started_at: start.started_at, last_seen: start.started_at, ..Totals::default() };
            let key = write::session(db, start)?;
            self.entries.insert(id.clone(), Entry::new(key, totals, Vec::new(), self.sweep.number));
        }
        self.entries
            .get_mut(id)
            .map(|entry| (entry, created))
            .ok_or_else(|| StoreError::unavailable("sqlite")("no entry".into()))
    }

    /// Notes that an entry says what the tables do not.
    fn soil(&mut self, id: &SessionId) {
        if let Some(entry) = self.entries.get_mut(id).filter(|entry| !entry.dirty) {
            entry.dirty = true;
            self.dirty += 1;
        }
    }
}

impl Entry {
    fn new(key: i64, totals: Totals, pages: Vec<Box<str>>, used: u64) -> Self {
        Self { key, totals, told: None, views: Vec::new(), pages, score: None, dirty: false, used }
    }

    /// A page load of this session.
    fn view(&mut self, db: &Connection, view: &ViewId) -> Result<&mut View, StoreError> {
        let place = match self.views.iter().position(|known| known.view == *view) {
            Some(place) => place,
            None => {
                if self.views.len() >= VIEWS {
                    self.write_views(db)?;
                    self.views.clear();
                }
                let (key, seen) = write::view(db, self.key, view)?;
                self.views.push(View { key, view: view.clone(), seen, dirty: false });
                self.views.len() - 1
            }
        };
        Ok(&mut self.views[place])
    }

    fn settle(&mut self, db: &Connection) -> Result<(), StoreError> {
        write::set_totals(db, self.key, &self.totals)?;
        self.write_views(db)?;
        if let Some(score) = self.score.take() {
            write::set_score(db, self.key, &score)?;
        }
        self.dirty = false;
        Ok(())
    }

    fn write_views(&mut self, db: &Connection) -> Result<(), StoreError> {
        for view in self.views.iter_mut().filter(|view| view.dirty) {
            write::set_seen(db, view.key, &view.seen)?;
            view.dirty = false;
        }
        Ok(())
    }
}

impl Totals {
    fn add(&mut self, batch: i64, start: Millis, end: Millis, counts: Counts) {
        self.started_at = self.started_at.min(start);
        self.last_seen = self.last_seen.max(end);
        self.batches += 1;
        self.counts.add(counts);
        self.last_batch = batch;
    }
}
