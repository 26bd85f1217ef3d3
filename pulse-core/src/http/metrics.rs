//! `GET /metrics`: what came in and what became of it, in the text format of Prometheus.

use http::{HeaderValue, Response, header};

use super::Body;
use crate::engine::Engine;

pub(super) async fn metrics(engine: &Engine) -> Response<Body> {
    let mut text = String::new();
    engine.accounts.write(&mut text);
    let ready = u8::from(engine.ready().await.is_ok());
    text.push_str("# HELP pulse_ready Whether what is sent now is stored.\n# TYPE pulse_ready gauge\n");
    text.push_str(&format!("pulse_ready {ready}\n"));
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
