//! Answers: JSON, and errors in their one shape. The only place where a failure is logged.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::{Body, request_id::in_span};
use crate::{
    engine::{EngineError, Outcome},
    error_chain::chain,
    seldom::Seldom,
    wire::{ErrorBody, ErrorCode, ErrorDetail, ExportFormat},
};

/// After so long a refused client may ask again, when nothing better is known.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Longest time that a client is told to wait: what is used up for hours may be raised before.
const LONGEST: Duration = Duration::from_secs(600);

/// An error on its way to a client.
#[derive(Debug)]
pub(super) struct Problem {
    code: ErrorCode,
    message: String,
    allow: Option<&'static str>,
    /// Why nothing was taken, in metrics.
    reason: Option<&'static str>,
    wait: Duration,
}

impl Problem {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), allow: None, reason: None, wait: RETRY_AFTER }
    }

    /// After this long it may be tried again.
    pub(super) fn after(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Why nothing was taken, in metrics.
    pub(super) fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    #[cfg(test)]
    pub(super) fn code(&self) -> ErrorCode {
        self.code
    }

    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        &self.message
    }

    /// What became of a request that sent something.
    pub(super) fn outcome(&self) -> Outcome {
        let reason = self.reason.unwrap_or(match self.code {
            ErrorCode::Timeout => "slow_body",
            ErrorCode::TooLarge => "too_large",
            ErrorCode::UnsupportedEncoding => "encoding",
            ErrorCode::Forbidden => "origin",
            ErrorCode::BadRequest => "broken_off",
            _ => "other",
        });
        match self.code {
            ErrorCode::BadRequest | ErrorCode::TooLarge | ErrorCode::UnsupportedEncoding => Outcome::Rejected(reason),
            _ => Outcome::Refused(reason),
        }
    }

    /// The path exists with other methods.
    pub(super) fn method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(ErrorCode::MethodNotAllowed, "this path wants another method") }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        static CORRUPT: Seldom = Seldom::new();
        static AWAY: Seldom = Seldom::new();
        static SLOW: Seldom = Seldom::new();
        let fault = match &error {
            EngineError::Corrupt(_) => Some(&CORRUPT),
            EngineError::Store(_) => Some(&AWAY),
            EngineError::Slow => Some(&SLOW),
            _ => None,
        };
        match fault.map(Seldom::happened) {
            Some(Some(times)) => match &error {
                EngineError::Corrupt(source) => {
                    tracing::error!(times, error = %error, source = %chain(source), "cannot answer");
                }
                EngineError::Store(source) => {
                    tracing::warn!(times, error = %error, source = %chain(source), "cannot answer");
                }
                _ => tracing::warn!(times, %error, "cannot answer"),
            },
            _ => tracing::debug!(%error, "refused"),
        }
        let wait = error.wait().unwrap_or(RETRY_AFTER);
        Self::new(error.code(), error.to_string()).because(error.reason()).after(wait)
    }
}

impl From<crate::wire::QueryError> for Problem {
    fn from(error: crate::wire::QueryError) -> Self {
        EngineError::from(error).into()
    }
}

/// A value as JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response<Body> {
    let body = match serde_json::to_vec(value) {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            return problem(Problem::new(ErrorCode::Internal, "the answer cannot be written"));
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// It is done, and there is nothing to say.
pub(super) fn no_content() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Server-sent events.
pub(super) fn events(chunks: BoxStream<'static, Bytes>) -> Response<Body> {
    let mut response = Response::new(Body::stream(in_span(chunks)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A proxy that collects an answer before it passes it on would pass nothing on.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Rows, to be kept as a file.
pub(super) fn download(rows: BoxStream<'static, Bytes>, format: ExportFormat) -> Response<Body> {
    let mut response = Response::new(Body::stream(in_span(rows)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    let name = format!("attachment; filename=\"pulse.{}\"", format.extension());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// When a refused client may ask again, in seconds: up to half as long again, so that those who were refused together do
/// not come back together.
fn retry_after(wait: Duration) -> HeaderValue {
    let least = wait.min(LONGEST).as_secs_f64().ceil().max(1.0);
    let spread = (least / 2.0).max(2.0);
    // A new state is keyed at random.
    let random = RandomState::new().hash_one(0) as f64 / u64::MAX as f64;
    HeaderValue::from((least + spread * random).round() as u64)
}

/// An error as JSON, with the headers that its code asks for.
pub(super) fn problem(problem: Problem) -> Response<Body> {
    let Problem { code, message, allow, wait, .. } = problem;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &ErrorBody { error: ErrorDetail { code, message } });
    let headers = response.headers_mut();
    match code {
        ErrorCode::TooManyRequests | ErrorCode::Unavailable => {
            headers.insert(header::RETRY_AFTER, retry_after(wait));
        }
        ErrorCode::Unauthorized => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // The rest of the body is not read, so the connection cannot be used again.
        ErrorCode::Timeout => {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        _ => {}
    }
    if let Some(allow) = allow {
        headers.insert(header::ALLOW, HeaderValue::from_static(allow));
    }
    response
}
