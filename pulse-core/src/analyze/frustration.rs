//! Frustration: how much went wrong.

use super::{Frustration, Tier};

/// No signal counts more often than this.
const MOST: usize = 10;

/// How often each signal of frustration occurred.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signals {
    pub(super) errors: usize,
    /// Bursts that are not suppressed.
    pub(super) rage: usize,
    pub(super) error_clicks: usize,
    pub(super) dead: usize,
    pub(super) thrash: usize,
    pub(super) quick_backs: usize,
}

/// The score: error x5 + rage x4 + error click x4 + dead x2 + thrash x1 + quick back x1; high from 15 on, medium from 6,
/// low above 0. Each signal counts at most 10 times, so that no single one decides the score. See also [`Tier::of`].
pub(super) fn frustration(signals: Signals) -> Frustration {
    let weighed = [
        (5, signals.errors),
        (4, signals.rage),
        (4, signals.error_clicks),
        (2, signals.dead),
        (1, signals.thrash),
        (1, signals.quick_backs),
    ];
    let score = weighed.iter().fold(0_u32, |score, &(weight, count)| score + weight * count.min(MOST) as u32);
    Frustration { score, tier: Tier::of(score) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_and_tiers() {
        let score = |errors, rage, error_clicks, dead, thrash, quick_backs| {
            frustration(Signals { errors, rage, error_clicks, dead, thrash, quick_backs })
        };
        let one_each = [
            (1, 0, 0, 0, 0, 0),
            (0, 1, 0, 0, 0, 0),
            (0, 0, 1, 0, 0, 0),
            (0, 0, 0, 1, 0, 0),
            (0, 0, 0, 0, 1, 0),
            (0, 0, 0, 0, 0, 1),
        ];
        assert_eq!(one_each.map(|(e, r, c, d, t, q)| score(e, r, c, d, t, q).score), [5, 4, 4, 2, 1, 1]);
        assert_eq!(score(1, 2, 3, 4, 5, 6), Frustration { score: 44, tier: Tier::High });
        let tiers =
            [(0, Tier::None), (1, Tier::Low), (5, Tier::Low), (6, Tier::Medium), (14, Tier::Medium), (15, Tier::High)];
        for (points, tier) in tiers {
            assert_eq!(Tier::of(points), tier, "{points}");
        }
        assert_eq!(score(0, 0, 0, 0, 365, 0).score, 10, "jitter alone is not high");
        assert_eq!(score(usize::MAX, 1, 0, 0, 0, 0).score, 54);
    }
}
