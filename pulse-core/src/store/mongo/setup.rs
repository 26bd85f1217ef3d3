//! How the driver is set, and what is created when the store is opened.

use std::{future::IntoFuture, time::Duration};

use futures_util::TryStreamExt;
use mongodb::{
    IndexModel,
    bson::{Bson, Document, doc},
    error::{Error, ErrorKind},
    options::{Acknowledgment, ClientOptions, IndexOptions, ReadPreference, SelectionCriteria, WriteConcern},
};

use serde::Deserialize;

use super::{Data, list, sums, within};
use crate::{
    limits::Limits,
    store::{SUMMARY_VERSION, StoreError},
    wire::SessionSort,
};

/// MongoDB's code for a collection or view that is there already.
const NAMESPACE_EXISTS: i32 = 48;

/// Sets what must not be inherited from a URI.
pub(super) fn configure(options: &mut ClientOptions, limits: &Limits) {
    options.app_name = Some("pulse".into());
    // Acknowledged means journalled by a majority. The default loses batches when a server is killed.
    let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
    options.write_concern = Some(durable);
    // Less than a store call, so that "no server" is said before "too slow".
    let select = limits.store_call.saturating_sub(Duration::from_millis(500));
    options.server_selection_timeout = Some(select);
    options.connect_timeout = Some(select);
    // What was stored can be read at once, and counted.
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
}

/// How long one command of the set-up may take: building an index reads the whole collection.
pub(super) const BUILD: Duration = Duration::from_secs(10 * 60);

/// How batches are stored. They compress to a sixth with zstd. Long pages give it
/// more to work with and waste less at their end, as do small units of allocation. Pages that are split before they
/// become large are written less often.
const BATCHES: &str = "block_compressor=zstd,leaf_page_max=128KB,memory_page_max=2MB,allocation_size=512B";

/// Other collections, and the indexes of all: ids and names repeat.
const COMPRESSED: &str = "block_compressor=zstd,allocation_size=512B";

/// Version of the collections. A database of a newer one is refused.
const SCHEMA: i64 = 1;

/// The document of `meta` that says which versions the collections, and the summaries and sums in them, are of.
const META: &str = "pulse";

/// What `meta` says.
#[derive(Debug, Deserialize)]
struct Meta {
    schema: i64,
    summaries: i64,
}

#[derive(Debug, thiserror::Error)]
#[error("the database was made by a newer version of Pulse: its schema is {0}, and this version knows up to {SCHEMA}")]
struct NewerSchema(i64);

/// Collections, indexes and the view. Summaries and sums of another version are thrown away.
pub(super) async fn create(data: &Data) -> Result<(), StoreError> {
    let meta = data.database.collection::<Meta>("meta");
    let found = data.call("look up the version", meta.find_one(doc! { "_id": META }).into_future()).await?;
    if let Some(newer) = found.as_ref().filter(|meta| meta.schema > SCHEMA) {
        return Err(StoreError::corrupt("the database", NewerSchema(newer.schema)));
    }
    create_collections(data).await?;
    if found.is_some_and(|meta| meta.summaries != SUMMARY_VERSION) {
        data.forget_summaries().await?;
    }
    let versions = doc! { "$set": { "schema": SCHEMA, "summaries": SUMMARY_VERSION } };
    let versions = meta.update_one(doc! { "_id": META }, versions).upsert(true);
    data.call("keep the version", versions.into_future()).await.map(drop)
}

