//! What can go wrong, by meaning, and the one table that gives each its code on the wire.

use super::quota::{Exceeded, Quota};
use crate::{
    ingest::IngestError,
    store::{InvalidCursor, StoreError},
    wire::{ErrorCode, QueryError},
};

/// Why the engine did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EngineError {
    #[error(transparent)]
    Ingest(#[from] IngestError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("no such session")]
    NoSession,
    #[error("no such visitor")]
    NoVisitor,
    #[error("this session did not visit that page")]
    NoPage,
    #[error("no such problem among these visits")]
    NoProblem,
    #[error("nobody visited that page")]
    UnknownPage,
    #[error("too many requests are in work; try again soon")]
    Busy,
    #[error(transparent)]
    Quota(Exceeded),
    #[error("too many streams are open at this address")]
    TooManyStreams,
    #[error("the store did not take what was sent last")]
    Failing,
    #[error("this server is going down")]
    Draining,
    #[error("this is being analyzed already; its answer will be kept")]
    InFlight,
    #[error("there is no answer yet; ask for one with POST")]
    NoAnswer,
    #[error("the answer could not be finished")]
    Unfinished,
    #[error("the store did not answer in time; try again soon")]
    Slow,
    #[error("the store is not available; try again soon")]
    Store(#[source] StoreError),
    #[error("stored data cannot be read")]
    Corrupt(#[source] StoreError),
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::Store(error),
            StoreError::Corrupt { .. } => Self::Corrupt(error),
        }
    }
}

impl From<InvalidCursor> for EngineError {
    fn from(_: InvalidCursor) -> Self {
        Self::Query(QueryError::new("cursor", "is not a next_cursor of this list"))
    }
}

impl EngineError {
    /// The code that a client sees.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::Ingest(IngestError::TooLarge) => ErrorCode::TooLarge,
            Self::Ingest(_) | Self::Query(_) => ErrorCode::BadRequest,
            Self::NoSession | Self::NoVisitor | Self::NoPage | Self::NoAnswer | Self::NoProblem | Self::UnknownPage => {
                ErrorCode::NotFound
            }
            Self::Quota(Exceeded { quota: Quota::SiteBytes, .. }) => ErrorCode::Unavailable,
            Self::Quota(_) | Self::TooManyStreams | Self::InFlight => ErrorCode::TooManyRequests,
            Self::Busy | Self::Failing | Self::Draining | Self::Slow | Self::Store(_) | Self::Unfinished => {
                ErrorCode::Unavailable
            }
            Self::Corrupt(_) => ErrorCode::Internal,
        }
    }

    /// Why nothing was taken, in metrics.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Quota(exceeded) => exceeded.quota.as_str(),
            Self::Ingest(IngestError::TooLarge) => "too_large",
            Self::Ingest(IngestError::Packing) => "packing",
            Self::Ingest(IngestError::Undecodable) => "undecodable",
            Self::Ingest(_) => "bad_id",
            Self::Busy => "overload",
            Self::Draining => "draining",
            Self::Slow => "store_slow",
            Self::Store(_) | Self::Failing => "store_away",
            Self::Corrupt(_) => "store_corrupt",
            _ => "other",
        }
    }

    /// How long to wait before it is worth asking again, when that is known.
    pub(crate) fn wait(&self) -> Option<std::time::Duration> {
        match self {
            Self::Quota(exceeded) => Some(exceeded.wait),
            _ => None,
        }
    }
}
