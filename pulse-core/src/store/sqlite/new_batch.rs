//! A batch on its way into the log.

use super::pack;
use crate::{
    model::{Batch, BatchId, Counts, Millis},
    store::StoreError,
};

/// A batch on its way into the log.
#[derive(Debug)]
pub(super) struct NewBatch {
    pub(super) id: BatchId,
    pub(super) start: Millis,
    pub(super) end: Millis,
    pub(super) received_at: Millis,
    pub(super) shifted_ms: Millis,
    pub(super) page_url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) pages: Vec<String>,
    pub(super) counts: Counts,
    pub(super) events: Vec<u8>,
}

impl NewBatch {
    /// Packs moves and events, which is work that need not hold up the one writer.
    pub(super) fn new(batch: &Batch, pages: Vec<String>) -> Result<Self, StoreError> {
        let events = pack::events(batch).map_err(|e| StoreError::corrupt("a new batch", e))?;
        Ok(Self {
            start: batch.start(),
            end: batch.end(),
            pages,
            counts: batch.counts(),
            events,
            received_at: batch.received_at(),
            shifted_ms: batch.shifted_ms(),
            page_url: batch.page_url().map(str::to_owned),
            title: batch.title().map(str::to_owned),
            id: batch.id().clone(),
        })
    }
}
