//! The scale-out store: MongoDB, standalone, replica set or sharded.
//!
//! One document per batch (the bucket pattern); the view `events` reads as one document per event. Totals of a session
//! follow its batches by half a second, and summaries make them exact again after a lost answer or a crash (see
//! [`update`]). Nothing depends on a transaction.

mod active;
mod answers;
mod background;
mod batch;
mod changes;
mod document;
mod erase;
mod inserter;
mod list;
mod problems;
mod query;
mod read;
mod servers;
mod setup;
mod summary;
mod sums;
mod totals;
mod update;
mod write;

use std::{fmt, future::IntoFuture, sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use mongodb::{
    Client, Collection, Database,
    bson::{DateTime, Document, doc},
    error::{ErrorKind, WriteFailure},
    options::{ClientOptions, ReturnDocument},
};
use serde::Deserialize;

use self::{
    active::{ActiveSessions, KnownDocument},
    background::{Background, Work},
    batch::BatchDoc,
    document::SessionDoc,
    inserter::Inserter,
    list::Lists,
    servers::Servers,
    totals::Totals,
};
use super::{Appended, DriverError, Opened, SessionFilter, SessionPage, Store, StoreError, counted::Counted};
use crate::{
    clock::Clock,
    limits::Limits,
    model::{Batch, Millis, Session, SessionId, SessionStart, SiteKey},
};

/// MongoDB's code for a key that is there already.
const DUPLICATE_KEY: i32 = 11000;

/// Sessions and events in a MongoDB database.
pub struct MongoStore {
    work: Work,
    inserter: Inserter,
    background: Background,
    counted: Counted,
}

/// The collections, and how long a call may take. The driver itself has no timeout for a server that hangs.
#[derive(Debug, Clone)]
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
        f.debug_struct("MongoStore").field("database", &self.work.data.database.name()).finish_non_exhaustive()
    }
}

/// What is wrong with a URI, in words of our own: those of the driver repeat parts of the URI, and with them parts of a
/// password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum BadUri {
    #[error("the mongodb uri cannot be read; special characters in user and password must be percent-encoded")]
    Form,
    #[error("the mongodb uri cannot be read; a port is a number from 1 to 65535")]
    Port,
    #[error("the mongodb uri cannot be read; after mongodb+srv:// stands one host without a port")]
    Srv,
    #[error(
        "DNS knows no servers of the host in the mongodb+srv uri; mend the host, or name the servers with mongodb://"
    )]
    Dns,
    #[error(
        "the mongodb uri cannot be read; the options behind its ? are as name=value, each once, with values that MongoDB knows"
    )]
    Options,
}

