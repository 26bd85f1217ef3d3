//! Sends a visit to Pulse and asks what became of it, with the types that the server itself answers with.
//!
//! `PULSE_URL` says where Pulse is, and `PULSE_TOKEN` is the credential for reads where one is set.

use std::{
    env,
    error::Error,
    time::{SystemTime, UNIX_EPOCH},
};

use pulse_core::{
    analyze::PageHeatmap,
    model::{Click, Element, Event, EventKind},
    wire::{
        ErrorBody, HeatmapQuery, MoveSteps, ProblemsAnswer, ProblemsQuery, Route, SessionsAnswer, SessionsQuery,
        TrackAnswer, TrackRequest,
    },
};
use reqwest::{Client, RequestBuilder};
use serde::{Serialize, de::DeserializeOwned};

const PAGE: &str = "http://localhost:8080/checkout";

// Batches with the same three values are one batch: these are fixed, so that the example stores nothing twice when it
// is run again. An application makes a random view id for each page load, and counts `seq` from 0 within it.
const SESSION: &str = "example-session-rust";
const VIEW: &str = "example-view-rust";
const SEQ: u32 = 0;

/// A Pulse server.
struct Pulse {
    http: Client,
    url: String,
    token: Option<String>,
}

impl Pulse {
    async fn get<T: DeserializeOwned>(&self, address: &str) -> Result<T, Box<dyn Error>> {
        self.send(self.http.get(format!("{}{address}", self.url))).await
    }

    async fn post<T: DeserializeOwned>(&self, route: &Route, body: &impl Serialize) -> Result<T, Box<dyn Error>> {
        self.send(self.http.post(format!("{}{route}", self.url)).json(body)).await
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Box<dyn Error>> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response.json().await?);
        }
        // A proxy answers with a page of its own, which has a status only.
        let refused = response.json().await.map(|ErrorBody { error }| error.message);
        Err(format!("Pulse refused that: {}", refused.unwrap_or_else(|_| status.to_string())).into())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // For `https://`; another provider will do as well. It fails only where one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let url = env::var("PULSE_URL").unwrap_or_else(|_| "http://localhost:5001".into());
    let pulse = Pulse { http: Client::new(), url, token: env::var("PULSE_TOKEN").ok() };

    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let element = Some(Box::new(Element::from_selector("#pay")));
    let click = Click { x: 120.0, y: 300.0, element, ..Click::default() };
    let batch = TrackRequest {
        view_id: Some(VIEW.parse()?),
        seq: Some(SEQ),
        page_url: Some(PAGE.into()),
        moves: Some(MoveSteps { t: now - 100, dt: vec![0, 50, 50], x: vec![100, 10, 10], y: vec![290, 5, 5] }),
        ..TrackRequest::new(SESSION.parse()?, vec![Event { timestamp: now, kind: EventKind::Click(click) }])
    };
    let stored: TrackAnswer = pulse.post(&Route::Track, &batch).await?;
    if !stored.rejected.is_empty() {
        return Err(format!("Pulse rejected events: {:?}", stored.rejected).into());
    }
    println!("stored {} events, {} of them before", stored.accepted + stored.duplicates, stored.duplicates);

    let query = SessionsQuery { page: Some(PAGE.into()), limit: Some(10), ..SessionsQuery::default() };
    let list: SessionsAnswer = pulse.get(&Route::Sessions.address(&query)).await?;
    println!("{} sessions", list.total);
    for session in list.sessions {
        println!("  {}: {} clicks, frustration {}", session.session_id, session.clicks, session.frustration);
    }

    let map: PageHeatmap = pulse.get(&Route::PageHeatmap.address(&HeatmapQuery::of_page(PAGE))).await?;
    println!("{} positions and {} cells with clicks on {}", map.total, map.clicks.len(), map.page);

    let query = ProblemsQuery { limit: Some(3), ..ProblemsQuery::default() };
    let problems: ProblemsAnswer = pulse.get(&Route::Problems.address(&query)).await?;
    println!("{} problems", problems.total);
    for problem in problems.problems {
        println!("  {} ({} of {} visits)", problem.title, problem.hit, problem.seen);
    }
    Ok(())
}
