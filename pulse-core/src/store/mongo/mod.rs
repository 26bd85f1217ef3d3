//! The scale-out store: MongoDB, standalone, replica set or sharded.
//!
//! One document per batch (the bucket pattern); the view `events` reads as one document per event. Totals of a session
//! follow its batches and are added up in the background; where an answer leaves a doubt they are counted anew, so that
//! a lost answer, a repeated batch or a second server cannot make them wrong (see `ledger`).

mod batch;
mod changes;
mod document;
mod erase;
mod inserter;
mod ledger;
mod list;
mod query;
mod rollup;
mod setup;
mod tally;
mod totals;

use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use mongodb::{
    Client, Collection, Database,
    bson::{Document, doc},
    error::{ErrorKind, WriteFailure},
    options::{ClientOptions, ReturnDocument},
};

use self::{
    batch::BatchDoc,
    document::SessionDoc,
    inserter::Inserter,
    ledger::{Entry, Ledger},
    list::Lists,
    rollup::{Segments, Swept},
    tally::Tally,
    totals::Totals,
};
use super::{Appended, Opened, SessionFilter, SessionPage, Store, StoreError, counted::Counted};
use crate::{
    clock::Clock,
    limits::Limits,
    model::{Batch, Millis, Score, Session, SessionId, SessionStart},
};

/// MongoDB's code for a key that is there already.
const DUPLICATE_KEY: i32 = 11000;

/// Sessions and events in a MongoDB database.
pub struct MongoStore {
    data: Data,
    ledger: Arc<Ledger>,
    inserter: Inserter,
    tally: Tally,
    counted: Counted,
    segments: Segments,
    swept: Swept,
}

/// The collections, and how long a call may take. The driver itself has no timeout for a server that hangs.
#[derive(Clone)]
struct Data {
    database: Database,
    sessions: Collection<SessionDoc>,
    batches: Collection<BatchDoc>,
    call: Duration,
    clock: Clock,
}

/// Options hold credentials, so nothing of them is shown.
impl fmt::Debug for MongoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MongoStore").field("database", &self.data.database.name()).finish_non_exhaustive()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the mongodb uri cannot be read; special characters in user and password must be percent-encoded")]
struct BadUri;

impl From<mongodb::error::Error> for StoreError {
    fn from(error: mongodb::error::Error) -> Self {
        match *error.kind {
            ErrorKind::BsonDeserialization(_) => Self::corrupt("a document", error),
            _ => Self::unavailable("mongodb")(error.into()),
        }
    }
}

impl MongoStore {
    /// Connects to `uri`; the database is the one of its path, else `pulse`. Collections, indexes and the view are
    /// created when they are missing.
    ///
    /// # Errors
    /// The URI cannot be read, or no server answers within the time of one store call.
    pub async fn open(uri: &str, limits: &Limits) -> Result<Self, StoreError> {
        // The driver's own words repeat parts of the URI, and with them parts of a password.
        let mut options =
            ClientOptions::parse(uri).await.map_err(|_| StoreError::unavailable("connect")(BadUri.into()))?;
        setup::configure(&mut options, limits);
        let client = Client::with_options(options)?;
        let database = client.default_database().unwrap_or_else(|| client.database("pulse"));
        let data = Data {
            sessions: database.collection("sessions"),
            batches: database.collection("event_batches"),
            database,
            call: limits.store_call,
            clock: Clock::system(),
        };
        data.ping().await?;
        setup::create(&data).await?;
        let ledger = Arc::new(Ledger::default());
        let tally = Tally::spawn(data.clone(), Arc::clone(&ledger));
        let inserter = Inserter::spawn(data.clone());
        let segments = Segments::new(&data);
        let (counted, swept) = (Counted::default(), Swept::default());
        Ok(Self { data, ledger, inserter, tally, counted, segments, swept })
    }

    /// Makes sure that a batch's session is there, names its pages and is marked as in work, and begins an insert.
    async fn ensure(&self, start: &SessionStart, pages: &[String], totals: Totals) -> Result<Entry, StoreError> {
        let id = &start.session_id;
        let upsert = query::ensure(start, pages, self.data.clock.now())?;
        let sessions = self.data.sessions.clone_with_type::<Document>();
        let ensure = || {
            let update = sessions.find_one_and_update(doc! { "_id": id.as_str() }, upsert.clone()).upsert(true);
            let update = update.projection(doc! { "tally": 1 }).return_document(ReturnDocument::After);
            self.data.call("append", update.into_future())
        };
        let found = match ensure().await {
            // Two first batches at once: the second upsert finds the document of the first.
            Err(error) if is_duplicate(&error) => ensure().await?,
            done => done?,
        };
        let token = found.and_then(|found| found.get_object_id("tally").ok());
        Ok(self.ledger.learn(id, pages, token, totals))
    }
}

