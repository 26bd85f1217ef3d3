//! Why a tool did not answer, in words that an agent can act on.

use crate::{
    engine::EngineError,
    wire::{ErrorCode, QueryError},
};

/// A call that was understood and has no answer.
#[derive(Debug)]
pub(super) struct Refusal(pub(super) String);

impl Refusal {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl From<QueryError> for Refusal {
    fn from(error: QueryError) -> Self {
        Self(format!("{error}. Correct the argument and call again."))
    }
}

impl From<EngineError> for Refusal {
    fn from(error: EngineError) -> Self {
        let next = match (&error, error.code()) {
            (EngineError::NoSession, _) => "find_sessions lists the sessions there are, with their ids.",
            (EngineError::NoProblem, _) => {
                "list_problems lists the problems there are, with their ids; without from, to and device it looks at all \
                 visits."
            }
            (EngineError::UnknownPage | EngineError::NoPage, _) => {
                "page_report without a page lists the pages there are."
            }
            (EngineError::InFlight, _) => "Ask again in some seconds; the answer is kept.",
            (_, ErrorCode::BadRequest) => "Correct the argument and call again.",
            (_, ErrorCode::Internal) => "Calling again does not help; tell the operator.",
            _ => "Call again in some seconds.",
        };
        Self(format!("{error}. {next}"))
    }
}
