//! The error of everything that a host asks of Pulse in process.

use std::error::Error as StdError;

use crate::{
    engine::EngineError,
    store::{OpenError, StoreError},
    wire::{ErrorCode, QueryError},
};

/// Why Pulse did not do what it was asked, by what there is to do about it. The cause is in `source()`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store cannot be opened.
    #[error("the store cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// What is asked makes no sense; the same again is refused again.
    #[error("{0}")]
    Invalid(String),
    /// There is no such session, page, visitor, problem or answer.
    #[error("{0}")]
    NotFound(String),
    /// Too much is in work, or the store does not answer: the same again may help.
    #[error("{message}")]
    Unavailable {
        /// What could not be done.
        message: String,
        /// Why, if there is more to say.
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// What is stored cannot be read.
    #[error("stored data cannot be read")]
    Corrupt(#[source] Box<dyn StdError + Send + Sync>),
    /// Pulse cannot be reached where it is mounted; the text says what to change.
    #[error("{0}")]
    Mount(String),
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        let code = error.code();
        match error {
            EngineError::Corrupt(source) => Self::Corrupt(source.into()),
            EngineError::Store(source) => Self::Unavailable { message, source: Some(source.into()) },
            _ => match code {
                ErrorCode::BadRequest | ErrorCode::TooLarge => Self::Invalid(message),
                ErrorCode::NotFound => Self::NotFound(message),
                _ => Self::Unavailable { message, source: None },
            },
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        EngineError::from(error).into()
    }
}

impl From<QueryError> for Error {
    fn from(error: QueryError) -> Self {
        EngineError::from(error).into()
    }
}
