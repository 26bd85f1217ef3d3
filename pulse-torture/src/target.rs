//! What batches are delivered to and read back from.

use std::time::Duration;

use anyhow::Result;

use crate::event::{Batch, Event};

/// What came of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Acknowledged, with how many events were new and how many known.
    Stored { accepted: usize, duplicates: usize },
    /// Refused openly, to be tried again.
    Refused,
    /// No answer: the connection broke. The batch may be stored.
    Broken,
    /// No answer in time. The batch may be stored.
    Silent,
    /// An answer that is never right, such as a 500.
    Wrong(String),
}

/// A store behind whatever takes its batches in.
pub(crate) trait Target: Send + Sync + 'static {
    /// Tries once.
    fn deliver(&self, batch: &Batch) -> impl Future<Output = Delivery> + Send;

    /// All events of a session in order of time; none of a session that is not known.
    fn read(&self, session: &str) -> impl Future<Output = Result<Vec<Event>>> + Send;
}

/// How long a client waits. Pulse answers within 5 s, whatever its store does.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);
