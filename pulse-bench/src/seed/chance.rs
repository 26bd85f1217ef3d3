//! Random numbers that people are like.

use fastrand::Rng;

/// Evenly from a range.
pub(super) fn between(rng: &mut Rng, from: f64, to: f64) -> f64 {
    from + (to - from) * rng.f64()
}

/// Normally distributed, with mean 0 and standard deviation 1 (Box & Muller 1958).
pub(super) fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.f64()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.f64()).cos()
}

/// A length of time in ms, as people take: half are shorter than `usual`, and a few much longer.
pub(super) fn time(rng: &mut Rng, usual: f64) -> i64 {
    (usual * (0.5 * normal(rng)).exp()).clamp(usual / 8.0, usual * 8.0) as i64
}

/// Whether something happens that does so in this share of cases.
pub(super) fn happens(rng: &mut Rng, share: f64) -> bool {
    rng.f64() < share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_are() {
        let mut rng = Rng::with_seed(1);
        let drawn: Vec<f64> = (0..20_000).map(|_| normal(&mut rng)).collect();
        let mean = drawn.iter().sum::<f64>() / 20_000.0;
        let variance = drawn.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        let mut times: Vec<i64> = (0..20_001).map(|_| time(&mut rng, 1000.0)).collect();
        times.sort_unstable();
        assert!((970..1030).contains(&times[10_000]), "{}", times[10_000]);
        assert!(times[0] >= 125 && times[20_000] <= 8000);
    }
}