impl BadUri {
    fn new(error: &mongodb::error::Error) -> Self {
        let said = match &*error.kind {
            ErrorKind::DnsResolve { .. } => return Self::Dns,
            ErrorKind::InvalidArgument { message, .. } => message,
            _ => return Self::Form,
        };
        let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
        if says(&["with 'mongodb+srv'", "SRV lookup", "TXT lookup"]) {
            Self::Srv
        } else if says(&["the port must be", "followed by a port"]) {
            Self::Port
        } else if says(&[
            "connection string option",
            "connection string `",
            "repeated options",
            "cannot specify",
            "can't be set",
        ]) {
            Self::Options
        } else {
            Self::Form
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a server is using this database, or did a few seconds ago: stop it first")]
struct InUse;

impl DriverError for mongodb::error::Error {
    fn told(self) -> StoreError {
        match *self.kind {
            ErrorKind::BsonDeserialization(_) => StoreError::corrupt("a document", self),
            _ => StoreError::unavailable("mongodb")(self.into()),
        }
    }
}

impl MongoStore {
    /// Connects to `uri`; the database is the one of its path, else `pulse`. Collections, indexes and the view are
    /// created when they are missing.
    ///
    /// # Errors
    /// The URI cannot be read, no server answers within the time of one store call, or the database was made by a newer
    /// version of Pulse.
    pub async fn open(uri: &str, limits: &Limits) -> Result<Self, StoreError> {
        Self::open_with(uri, None, limits, Clock::system()).await
    }

    /// Connects to `uri` for one of several sites: its database has the site's key behind its name.
    ///
    /// # Errors
    /// As [`MongoStore::open`].
    pub async fn open_site(uri: &str, site: &SiteKey, limits: &Limits) -> Result<Self, StoreError> {
        Self::open_with(uri, Some(site), limits, Clock::system()).await
    }

    /// Drops the database of a site, with everything in it. False when there is none.
    ///
    /// # Errors
    /// The URI cannot be read, no server of MongoDB answers, or one of Pulse is using the database.
    pub async fn erase_site(uri: &str, site: &SiteKey, limits: &Limits) -> Result<bool, StoreError> {
        let data = Data::connect(uri, Some(site), limits, Clock::system()).await?;
        // What they write would make the database anew.
        if servers::are_running(&data).await? {
            return Err(StoreError::unavailable("erase a site")(InUse.into()));
        }
        let names = data.call("erase a site", data.database.list_collection_names().into_future()).await?;
        within(setup::BUILD, "erase a site", data.database.drop().into_future()).await?;
        Ok(!names.is_empty())
    }

    /// The same, with a clock of the caller's.
    async fn open_with(uri: &str, site: Option<&SiteKey>, limits: &Limits, clock: Clock) -> Result<Self, StoreError> {
        let data = Data::connect(uri, site, limits, clock).await?;
        setup::create(&data).await?;
        let (active, servers) = (Arc::new(ActiveSessions::default()), Arc::new(Servers::new()));
        let inserter = Inserter::spawn(data.clone(), Arc::clone(&active));
        let work = Work { data, active, servers, erased: Arc::default() };
        let background = Background::spawn(work.clone());
        Ok(Self { work, inserter, background, counted: Counted::default() })
    }

    /// Makes sure that a batch's session is there and names its pages, and that its summary will be made again should
    /// this server die after the insert.
    async fn announce(&self, start: &SessionStart, pages: &[String]) -> Result<(), StoreError> {
        let data = &self.work.data;
        let (id, now) = (&start.session_id, data.clock.now());
        let with_pages = (Some(pages), update::has_room_for_pages());
        // Two first batches at once: the second upsert finds the document of the first. It finds none, again, when the
        // document names too many pages already.
        for (pages, condition) in [with_pages.clone(), with_pages, (None, Document::new())] {
            let mut filter = doc! { "_id": id.as_str() };
            filter.extend(condition);
            let sessions = data.sessions.clone_with_type::<AnnouncedSession>();
            let update = sessions.find_one_and_update(filter, update::announce(start, pages, now)?).upsert(true);
            let update = update.projection(doc! { "_id": 0, "pages": 1, "started_at": 1, "hold_until": 1 });
            let update = update.return_document(ReturnDocument::After);
            match data.call("append", update.into_future()).await {
                Err(error) if is_duplicate(&error) => {}
                announced => {
                    if let Some(document) = announced? {
                        self.work.active.learn(id, document.into());
                    }
                    return Ok(());
                }
            }
        }
        Err(StoreError::unavailable("append")(Contended.into()))
    }
}

impl Data {
    /// Connects, and waits for an answer of the server.
    async fn connect(uri: &str, site: Option<&SiteKey>, limits: &Limits, clock: Clock) -> Result<Self, StoreError> {
        let options = ClientOptions::parse(uri).await;
        let mut options = options.map_err(|error| StoreError::unavailable("connect")(BadUri::new(&error).into()))?;
        setup::configure(&mut options, limits);
        let client = Client::with_options(options)?;
        let database = client.default_database().unwrap_or_else(|| client.database("pulse"));
        let database = match site {
            Some(site) => client.database(&format!("{}_{site}", database.name())),
            None => database,
        };
        let data = Self {
            sessions: database.collection("sessions"),
            batches: database.collection("event_batches"),
            database,
            call: limits.store_call,
            clock,
        };
        data.ping().await?;
        Ok(data)
    }
}

/// A session that was announced.
#[derive(Debug, Deserialize)]
struct AnnouncedSession {
    #[serde(default)]
    pages: Vec<String>,
    started_at: DateTime,
    hold_until: DateTime,
}

impl From<AnnouncedSession> for KnownDocument {
    fn from(document: AnnouncedSession) -> Self {
        Self {
            pages: document.pages,
            started_at: document.started_at.timestamp_millis(),
            hold_until: document.hold_until.timestamp_millis(),
        }
    }
}

/// Longest wait for what the driver does in its own tasks.
const CLOSE: Duration = Duration::from_millis(500);

#[derive(Debug, thiserror::Error)]
#[error("the session was made and deleted while it was announced")]
struct Contended;

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
        let data = &self.work.data;
        let insert = SessionDoc::new(start);
        let result = data.call("open session", async { data.sessions.insert_one(&insert).await }).await;
        match result {
            Ok(_) => Ok(Opened { created: true, started_at: start.started_at }),
            Err(error) if is_duplicate(&error) => {
                if let Some(lacks) = update::lacks(start) {
                    let fill_in = data.sessions.update_one(lacks, update::fill_in(start, data.clock.now())?);
                    data.call("open session", fill_in.into_future()).await?;
                }
                let known = data.sessions.find_one(doc! { "_id": start.session_id.as_str() }).max_time(data.call);
                let known = data.call("open session", known.into_future()).await?;
                let started_at = known.map_or(start.started_at, |known| known.started_at.timestamp_millis());
                Ok(Opened { created: false, started_at })
            }
            Err(error) => Err(error),
        }
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        let id = &batch.id().session;
        let totals = Totals::of(batch);
        let document = batch::encode(batch, &totals.counts)?;
        if !self.work.active.is_announced(id, pages, self.work.data.clock.now()) {
            self.announce(start, pages).await?;
        }
        self.inserter.insert(id, totals, document).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let data = &self.work.data;
        let found = data.sessions.find_one(doc! { "_id": id.as_str() }).max_time(data.call);
        data.call("session", found.into_future()).await?.map(Session::try_from).transpose()
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        Lists { data: &self.work.data, counted: &self.counted }.page(filter).await
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        self.work.data.batches(std::slice::from_ref(id))
    }

    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        self.erase(ids).await
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.expire(before, limit).await
    }

    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError> {
        changes::changes(&self.work.data).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        // It has to be written: a full disk, a user who may only read and a missing majority answer every ping.
        self.work.data.write_and_delete().await
    }

    async fn close(&self) {
        self.inserter.close().await;
        self.background.close().await;
        // The driver ends cursors that were dropped in tasks of its own, which panic when the runtime goes before them.
        let client = self.work.data.database.client().clone();
        if tokio::time::timeout(CLOSE, client.shutdown().into_future()).await.is_err() {
            tracing::debug!("mongodb: cursors are left to the server");
        }
    }
}

/// Whether the document was there already.
fn is_duplicate(error: &StoreError) -> bool {
    let StoreError::Unavailable { source, .. } = error else { return false };
    let Some(error) = source.downcast_ref::<mongodb::error::Error>() else { return false };
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(e)) => e.code == DUPLICATE_KEY,
        // `findAndModify` says it so.
        ErrorKind::Command(e) => e.code == DUPLICATE_KEY,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
