//! The one shape that every error has on the wire.

use serde::{Deserialize, Serialize};

/// `{"error": {"code", "message"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What went wrong. The message never repeats the offending value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ErrorDetail {
    /// For programs.
    pub code: ErrorCode,
    /// For people; lower case.
    pub message: String,
}

/// The errors there are, each with its HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// 400: the body or a parameter cannot be read.
    BadRequest,
    /// 401: a credential is needed.
    Unauthorized,
    /// 403: this origin or host may not do that.
    Forbidden,
    /// 404: no such route or session.
    NotFound,
    /// 405: see the `Allow` header.
    MethodNotAllowed,
    /// 408: the body did not arrive in time.
    Timeout,
    /// 413: the body is too large.
    TooLarge,
    /// 415: this `Content-Encoding` is not understood.
    UnsupportedEncoding,
    /// 429: too many requests; see `Retry-After`.
    TooManyRequests,
    /// 500: a defect of Pulse; input never causes it.
    Internal,
    /// 503: the store is away or busy; see `Retry-After`.
    Unavailable,
}

impl ErrorCode {
    /// The HTTP status.
    ///
    /// ```
    /// assert_eq!(pulse_core::wire::ErrorCode::NotFound.status(), 404);
    /// ```
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Timeout => 408,
            Self::TooLarge => 413,
            Self::UnsupportedEncoding => 415,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}