impl Data {
    /// Waits for one call, but not for ever.
    async fn call<T>(
        &self,
        doing: &'static str,
        work: impl Future<Output = mongodb::error::Result<T>>,
    ) -> Result<T, StoreError> {
        within(self.call, doing, work).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.call("ping", async { self.database.run_command(doc! { "ping": 1 }).await }).await.map(drop)
    }
}

/// Waits for the driver, but no longer than `limit`.
async fn within<T>(
    limit: Duration,
    doing: &'static str,
    work: impl Future<Output = mongodb::error::Result<T>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => Ok(done?),
        Err(elapsed) => Err(StoreError::unavailable(doing)(elapsed.into())),
    }
}

#[async_trait]
impl Store for MongoStore {
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError> {
        let id = start.session_id.as_str();
        let insert = SessionDoc::new(start, self.data.clock.now());
        let result = self.data.call("open session", async { self.data.sessions.insert_one(&insert).await }).await;
        match result {
            Ok(_) => Ok(Opened { created: true, started_at: start.started_at }),
            Err(error) if is_duplicate(&error) => {
                self.data
                    .call("open session", async {
                        self.data.sessions.update_one(doc! { "_id": id }, query::fill_in(start)?).await
                    })
                    .await?;
                let known =
                    self.data.call("open session", async { self.data.sessions.find_one(doc! { "_id": id }).await });
                let started_at = known.await?.map_or(start.started_at, |known| known.started_at.timestamp_millis());
                Ok(Opened { created: false, started_at })
            }
            Err(error) => Err(error),
        }
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        let id = &batch.id().session;
        let totals = Totals::of(batch);
        let document = batch::encode(batch, &totals.counts)?;
        // The session is there, and marked as in need of a count, before any batch of it is.
        let entry = match self.ledger.begin(id, pages, totals) {
            Some(entry) => entry,
            None => self.ensure(start, pages, totals).await?,
        };
        self.inserter.insert(entry, document).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let found =
            self.data.call("session", async { self.data.sessions.find_one(doc! { "_id": id.as_str() }).await }).await?;
        found.map(Session::try_from).transpose()
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        Lists { data: &self.data, counted: &self.counted }.page(filter).await
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        let (data, filter) = (self.data.clone(), doc! { "session_id": id.as_str() });
        let opened = async move {
            let cursor = data.call("batches", data.batches.find(filter).into_future()).await?;
            Ok::<_, StoreError>(stream::try_unfold((data, cursor), |(data, mut cursor)| async move {
                let next = data.call("batches", cursor.try_next()).await?;
                next.map(|document| Ok((Batch::try_from(document)?, (data, cursor)))).transpose()
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }

    async fn put_score(&self, id: &SessionId, score: &Score) -> Result<(), StoreError> {
        let (filter, update) = query::score(id, score)?;
        self.data.call("put score", async { self.data.sessions.update_one(filter, update).await }).await.map(drop)
    }

    async fn unscored(&self, limit: usize) -> Result<Vec<SessionId>, StoreError> {
        let ids: Vec<Document> = self
            .data
            .call("unscored", async {
                let sessions = self.data.sessions.clone_with_type::<Document>();
                let find = sessions.find(query::unscored()).projection(doc! { "_id": 1 });
                find.limit(limit as i64).await?.try_collect().await
            })
            .await?;
        ids.iter().map(document::id_of).collect()
    }

    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        self.erase(ids).await
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.expire(before, limit).await
    }

    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError> {
        changes::changes(&self.data).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.data.ping().await
    }

    async fn close(&self) {
        self.inserter.close().await;
        self.tally.close().await;
    }
}

/// Whether the document was there already.
fn is_duplicate(error: &StoreError) -> bool {
    let StoreError::Unavailable { source, .. } = error else { return false };
    let Some(error) = source.downcast_ref::<mongodb::error::Error>() else { return false };
    matches!(&*error.kind, ErrorKind::Write(WriteFailure::WriteError(e)) if e.code == DUPLICATE_KEY)
}

#[cfg(test)]
mod tests;
