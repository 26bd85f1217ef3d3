//! A server that breaks the promise: it answers 200 at once and stores a moment later. Tortured, it has to fail; if it
//! passes, the oracle is blind.

use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::{
    Router,
    body::Bytes,
    http::{Request, header},
    routing::post,
};
use futures_util::FutureExt as _;
use pulse_bench::tracker_body::Track;
use pulse_core::{Access, Pulse};
use serde_json::json;
use tokio::net::TcpListener;

use crate::cli::ServeOptions;

/// How long it puts off what it has promised.
const PUT_OFF: Duration = Duration::from_millis(100);

/// Serves until it is killed.
pub(crate) async fn serve(flags: &ServeOptions) -> Result<()> {
    let pulse = Pulse::open(&flags.store, Access::loopback()).await.context("cannot open the store")?;
    let service = pulse.service();
    let track = async move |body: Bytes| {
        let events = count(&body);
        let request = Request::post("/api/track").header(header::CONTENT_TYPE, "text/plain");
        if let Ok(request) = request.body(axum::body::Body::from(body)) {
            let mut service = service.clone();
            tokio::spawn(async move {
                tokio::time::sleep(PUT_OFF).await;
                tower_service::Service::call(&mut service, request).map(drop).await;
            });
        }
        json!({ "accepted": events, "duplicates": 0, "rejected": [] }).to_string()
    };
    let app = Router::new().route("/api/track", post(track)).fallback_service(pulse.service());
    let listener = TcpListener::bind(&flags.listen).await?;
    println!("API http://{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

fn count(body: &[u8]) -> usize {
    Track::read(body).map_or(0, |track| track.events.len() + track.moves.len())
}
