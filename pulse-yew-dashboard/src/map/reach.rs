//! Scroll reach in bands of the page.

/// A tenth of a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Depth in percent at which it begins.
    pub from: usize,
    /// Share of sessions that saw its end.
    pub share: f64,
}

/// The shares of sessions that saw each tenth of the page to its end. `reach` holds a share for each percent.
pub fn bands(reach: &[f64]) -> Vec<Band> {
    if reach.is_empty() {
        return Vec::new();
    }
    let share = |depth: usize| reach.get(depth).or(reach.last()).copied().unwrap_or_default();
    (0..10).map(|i| Band { from: i * 10, share: share(i * 10 + 10) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_counts_who_saw_its_end() {
        let reach: Vec<f64> = (0..=100).map(|p| 1.0 - f64::from(p) / 100.0).collect();
        let bands = bands(&reach);
        assert_eq!(bands.len(), 10);
        assert!((bands[0].share - 0.9).abs() < 1e-9 && bands[9].share.abs() < 1e-9);
        assert!(super::bands(&[]).is_empty());
    }
}
