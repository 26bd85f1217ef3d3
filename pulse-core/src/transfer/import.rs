//! What was exported, or comes from elsewhere, into a store. Nothing is stored twice, however often it is imported.

use std::{io::BufRead, sync::Arc};

use futures_util::future::join_all;
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::{
    read::read,
    row::{Format, Row, SESSION},
};
use crate::{
    limits::Limits,
    model::{Batch, BatchId, BatchParts, PageRules, SessionStart, ViewId},
    store::{Appended, Store, StoreError},
};

/// Rows that are read ahead.
const AHEAD: usize = 4096;

/// Batches that are stored at once: a store commits them together.
const AT_ONCE: usize = 64;

/// Events of a batch whose rows name none.
const UNNAMED: usize = 500;

/// What has come of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Imported {
    /// Rows read, the bad ones included.
    pub rows: u64,
    /// Rows about visits.
    pub sessions: u64,
    /// Batches that are new.
    pub batches: u64,
    /// Their events.
    pub events: u64,
    /// Events of batches that were there before.
    pub duplicates: u64,
    /// Rows that could not be used.
    pub bad: u64,
    /// The first [`Imported::LISTED`] of them.
    pub bad_lines: Vec<BadLine>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BadLine {
    /// Which line, from 1.
    pub line: u64,
    /// Why not.
    pub reason: String,
}

impl Imported {
    /// Most bad lines that are listed.
    pub const LISTED: usize = 100;

    fn bad(&mut self, line: u64, reason: String) {
        self.bad += 1;
        if self.bad_lines.len() < Self::LISTED {
            self.bad_lines.push(BadLine { line, reason });
        }
    }
}

/// Reads rows and stores them; `progress` is told how many rows were read. Times are stored as they are, however old.
/// A row that cannot be used is counted, and the others go on.
///
/// # Errors
/// The input cannot be read, or the store is not available. What was stored before that stays, and the same import goes
/// on from there.
pub async fn import<R: BufRead + Send + 'static>(
    store: Arc<dyn Store>,
    rules: &PageRules,
    limits: &Limits,
    format: Format,
    input: R,
    mut progress: impl FnMut(u64),
) -> Result<Imported, StoreError> {
    let (send, mut rows) = mpsc::channel(AHEAD);
    let reading =
        tokio::task::spawn_blocking(move || read(format, input, |line, row| send.blocking_send((line, row)).is_ok()));
    let mut import =
        Import { store, rules, most: limits.batch_events, done: Imported::default(), open: None, full: Vec::new() };
    while let Some((line, row)) = rows.recv().await {
        import.done.rows += 1;
        match row {
            Ok(row) => import.take(line, row).await?,
            Err(reason) => import.done.bad(line, reason),
        }
        progress(import.done.rows);
    }
    import.close();
    import.flush().await?;
    match reading.await {
        Ok(Ok(())) => Ok(import.done),
        Ok(Err(error)) => Err(StoreError::unavailable("read the input")(error.into())),
        Err(panic) => Err(StoreError::unavailable("read the input")(panic.into())),
    }
}

struct Import<'a> {
    store: Arc<dyn Store>,
    rules: &'a PageRules,
    most: usize,
    done: Imported,
    open: Option<Open>,
    full: Vec<Batch>,
}

/// A batch whose rows are being read.
struct Open {
    parts: BatchParts,
    /// Whether its rows name it; else its name is made of what is in it.
    named: bool,
    digest: Sha256,
}

impl Import<'_> {
    async fn take(&mut self, line: u64, mut row: Row) -> Result<(), StoreError> {
        if row.kind == SESSION {
            match row.start() {
                Ok(start) => {
                    self.store.open_session(&start).await?;
                    self.done.sessions += 1;
                }
                Err(reason) => self.done.bad(line, reason),
            }
            return Ok(());
        }
        if self.open.as_ref().is_some_and(|open| !row.goes_with(&open.parts.id, open.named) || open.is_full()) {
            self.close();
            if self.full.len() >= AT_ONCE {
                self.flush().await?;
            }
        }
        let text = row.data.to_string();
        let event = match row.event() {
            Ok(event) => event,
            Err(reason) => {
                self.done.bad(line, reason);
                return Ok(());
            }
        };
        let open = match &mut self.open {
            Some(open) => open,
            None => match Open::new(&row) {
                Some(open) => self.open.insert(open),
                None => return Ok(()),
            },
        };
        if open.parts.events.len() >= self.most {
            self.done.bad(line, format!("a batch has at most {} events", self.most));
            return Ok(());
        }
        open.digest.update(format!("{} {} {text}\n", row.timestamp, row.kind));
        open.parts.events.extend(event);
        Ok(())
    }

    /// Ends the batch whose rows were read.
    fn close(&mut self) {
        let Some(Open { mut parts, named, digest }) = self.open.take() else { return };
        if !named {
            let unique: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            if let Ok(view) = ViewId::anonymous(&unique) {
                parts.id.view = view;
            }
        }
        self.full.push(Batch::new(parts));
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        let batches = std::mem::take(&mut self.full);
        let (store, rules) = (&self.store, self.rules);
        let stored = join_all(batches.iter().map(|batch| async move {
            let start = SessionStart {
                page_url: batch.page_url().unwrap_or_default().to_owned(),
                title: batch.title().map(str::to_owned),
                ..SessionStart::new(batch.id().session.clone(), batch.start())
            };
            store.append(batch, &batch.pages(rules), &start).await
        }));
        for (batch, stored) in batches.iter().zip(stored.await) {
            match stored? {
                Appended::Stored => {
                    self.done.batches += 1;
                    self.done.events += batch.len() as u64;
                }
                Appended::Duplicate => self.done.duplicates += batch.len() as u64,
            }
        }
        Ok(())
    }
}

impl Open {
    /// The batch that begins with a row.
    fn new(row: &Row) -> Option<Self> {
        let named = row.view_id.is_some();
        // Replaced at the end by a name that follows from what is in it.
        let view = row.view_id.clone().or_else(|| ViewId::anonymous("00000000").ok())?;
        let id = BatchId { session: row.session_id.clone(), view, seq: row.seq.unwrap_or(0) };
        let parts = BatchParts {
            page_url: row.page_url.clone(),
            title: row.title.clone(),
            shifted_ms: row.shifted_ms.unwrap_or(0),
            ..BatchParts::new(id, row.received_at.unwrap_or(row.timestamp))
        };
        let mut digest = Sha256::new();
        digest.update(row.session_id.as_str());
        Some(Self { parts, named, digest })
    }

    fn is_full(&self) -> bool {
        !self.named && self.parts.events.len() >= UNNAMED
    }
}
