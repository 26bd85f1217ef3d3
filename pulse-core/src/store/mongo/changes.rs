//! Which sessions change, whichever server changes them: told by MongoDB where it is a replica set, and looked for else.

use std::{collections::HashMap, future::IntoFuture, time::Duration};

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use mongodb::{
    bson::{Bson, DateTime, Document, doc},
    error::{Error, ErrorKind},
};

use super::{Data, document::id_of};
use crate::{
    model::{Millis, SessionId},
    store::StoreError,
};

/// MongoDB's code for a server that keeps no log of changes.
const NOT_A_REPLICA_SET: i32 = 40573;

/// How often sessions are looked for.
const EVERY: Duration = Duration::from_millis(400);

/// Those last seen so long ago are not looked for; a sender's clock may be off by this much.
const RECENT_MS: Millis = 90_000;

/// At most so many of them.
const MOST: i64 = 5000;

type Changes = BoxStream<'static, Result<SessionId, StoreError>>;

/// The sessions that change from now on.
pub(super) async fn changes(data: &Data) -> Result<Changes, StoreError> {
    let fields = doc! { "$objectToArray": { "$ifNull": ["$updateDescription.updatedFields", {}] } };
    let fields = doc! { "$map": { "input": fields, "in": "$$this.k" } };
    let is_update = doc! { "$eq": ["$operationType", "update"] };
    // Announcements and holds say nothing of the session.
    let is_bookkeeping =
        doc! { "$and": [is_update, { "$setIsSubset": [fields, ["revision", "hold_until", "due_at"]] }] };
    let changed = doc! { "$match": {
        "operationType": { "$in": ["insert", "update", "replace"] },
        "$expr": { "$not": [is_bookkeeping] },
    } };
    let watch = data.sessions.watch().pipeline([changed, doc! { "$project": { "documentKey": 1 } }]);
    match data.call("watch", watch.into_future()).await {
        Ok(told) => {
            let id = |event: Document| id_of(event.get_document("documentKey").map_err(|e| corrupt(e.into()))?);
            Ok(told.with_type::<Document>().map(move |event| id(event?)).boxed())
        }
        Err(error) if is_standalone(&error) => look(data.clone()).await,
        Err(error) => Err(error),
    }
}

fn corrupt(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::corrupt("a change", error)
}

fn is_standalone(error: &StoreError) -> bool {
    let StoreError::Unavailable { source, .. } = error else { return false };
    let Some(error) = source.downcast_ref::<Error>() else { return false };
    matches!(&*error.kind, ErrorKind::Command(e) if e.code == NOT_A_REPLICA_SET)
}

/// What a session's document said when it was last looked at.
type Seen = HashMap<SessionId, Document>;

async fn look(data: Data) -> Result<Changes, StoreError> {
    let first = seen(&data).await?;
    let changes = stream::try_unfold((data, first), |(data, before)| async move {
        tokio::time::sleep(EVERY).await;
        let now = seen(&data).await?;
        let changed = now.iter().filter(|(id, document)| before.get(*id) != Some(*document));
        let changed: Vec<_> = changed.map(|(id, _)| Ok(id.clone())).collect();
        Ok::<_, StoreError>(Some((stream::iter(changed), (data, now))))
    });
    Ok(changes.try_flatten().boxed())
}

async fn seen(data: &Data) -> Result<Seen, StoreError> {
    let recent = DateTime::from_millis(data.clock.now() - RECENT_MS);
    let sessions = data.sessions.clone_with_type::<Document>();
    let find = sessions.find(doc! { "last_seen": { "$gte": recent } }).sort(doc! { "last_seen": -1 }).limit(MOST);
    let find = find.projection(doc! { "last_seen": 1, "batches": 1, "score.of_batches": 1 });
    let found: Vec<Document> = data.call("look for changes", async { find.await?.try_collect().await }).await?;
    let named = |document: Document| match document.get("_id") {
        Some(Bson::String(_)) => Ok((id_of(&document)?, document)),
        _ => Err(corrupt("a session has no id".into())),
    };
    found.into_iter().map(named).collect()
}
