//! Writers that behave as trackers: they keep what was not acknowledged and send it again under the same name.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use fastrand::Rng;
use futures_util::future::join_all;
use tokio::{sync::watch, task::JoinSet, time::sleep};

use crate::{
    event::{Batch, base},
    ledger::Ledger,
    stats::Stats,
    target::{Delivery, Target},
};

/// Batches of a session, few enough that it is read in one go.
const SESSION: u32 = 40;

/// Between two tries of a batch, in ms. A tracker waits longer; these want to be there when the fault ends.
const RETRY_MS: Range<u64> = 20..150;

/// How long a writer goes on with its last batch.
const GRACE: Duration = Duration::from_secs(30);

/// How writers behave.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    /// How many there are.
    pub(crate) writers: u32,
    /// Between two batches, in ms.
    pub(crate) pause_ms: Range<u64>,
    /// All batches that they send; without it they go on until they are stopped.
    pub(crate) batches: Option<u32>,
    /// Every batch is delivered one to five times, and not only some.
    pub(crate) repeat_all: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self { writers: 8, pause_ms: 0..40, batches: None, repeat_all: false }
    }
}

/// What all writers of a trial share.
#[derive(Debug)]
pub(crate) struct Shared<T> {
    pub(crate) target: Arc<T>,
    pub(crate) ledger: Ledger,
    pub(crate) stats: Stats,
}

impl<T: Target> Shared<T> {
    /// Tries once, and notes what came of it.
    pub(crate) async fn try_once(&self, batch: &Batch) -> Delivery {
        let started = Instant::now();
        let delivery = self.target.deliver(batch).await;
        self.stats.add(&delivery, started.elapsed());
        if let Delivery::Stored { accepted, duplicates } = delivery
            && let Err(wrong) = self.ledger.acknowledge(batch, accepted, duplicates)
        {
            self.stats.wrong(wrong);
        }
        delivery
    }

    /// Tries until it is stored or given up, which a tracker does when its tab is closed.
    async fn deliver(&self, batch: &Batch, mut rng: Rng, stop: watch::Receiver<bool>) {
        let mut stopped_at = None;
        loop {
            match self.try_once(batch).await {
                Delivery::Stored { .. } | Delivery::Wrong(_) => return,
                Delivery::Refused | Delivery::Broken | Delivery::Silent => {}
            }
            if *stop.borrow() && stopped_at.get_or_insert_with(Instant::now).elapsed() > GRACE || rng.u8(..40) == 0 {
                return;
            }
            sleep(Duration::from_millis(rng.u64(RETRY_MS))).await;
        }
    }
}

/// Writers at work.
#[derive(Debug)]
pub(crate) struct Writers {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Writers {
    /// Sets them to work.
    pub(crate) fn start<T: Target>(shared: &Arc<Shared<T>>, manner: &Manner, rng: &mut Rng) -> Self {
        let (stop, stopped) = watch::channel(false);
        let left = Arc::new(AtomicU32::new(manner.batches.unwrap_or(u32::MAX)));
        let mut tasks = JoinSet::new();
        for _ in 0..manner.writers {
            let (shared, manner, stop) = (Arc::clone(shared), manner.clone(), stopped.clone());
            tasks.spawn(write(shared, manner, rng.fork(), stop, Arc::clone(&left)));
        }
        Self { tasks, stop }
    }

    /// Whether all have sent what they were to send.
    pub(crate) fn have_finished(&mut self) -> bool {
        while self.tasks.try_join_next().is_some() {}
        self.tasks.is_empty()
    }

    /// Lets them finish the batches they are at.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.stop.send_replace(true);
        while let Some(done) = self.tasks.join_next().await {
            done?;
        }
        Ok(())
    }
}

async fn write<T: Target>(
    shared: Arc<Shared<T>>,
    manner: Manner,
    mut rng: Rng,
    stop: watch::Receiver<bool>,
    left: Arc<AtomicU32>,
) {
    let take = || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    let mut sent: Vec<Batch> = Vec::new();
    loop {
        let (session, base) = (format!("s-{:016x}", rng.u64(..)), base());
        for number in 0..SESSION {
            if *stop.borrow() || !take() {
                return;
            }
            let batch = Batch::new(&session, base, number, &mut rng);
            shared.ledger.claim(&batch);
            let copies = if manner.repeat_all || rng.u8(..4) == 0 { rng.u8(1..=5) } else { 1 };
            join_all((0..copies).map(|_| shared.deliver(&batch, rng.fork(), stop.clone()))).await;
            // A copy that comes late, perhaps to another life of the server.
            if rng.u8(..8) == 0
                && let Some(old) = rng.choice(&sent)
            {
                shared.deliver(old, rng.fork(), stop.clone()).await;
            }
            if sent.len() < SESSION as usize {
                sent.push(batch);
            } else {
                sent[rng.usize(..SESSION as usize)] = batch;
            }
            sleep(Duration::from_millis(rng.u64(manner.pause_ms.clone()))).await;
        }
    }
}
