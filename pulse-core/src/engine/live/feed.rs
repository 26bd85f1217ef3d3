//! The stream of one listener.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use tokio::{
    sync::{broadcast, watch},
    time::timeout,
};

use super::places::Place;

/// After so much silence comes a comment: proxies and browsers then know that the connection lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a browser connects again, in ms, and that the stream has begun.
const HELLO: &[u8] = b"retry: 2000\n\n";

/// What is told from now on; ends when the server goes down, or the listener is too far behind.
pub(super) fn feed(
    events: broadcast::Receiver<Bytes>,
    closed: watch::Receiver<bool>,
    place: Place,
) -> BoxStream<'static, Bytes> {
    let told = stream::unfold((events, closed, place), |(mut events, mut closed, place)| async move {
        let event = tokio::select! {
            biased;
            _ = closed.wait_for(|closed| *closed) => return None,
            event = timeout(HEARTBEAT, events.recv()) => event,
        };
        let chunk = match event {
            Ok(Ok(event)) => event,
            // Too far behind, or there is nobody any more who tells.
            Ok(Err(_)) => return None,
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        Some((chunk, (events, closed, place)))
    });
    stream::iter([Bytes::from_static(HELLO)]).chain(told).boxed()
}
