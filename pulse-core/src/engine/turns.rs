//! How many requests store something at once, and who waits for a place among them.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::{AcquireError, Semaphore, SemaphorePermit};

use super::EngineError;

/// How long a place is waited for. What pages send when they are left cannot be sent again: a burst is rather stored a
/// moment later.
const PATIENCE: Duration = Duration::from_millis(40);

/// Most requests that wait before their bodies are read: their heads are held in memory.
const WAITING: usize = 1024;

/// One place of so many is kept for those whose body came slowly: they had a turn, and have waited since.
const KEPT: usize = 4;

/// The places.
#[derive(Debug)]
pub(crate) struct Turns {
    places: Semaphore,
    kept: Semaphore,
    waiting: AtomicUsize,
}

/// A place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Turn<'a>(#[expect(dead_code, reason = "it is held")] SemaphorePermit<'a>);

impl Turns {
    pub(crate) fn new(places: usize) -> Self {
        let kept = places / KEPT;
        Self { places: Semaphore::new(places - kept), kept: Semaphore::new(kept), waiting: AtomicUsize::new(0) }
    }

    /// A place. Those who wait get one in the order in which they came.
    ///
    /// # Errors
    /// None became free in time, or too many wait already.
    pub(crate) async fn take(&self) -> Result<Turn<'_>, EngineError> {
        if let Ok(place) = self.places.try_acquire() {
            return Ok(Turn(place));
        }
        let _waits = Waits::begin(&self.waiting).ok_or(EngineError::Busy)?;
        in_time(self.places.acquire()).await
    }

    /// A place for whoever gave one back, to read a body that came slowly: one of all, or of those that are kept.
    ///
    /// # Errors
    /// None became free in time.
    pub(crate) async fn take_again(&self) -> Result<Turn<'_>, EngineError> {
        let either = async {
            tokio::select! {
                biased;
                place = self.places.acquire() => place,
                place = self.kept.acquire() => place,
            }
        };
        in_time(either).await
    }
}

/// A place, when it becomes free in time.
async fn in_time<'a>(
    place: impl Future<Output = Result<SemaphorePermit<'a>, AcquireError>>,
) -> Result<Turn<'a>, EngineError> {
    match tokio::time::timeout(PATIENCE, place).await {
        Ok(Ok(place)) => Ok(Turn(place)),
        _ => Err(EngineError::Busy),
    }
}

/// One of those who wait, until it is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicUsize) -> Option<Self> {
        let waits = Self(waiting);
        (waiting.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(waits)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_place_that_becomes_free_in_time_is_given_to_whoever_waits() {
        let turns = Arc::new(Turns::new(1));
        let first = turns.take().await.unwrap();
        let second = tokio::spawn({
            let turns = Arc::clone(&turns);
            async move { turns.take().await.map(drop) }
        });
        tokio::time::sleep(PATIENCE / 2).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.unwrap().unwrap();
        assert_eq!(turns.waiting.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_gets_none_is_refused_in_time_and_at_once_when_many_wait() {
        let turns = Turns::new(1);
        let _first = turns.take().await.unwrap();
        let began = tokio::time::Instant::now();
        assert!(matches!(turns.take().await, Err(EngineError::Busy)));
        assert!(began.elapsed() <= Duration::from_millis(50));
        let (waits, began) = (turns.waiting.fetch_add(WAITING, Ordering::Relaxed), tokio::time::Instant::now());
        assert_eq!(waits, 0, "whoever was refused waits no more");
        assert!(matches!(turns.take().await, Err(EngineError::Busy)));
        assert!(began.elapsed().is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_sent_slowly_does_not_queue_again_behind_those_who_came_later() {
        let turns = Turns::new(8);
        let mut held = Vec::new();
        for _ in 0..6 {
            held.push(turns.take().await.unwrap());
        }
        let (later, again) = tokio::join!(turns.take(), async {
            let began = tokio::time::Instant::now();
            (turns.take_again().await, began.elapsed())
        });
        assert!(matches!(later, Err(EngineError::Busy)), "what is kept is not theirs");
        held.push(again.0.unwrap());
        assert!(again.1.is_zero());
        held.push(turns.take_again().await.unwrap());
        assert!(matches!(turns.take_again().await, Err(EngineError::Busy)), "the limit holds");
        held.clear();
        assert!(turns.take().await.is_ok());
    }
}
