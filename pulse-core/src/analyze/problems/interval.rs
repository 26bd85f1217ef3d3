//! How sure a share is: the Wilson score interval.

use serde::{Deserialize, Serialize};

/// The 97.5 % point of the normal distribution: what lies between the two bounds is 95 % of it.
const Z: f64 = 1.959_964;

/// A share of visits, with its 95 % interval.
///
/// The bounds are those of the [Wilson score interval](https://www.jstor.org/stable/2276774) (E. B. Wilson, 1927), which
/// holds for small samples and for shares near 0 and 1: of 1 visit in 1 the lower bound is 21 %, of 100 in 100 it is
/// 96 %.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Share95 {
    /// The share itself, 0 to 1; 0 of no visits.
    pub value: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Share95 {
    /// The share that `hits` are of `of`. More hits than visits count as all of them.
    pub fn new(hits: u64, of: u64) -> Self {
        if of == 0 {
            return Self { value: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, p) = (of as f64, hits.min(of) as f64 / of as f64);
        let z2 = Z * Z;
        let centre = p + z2 / (2.0 * n);
        let reach = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let bound = |at: f64| (at / (1.0 + z2 / n)).clamp(0.0, 1.0);
        // Of none and of all, what is left of the subtraction is an error of rounding.
        let low = if hits == 0 { 0.0 } else { bound(centre - reach) };
        let high = if hits >= of { 1.0 } else { bound(centre + reach) };
        Self { value: p, low, high }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rounded(hits: u64, of: u64) -> [f64; 3] {
        let Share95 { value, low, high } = Share95::new(hits, of);
        [value, low, high].map(|share| (share * 1000.0).round() / 1000.0)
    }

    #[test]
    fn bounds_of_the_literature() {
        // Newcombe, Statistics in Medicine 17 (1998), table I.
        assert_eq!(rounded(81, 263), [0.308, 0.255, 0.366]);
        assert_eq!(rounded(15, 148), [0.101, 0.062, 0.16]);
        assert_eq!(rounded(0, 20), [0.0, 0.0, 0.161]);
        assert_eq!(rounded(1, 29), [0.034, 0.006, 0.172]);
        assert_eq!(
            (rounded(0, 0), rounded(3, 2), rounded(1, 1)),
            ([0.0, 0.0, 1.0], [1.0, 0.342, 1.0], [1.0, 0.207, 1.0])
        );
    }

    proptest! {
        /// The bounds are where the score test just does not refuse: `|p - share| = z * sqrt(share (1 - share) / n)`.
        #[test]
        fn as_by_the_definition(hits in 0..2000_u64, more in 1..2000_u64) {
            let (of, n) = (hits + more, (hits + more) as f64);
            let share = Share95::new(hits, of);
            prop_assert!(share.low <= share.value && share.value <= share.high);
            for bound in [share.low, share.high].into_iter().filter(|bound| (1e-9..=1.0 - 1e-9).contains(bound)) {
                let score = (share.value - bound).abs() / (bound * (1.0 - bound) / n).sqrt();
                prop_assert!((score - Z).abs() < 1e-6, "{score}");
            }
        }
    }
}
