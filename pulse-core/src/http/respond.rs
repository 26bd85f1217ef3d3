//! Answers: JSON, and errors in their one shape. The only place where a failure is logged.

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use super::Body;
use crate::{
    engine::EngineError,
    error_chain::chain,
    wire::{ErrorBody, ErrorCode, ErrorDetail, ExportFormat},
};

/// Seconds after which a refused client may ask again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// An error on its way to a client.
#[derive(Debug)]
pub(super) struct Problem {
    code: ErrorCode,
    message: String,
    allow: Option<&'static str>,
}

impl Problem {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), allow: None }
    }

    /// The path exists with other methods.
    pub(super) fn method(allow: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(ErrorCode::MethodNotAllowed, "this path wants another method") }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match &error {
            EngineError::Corrupt(source) => tracing::error!(error = %error, source = %chain(source), "cannot answer"),
            EngineError::Store(source) => tracing::warn!(error = %error, source = %chain(source), "cannot answer"),
            EngineError::Slow => tracing::warn!(%error, "cannot answer"),
            _ => tracing::debug!(%error, "refused"),
        }
        Self::new(error.code(), error.to_string())
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
    let mut response = Response::new(Body::stream(chunks));
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
    let mut response = Response::new(Body::stream(rows));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    let name = format!("attachment; filename=\"pulse.{}\"", format.extension());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// An error as JSON, with the headers that its code asks for.
pub(super) fn problem(problem: Problem) -> Response<Body> {
    let Problem { code, message, allow } = problem;
    let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = json(status, &ErrorBody { error: ErrorDetail { code, message } });
    let headers = response.headers_mut();
    match code {
        ErrorCode::TooManyRequests | ErrorCode::Unavailable => {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
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
