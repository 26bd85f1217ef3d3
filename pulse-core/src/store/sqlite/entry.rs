//! What the ledger knows of one session.

use rusqlite::Connection;

use super::{
    new_batch::NewBatch,
    pack::{self, Head, Told},
    seen::Seen,
    summary,
    write::{self, LogRow},
};
use crate::{
    model::{Counts, Millis, Score, Session, ViewId},
    store::{Appended, StoreError},
};

/// Page loads of a session remembered. A tab has one, and another when it goes on; more come from no tracker.
const VIEWS: usize = 64;

/// What is known of a session.
#[derive(Debug)]
pub(super) struct SessionState {
    pub(super) key: i64,
    pub(super) totals: Totals,
    /// What its last batch said, once one was stored from here.
    told: Option<Page>,
    views: Vec<View>,
    pages: Vec<Box<str>>,
    /// A score that is not written yet.
    pub(super) score: Option<Score>,
    /// Whether it says what the tables do not.
    pub(super) dirty: bool,
    /// The last sweep before something was written to it.
    pub(super) used: u64,
}

/// What the batches of a session add up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) started_at: Millis,
    pub(super) last_seen: Millis,
    pub(super) batches: u32,
    pub(super) counts: Counts,
    pub(super) last_batch: i64,
    /// `started_at` as the row says, when it is another by now.
    pub(super) left: Option<Millis>,
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

impl SessionState {
    pub(super) fn new(key: i64, totals: Totals, pages: Vec<Box<str>>, used: u64) -> Self {
        Self { key, totals, told: None, views: Vec::new(), pages, score: None, dirty: false, used }
    }

    /// Puts a batch into the log as `id`, unless it is there.
    pub(super) fn append(&mut self, db: &Connection, id: i64, batch: &NewBatch) -> Result<Appended, StoreError> {
        let view = self.view(db, &batch.id.view)?;
        if !view.seen.insert(batch.id.seq) {
            return Ok(Appended::Duplicate);
        }
        view.dirty = true;
        let view = view.key;
        let before = self.totals.last_batch;
        let (url, title) = self.told.as_ref().map(|told| (&told.page_url, &told.title)).unzip();
        let head = Head {
            back: if before == 0 { 0 } else { id.abs_diff(before) },
            seq: batch.id.seq,
            start: batch.start,
            received_at: batch.received_at,
            shifted_ms: batch.shifted_ms,
            page_url: Told::after(url, &batch.page_url),
            title: Told::after(title, &batch.title),
        };
        write::batch(db, id, view, &pack::seal(&head, &batch.events))?;
        if url != Some(&batch.page_url) || title != Some(&batch.title) {
            self.told = Some(Page { page_url: batch.page_url.clone(), title: batch.title.clone() });
        }
        for page in &batch.pages {
            if self.pages.len() < Session::PAGES && !self.pages.iter().any(|known| **known == **page) {
                write::page(db, self.key, page, self.pages.len())?;
                self.pages.push(page.as_str().into());
            }
        }
        self.totals.add(id, batch.start, batch.end, batch.counts);
        Ok(Appended::Stored)
    }

    /// Counts a batch that stands in the log, unless it is counted.
    pub(super) fn count(&mut self, db: &Connection, row: &LogRow) -> Result<(), StoreError> {
        if row.batch <= self.totals.last_batch {
            return Ok(());
        }
        let read = pack::open(&row.body).and_then(|(head, events)| Ok((pack::unpack(events, head.start)?, head)));
        let ((moves, events), head) = match read {
            Ok(read) => read,
            Err(error) => {
                let (session, batch) = (&row.session, row.batch);
                tracing::error!(%error, %session, batch, "sqlite: a batch cannot be read, and is not counted");
                return Ok(());
            }
        };
        let times = moves.iter().map(|place| place.at).chain(events.iter().map(|event| event.timestamp));
        let end = times.max().unwrap_or(head.start);
        self.totals.add(row.batch, head.start, end, Counts::of(&moves, &events));
        let view = self.view(db, &row.view)?;
        view.seen.insert(head.seq);
        view.dirty = true;
        Ok(())
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

    /// Brings the tables up to date.
    pub(super) fn settle(&mut self, db: &Connection) -> Result<(), StoreError> {
        write::set_totals(db, self.key, &self.totals)?;
        if let Some(left) = self.totals.left.take() {
            summary::leave(db, left, self.totals.started_at)?;
        }
        self.write_views(db)?;
        if let Some(score) = self.score.take()
            && write::set_score(db, self.key, &score)?
        {
            summary::count_change(db, self.totals.started_at)?;
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
    /// Puts these totals in place of a session's.
    pub(super) fn apply(&self, session: &mut Session) {
        session.start.started_at = self.started_at;
        session.last_seen = self.last_seen;
        session.batches = self.batches;
        session.counts = self.counts;
    }

    fn add(&mut self, batch: i64, start: Millis, end: Millis, counts: Counts) {
        if start < self.started_at {
            self.left = self.left.or(Some(self.started_at));
            self.started_at = start;
        }
        self.last_seen = self.last_seen.max(end);
        self.batches += 1;
        self.counts.add(counts);
        self.last_batch = batch;
    }
}
