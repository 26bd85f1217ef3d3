//! How much of a rate is used.

use std::time::Duration;

use crate::rate::Rate;

/// Time as quotas count it, from the start of the server: 100 us, so that 32 bits hold five days.
pub(super) type Ticks = u32;

const TICK: Duration = Duration::from_micros(100);

/// Longest time that a quota may be used up in advance: no difference of times is mistaken for its opposite.
const MOST: f64 = (u32::MAX / 4) as f64;

pub(super) fn ticks(time: Duration) -> Ticks {
    // It starts anew after five days: only differences count.
    (time.as_micros() / TICK.as_micros()) as Ticks
}

/// A rate in ticks. What is used is kept as one number: when it will be as if nothing had been used (the generic cell
/// rate algorithm).
#[derive(Debug, Clone, Copy)]
pub(super) struct Meter {
    ticks_per_unit: f64,
    burst: f64,
}

impl Meter {
    pub(super) fn new(rate: Rate) -> Self {
        let ticks_per_unit = rate.per.as_secs_f64() / TICK.as_secs_f64() / rate.units.max(1) as f64;
        Self { ticks_per_unit, burst: (ticks_per_unit * rate.burst.max(1) as f64).min(MOST) }
    }

    /// Uses `units`, or says how long to wait for that. What is larger than the burst passes when nothing is used: it
    /// would never pass otherwise.
    pub(super) fn take(&self, rested_at: &mut Ticks, now: Ticks, units: u64) -> Result<(), Duration> {
        let used = used(*rested_at, now);
        let cost = self.ticks_per_unit * units as f64;
        let over = used + cost - self.burst.max(cost);
        if over > 0.0 {
            return Err(TICK.mul_f64(over));
        }
        *rested_at = now.wrapping_add((used + cost).min(MOST).ceil() as Ticks);
        Ok(())
    }

    /// Uses `units` that cannot be refused any more: who comes next waits for them.
    pub(super) fn charge(&self, rested_at: &mut Ticks, now: Ticks, units: u64) {
        let used = used(*rested_at, now) + self.ticks_per_unit * units as f64;
        *rested_at = now.wrapping_add(used.min(MOST).ceil() as Ticks);
    }

    /// Whether one more could be used now.
    pub(super) fn has_room(&self, rested_at: Ticks, now: Ticks) -> Result<(), Duration> {
        self.take(&mut { rested_at }, now, 1)
    }
}

/// How long until a quota is as if nothing had been used.
pub(super) fn used(rested_at: Ticks, now: Ticks) -> f64 {
    let ahead = f64::from(rested_at.wrapping_sub(now));
    if ahead > MOST + 1.0 { 0.0 } else { ahead }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_burst_passes_and_then_the_rate() {
        let meter = Meter::new(Rate::per_second(10, 5));
        let (mut rested_at, start) = (0, 1_000_000);
        for _ in 0..5 {
            meter.take(&mut rested_at, start, 1).unwrap();
        }
        assert_eq!(meter.take(&mut rested_at, start, 1), Err(Duration::from_millis(100)));
        // For ten seconds, asked for every millisecond: ten a second, within a hundredth.
        let passed = (1..=10_000).filter(|ms| meter.take(&mut rested_at, start + ms * 10, 1).is_ok()).count();
        assert!((99..=101).contains(&passed), "{passed}");
        // After a rest the burst is whole again, and no larger.
        let later = start + 10_000_000;
        assert_eq!((0..100).filter(|_| meter.take(&mut rested_at, later, 1).is_ok()).count(), 5);
    }

    #[test]
    fn time_that_starts_anew_lets_nobody_wait() {
        let meter = Meter::new(Rate::per_minute(1, 1));
        let mut rested_at = u32::MAX - 10;
        meter.take(&mut rested_at, u32::MAX - 10, 1).unwrap();
        assert!(meter.take(&mut rested_at, 5, 1).is_err(), "15 ticks later");
        assert!(meter.take(&mut rested_at, 600_000, 1).is_ok(), "a minute later");
        // A number that was left alone for days is no debt.
        assert_eq!(used(10, 20), 0.0);
        assert!(meter.has_room(3_000_000_000, 10).is_ok());
    }

    #[test]
    fn what_is_larger_than_the_burst_passes_alone() {
        let meter = Meter::new(Rate::per_second(10, 5));
        let mut rested_at = 0;
        meter.take(&mut rested_at, 10, 50).unwrap();
        assert!(meter.take(&mut rested_at, 10, 1).is_err(), "and is paid for");
        assert!(meter.take(&mut rested_at, 10 + 4_000, 1).is_err());
        assert!(meter.take(&mut rested_at, 10 + 50_000, 1).is_ok());
    }
}
