//! `GET /metrics`: what came in and what became of it, in the text format of Prometheus. Where there are several sites,
//! each line says of which.

use futures_util::future::join_all;
use http::{HeaderValue, Response, header};

use super::{Body, Shared};
use crate::{
    engine::{Accounts, labels},
    model::SiteKey,
};

pub(super) async fn metrics(shared: &Shared) -> Response<Body> {
    let has_several = !shared.sites.others.is_empty();
    let engines: Vec<_> =
        shared.engines().map(|(key, engine)| (has_several.then(|| SiteKey::name(key)), engine)).collect();
    let accounts: Vec<_> = engines.iter().map(|(site, engine)| (*site, &engine.accounts)).collect();
    let mut text = String::new();
    Accounts::write(&accounts, &mut text);
    text.push_str("# HELP pulse_ready Whether what is sent now is stored.\n# TYPE pulse_ready gauge\n");
    let ready = join_all(engines.iter().map(|(_, engine)| engine.ready())).await;
    for ((site, _), ready) in engines.iter().zip(ready) {
        text.push_str(&format!("pulse_ready{} {}\n", labels(*site, &[]), u8::from(ready.is_ok())));
    }
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