async fn create_collections(data: &Data) -> Result<(), StoreError> {
    let collection = |name: &str, config: &str| {
        doc! {
            "create": name,
            "storageEngine": { "wiredTiger": { "configString": config } },
            "indexOptionDefaults": { "storageEngine": { "wiredTiger": { "configString": COMPRESSED } } },
        }
    };
    run_unless_exists(data, collection(data.batches.name(), BATCHES)).await?;
    run_unless_exists(data, collection(data.sessions.name(), COMPRESSED)).await?;
    let index = |keys| IndexModel::builder().keys(keys).build();
    // For one session's batches, and for the view's `find({session_id})`.
    let by_session = data.batches.create_index(index(doc! { "session_id": 1 }));
    within(BUILD, "build an index of event_batches", by_session.into_future()).await?;
    let lists = [
        list::order_index(SessionSort::Recent),
        list::order_index(SessionSort::Frustration),
        doc! { "pages": 1 },
        doc! { "paths": 1 },
        list::order_index(SessionSort::Started),
        doc! { "visitor_id": 1 },
        doc! { "device": 1 },
        list::rage_index(),
        doc! { "counts.error": 1 },
    ];
    let partial = [
        partial_index(list::lasting_index(), doc! { "short": null }),
        partial_index(list::calm_index(), doc! { "score.rage": 0 }),
        partial_index(list::goal_index(), doc! { "score.reached": true }),
        partial_index(doc! { "due_at": 1 }, doc! { "due_at": { "$exists": true } }),
    ];
    let lists = data.sessions.create_indexes(lists.map(index).into_iter().chain(partial));
    within(BUILD, "build the indexes of sessions", lists.into_future()).await?;

    run_unless_exists(data, collection("sums", COMPRESSED)).await?;
    let rows = data.sums();
    let rows = rows.create_indexes([sums::page_index(), sums::path_index()].map(index));
    within(BUILD, "build the indexes of sums", rows.into_future()).await?;
    run_unless_exists(data, collection("buckets", COMPRESSED)).await?;
    let buckets = data.database.collection::<Document>("buckets");
    let named = partial_index(doc! { "set": 1 }, doc! { "set": { "$exists": true } });
    let buckets = buckets.create_indexes([index(doc! { "kind": 1, "index": 1 }), named]);
    within(BUILD, "build the indexes of buckets", buckets.into_future()).await?;

    run_unless_exists(data, collection("answers", COMPRESSED)).await?;
    let answers = data.answers();
    let by_session = answers.create_index(index(doc! { "session_ids": 1 }));
    within(BUILD, "build the index of answers", by_session.into_future()).await?;
    run_unless_exists(data, collection("asked", COMPRESSED)).await?;

    let view = doc! { "create": "events", "viewOn": data.batches.name(), "pipeline": events_view() };
    if !run_unless_exists(data, view).await? && !is_current(data).await? {
        let modify = doc! { "collMod": "events", "viewOn": data.batches.name(), "pipeline": events_view() };
        data.call("update the view", async { data.database.run_command(modify).await }).await?;
    }
    Ok(())
}

fn partial_index(keys: Document, of: Document) -> IndexModel {
    let options = IndexOptions::builder().partial_filter_expression(of).build();
    IndexModel::builder().keys(keys).options(options).build()
}

/// The view `events`: one document per event. Its stages are plain renames around one `$unwind`, so that MongoDB moves
/// a condition on `session_id` before them and uses the index.
fn events_view() -> Vec<Document> {
    let at = |column: &str| doc! { "$arrayElemAt": [format!("$moves.{column}"), "$$i"] };
    let from = |origin: &str, column: &str| doc! { "$add": [format!("$moves.{origin}"), at(column)] };
    let moves = doc! { "$map": {
        "input": { "$range": [0, { "$size": { "$ifNull": ["$moves.t", []] } }] },
        "as": "i",
        "in": {
            "type": "mousemove",
            "timestamp": { "$add": ["$start", at("t")] },
            "data": { "x": from("x0", "x"), "y": from("y0", "y") },
        },
    } };
    vec![
        doc! { "$project": { "session_id": 1, "event": { "$concatArrays": [moves, "$events"] } } },
        doc! { "$unwind": "$event" },
        doc! { "$project": {
            "_id": 0, "session_id": 1, "type": "$event.type", "timestamp": "$event.timestamp", "data": "$event.data",
        } },
    ]
}

/// Whether the view is what this version makes of it: changing it wants a right that reading and writing do not.
pub(super) async fn is_current(data: &Data) -> Result<bool, StoreError> {
    let list = doc! { "listCollections": 1, "filter": { "name": "events" } };
    let list = async { data.database.run_cursor_command(list).await?.try_next().await };
    let listed = data.call("look up the view", list).await?;
    let pipeline = listed.as_ref().and_then(|view| view.get_document("options").ok()?.get_array("pipeline").ok());
    let current: Vec<Bson> = events_view().into_iter().map(Bson::Document).collect();
    Ok(pipeline == Some(&current))
}

/// Runs a `create`; false when what it creates is there already.
async fn run_unless_exists(data: &Data, command: Document) -> Result<bool, StoreError> {
    data.call("create collections", async {
        match data.database.run_command(command).await {
            Ok(_) => Ok(true),
            Err(error) if exists(&error) => Ok(false),
            Err(error) => Err(error),
        }
    })
    .await
}

fn exists(error: &Error) -> bool {
    matches!(&*error.kind, ErrorKind::Command(e) if e.code == NAMESPACE_EXISTS)
}
