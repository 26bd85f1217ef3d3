//! Whether this server takes what is sent, by what became of the last of it: a disk may have room for a probe, and none
//! for a batch.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Mutex as AsyncMutex, time::Instant};

use super::{Engine, EngineError};

/// A failed write counts for so long. When nothing is sent, the store's own check decides.
const COUNTS: Duration = Duration::from_secs(2);

/// Longest wait for the store's own check: who asks wants to know soon.
const CHECK: Duration = Duration::from_millis(1500);

/// What was found holds for so long: anybody may ask, and each look is a write and takes a place.
const HOLDS: Duration = Duration::from_millis(500);

/// What is wrong.
type Ill = fn() -> EngineError;

/// What became of the last writes.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// When one failed, unless one succeeded since.
    failed: Mutex<Option<Instant>>,
    /// When it was looked what becomes of what is sent now, and what is wrong, if anything. One looks at a time, and
    /// those who wait share the answer.
    checked: AsyncMutex<Option<(Instant, Option<Ill>)>>,
}

impl Health {
    /// Notes what became of a write.
    pub(super) fn of<T>(&self, written: Result<T, EngineError>) -> Result<T, EngineError> {
        let failed = matches!(written, Err(EngineError::Store(_) | EngineError::Slow | EngineError::Corrupt(_)));
        let mut at = self.lock();
        if failed {
            *at = Some(Instant::now());
        } else if at.is_some() {
            *at = None;
        }
        written
    }

    fn fails(&self) -> bool {
        self.lock().is_some_and(|at| at.elapsed() < COUNTS)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Whether what is sent now is stored, as far as that can be told within 2 s.
    pub(crate) async fn ready(self: &Arc<Self>) -> Result<(), EngineError> {
        use std::sync::atomic::Ordering;
        if self.draining.load(Ordering::Relaxed) {
            return Err(EngineError::Draining);
        }
        if self.health.fails() {
            return Err(EngineError::Failing);
        }
        // On its own, so that it is done, and known, when whoever asked has gone.
        let engine = Arc::clone(self);
        let looked = tokio::spawn(async move {
            let mut checked = engine.health.checked.lock().await;
            if let Some((_, ill)) = checked.filter(|(at, _)| at.elapsed() < HOLDS) {
                return ill.map_or(Ok(()), |ill| Err(ill()));
            }
            let looked = engine.look().await;
            *checked = Some((Instant::now(), looked.as_ref().err().map(ill)));
            looked
        });
        looked.await.map_err(|_| EngineError::Failing)?
    }

    async fn look(&self) -> Result<(), EngineError> {
        // A server whose requests wait for a place is well. One that refuses them is not.
        drop(self.turns.take().await?);
        tokio::time::timeout(CHECK, self.store.check()).await.map_err(|_| EngineError::Slow)??;
        Ok(())
    }
}

/// What is said of an error to those who did not look themselves.
fn ill(error: &EngineError) -> Ill {
    match error {
        EngineError::Busy => || EngineError::Busy,
        EngineError::Slow => || EngineError::Slow,
        _ => || EngineError::Failing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_failed_write_counts_until_one_succeeds_or_for_two_seconds() {
        let health = Health::default();
        assert!(health.of(Err::<(), _>(EngineError::Slow)).is_err() && health.fails());
        assert!(health.of(Ok(())).is_ok() && !health.fails());
        assert!(health.of(Err::<(), _>(EngineError::Slow)).is_err() && health.fails());
        tokio::time::advance(COUNTS).await;
        assert!(!health.fails());
        assert!(health.of(Err::<(), _>(EngineError::NoSession)).is_err() && !health.fails(), "the store did its part");
    }
}
