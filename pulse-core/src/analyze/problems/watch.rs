//! Whether a problem that was marked as fixed stays away: a sequential test over the visits since.
//!
//! # The test
//! Before the fix, `h` of `n` visits were hit. Let `back` be the lower bound of that share ([`Share95`]), and at least
//! 0.1 %. Two hypotheses are weighed with each visit since:
//!
//! | hypothesis | share of visits hit |
//! | --- | --- |
//! | the problem is back (or never went) | `back` |
//! | the problem is away | `back / 8`: noise, a page that a browser still had |
//!
//! A visit adds the logarithm of its likelihood ratio: `ln 8` = 2.08 when it was hit, and
//! `ln((1 - back) / (1 - back / 8))`, which is about `-0.875 back`, when it was not. Two sums are kept of these:
//!
//! - *Confirmed* (Wald's sequential probability ratio test): the sum from the fix on falls to `-ln 20`. A problem that is
//!   still there passes for fixed with a probability of 5 % at most. Without a hit this takes some `3.4 / back` visits:
//!   16 of a problem that hit every fifth visit, 170 of one that hit every fiftieth.
//! - *Regressed* (Page's cumulative sum): the sum, which is never let below 0, rises to 6.5. That takes four hits close
//!   to each other, or many that are too many; a hit now and then is forgotten. It is looked at before and after the
//!   problem was confirmed as fixed, and holds from then on, until somebody sets another status.
//!
//! With the lower bound as `back`, a share that was measured on few visits is not trusted further than it reaches: the
//! test then takes longer. A. Wald, [Sequential Tests of Statistical Hypotheses](https://doi.org/10.1214/aoms/1177731118)
//! (1945); E. S. Page, [Continuous Inspection Schemes](https://doi.org/10.1093/biomet/41.1-2.100) (1954).
//!
//! Visits come in groups, those of an hour or a day; the sums are taken group by group, in order of time.

use serde::{Deserialize, Serialize};

use super::Share95;

/// How many times rarer a problem is when it is away.
const RARER: f64 = 8.0;

/// The least share that a problem counts as having had.
const LEAST: f64 = 0.001;

/// At minus this sum it is confirmed: `ln 20`, for one error in 20.
const CONFIRMED: f64 = 2.995_732;

/// At this sum it is back.
const REGRESSED: f64 = 6.5;

/// Visits, and how many of them were hit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    /// Visits that were hit.
    pub hit: u64,
    /// Visits that saw the page.
    pub visits: u64,
}

/// What the visits since a fix say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Too few visits to tell.
    #[default]
    Watching,
    /// It is away.
    Confirmed,
    /// It is back.
    Regressed,
}

/// The test of one problem.
#[derive(Debug, Clone)]
pub struct Watch {
    of_hit: f64,
    of_miss: f64,
    /// Since the fix; it ends at the confirmation.
    sum: f64,
    /// Never below 0.
    page: f64,
    verdict: Verdict,
}

impl Watch {
    /// Begins with what was counted before the fix.
    pub fn new(before: Hits) -> Self {
        let back = Share95::new(before.hit, before.visits).low.clamp(LEAST, 0.99);
        let away = back / RARER;
        Self {
            of_hit: RARER.ln(),
            of_miss: ((1.0 - back) / (1.0 - away)).ln(),
            sum: 0.0,
            page: 0.0,
            verdict: Verdict::Watching,
        }
    }

    /// Adds the next visits since the fix.
    pub fn add(&mut self, next: Hits) {
        let hit = next.hit.min(next.visits);
        let weight = hit as f64 * self.of_hit + (next.visits - hit) as f64 * self.of_miss;
        self.page = (self.page + weight).max(0.0);
        self.sum += weight;
        self.verdict = match self.verdict {
            Verdict::Regressed => Verdict::Regressed,
            _ if self.page >= REGRESSED => Verdict::Regressed,
            Verdict::Watching if self.sum <= -CONFIRMED => Verdict::Confirmed,
            same => same,
        };
    }

    /// What is known by now.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
}

