//! Everything that Pulse can do, without HTTP: bytes and queries in, answers or errors out.

mod background;
mod behind;
mod erase;
mod error;
mod flight;
mod live;
mod marks;
mod pages;
mod read;
mod roller;
mod scorer;
mod sums;
mod timeline;
mod usual;
mod visitor;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
pub(crate) use error::EngineError;
use futures_util::stream::BoxStream;
use tokio::sync::Semaphore;

use self::{background::Background, flight::Flights, live::Live, roller::Roll, scorer::Scorer, sums::Memory};
use crate::{
    clock::Clock,
    ingest::{self, Checked, Origin},
    insight::Analyst,
    limits::Limits,
    model::{Insight, Millis, PageRules, SessionId},
    store::{Appended, DAY_MS, Opened, SessionFilter, Store},
    wire::{SessionOpened, TrackAnswer},
};

/// Attempts to sum up sessions that came to nothing, one after the other, before a rebuild ends.
const MOST_IN_VAIN: u32 = 20;

/// Sessions deleted at a time, so that ingest need not wait long.
const EXPIRE_GROUP: usize = 100;

/// The parts of a running Pulse.
#[derive(Debug)]
pub(crate) struct Engine {
    store: Arc<dyn Store>,
    analyst: Arc<dyn Analyst>,
    pub(crate) limits: Limits,
    pages: Arc<PageRules>,
    clock: Clock,
    scorer: Scorer,
    roller: Background,
    live: Live,
    /// What was added up for earlier questions.
    kept: Memory,
    ingesting: Semaphore,
    analyzing: Flights,
    draining: AtomicBool,
    closed: AtomicBool,
}

impl Engine {
    /// Puts the parts together and starts scoring in the background; wants a tokio runtime.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        analyst: Arc<dyn Analyst>,
        limits: Limits,
        pages: PageRules,
        clock: Clock,
    ) -> Self {
        let pages = Arc::new(pages);
        let roll = Roll { store: Arc::clone(&store), pages: Arc::clone(&pages) };
        Self {
            scorer: Scorer::spawn(Arc::clone(&store), Arc::clone(&pages)),
            roller: Background::spawn("summing up", |end| roller::run(roll, clock.clone(), end)),
            live: Live::new(Arc::clone(&store), clock.clone(), limits.store_call),
            kept: Memory::default(),
            ingesting: Semaphore::new(limits.ingest_in_flight),
            analyzing: Flights::default(),
            draining: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            store,
            analyst,
            limits,
            pages,
            clock,
        }
    }

    /// `POST /api/session`; whether the session is new is told beside the answer.
    pub(crate) async fn open_session(
        &self,
        body: &[u8],
        user_agent: &str,
    ) -> Result<(SessionOpened, bool), EngineError> {
        let _permit = self.ingesting.try_acquire().map_err(|_| EngineError::Busy)?;
        let body = ingest::repair(body);
        let body = ingest::decode_session(&body)?;
        let start = ingest::session(&body, self.origin(user_agent), &self.limits)?;
        let Opened { created, started_at } = self.in_time(self.store.open_session(&start)).await?;
        Ok((SessionOpened { session_id: start.session_id, started_at }, created))
    }

    /// `POST /api/track`. When it answers, what it accepted is durable.
    pub(crate) async fn track(&self, body: &[u8], user_agent: &str) -> Result<TrackAnswer, EngineError> {
        let _permit = self.ingesting.try_acquire().map_err(|_| EngineError::Busy)?;
        let body = ingest::repair(body);
        let body = ingest::decode_track(&body, &self.limits)?;
        let Checked { batch, start, rejected, rejected_unlisted } =
            ingest::batch(body, self.origin(user_agent), &self.limits)?;
        let events = batch.events().len();
        // Also when the client goes away in the middle: the batch may be stored all the same.
        let _mark = self.scorer.mark_after(&batch.id().session);
        let pages = batch.pages(&self.pages);
        let appended = self.in_time(self.store.append(&batch, &pages, &start)).await?;
        let (accepted, duplicates) = match appended {
            Appended::Stored => (events, 0),
            Appended::Duplicate => (0, events),
        };
        Ok(TrackAnswer { accepted, duplicates, rejected, rejected_unlisted })
    }

    /// `POST /api/analyze/{id}`. One analysis of a session at a time: it may cost money.
    pub(crate) async fn analyze(&self, id: &SessionId) -> Result<Insight, EngineError> {
        let _flight = self.analyzing.begin(id).ok_or(EngineError::InFlight)?;
        let report = self.report(id).await?;
        self.analyst.analyze(&report, self.clock.now()).await.map_err(EngineError::Analyst)
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
            self.kept.clear();
            if some < EXPIRE_GROUP {
                return Ok(deleted);
            }
        }
    }

    /// Throws the sums over sessions away and makes them anew, of all sessions; tells how many of them are done.
    pub(crate) async fn rebuild(&self, progress: impl Fn(u64, u64)) -> Result<(), EngineError> {
        let total = self.store.sessions(&SessionFilter { limit: 1, ..SessionFilter::default() }).await?.total;
        progress(0, total);
        scorer::score_all(&*self.store, &self.pages).await?;
        self.store.clear_rollups().await?;
        let roll = Roll { store: Arc::clone(&self.store), pages: Arc::clone(&self.pages) };
        let (mut done, mut in_vain) = (0, 0);
        // Those that go on are summed up as well; what comes of them later is noticed.
        let before = self.clock.now() + DAY_MS;
        // In vain where the background, or another server, was faster; or where a session cannot be read.
        while in_vain < MOST_IN_VAIN {
            let some = roll.ended(before).await?;
            if some == 0 && self.store.unrolled(before, 1).await?.is_empty() {
                break;
            }
            in_vain = if some == 0 { in_vain + 1 } else { 0 };
            done += some as u64;
            progress(done.min(total), total);
        }
        while roll.merge(before).await? {}
        progress(total, total);
        Ok(())
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
        self.roller.close().await;
        self.live.close();
        self.scorer.close().await;
        self.store.close().await;
    }

    fn origin<'a>(&self, user_agent: &'a str) -> Origin<'a> {
        Origin { received_at: self.clock.now(), user_agent }
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
