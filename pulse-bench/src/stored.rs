//! What a target has kept: that it is all there, and how many bytes it takes.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use mongodb::bson::{Document, doc};
use rusqlite::Connection;

use crate::{
    baseline::COLLECTION,
    mongod::{Mongod, number},
    target::{DATABASE, Target},
    traffic::EVENTS,
};

/// Bytes per event, indexes and sessions included; `None` for a target that keeps nothing. An error when anything that
/// was acknowledged is missing: figures of a store that loses data mean nothing.
pub(crate) async fn per_event(
    target: Target,
    folder: &Path,
    mongod: Option<(&Mongod, &str)>,
    acknowledged: usize,
) -> Result<Option<f64>> {
    let mongo = || mongod.context("no mongod was started");
    let (batches, bytes) = match target {
        Target::Bare => return Ok(None),
        Target::Sqlite => sqlite(&folder.join(DATABASE))?,
        Target::Mongodb => mongodb(mongo()?, "event_batches", 1).await?,
        Target::Plain => mongodb(mongo()?, COLLECTION, EVENTS).await?,
    };
    ensure!(batches == acknowledged, "{}: {acknowledged} batches acknowledged, {batches} stored", target.name());
    Ok(Some(bytes / (batches * EVENTS) as f64))
}

/// After the server has ended: batches, and bytes of the files once the log is part of the database.
fn sqlite(path: &Path) -> Result<(usize, f64)> {
    let db = Connection::open(path)?;
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let batches: i64 = db.query_row("SELECT count(*) FROM batches", [], |row| row.get(0))?;
    drop(db);
    Ok((usize::try_from(batches)?, std::fs::metadata(path)?.len() as f64))
}

/// Batches, and bytes of all collections with their indexes.
async fn mongodb((mongod, database): (&Mongod, &str), collection: &str, documents: usize) -> Result<(usize, f64)> {
    mongod.checkpoint().await?;
    let database = mongod.database(database);
    let stored = database.collection::<Document>(collection).count_documents(doc! {}).await?;
    let mut bytes = 0.0;
    let collections = database.list_collection_names().filter(doc! { "type": "collection" }).await?;
    for name in collections.iter().filter(|name| !name.starts_with("system.")) {
        let stats = database.run_command(doc! { "collStats": name }).await?;
        bytes += number(&stats, "storageSize")? + number(&stats, "totalIndexSize")?;
    }
    Ok((usize::try_from(stored)? / documents, bytes))
}
