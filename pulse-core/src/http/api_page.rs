//! The API as a document for programs and as a page for people. Both are files that are compiled in.

use std::sync::OnceLock;

use http::{HeaderMap, HeaderValue, Response, header};

use super::{
    Body,
    asset::{self, Asset},
    deliver::gzip,
};
use crate::wire::OPENAPI;

/// Its style stands in it, so that the page is one file under whatever prefix Pulse is mounted.
const PAGE: &str = include_str!("api_page.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// `GET /api/openapi.json`
pub(super) fn document(request: &HeaderMap) -> Response<Body> {
    static PACKED: OnceLock<Vec<u8>> = OnceLock::new();
    asset::serve(packed(OPENAPI, "application/json", &PACKED), request)
}

/// `GET /api/docs`
pub(super) fn page(request: &HeaderMap) -> Response<Body> {
    static PACKED: OnceLock<Vec<u8>> = OnceLock::new();
    let mut response = asset::serve(packed(PAGE, "text/html; charset=utf-8", &PACKED), request);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// A text as a file. The first request of a process compresses it, which takes some milliseconds.
fn packed(text: &'static str, content_type: &'static str, packed: &'static OnceLock<Vec<u8>>) -> Asset {
    let gzip = packed.get_or_init(|| gzip(text.as_bytes()).unwrap_or_default());
    Asset { content_type, plain: text.as_bytes(), brotli: &[], gzip }
}
