//! The plain way: a collection with one document per event and an index to find a session's.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hyper::StatusCode;
use mongodb::{
    Client, Collection, IndexModel,
    bson::{DateTime, doc},
    options::{Acknowledgment, ClientOptions, WriteConcern},
};
use pulse_bench::tracker_body::{Event, Move, Track};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Its collection.
pub(crate) const COLLECTION: &str = "events";

/// A batch of objects, as far as it is stored.
#[derive(Deserialize)]
struct Body {
    session_id: String,
    events: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "type")]
    name: String,
    timestamp: i64,
    data: Value,
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    session_id: &'a str,
    #[serde(rename = "type")]
    name: &'a str,
    timestamp: DateTime,
    data: Value,
}

pub(super) struct Events(Collection<mongodb::bson::Document>);

impl Events {
    pub(super) async fn open(uri: &str) -> Result<Self> {
        let mut options = ClientOptions::parse(uri).await?;
        // What Pulse waits for, too: an answer that comes before the journal costs less and promises less.
        options.write_concern = Some(WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build());
        let database = Client::with_options(options)?.default_database().context("the URI names no database")?;
        let events = database.collection(COLLECTION);
        events.create_index(IndexModel::builder().keys(doc! { "session_id": 1 }).build()).await?;
        Ok(Self(events))
    }

    pub(super) async fn insert(&self, body: &[u8]) -> Result<(StatusCode, Bytes)> {
        let Some(Body { session_id, events }) = read(body) else {
            return Ok((StatusCode::BAD_REQUEST, Bytes::new()));
        };
        let documents = events.iter().map(|event| Document {
            session_id: &session_id,
            name: &event.name,
            timestamp: DateTime::from_millis(event.timestamp),
            data: event.data.clone(),
        });
        let inserted = self.0.clone_with_type::<Document<'_>>().insert_many(documents).await?;
        let answer = format!(r#"{{"accepted":{}}}"#, inserted.inserted_ids.len());
        Ok((StatusCode::OK, answer.into()))
    }
}

/// Both forms, by their first byte.
fn read(body: &[u8]) -> Option<Body> {
    if body.first() == Some(&b'{') {
        return serde_json::from_slice(body).ok();
    }
    let Track { session, start, events, moves, .. } = Track::read(body).ok()?;
    let named = |name: &str, time: i64, data| Named { name: name.to_owned(), timestamp: start + time, data };
    let events = events.into_iter().map(|Event(kind, time, data)| match kind {
        1 => named("click", time, data),
        _ => named("scroll", time, data),
    });
    let moves = moves.iter().map(|Move { time, x, y }| named("mousemove", *time, json!({"x": x, "y": y})));
    let events = events.chain(moves).collect();
    Some(Body { session_id: session, events })
}
