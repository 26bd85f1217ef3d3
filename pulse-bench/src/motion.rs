//! How a hand moves.

/// The share of a way that is done after a share of its time: slow at both ends, and smoothest of all (minimum jerk,
/// Flash & Hogan 1985, <https://doi.org/10.1523/JNEUROSCI.05-07-01688.1985>).
pub(crate) fn minimum_jerk(time: f64) -> f64 {
    time * time * time * (10.0 - 15.0 * time + 6.0 * time * time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_begins_and_ends_at_rest() {
        assert_eq!([0.0, 0.5, 1.0].map(minimum_jerk), [0.0, 0.5, 1.0]);
        let speed = |at: f64| (minimum_jerk(at + 1e-6) - minimum_jerk(at - 1e-6)) / 2e-6;
        assert!(speed(0.0).abs() < 1e-6 && speed(1.0).abs() < 1e-6);
        assert!((speed(0.5) - 1.875).abs() < 1e-6, "15/8 of the mean speed in the middle");
    }
}
