//! Statistics of a list of numbers; of an empty list each is 0.

/// Arithmetic mean.
pub(super) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// Standard deviation of the whole population (divided by n, not by n - 1).
pub(super) fn sd(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: Vec<f64> = values.iter().map(|value| (value - mean).powi(2)).collect();
    self::mean(&squares).sqrt()
}

/// The largest of values that are not negative.
pub(super) fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

/// The value in the middle, or the mean of the two in the middle. Reorders `values`.
pub(super) fn median(values: &mut [f64]) -> f64 {
    let half = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let odd = values.len() % 2 == 1;
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let lower = below.iter().copied().max_by(f64::total_cmp).filter(|_| !odd);
    lower.map_or(*middle, |lower| lower.midpoint(*middle))
}

/// Nearest rank: the smallest value that at least `percent` of the values do not exceed. Reorders `values`.
/// <https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method>
pub(super) fn percentile(values: &mut [f64], percent: usize) -> f64 {
    let rank = (values.len() * percent).div_ceil(100).clamp(1, values.len().max(1));
    if values.is_empty() { 0.0 } else { *values.select_nth_unstable_by(rank - 1, f64::total_cmp).1 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn by_hand() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(mean(&values), 5.0);
        assert_eq!(sd(&values), 2.0);
        assert_eq!(max(&values), 9.0);
        assert_eq!(median(&mut values.to_vec()), 4.5);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        // The textbook example of the nearest rank.
        let five = [15.0, 20.0, 35.0, 40.0, 50.0];
        for (percent, value) in [(5, 15.0), (30, 20.0), (40, 20.0), (50, 35.0), (100, 50.0)] {
            assert_eq!(percentile(&mut five.to_vec(), percent), value, "{percent}");
        }
    }

    #[test]
    fn nothing_gives_zero() {
        assert_eq!([mean(&[]), sd(&[]), max(&[]), median(&mut []), percentile(&mut [], 95)], [0.0; 5]);
    }

    proptest! {
        #[test]
        fn as_by_sorting(mut values in prop::collection::vec(0.0..1e6_f64, 1..60), percent in 1..=100_usize) {
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let n = sorted.len();
            let median_of_sorted = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
            prop_assert!((median(&mut values) - median_of_sorted).abs() <= 1e-9 * median_of_sorted);
            let nearest = sorted.iter().find(|v| {
                100 * sorted.iter().filter(|w| w <= v).count() >= percent * n
            });
            prop_assert_eq!(Some(&percentile(&mut values, percent)), nearest);
        }
    }
}
