//! Where events are kept: one trait, an embedded store and a scale-out one, and one suite that both pass.

#[cfg(any(test, feature = "test-util"))]
mod answer_contract;
mod answers;
#[cfg(any(test, feature = "test-util"))]
pub(crate) mod contract;
#[cfg(any(feature = "sqlite", feature = "mongodb"))]
mod counted;
mod filter;
#[cfg(feature = "mongodb")]
mod mongo;
mod observed;
mod open;
mod problems;
#[cfg(any(test, feature = "test-util"))]
mod problems_contract;
mod site;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
mod summary;
#[cfg(any(test, feature = "test-util"))]
mod summary_contract;

/// What every store promises, as one suite: run it on a store of your own.
///
/// ```ignore
/// #[tokio::test(flavor = "multi_thread")]
/// async fn it_keeps_the_contract() {
///     pulse_core::store::testing::run(|| MyHarness::new()).await;
/// }
/// ```
#[cfg(any(test, feature = "test-util"))]
pub mod testing {
    pub use super::contract::StoreHarness;
    use super::{answer_contract, contract, problems_contract, summary_contract};

    /// Runs every suite, each on a store that holds nothing.
    ///
    /// # Panics
    /// The store does not keep the contract.
    pub async fn run<H: StoreHarness>(new: impl Fn() -> H) {
        contract::run(&mut new()).await;
        answer_contract::run(&mut new()).await;
        summary_contract::run(&mut new()).await;
        problems_contract::run(&mut new()).await;
    }
}

use std::{error::Error, fmt::Debug};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

pub use answers::Answers;
pub use filter::{Cursor, InvalidCursor, SessionFilter, SessionPage};
#[cfg(feature = "mongodb")]
pub use mongo::MongoStore;
pub(crate) use observed::{BOUNDS, ObservedStore, StoreCalls};
pub use open::{OpenError, describe, open};
pub use problems::{MAX_MARKS, ProblemMarks};
pub use site::{erase_site, file_of, open_site};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use summary::{
    Bucket, BucketState, Changed, PageMatch, SUMMARY_VERSION, SessionLog, SessionSummary, SetId, Summaries, SumsQuery,
    SumsRow, Totals,
};
pub(crate) use summary::{DAY_MS, HOUR_MS};

use crate::model::{Batch, Millis, Session, SessionId, SessionStart};

/// A place to keep sessions and their events. What `append` has answered `Ok` to is durable.
#[async_trait]
pub trait Store: Answers + Summaries + ProblemMarks + Debug + Send + Sync + 'static {
    /// Makes a session known. Doing it again changes nothing, but fills in what was not known before.
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError>;

    /// Stores a batch, and its session from `start` should that not be known. Returns when both are durable.
    /// A batch of the same id is stored once, however often and from wherever it comes. `pages` are the names of the
    /// pages that its events are on, by which sessions are found.
    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError>;

    /// One session with its totals. On SQLite these are of all that was acknowledged; on MongoDB they follow by a second.
    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError>;

    /// The sessions that match, in the order asked for. Totals and summaries follow the batches by two seconds at most.
    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError>;

    /// Every batch of a session, in no particular order.
    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>>;

    /// Deletes sessions with everything of them, and says how many of them there were. A batch that arrives at the same
    /// time is deleted, too, or makes its session anew.
    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError>;

    /// Deletes some sessions that were last seen before a time, with everything of them, and says how many: fewer than
    /// `limit` when there are no more.
    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError>;

    /// The sessions whose rows change from now on, by whichever server. It ends with an error when some may be missed.
    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError>;

    /// Whether the store can be written to now.
    async fn check(&self) -> Result<(), StoreError>;

    /// Finishes what is in work. No call is made after this one.
    async fn close(&self);
}

/// Answer of [`Store::open_session`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Whether it was not known before.
    pub created: bool,
    /// When it started.
    pub started_at: Millis,
}

/// Answer of [`Store::append`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// The batch is new and now durable.
    Stored,
    /// The batch was durable before.
    Duplicate,
}

/// Why a store did not do what it was asked. The causes are in `source()` and never reach a client.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// It is away, full or too slow. Asking again later may help; a write may or may not have happened.
    #[error("the store is not available: {doing}")]
    Unavailable {
        /// What was asked.
        doing: &'static str,
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// What it holds cannot be read.
    #[error("stored data cannot be read: {what}")]
    Corrupt {
        /// Which data.
        what: &'static str,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    pub(crate) fn unavailable(doing: &'static str) -> impl FnOnce(BoxError) -> Self {
        move |source| Self::Unavailable { doing, source }
    }

    pub(crate) fn corrupt(what: &'static str, source: impl Into<BoxError>) -> Self {
        Self::Corrupt { what, source: source.into() }
    }
}

/// The error of a database's driver. Crate-private, so that `?` works on a driver's errors while no type of a driver is
/// part of the public API.
#[cfg(any(feature = "sqlite", feature = "mongodb"))]
pub(crate) trait DriverError: Error {
    /// The same by its meaning.
    fn told(self) -> StoreError;
}

#[cfg(any(feature = "sqlite", feature = "mongodb"))]
impl<E: DriverError> From<E> for StoreError {
    fn from(error: E) -> Self {
        error.told()
    }
}

/// Any error.
pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
