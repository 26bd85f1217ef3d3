//! The id of a request: in its answer, and in every line of the log that is written on its behalf.

use std::{
    hash::{BuildHasher as _, RandomState},
    pin::Pin,
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream::BoxStream};
use http::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;

use crate::model::is_id;

/// The header that carries it, both ways.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id that a request brings, of a proxy or a client, or a new one when that is none that may stand in a log.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    let mut brought = headers.get_all(HEADER).iter();
    match (brought.next(), brought.next()) {
        (Some(id), None) if id.to_str().is_ok_and(is_id) => id.clone(),
        _ => new(),
    }
}

/// The span of a request. It is of the highest level, so that a warning has the id also where only warnings are logged.
pub(super) fn span(id: &HeaderValue) -> Span {
    tracing::error_span!("request", id = id.to_str().unwrap_or_default())
}

/// A stream of an answer: what is logged while it is made belongs to the request that it answers.
pub(super) fn in_span(chunks: BoxStream<'static, Bytes>) -> BoxStream<'static, Bytes> {
    InSpan { span: Span::current(), chunks }.boxed()
}

struct InSpan {
    span: Span,
    chunks: BoxStream<'static, Bytes>,
}

impl Stream for InSpan {
    type Item = Bytes;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let InSpan { span, chunks } = &mut *self;
        let _entered = span.enter();
        chunks.poll_next_unpin(cx)
    }
}

/// Sixteen hexadecimal digits: a count, hashed under a key of this process, so that no id says how busy Pulse is.
fn new() -> HeaderValue {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("{:016x}", KEY.hash_one(COUNT.fetch_add(1, Ordering::Relaxed)));
    HeaderValue::try_from(id).unwrap_or(HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn brought(ids: &[&str]) -> HeaderMap {
        ids.iter().map(|id| (HEADER, HeaderValue::from_bytes(id.as_bytes()).unwrap())).collect()
    }

    fn pairs(ids: &[&str]) -> (HeaderValue, bool) {
        let id = of(&brought(ids));
        let is_taken = ids.contains(&id.to_str().unwrap());
        (id, is_taken)
    }

    #[test]
    fn an_id_that_may_stand_in_a_log_is_taken_over() {
        let longest = "x".repeat(64);
        for id in ["abcd_EF-", "01234567", &longest] {
            assert!(pairs(&[id]).1, "{id}");
        }
        let too_long = "x".repeat(65);
        for ids in [&[][..], &["1234567"], &[&too_long], &["a b c d e f"], &["ü23456789"], &["first-id", "second-id"]]
        {
            let (id, is_taken) = pairs(ids);
            assert!(!is_taken && id.len() == 16, "{ids:?}: {id:?}");
        }
    }

    #[test]
    fn new_ids_differ() {
        assert_ne!(of(&HeaderMap::new()), of(&HeaderMap::new()));
    }
}
