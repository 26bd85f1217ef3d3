//! Sessions as they happen: who listens is told of each that starts, changes or ends.
//!
//! One task follows the store while anybody listens, whoever writes to it, and reads each session that changed once for
//! all listeners. Nothing grows: a session that changes often is told with its latest row, and a listener who is too
//! slow is cut off; its browser connects again.

mod feed;
mod follow;
mod places;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
    time::timeout,
};

use self::{follow::Follower, places::Places};
use super::{EngineError, Sender};
use crate::{clock::Clock, limits::Limits, store::Store};

/// Events that a listener may be behind.
const BEHIND: usize = 1024;

/// Tells listeners.
#[derive(Debug)]
pub(super) struct Live {
    store: Arc<dyn Store>,
    clock: Clock,
    /// Longest wait for a call of the store.
    call: Duration,
    places: Arc<Places>,
    shared: Arc<Shared>,
}

/// What the task and the listeners share.
#[derive(Debug)]
struct Shared {
    running: Mutex<Option<Running>>,
    closed: watch::Sender<bool>,
}

/// The task, while there is one.
#[derive(Debug)]
struct Running {
    events: broadcast::Sender<Bytes>,
    /// Whether it follows the store.
    ready: watch::Receiver<bool>,
    task: JoinHandle<()>,
}

impl Live {
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, limits: &Limits) -> Self {
        let shared = Shared { running: Mutex::default(), closed: watch::Sender::new(false) };
        let places = Places::new(limits.streams, limits.address_streams);
        Self { store, clock, call: limits.store_call, places: Arc::new(places), shared: Arc::new(shared) }
    }

    /// Server-sent events from now on, without end.
    pub(super) async fn listen(&self, sender: Sender) -> Result<BoxStream<'static, Bytes>, EngineError> {
        let place = self.places.take(sender)?;
        let closed = self.shared.closed.subscribe();
        if *closed.borrow() {
            return Err(EngineError::Draining);
        }
        let (events, mut ready) = self.subscribe();
        // Nothing that is stored after the answer is missed.
        match timeout(self.call, ready.wait_for(|ready| *ready)).await {
            Ok(Ok(_)) => Ok(feed::feed(events, closed, place)),
            _ => Err(EngineError::Slow),
        }
    }

    /// Ends all streams, and the task.
    pub(super) fn close(&self) {
        self.shared.closed.send_replace(true);
        if let Some(running) = self.shared.running().take() {
            running.task.abort();
        }
    }

    fn subscribe(&self) -> (broadcast::Receiver<Bytes>, watch::Receiver<bool>) {
        let mut running = self.shared.running();
        let running = running.get_or_insert_with(|| {
            let events = broadcast::Sender::new(BEHIND);
            let (is_ready, ready) = watch::channel(false);
            let shared = Arc::clone(&self.shared);
            let follower = Follower::new(Arc::clone(&self.store), self.clock.clone(), self.call, events.clone());
            let task = tokio::spawn(follower.run(is_ready, move || shared.is_over()));
            Running { events, ready, task }
        });
        (running.events.subscribe(), running.ready.clone())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.close();
    }
}

impl Shared {
    /// Whether nobody listens any more; then whoever comes next starts a new task.
    fn is_over(&self) -> bool {
        let mut running = self.running();
        let over = running.as_ref().is_none_or(|running| running.events.receiver_count() == 0);
        if over {
            *running = None;
        }
        over
    }

    fn running(&self) -> MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
