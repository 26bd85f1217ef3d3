//! How often the visitors of a page scroll back and forth, and what is far more than that.

use serde::{Deserialize, Serialize};

/// Scroll reversals of the sessions on one page. Two of them add up to that of all their sessions, so that days and
/// servers can be counted one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversals {
    /// Sessions on the page.
    pub sessions: u64,
    /// Reversals of all of them.
    pub sum: u64,
    /// Sum of the squares of each session's reversals.
    pub squares: u64,
}

impl Reversals {
    /// So many reversals on one page are excessive as long as too few sessions are known to say what is usual there.
    pub const EXCESSIVE: u64 = 8;

    /// So few sessions do not say what is usual.
    pub const LEAST_SESSIONS: u64 = 20;

    /// Adds one session with so many reversals on the page.
    pub fn add(&mut self, reversals: u64) {
        self.merge(Self { sessions: 1, sum: reversals, squares: reversals.saturating_mul(reversals) });
    }

    /// Adds the sessions of another count.
    pub fn merge(&mut self, other: Self) {
        self.sessions = self.sessions.saturating_add(other.sessions);
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// Whether one session with so many reversals on the page has far more than usual: more than the mean + 2 standard
    /// deviations (of the whole population) when at least 20 sessions are known, and at least 8 otherwise.
    pub fn is_excessive(&self, reversals: u64) -> bool {
        if self.sessions < Self::LEAST_SESSIONS {
            return reversals >= Self::EXCESSIVE;
        }
        let count = self.sessions as f64;
        let mean = self.sum as f64 / count;
        let variance = (self.squares as f64 / count - mean * mean).max(0.0);
        reversals as f64 > mean + 2.0 * variance.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(sessions: &[u64]) -> Reversals {
        let mut reversals = Reversals::default();
        sessions.iter().for_each(|&count| reversals.add(count));
        reversals
    }

    #[test]
    fn eight_until_twenty_sessions_are_known() {
        let nineteen = of(&[100; 19]);
        assert_eq!([7, 8].map(|count| nineteen.is_excessive(count)), [false, true]);
        let twenty = of(&[100; 20]);
        assert_eq!([8, 100, 101].map(|count| twenty.is_excessive(count)), [false, false, true]);
        assert!(!of(&[0; 20]).is_excessive(0) && of(&[0; 20]).is_excessive(1), "where nobody turns, one is many");
    }

    #[test]
    fn above_the_mean_and_two_standard_deviations() {
        // 10 sessions with 2 and 10 with 4: mean 3, sd 1.
        let page = of(&[[2; 10], [4; 10]].concat());
        assert_eq!([5, 6].map(|count| page.is_excessive(count)), [false, true]);
    }

    proptest! {
        #[test]
        fn as_by_the_definition(sessions in prop::collection::vec(0..30_u64, 0..60), cut in 0..60_usize, asked in 0..40_u64) {
            let n = sessions.len() as f64;
            let mean = sessions.iter().sum::<u64>() as f64 / n;
            let sd = (sessions.iter().map(|&count| (count as f64 - mean).powi(2)).sum::<f64>() / n).sqrt();
            let edge = mean + 2.0 * sd;
            // On the edge itself, rounding decides.
            prop_assume!(sessions.len() < 20 || (edge - asked as f64).abs() > 1e-6);
            let expected = if sessions.len() < 20 { asked >= 8 } else { asked as f64 > edge };
            prop_assert_eq!(of(&sessions).is_excessive(asked), expected);
            let (before, after) = sessions.split_at(cut.min(sessions.len()));
            let mut merged = of(before);
            merged.merge(of(after));
            prop_assert_eq!(merged, of(&sessions), "however they were cut");
        }
    }
}
