//! Everything that Pulse can do, without HTTP: bytes and queries in, answers or errors out.

mod accounts;
mod ask;
mod background;
mod behind;
mod carried;
mod cpu;
mod diagnose;
mod erase;
mod error;
mod export;
mod exposition;
mod health;
mod live;
mod pages;
mod problems;
mod quota;
mod read;
mod read_logs;
mod record;
mod site_report;
mod summarizer;
mod sums;
mod turns;
mod usual;
mod visitor;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

pub(crate) use accounts::{Accounts, Outcome};
pub(crate) use ask::Ask;
use bytes::Bytes;
pub(crate) use error::EngineError;
pub(crate) use exposition::Exposition;
use futures_util::stream::BoxStream;
pub(crate) use quota::{Guesses, Network, Sender};
pub(crate) use record::Client;

use self::{
    ask::Asking,
    background::Background,
    carried::Carried,
    health::Health,
    live::Live,
    quota::Quotas,
    summarizer::{Lag, Summarizer},
    sums::SumsCache,
    turns::Turns,
};
pub(crate) use crate::ingest::{Encoding, IngestBody};
use crate::{
    clock::Clock,
    insight::Model,
    limits::{Limits, Pace},
    model::{Batch, Goals, Millis, PageRules, SessionStart},
    store::{Appended, DAY_MS, ObservedStore, SessionFilter, Store, StoreCalls},
};

/// Sessions deleted at a time, so that ingest need not wait long.
const EXPIRE_GROUP: usize = 100;

/// What is known of the site itself: how its pages are named, and which of them mean success.
#[derive(Debug, Default)]
pub(crate) struct SiteRules {
    pub(crate) pages: PageRules,
    pub(crate) goals: Goals,
}

/// The parts of a running Pulse.
#[derive(Debug)]
pub(crate) struct Engine {
    store: Arc<dyn Store>,
    calls: Arc<StoreCalls>,
    pub(crate) limits: Limits,
    pages: Arc<PageRules>,
    goals: Goals,
    clock: Clock,
    summarizer: Background,
    lag: Arc<Lag>,
    carried: Arc<Carried>,
    live: Live,
    /// What was summed up for earlier requests.
    cache: SumsCache,
    pub(crate) accounts: Accounts,
    health: Health,
    quotas: Quotas,
    turns: Turns,
    asking: Asking,
    draining: AtomicBool,
    closed: AtomicBool,
}

impl Engine {
    /// Puts the parts together and starts the background work. Requires a tokio runtime.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        model: Option<Arc<dyn Model>>,
        limits: Limits,
        rules: SiteRules,
        clock: Clock,
    ) -> Self {
        let (store, calls) = ObservedStore::new(store);
        let store: Arc<dyn Store> = Arc::new(store);
        let pages = Arc::new(rules.pages);
        let summarizer = Summarizer {
            store: Arc::clone(&store),
            pages: Arc::clone(&pages),
            goals: rules.goals.clone(),
            clock: clock.clone(),
            pace: limits.pace,
            carried: Arc::new(Carried::new(Arc::clone(&pages), rules.goals.clone(), limits.clone())),
            lag: Arc::default(),
        };
        Self {
            lag: Arc::clone(&summarizer.lag),
            calls,
            carried: Arc::clone(&summarizer.carried),
            summarizer: Background::spawn("summing up", |end| summarizer.run(end)),
            live: Live::new(Arc::clone(&store), clock.clone(), &limits),
            cache: SumsCache::default(),
            accounts: Accounts::default(),
            health: Health::default(),
            quotas: Quotas::new(&limits),
            turns: Turns::new(limits.ingest_in_flight),
            asking: Asking::new(Arc::clone(&store), model, &limits, clock.clone()),
            draining: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            store,
            limits,
            pages,
            goals: rules.goals,
            clock,
        }
    }

    /// Stores a batch that is checked already.
    pub(crate) async fn append(&self, batch: &Batch, start: &SessionStart) -> Result<Appended, EngineError> {
        let _turn = self.turns.take().await?;
        self.check_open()?;
        let pages = batch.pages(&self.pages);
        let appended = self.health.of(self.in_time(self.store.append(batch, &pages, start)).await)?;
        if appended == Appended::Stored {
            self.carried.stored(batch);
        }
        Ok(appended)
    }

    /// The store.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// How long the calls of the store took.
    pub(crate) fn store_calls(&self) -> &StoreCalls {
        &self.calls
    }

    /// How many sessions wait for a summary, and for how long the first of them has.
    pub(crate) fn lag(&self) -> (usize, Duration) {
        self.lag.get()
    }

    /// What was summed up for earlier requests: how often that was of use, how often not, and its bytes.
    pub(crate) fn cached(&self) -> (u64, u64, usize) {
        let (hits, misses) = self.cache.asked();
        (hits, misses, self.cache.bytes())
    }

    /// Refuses what comes after [`Engine::close`].
    pub(crate) fn check_open(&self) -> Result<(), EngineError> {
        if self.closed.load(Ordering::Relaxed) { Err(EngineError::Draining) } else { Ok(()) }
    }

    /// Deletes sessions last seen more than `days` ago, and says how many.
    pub(crate) async fn expire(&self, days: u32) -> Result<usize, EngineError> {
        let before = self.clock.now() - Millis::from(days) * DAY_MS;
        let mut deleted = 0;
        loop {
            let some = self.in_time(self.store.expire(before, EXPIRE_GROUP)).await?;
            deleted += some;
            self.cache.clear();
            if some < EXPIRE_GROUP {
                return Ok(deleted);
            }
        }
    }

    /// Throws summaries and sums away and makes them again, of all sessions; `progress` is told how many are done.
    pub(crate) async fn rebuild(&self, progress: impl Fn(u64, u64)) -> Result<(), EngineError> {
        let total = self.store.sessions(&SessionFilter { limit: 1, ..SessionFilter::default() }).await?.total;
        self.store.forget_summaries().await?;
        self.cache.clear();
        let pace = Pace { sums: Duration::ZERO, ..self.limits.pace };
        let (store, pages, clock) = (Arc::clone(&self.store), Arc::clone(&self.pages), self.clock.clone());
        let goals = self.goals.clone();
        let carried = Carried::new(Arc::clone(&pages), goals.clone(), self.limits.clone());
        let summarizer =
            Summarizer { store, pages, goals, clock, pace, carried: Arc::new(carried), lag: Arc::default() };
        summarizer.rebuild(total, progress).await
    }

    /// `GET /api/live`: server-sent events, as they happen.
    pub(crate) async fn live(&self, sender: Sender) -> Result<BoxStream<'static, Bytes>, EngineError> {
        self.live.listen(sender).await
    }

    /// Is not ready from now on, and ends what has no end of its own.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
        self.live.close();
    }

    /// Finishes what is in work and closes the store.
    pub(crate) async fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.summarizer.close().await;
        self.live.close();
        self.store.close().await;
    }

    /// Waits for a call of the store, but not for ever.
    async fn in_time<T>(
        &self,
        call: impl Future<Output = Result<T, crate::store::StoreError>>,
    ) -> Result<T, EngineError> {
        let answer = tokio::time::timeout(self.limits.store_call, call).await;
        Ok(answer.map_err(|_| EngineError::Slow)??)
    }
}
