//! The steps of the ingest path one by one, for `pulse-bench micro`. Not part of the API: it may change at any time.

use crate::{
    Limits,
    ingest::{self, Encoding, IngestBody, RequestContext},
    model::{Batch, Millis},
    store::sqlite,
};

/// From the bytes on the wire, packed or not, to a batch.
pub fn decode(body: &[u8], received_at: Millis) -> Option<Batch> {
    let context = RequestContext { received_at, user_agent: "", origin: None };
    let body = IngestBody::new(body, Encoding::Identity);
    ingest::decode_track(body, &context, &Limits::default()).ok().map(|decoded| decoded.batch)
}

pub fn pack(batch: &Batch) -> Option<Vec<u8>> {
    sqlite::packed(batch).ok()
}

/// How many moves and events there are.
pub fn unpack(packed: &[u8]) -> Option<usize> {
    sqlite::unpacked(packed).ok().map(|(moves, events)| moves.len() + events.len())
}
