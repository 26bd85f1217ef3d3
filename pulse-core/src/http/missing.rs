//! The page for a person who follows a link to nowhere on the dashboard's address. Programs get the error as JSON.

use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header, request::Parts};

use super::{Body, negotiate::accepts};

/// Its style stands in it: where the dashboard's style sheet is cannot be said from every depth.
const PAGE: &str = include_str!("missing.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// Whether a browser asks for a page, and not a program for an answer.
pub(super) fn is_person(parts: &Parts) -> bool {
    matches!(parts.method, Method::GET | Method::HEAD)
        && accepts(&parts.headers, "text/html")
        && !parts.uri.path().starts_with("/api/")
}

/// The page, with a link to the dashboard.
pub(super) fn missing(path: &str) -> Response<Body> {
    let up = "../".repeat(path.matches('/').count().saturating_sub(1));
    let home = if up.is_empty() { "./" } else { &up };
    let mut response = Response::new(Body::from(PAGE.replace("{home}", home)));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let headers: &mut HeaderMap = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
