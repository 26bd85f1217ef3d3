//! How often sessions and buckets are summed up, and how much of a core that may take.

use std::time::Duration;

use crate::limits::Pace;

/// A session may take one part in so many of the time since its last summary: what it costs in all grows with its
/// length, and not with the square of it.
const SESSION_PART: u32 = 2000;

/// A bucket may take one part in so many of the time since its last sums were begun.
const BUCKET_PART: u32 = 3;

/// A bucket that is not over is summed up when so much has changed since it was.
pub(super) const MANY_CHANGES: u64 = 256;

/// It is also summed up again when anything has changed and its sums are this old: what is shown of a bucket with many
/// sessions is hardly ever a minute old.
pub(super) const STALE: Duration = Duration::from_secs(45);

impl Pace {
    /// How long after a summary that cost so much a session of this age may get the next.
    pub(in crate::engine) fn session(&self, age: Duration, cost: Duration) -> Duration {
        (age / 4).clamp(self.look, self.longest.max(self.look)).max(cost * SESSION_PART)
    }

    /// How long after the beginning of sums that cost so much a bucket may get the next.
    pub(in crate::engine) fn bucket(&self, cost: Duration) -> Duration {
        self.sums.max(cost * BUCKET_PART)
    }
}

/// The rest after some work on summaries, so that it takes its share of one core: a fifth, and more the longer others
/// wait for it.
pub(super) fn rest(spent: Duration, oldest: Duration) -> Duration {
    rest_by(spent, oldest, [4, 6, 8])
}

/// The rest after some work on the sums of a bucket, whose last ones were begun so long ago. A map is never shown that is
/// a minute old, as long as a core can do it.
pub(super) fn rest_of_sums(spent: Duration, age: Duration) -> Duration {
    rest_by(spent, age, [20, 35, 45])
}

/// A share of one core: a fifth, and after so many seconds two, three and five fifths.
fn rest_by(spent: Duration, waits: Duration, seconds: [u64; 3]) -> Duration {
    let fifths = match seconds.iter().filter(|after| waits.as_secs() >= **after).count() {
        0 => 1,
        1 => 2,
        2 => 3,
        _ => 5,
    };
    spent * (5 - fifths) / fifths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_summed_up_less_often_the_older_and_the_dearer_it_is() {
        let pace = Pace::default();
        let after = |age, cost_us| pace.session(Duration::from_secs(age), Duration::from_micros(cost_us)).as_secs_f64();
        assert_eq!([after(0, 100), after(12, 100), after(600, 300)], [1.0, 3.0, 7.0]);
        assert_eq!(after(3600, 20_000), 40.0, "one part in 2,000");
        // A batch every 2 s, 5 us for each batch that is read: what all summaries cost grows as the length does.
        let total = |batches: u32| {
            let (mut at, mut spent) = (0.0, 0.0);
            while at < f64::from(batches) * 2.0 {
                let cost = (at / 2.0 + 1.0) * 5e-6;
                spent += cost;
                at += pace.session(Duration::from_secs_f64(at), Duration::from_secs_f64(cost)).as_secs_f64();
            }
            spent
        };
        assert!(total(20_000) / total(5_000) < 4.5, "{} {}", total(20_000), total(5_000));
    }

    #[test]
    fn the_share_follows_the_load() {
        let rest = |oldest| rest(Duration::from_millis(100), Duration::from_secs(oldest)).as_millis();
        assert_eq!([rest(0), rest(5), rest(7), rest(60)], [400, 150, 66, 0]);
        // Sums that cost 10 s of CPU time are begun 30 s after those before, and shown before these are a minute old.
        let (mut age, step) = (Pace::default().bucket(Duration::from_secs(10)), Duration::from_millis(100));
        for _ in 0..100 {
            age += step + rest_of_sums(step, age);
        }
        assert!(age < Duration::from_secs(50), "{age:?}");
    }
}
