//! A sparkline: how busy a session was over its length.

/// Width and height of the drawing in its own units.
pub const SPARK: (f64, f64) = (64.0, 18.0);

/// The widest bar, so that two slices are not drawn as two blocks.
const BAR: f64 = 6.0;

/// The path of a sparkline as SVG path data: one flat bar a slice, on a common base; empty when nothing happened.
pub fn spark(activity: &[u32]) -> String {
    let most = activity.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    let (width, height) = SPARK;
    let step = width / activity.len() as f64;
    let bar_width = (step * 0.7).min(BAR);
    let bar = |(i, &n): (usize, &u32)| {
        let h = (f64::from(n) / f64::from(most)).sqrt() * height;
        let h = if n == 0 { 1.0 } else { h.max(2.0) };
        format!("M{:.1} {:.1}h{:.1}V{height}h-{:.1}z", i as f64 * step, height - h, bar_width, bar_width)
    };
    activity.iter().enumerate().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_a_slice_and_the_busiest_fills_the_height() {
        let path = spark(&[0, 4, 1]);
        assert_eq!(path.matches('M').count(), 3);
        assert!(path.contains("M21.3 0.0"), "{path}");
        assert_eq!((spark(&[]), spark(&[0, 0])), (String::new(), String::new()));
    }
}
