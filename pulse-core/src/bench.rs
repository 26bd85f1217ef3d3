//! The steps of the ingest path one by one, for `pulse-bench micro`. Not part of the API: it may change at any time.

use crate::{
    Limits,
    ingest::{self, Origin},
    model::{Batch, Millis},
    store::sqlite,
};

pub fn repair(body: &[u8]) -> usize {
    ingest::repair(body).len()
}

pub fn decode(body: &str) -> bool {
    ingest::decode_track(body, &Limits::default()).is_ok()
}

/// Decoding included.
pub fn check(body: &str, received_at: Millis) -> Option<Batch> {
    let limits = Limits::default();
    let track = ingest::decode_track(body, &limits).ok()?;
    ingest::batch(track, Origin { received_at, user_agent: "" }, &limits).ok().map(|checked| checked.batch)
}

pub fn pack(batch: &Batch) -> Option<Vec<u8>> {
    sqlite::packed(batch).ok()
}

pub fn unpack(packed: &[u8]) -> Option<usize> {
    sqlite::unpacked(packed).ok().map(|events| events.len())
}
