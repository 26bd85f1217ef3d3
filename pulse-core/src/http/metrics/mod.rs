//! `GET /metrics`: what came in and what became of it, how the store and the summaries keep up, and what the process
//! takes, in the text format of Prometheus. Where there are several sites, each line says of which.

mod process;

use std::sync::Arc;

use futures_util::future::join_all;
use http::{HeaderValue, Response, header};

use super::{Body, Shared};
use crate::{
    engine::{Accounts, Engine, Exposition},
    model::SiteKey,
    store::BOUNDS,
};

/// A site's name, where there are several, and what runs for it.
type OfSite<'a> = (Option<&'a str>, &'a Arc<Engine>);

pub(super) async fn metrics(shared: &Shared) -> Response<Body> {
    let has_several = !shared.sites.others.is_empty();
    let engines: Vec<OfSite<'_>> =
        shared.engines().map(|(key, engine)| (has_several.then(|| SiteKey::name(key)), engine)).collect();
    let accounts: Vec<_> = engines.iter().map(|(site, engine)| (*site, &engine.accounts)).collect();
    let mut out = Exposition::default();
    Accounts::write(&accounts, &mut out);
    let ready = join_all(engines.iter().map(|(_, engine)| engine.ready())).await;
    out.metric("pulse_ready", "gauge", "Whether what is sent now is stored.");
    for ((site, _), ready) in engines.iter().zip(ready) {
        out.value("pulse_ready", *site, &[], u8::from(ready.is_ok()));
    }
    store(&engines, &mut out);
    summaries(&engines, &mut out);
    cache(&engines, &mut out);
    process::write(&mut out);
    out.metric("pulse_build_info", "gauge", "1, with the version of Pulse.");
    out.value("pulse_build_info", None, &[("version", env!("CARGO_PKG_VERSION"))], 1);
    let mut response = Response::new(Body::from(out.into_text()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// How long the store took over each kind of call; of those that answer with rows, until the first one.
fn store(engines: &[OfSite<'_>], out: &mut Exposition) {
    let name = "pulse_store_call_seconds";
    out.metric(name, "histogram", "How long the store took; of calls that answer with rows, until the first row.");
    for (site, engine) in engines {
        for (call, latency) in engine.store_calls().made() {
            for (bound, count) in BOUNDS.iter().zip(latency.at_most()) {
                let bound = if bound.is_finite() { bound.to_string() } else { "+Inf".into() };
                out.value(&format!("{name}_bucket"), *site, &[("call", call), ("le", &bound)], count);
            }
            out.value(&format!("{name}_sum"), *site, &[("call", call)], latency.seconds());
            out.value(&format!("{name}_count"), *site, &[("call", call)], latency.count());
        }
    }
    let name = "pulse_store_call_failures_total";
    out.metric(name, "counter", "Calls of the store that failed, or took longer than was waited for.");
    for (site, engine) in engines {
        for (call, latency) in engine.store_calls().made() {
            out.value(name, *site, &[("call", call)], latency.failed());
        }
    }
}

/// How far what is shown is behind what is stored.
fn summaries(engines: &[OfSite<'_>], out: &mut Exposition) {
    let lags: Vec<_> = engines.iter().map(|(site, engine)| (*site, engine.lag())).collect();
    let name = "pulse_summaries_waiting";
    out.metric(name, "gauge", "Sessions with events that their summary lacks.");
    for (site, (waiting, _)) in &lags {
        out.value(name, *site, &[], waiting);
    }
    let name = "pulse_summaries_lag_seconds";
    out.metric(name, "gauge", "For how long the first of them has waited.");
    for (site, (_, lag)) in &lags {
        out.value(name, *site, &[], lag.as_secs_f64());
    }
}

/// What is kept of earlier requests for maps, lists of pages and problems.
fn cache(engines: &[OfSite<'_>], out: &mut Exposition) {
    let cached: Vec<_> = engines.iter().map(|(site, engine)| (*site, engine.cached())).collect();
    let name = "pulse_sums_cache_requests_total";
    out.metric(name, "counter", "Requests for sums over sessions, by whether those of an earlier request were of use.");
    for (site, (hits, misses, _)) in &cached {
        out.value(name, *site, &[("result", "hit")], hits);
        out.value(name, *site, &[("result", "miss")], misses);
    }
    let name = "pulse_sums_cache_bytes";
    out.metric(name, "gauge", "Memory of the sums that are kept for later requests.");
    for (site, (_, _, bytes)) in &cached {
        out.value(name, *site, &[], bytes);
    }
}