/// What all visits since a fix say, in order of time.
pub fn verdict(before: Hits, since: impl IntoIterator<Item = Hits>) -> Verdict {
    let mut watch = Watch::new(before);
    since.into_iter().for_each(|next| watch.add(next));
    watch.verdict()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same numbers at every run, spread evenly: splitmix64.
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }

        fn visits(&mut self, visits: u64, share: f64) -> Hits {
            Hits { hit: (0..visits).filter(|_| self.roll() < share).count() as u64, visits }
        }
    }

    /// Visits until there is a verdict, in groups.
    fn until(watch: &mut Watch, dice: &mut Dice, share: f64, verdict: Verdict, group: u64) -> u64 {
        let mut visits = 0;
        while watch.verdict() != verdict && visits < 100_000 {
            watch.add(dice.visits(group, share));
            visits += group;
        }
        visits
    }

    /// The 95th percentile of 400 runs.
    fn p95(mut of: impl FnMut(&mut Dice) -> u64) -> u64 {
        let mut all: Vec<u64> = (0..400).map(|seed| of(&mut Dice(seed * 7919))).collect();
        all.sort_unstable();
        all[379]
    }

    /// The rarest is the rarest for which 200 visits are enough.
    const SHARES: [f64; 5] = [0.08, 0.1, 0.2, 0.4, 0.8];

    #[test]
    fn a_fixed_problem_is_confirmed_within_200_visits() {
        for share in SHARES {
            let took = p95(|dice| {
                let mut watch = Watch::new(dice.visits(500, share));
                until(&mut watch, dice, 0.0, Verdict::Confirmed, 10)
            });
            assert!(took <= 200, "{share}: {took}");
        }
        let visits = |hit, visits, since| verdict(Hits { hit, visits }, [Hits { hit: 0, visits: since }]);
        assert_eq!((visits(100, 500, 19), visits(100, 500, 18)), (Verdict::Confirmed, Verdict::Watching));
        assert_eq!(
            (visits(2, 10, 50), visits(2, 10, 70)),
            (Verdict::Watching, Verdict::Confirmed),
            "fewer are less sure"
        );
    }

    #[test]
    fn a_problem_that_returns_is_told_within_200_visits() {
        // 1,000 visits a day come in hours of some 42.
        for (share, group) in SHARES.into_iter().flat_map(|share| [(share, 1), (share, 42)]) {
            let took = p95(|dice| {
                let mut watch = Watch::new(dice.visits(500, share));
                until(&mut watch, dice, 0.0, Verdict::Confirmed, group);
                watch.add(Hits { hit: 0, visits: 5000 });
                until(&mut watch, dice, share, Verdict::Regressed, group)
            });
            assert!(took <= 200, "{share} in groups of {group}: {took}");
        }
    }

    #[test]
    fn a_problem_that_never_went_is_hardly_ever_confirmed() {
        for share in SHARES {
            let confirmed = (0..400).filter(|seed| {
                let dice = &mut Dice(seed * 104_729);
                let mut watch = Watch::new(dice.visits(500, share));
                while watch.verdict() == Verdict::Watching {
                    watch.add(dice.visits(1, share));
                }
                watch.verdict() == Verdict::Confirmed
            });
            let confirmed = confirmed.count();
            assert!(confirmed <= 20, "{share}: {confirmed} of 400");
        }
    }

    #[test]
    fn a_year_of_1000_visits_a_day_has_few_false_alarms() {
        for (share, left) in SHARES.into_iter().flat_map(|share| [0.0, 0.02, 0.05, 0.1].map(|left| (share, left))) {
            let dice = &mut Dice((share * 1000.0 + left * 10.0) as u64);
            let before = dice.visits(500, share);
            let (mut watch, mut alarms) = (Watch::new(before), 0);
            for _ in 0..365 * 24 {
                watch.add(dice.visits(42, share * left));
                if watch.verdict() == Verdict::Regressed {
                    alarms += 1;
                    watch = Watch::new(before);
                }
            }
            assert!(alarms <= 12, "a share of {share} of which {left} is left: {alarms} alarms");
        }
    }

    #[test]
    fn what_has_regressed_stays_so_and_no_share_is_too_small_or_large() {
        let hits = |hit, visits| Hits { hit, visits };
        assert_eq!(verdict(hits(50, 100), [hits(10, 10), hits(0, 100_000)]), Verdict::Regressed);
        assert_eq!(verdict(hits(0, 0), [hits(0, 3000)]), Verdict::Watching);
        assert_eq!(verdict(hits(0, 0), [hits(0, 4000)]), Verdict::Confirmed);
        assert_eq!(verdict(hits(9, 3), [hits(0, 6)]), Verdict::Confirmed);
        assert_eq!(verdict(hits(9, 90), []), Verdict::Watching);
    }
}
