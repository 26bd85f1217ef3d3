//! How the driver is set, and what is created when the store is opened.

use std::{future::IntoFuture, time::Duration};

use futures_util::TryStreamExt;
use mongodb::{
    IndexModel,
    bson::{Bson, Document, doc},
    error::{Error, ErrorKind},
    options::{Acknowledgment, ClientOptions, Hint, IndexOptions, ReadPreference, SelectionCriteria, WriteConcern},
};

use super::{Data, list, query, rollup, within};
use crate::{limits::Limits, store::StoreError, wire::SessionSort};

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
const BUILD: Duration = Duration::from_secs(10 * 60);

/// How batches are stored. They compress to a sixth with zstd. Long pages give it
/// more to work with and waste less at their end, as do small units of allocation. Pages that are split before they
/// become large are written less often.
const BATCHES: &str = "block_compressor=zstd,leaf_page_max=128KB,memory_page_max=2MB,allocation_size=512B";

/// Other collections, and the indexes of all: ids and names repeat.
const COMPRESSED: &str = "block_compressor=zstd,allocation_size=512B";

/// Name of an index that no list is read from any more.
const OUTDATED: &str = "score.rage_1";

/// Collections, indexes and the view.
pub(super) async fn create(data: &Data) -> Result<(), StoreError> {
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
        doc! { "settled": 1, "touched_at": 1 },
        list::order_index(SessionSort::Started),
        doc! { "visitor_id": 1 },
        doc! { "device": 1 },
        list::rage_index(),
        doc! { "counts.error": 1 },
    ];
    let partial = |keys, of: Document| {
        let options = IndexOptions::builder().partial_filter_expression(of).build();
        IndexModel::builder().keys(keys).options(options).build()
    };
    let partial =
        [partial(list::lasting_index(), doc! { "short": null }), partial(list::calm_index(), doc! { "score.rage": 0 })];
    let lists = lists.map(index).into_iter().chain(partial).chain(rollup::session_indexes());
    let lists = data.sessions.create_indexes(lists);
    within(BUILD, "build the indexes of sessions", lists.into_future()).await?;
    drop_outdated_index(data).await?;
    let mark = data.sessions.update_many(query::unmarked(), doc! { "$set": { "short": true } });
    let mark = mark.hint(Hint::Keys(list::lasting_index()));
    within(BUILD, "mark short sessions", mark.into_future()).await?;

    run_unless_exists(data, collection(rollup::ROWS, COMPRESSED)).await?;
    let rows = data.database.collection::<Document>(rollup::ROWS);
    let rows = rows.create_indexes(rollup::row_indexes());
    within(BUILD, "build the indexes of rollups", rows.into_future()).await?;

    let view = doc! { "create": "events", "viewOn": data.batches.name(), "pipeline": events_view() };
    if !run_unless_exists(data, view).await? && !is_current(data).await? {
        let modify = doc! { "collMod": "events", "viewOn": data.batches.name(), "pipeline": events_view() };
        data.call("update the view", async { data.database.run_command(modify).await }).await?;
    }
    Ok(())
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

/// Drops the index of an earlier version in whose place another is now: it would be written to with every session.
async fn drop_outdated_index(data: &Data) -> Result<(), StoreError> {
    let has_it = async || {
        let names = data.call("look up indexes", data.sessions.list_index_names().into_future()).await?;
        Ok::<_, StoreError>(names.iter().any(|name| name == OUTDATED))
    };
    if !has_it().await? {
        return Ok(());
    }
    match data.call("drop an index", data.sessions.drop_index(OUTDATED).into_future()).await {
        // Another server that starts was faster.
        Err(_) if !has_it().await? => Ok(()),
        done => done,
    }
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
