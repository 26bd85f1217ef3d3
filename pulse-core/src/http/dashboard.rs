//! The dashboard's files, and the page for a person who follows a link to nowhere on its address.

use http::{HeaderValue, Method, Response, header, request::Parts};

use super::{
    Body, asset,
    missing::{is_person, missing},
    respond::Problem,
};
use crate::wire::ErrorCode;

/// What a page of the dashboard may do: run its own code, talk to its own origin, and nothing else.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The dashboard's file at a path; none where it has no file.
pub(super) fn file(parts: &Parts) -> Option<Result<Response<Body>, Problem>> {
    let name = parts.uri.path().strip_prefix('/')?;
    let file = pulse_dashboard_assets::file(if name.is_empty() { "index.html" } else { name })?;
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return Some(Err(Problem::method("GET, HEAD")));
    }
    let asset =
        asset::Asset { content_type: file.content_type, plain: file.plain, brotli: file.brotli, gzip: file.gzip };
    let mut response = asset::serve(asset, &parts.headers);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // With `same-origin` the site that is opened for "On your page" would have no opener to ask for its ticket. Pages that
    // open the dashboard are still cut off from it.
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin-allow-popups"));
    Some(Ok(response))
}

/// The answer where there is neither a file nor a route: a page for people, an error for programs.
pub(super) fn not_found(parts: &Parts) -> Result<Response<Body>, Problem> {
    if is_person(parts) {
        return Ok(missing(parts.uri.path()));
    }
    Err(Problem::new(ErrorCode::NotFound, "no such path"))
}
