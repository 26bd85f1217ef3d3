//! Pulse inside other servers: every way of mounting that the documents name, those that cannot work, the end of a
//! host, and the tag in its pages.

#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used)]

mod inject;
mod stop;
mod ways;

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use pulse_core::{Access, Pulse, http::Body, store::SqliteStore};
use tower::ServiceExt;

fn pulse() -> Pulse {
    let store: Arc<SqliteStore> = SqliteStore::in_memory().unwrap();
    Pulse::builder(store).access(Access::loopback()).build()
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).header("host", "localhost").body(Body::default()).unwrap()
}

/// Asks an app, and reads the whole answer.
async fn ask<S, R>(app: S, request: Request<Body>) -> (http::response::Parts, String)
where
    S: tower::Service<Request<Body>, Response = Response<R>, Error: std::fmt::Debug>,
    R: http_body::Body<Data = Bytes, Error: std::fmt::Debug>,
{
    let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
    #[expect(clippy::disallowed_methods, reason = "the body is our own answer")]
    let body = body.collect().await.unwrap().to_bytes();
    (parts, String::from_utf8(body.to_vec()).unwrap())
}
