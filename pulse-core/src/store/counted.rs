//! How many sessions match a filter: counted for each answer where that is cheap, and else kept for a moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Mutex as AsyncMutex, time::Instant};

use super::{SessionFilter, StoreError};

/// A count that takes longer than this is kept.
const LONG: Duration = Duration::from_millis(5);

/// For so long.
const KEPT: Duration = Duration::from_secs(10);

/// A store of fewer sessions is always counted: where that takes long, the machine was busy.
const MANY: u64 = 10_000;

/// Filters that are remembered.
const FILTERS: usize = 256;

/// Counts that took long, by filter.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<HashMap<SessionFilter, Arc<Slot>>>);

/// The count of one filter and when it was made; locked while it is made, so that one counts and the others wait.
type Slot = AsyncMutex<Option<(Instant, u64)>>;

/// What a store has counted.
pub(super) struct Count {
    /// The sessions that match.
    pub(super) matching: u64,
    /// About how many there are at all.
    pub(super) stored: u64,
}

impl Counted {
    /// How many sessions match `filter`, by `count` unless that is known.
    pub(super) async fn get(
        &self,
        filter: &SessionFilter,
        count: impl Future<Output = Result<Count, StoreError>>,
    ) -> Result<u64, StoreError> {
        let slot = self.slot(filter);
        let mut known = slot.lock().await;
        if let Some((_, matching)) = known.filter(|(at, _)| at.elapsed() < KEPT) {
            return Ok(matching);
        }
        let began = Instant::now();
        let Count { matching, stored } = count.await?;
        let keep = began.elapsed() > LONG && stored >= MANY;
        *known = keep.then(|| (Instant::now(), matching));
        Ok(matching)
    }

    /// Forgets everything, as after an erasure, which has to show at once.
    pub(super) fn clear(&self) {
        self.slots().clear();
    }

    fn slot(&self, filter: &SessionFilter) -> Arc<Slot> {
        // That a session is live is asked for with another time each time.
        let moment = |at: Option<_>| at.map(|_| 0);
        let (seen_from, seen_to) = (moment(filter.seen_from), moment(filter.seen_to));
        let key = SessionFilter { seen_from, seen_to, ..filter.whole() };
        let mut slots = self.slots();
        if slots.len() >= FILTERS && !slots.contains_key(&key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key).or_default())
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, HashMap<SessionFilter, Arc<Slot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Counts its own calls.
    #[derive(Default)]
    struct Store(AtomicU64);

    impl Store {
        async fn count(&self, takes: Duration, stored: u64) -> Result<Count, StoreError> {
            tokio::time::sleep(takes).await;
            Ok(Count { matching: self.0.fetch_add(1, Ordering::Relaxed) + 1, stored })
        }
    }

    fn device() -> SessionFilter {
        SessionFilter { device: Some(crate::model::Device::Mobile), limit: 7, ..SessionFilter::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn only_what_takes_long_is_kept_and_not_for_long() {
        let (counted, store) = (Counted::default(), Store::default());
        let (long, short) = (LONG * 2, LONG / 5);
        for (takes, stored, expected) in [(short, MANY, 1), (long, MANY - 1, 2), (long, MANY, 3), (short, MANY, 3)] {
            assert_eq!(counted.get(&device(), store.count(takes, stored)).await.unwrap(), expected);
        }
        let other = SessionFilter { has_rage: Some(true), ..device() };
        assert_eq!(counted.get(&other, store.count(short, MANY)).await.unwrap(), 4);
        let next_page = SessionFilter { limit: 9, sort: crate::wire::SessionSort::Started, ..device() };
        assert_eq!(counted.get(&next_page, store.count(short, MANY)).await.unwrap(), 3);
        tokio::time::advance(KEPT).await;
        assert_eq!(counted.get(&device(), store.count(long, MANY)).await.unwrap(), 5);
        counted.clear();
        assert_eq!(counted.get(&device(), store.count(long, MANY)).await.unwrap(), 6);
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_ask_at_once_share_one_count() {
        let (counted, store) = (Counted::default(), Store::default());
        let ask = || async { counted.get(&device(), store.count(LONG * 9, MANY)).await.unwrap() };
        assert_eq!(tokio::join!(ask(), ask(), ask()), (1, 1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_filters_is_bounded() {
        let counted = Counted::default();
        for n in 0..FILTERS as i64 * 3 {
            let filter = SessionFilter { from: Some(n), ..SessionFilter::default() };
            counted.get(&filter, async { Ok(Count { matching: 1, stored: 1 }) }).await.unwrap();
        }
        assert!(counted.slots().len() <= FILTERS);
    }
}
