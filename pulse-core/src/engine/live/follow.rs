//! The task that follows the store.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use tokio::{
    sync::{broadcast, watch},
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use crate::{
    clock::Clock,
    error_chain::chain,
    model::{Millis, Session, SessionId},
    seldom::Seldom,
    store::{SessionFilter, Store, StoreError},
    wire::SessionRow,
};

/// Least time between two rows of one session.
const EVERY: Duration = Duration::from_millis(300);

/// Sessions told at a time; the others are told next time, each with its latest row.
const ROWS: usize = 200;

/// How many of them are read at once.
const AT_ONCE: usize = 8;

/// Live sessions that are remembered, so that their ends can be told.
const KNOWN: usize = 20_000;

/// Sessions of a list that are looked up at a time.
const GROUP: usize = 500;

/// Wait before the store is followed again after it failed.
const AGAIN: Duration = Duration::from_secs(1);

pub(super) struct Follower {
    store: Arc<dyn Store>,
    clock: Clock,
    call: Duration,
    events: broadcast::Sender<Bytes>,
    /// Live sessions, and when they were last seen.
    known: HashMap<SessionId, Millis>,
    /// Sessions that changed and are not told yet.
    changed: HashSet<SessionId>,
    told: u64,
}

impl Follower {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, call: Duration, events: broadcast::Sender<Bytes>) -> Self {
        Self { store, clock, call, events, known: HashMap::new(), changed: HashSet::new(), told: 0 }
    }

    /// Tells what happens until nobody listens any more.
    pub(super) async fn run(mut self, ready: watch::Sender<bool>, is_over: impl Fn() -> bool) {
        while let Err(error) = self.follow(&ready, &is_over).await {
            static LATER: Seldom = Seldom::new();
            if let Some(times) = LATER.happened() {
                tracing::warn!(times, error = %chain(&error), "live sessions are followed again later");
            }
            sleep(AGAIN).await;
            if is_over() {
                return;
            }
        }
    }

    async fn follow(&mut self, ready: &watch::Sender<bool>, is_over: &impl Fn() -> bool) -> Result<(), StoreError> {
        let mut changes = within(self.call, self.store.changes()).await?;
        let again = *ready.borrow();
        self.catch_up(again).await?;
        ready.send_replace(true);
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                change = changes.next() => match change {
                    Some(Ok(id)) if self.changed.len() < KNOWN => drop(self.changed.insert(id)),
                    // It will change again.
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Err(StoreError::unavailable("follow")("the store tells no changes any more".into())),
                },
                _ = tick.tick() => {
                    if is_over() {
                        return Ok(());
                    }
                    self.tell().await?;
                }
            }
        }
    }

    /// Looks up who is live. What changed while the store was not followed is told.
    async fn catch_up(&mut self, tell: bool) -> Result<(), StoreError> {
        let seen_from = Some(self.clock.now() - SessionRow::LIVE_MS);
        let mut filter = SessionFilter { limit: GROUP, seen_from, ..SessionFilter::default() };
        loop {
            let page = within(self.call, self.store.sessions(&filter)).await?;
            for Session { start, last_seen, .. } in page.sessions {
                if tell {
                    self.changed.insert(start.session_id);
                } else {
                    self.known.insert(start.session_id, last_seen);
                }
            }
            match page.next.filter(|_| self.known.len().max(self.changed.len()) < KNOWN) {
                Some(next) => filter.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn tell(&mut self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let over = self.known.iter().filter(|(_, seen)| now - **seen > SessionRow::LIVE_MS).map(|(id, _)| id);
        let due: HashSet<SessionId> = over.chain(&self.changed).take(ROWS).cloned().collect();
        let read = async |id: SessionId| (self.store.session(&id).await, id);
        let rows = stream::iter(due).map(read).buffered(AT_ONCE);
        let rows: Vec<_> = within(self.call, async { Ok(rows.collect().await) }).await?;
        for (session, id) in rows {
            match session {
                Ok(Some(session)) => self.tell_one(SessionRow::new(session, now)),
                // It was deleted.
                Ok(None) => drop(self.known.remove(&id)),
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::error!(error = %chain(&error), session = %id, "a session cannot be told");
                    self.known.remove(&id);
                }
                Err(error) => return Err(error),
            }
            self.changed.remove(&id);
        }
        Ok(())
    }

    fn tell_one(&mut self, row: SessionRow) {
        let name = match (self.known.contains_key(&row.session_id), row.live) {
            (false, true) => "started",
            (true, false) => "ended",
            _ => "updated",
        };
        if !row.live {
            self.known.remove(&row.session_id);
        } else if self.known.len() < KNOWN || name == "updated" {
            self.known.insert(row.session_id.clone(), row.last_seen);
        }
        match serde_json::to_string(&row) {
            Ok(row) => {
                self.told += 1;
                // Nobody may listen any more.
                let _ = self.events.send(format!("event: {name}\nid: {}\ndata: {row}\n\n", self.told).into());
            }
            Err(error) => tracing::error!(%error, "a row cannot be written"),
        }
    }
}

async fn within<T>(limit: Duration, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(limit, call).await.map_err(|elapsed| StoreError::unavailable("follow")(elapsed.into()))?
}
