//! The plain way: a collection with one document per event and an index to find a session's.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use hyper::StatusCode;
use mongodb::{
    Client, Collection, IndexModel,
    bson::{DateTime, doc},
    options::{Acknowledgment, ClientOptions, WriteConcern},
};
use serde::{Deserialize, Serialize};

/// Its collection.
pub(crate) const COLLECTION: &str = "events";

/// A batch as it comes in, as far as it is stored.
#[derive(Deserialize)]
struct Body<'a> {
    session_id: &'a str,
    #[serde(borrow)]
    events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    name: &'a str,
    timestamp: i64,
    data: serde_json::Value,
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    session_id: &'a str,
    #[serde(rename = "type")]
    name: &'a str,
    timestamp: DateTime,
    data: &'a serde_json::Value,
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
        let Ok(Body { session_id, events }) = serde_json::from_slice(body) else {
            return Ok((StatusCode::BAD_REQUEST, Bytes::new()));
        };
        let documents = events.iter().map(|event| Document {
            session_id,
            name: event.name,
            timestamp: DateTime::from_millis(event.timestamp),
            data: &event.data,
        });
        let inserted = self.0.clone_with_type::<Document<'_>>().insert_many(documents).await?;
        let answer = format!(r#"{{"accepted":{}}}"#, inserted.inserted_ids.len());
        Ok((StatusCode::OK, answer.into()))
    }
}
