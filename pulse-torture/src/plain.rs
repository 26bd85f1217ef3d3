//! The control: a plain writer on MongoDB that does not wait for the journal. When mongod is killed, it has to lose
//! what it was told is stored; an oracle that finds nothing lost is blind.

use std::time::Duration;

use anyhow::{Context as _, Result};
use futures_util::TryStreamExt as _;
use mongodb::{
    Collection,
    bson::{Document, doc},
    error::{ErrorKind, WriteFailure},
    options::{Acknowledgment, ClientOptions, WriteConcern},
};

use crate::{
    event::{Batch, Event, Name},
    target::{Delivery, Target},
};

/// How long the driver looks for a server that is gone.
const SELECT: Duration = Duration::from_millis(500);

/// MongoDB's code for a key that is there already.
const DUPLICATE_KEY: i32 = 11000;

/// A collection with a document per batch.
#[derive(Debug)]
pub(crate) struct Plain(Collection<Document>);

impl Plain {
    /// In a database of its own on the server at `host`.
    pub(crate) async fn open(host: &str) -> Result<Self> {
        let mut options = ClientOptions::parse(format!("mongodb://{host}/?directConnection=true")).await?;
        options.write_concern = Some(WriteConcern::builder().w(Acknowledgment::Nodes(1)).journal(false).build());
        options.server_selection_timeout = Some(SELECT);
        Ok(Self(mongodb::Client::with_options(options)?.database("control").collection("batches")))
    }
}

impl Target for Plain {
    async fn deliver(&self, batch: &Batch) -> Delivery {
        let Name { session, view, seq } = &batch.name;
        let Ok(events) = serde_json::to_string(&batch.events) else {
            return Delivery::Wrong("events that are no JSON".into());
        };
        let id = format!("{session}/{view}/{seq}");
        let inserted = self.0.insert_one(doc! { "_id": id, "session": session, "events": events }).await;
        match inserted {
            Ok(_) => Delivery::Stored { accepted: batch.events.len(), duplicates: 0 },
            Err(error) => match &*error.kind {
                ErrorKind::Write(WriteFailure::WriteError(e)) if e.code == DUPLICATE_KEY => {
                    Delivery::Stored { accepted: 0, duplicates: batch.events.len() }
                }
                ErrorKind::ServerSelection { .. } => Delivery::Refused,
                _ => Delivery::Broken,
            },
        }
    }

    async fn read(&self, session: &str) -> Result<Vec<Event>> {
        let batches: Vec<Document> = self.0.find(doc! { "session": session }).await?.try_collect().await?;
        let mut events = Vec::new();
        for batch in &batches {
            let text = batch.get_str("events").context("a batch without events")?;
            events.extend(serde_json::from_str::<Vec<Event>>(text)?);
        }
        events.sort_by_key(|event| event.timestamp);
        Ok(events)
    }
}
