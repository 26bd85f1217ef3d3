//! Durations of many sessions, in so little room that they can be kept by page and day.

use serde::{Deserialize, Serialize};

use super::{bounded::Bounded, raise};
use crate::{analyze::detect::Typical, model::Millis};

/// Steps to twice the duration: the median is exact to 9 %.
const STEPS: f64 = 4.0;

/// How many durations fall into each step of a logarithmic scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Times(Bounded<u8, u64, 128>);

impl Times {
    pub(super) fn add(&mut self, ms: Millis) {
        // Up to 50 days; what is longer is in the last step.
        let step = (ms.max(1) as f64).log2() * STEPS;
        self.0.count(step.clamp(0.0, 127.0) as u8);
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.0.merge(other.0, raise);
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        self.0.size()
    }

    /// The median, when there are at least so many.
    pub(super) fn median(&self, least: u64) -> Option<Typical> {
        let n = self.0.iter().fold(0, |sum: u64, (_, count)| sum.saturating_add(*count));
        let mut steps: Vec<(u8, u64)> = self.0.iter().map(|(step, count)| (*step, *count)).collect();
        steps.sort_unstable();
        let mut seen = 0;
        let middle = steps.iter().find(|(_, count)| {
            raise(&mut seen, *count);
            seen >= n - seen.min(n)
        })?;
        // The middle of the step.
        let value = ((f64::from(middle.0) + 0.5) / STEPS).exp2().round();
        (n >= least.max(1)).then_some(Typical { value, n })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_median_to_a_tenth(mut ms in prop::collection::vec(10..1_000_000_i64, 1..80), cut in 0..80_usize) {
            let (mut one, mut two) = (Times::default(), Times::default());
            let cut = cut.min(ms.len());
            ms[..cut].iter().for_each(|ms| one.add(*ms));
            ms[cut..].iter().for_each(|ms| two.add(*ms));
            one.merge(two);
            let found = one.median(1).unwrap();
            ms.sort_unstable();
            let exact = ms[(ms.len() - 1) / 2] as f64;
            prop_assert!((found.value / exact - 1.0).abs() < 0.1, "{} {exact}", found.value);
            prop_assert_eq!(found.n, ms.len() as u64);
            prop_assert_eq!(one.median(ms.len() as u64 + 1), None);
            let kept: Times = serde_json::from_str(&serde_json::to_string(&one).unwrap()).unwrap();
            prop_assert_eq!(kept, one);
        }
    }
}
