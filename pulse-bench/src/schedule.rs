//! When the next batch is due.

use std::{
    cell::Cell,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::sync::Semaphore;

/// Shared by all connections of a load.
pub(crate) enum Schedule {
    /// So many batches, as fast as they are answered.
    Count(Cell<u64>),
    /// As fast as they are answered, until then.
    Until(Instant),
    /// At fixed times, whatever the server does.
    Fixed(Fixed),
}

/// Batch n is due `n * period` after the start. Its latency counts from then: a server that stalls delays all that
/// would have been sent meanwhile, and each of them shows it.
pub(crate) struct Fixed {
    due: Arc<Semaphore>,
    start: Instant,
    period: Duration,
    next: Cell<u32>,
    count: u32,
    /// What is not taken by then is not sent any more.
    end: Option<Instant>,
}

impl Schedule {
    pub(crate) fn count(batches: u64) -> Self {
        Self::Count(Cell::new(batches))
    }

    pub(crate) fn during(time: Duration) -> Self {
        Self::Until(Instant::now() + time)
    }

    /// `rate` batches a second, taken by at most `connections` at the same time.
    pub(crate) fn fixed(rate: u32, time: Duration, connections: usize) -> Self {
        let (start, period) = (Instant::now(), Duration::from_secs(1) / rate);
        let count = (time.as_secs_f64() * f64::from(rate)) as u32;
        let due = Arc::new(Semaphore::new(0));
        // A thread of its own: tokio's timers are exact to a millisecond only.
        let release = Arc::clone(&due);
        thread::spawn(move || {
            for n in 0..count {
                thread::sleep((start + period * n).saturating_duration_since(Instant::now()));
                release.add_permits(1);
            }
            // Everyone still waiting learns that there is nothing left.
            release.add_permits(connections);
        });
        Self::Fixed(Fixed { due, start, period, next: Cell::new(0), count, end: None })
    }

    /// The same for more than there is time for: it ends when the time does, whatever is still due.
    pub(crate) fn flood(rate: u32, time: Duration, connections: usize) -> Self {
        match Self::fixed(rate, time, connections) {
            Self::Fixed(fixed) => Self::Fixed(Fixed { end: Some(fixed.start + time), ..fixed }),
            other => other,
        }
    }

    /// Waits until the next batch is due, and says since when it is; `None` when there is none left.
    pub(crate) async fn next(&self) -> Option<Instant> {
        match self {
            Self::Count(left) => {
                left.set(left.get().checked_sub(1)?);
                Some(Instant::now())
            }
            Self::Until(end) => Some(Instant::now()).filter(|now| now < end),
            Self::Fixed(fixed) => {
                fixed.due.acquire().await.ok()?.forget();
                let n = fixed.next.replace(fixed.next.get() + 1);
                let is_over = fixed.end.is_some_and(|end| end <= Instant::now());
                (n < fixed.count && !is_over).then(|| fixed.start + fixed.period * n)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_count_ends() {
        let schedule = Schedule::count(2);
        assert!(schedule.next().await.is_some() && schedule.next().await.is_some());
        assert!(schedule.next().await.is_none());
    }

    #[tokio::test]
    async fn a_flood_ends_in_time() {
        let schedule = Schedule::flood(10_000, Duration::from_millis(20), 1);
        assert!(schedule.next().await.is_some());
        thread::sleep(Duration::from_millis(20));
        assert!(schedule.next().await.is_none());
    }

    #[tokio::test]
    async fn fixed_times_do_not_wait_for_whoever_is_late() {
        let schedule = Schedule::fixed(100, Duration::from_millis(50), 1);
        let first = schedule.next().await.unwrap();
        thread::sleep(Duration::from_millis(60));
        let mut due = vec![first];
        while let Some(instant) = schedule.next().await {
            due.push(instant);
        }
        assert_eq!(due.len(), 5);
        assert!(due.windows(2).all(|pair| pair[1] - pair[0] == Duration::from_millis(10)));
    }
}
