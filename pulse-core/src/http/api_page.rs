//! The API as a document for programs and as a page for people. Both are files that are compiled in.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};

use super::{Body, deliver::deliver, service::Shared};
use crate::wire::OPENAPI;

/// Its style stands in it, so that the page is one file under whatever prefix Pulse is mounted.
const PAGE: &str = include_str!("api_page.html");
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// `GET /api/openapi.json`
pub(super) fn document() -> Response<Body> {
    of(OPENAPI, "application/json")
}

/// `GET /api/docs`
pub(super) async fn page(shared: &Shared, request: &HeaderMap) -> Response<Body> {
    let mut response = deliver(&shared.packed, request, of(PAGE, "text/html; charset=utf-8")).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn of(text: &'static str, content_type: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(Bytes::from_static(text.as_bytes())));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
