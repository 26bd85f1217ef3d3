//! Everything that Pulse can do, without HTTP: bytes and queries in, answers or errors out.

mod ask;
mod background;
mod behind;
mod carried;
mod cpu;
mod diagnose;
mod erase;
mod error;
mod export;
mod live;
mod pages;
mod problems;
mod read;
mod read_logs;
mod site_report;
mod summarizer;
mod sums;
mod usual;
mod visitor;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

pub(crate) use ask::Ask;
use bytes::Bytes;
pub(crate) use error::EngineError;
use futures_util::stream::BoxStream;
use tokio::sync::Semaphore;

use self::{ask::Asking, background::Background, carried::Carried, live::Live, summarizer::Summarizer, sums::SumsCache};
pub(crate) use crate::ingest::{Encoding, IngestBody};
use crate::{
    clock::Clock,
    ingest::{self, DecodedTrack, RequestContext},
    insight::Model,
    limits::{Limits, Pace},
    model::{Batch, Goals, Millis, PageRules, SessionStart},
    store::{Appended, DAY_MS, Opened, SessionFilter, Store},
    wire::{SessionOpened, TrackAnswer},
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
    pub(crate) limits: Limits,
    pages: Arc<PageRules>,
    goals: Goals,
    clock: Clock,
    summarizer: Background,
    carried: Arc<Carried>,
    live: Live,
    /// What was summed up for earlier requests.
    cache: SumsCache,
    ingesting: Semaphore,
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
        let pages = Arc::new(rules.pages);
        let summarizer = Summarizer {
            store: Arc::clone(&store),
            pages: Arc::clone(&pages),
            goals: rules.goals.clone(),
            clock: clock.clone(),
            pace: limits.pace,
            carried: Arc::default(),
        };
        Self {
            carried: Arc::clone(&summarizer.carried),
            summarizer: Background::spawn("summing up", |end| summarizer.run(end)),
            live: Live::new(Arc::clone(&store), clock.clone(), limits.store_call),
            cache: SumsCache::default(),
            ingesting: Semaphore::new(limits.ingest_in_flight),
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

    /// `POST /api/session`; whether the session is new is told beside the answer.
    pub(crate) async fn open_session(
        &self,
        body: IngestBody<'_>,
        user_agent: &str,
    ) -> Result<(SessionOpened, bool), EngineError> {
        let _permit = self.ingesting.try_acquire().map_err(|_| EngineError::Busy)?;
        let start = ingest::decode_session(body, &self.context(user_agent), &self.limits)?;
        let Opened { created, started_at } = self.in_time(self.store.open_session(&start)).await?;
        Ok((SessionOpened { session_id: start.session_id, started_at }, created))
    }

    /// `POST /api/track`. When it answers, what it accepted is durable.
    pub(crate) async fn track(&self, body: IngestBody<'_>, user_agent: &str) -> Result<TrackAnswer, EngineError> {
        let _permit = self.ingesting.try_acquire().map_err(|_| EngineError::Busy)?;
        let DecodedTrack { batch, start, rejected, rejected_unlisted } =
            ingest::decode_track(body, &self.context(user_agent), &self.limits)?;
        let events = batch.len();
        let pages = batch.pages(&self.pages);
        let appended = self.in_time(self.store.append(&batch, &pages, &start)).await?;
        let (accepted, duplicates) = match appended {
            Appended::Stored => {
                self.carried.stored(&batch);
                (events, 0)
            }
            Appended::Duplicate => (0, events),
        };
        Ok(TrackAnswer { accepted, duplicates, rejected, rejected_unlisted })
    }

    /// Stores a batch that is checked already.
    pub(crate) async fn append(&self, batch: &Batch, start: &SessionStart) -> Result<Appended, EngineError> {
        let _permit = self.ingesting.try_acquire().map_err(|_| EngineError::Busy)?;
        self.check_open()?;
        self.in_time(self.store.append(batch, &batch.pages(&self.pages), start)).await
    }

    /// The store.
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store)
    }

    /// Whether requests can be served.
    pub(crate) async fn ready(&self) -> Result<(), EngineError> {
        if self.draining.load(Ordering::Relaxed) {
            return Err(EngineError::Draining);
        }
        self.in_time(self.store.check()).await
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
        let pace = Pace { sums: std::time::Duration::ZERO, ..self.limits.pace };
        let (store, pages, clock) = (Arc::clone(&self.store), Arc::clone(&self.pages), self.clock.clone());
        let summarizer = Summarizer { store, pages, goals: self.goals.clone(), clock, pace, carried: Arc::default() };
        summarizer.rebuild(total, progress).await
    }

    /// `GET /api/live`: server-sent events, as they happen.
    pub(crate) async fn live(&self) -> Result<BoxStream<'static, Bytes>, EngineError> {
        self.live.listen().await
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

    fn context<'a>(&self, user_agent: &'a str) -> RequestContext<'a> {
        RequestContext { received_at: self.clock.now(), user_agent }
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
