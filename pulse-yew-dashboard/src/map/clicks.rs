//! Clicks: green discs; rage bursts: red discs that grow with the number of clicks, which they carry.

use pulse_core::{model::Millis, wire::SessionMap};

use super::{Draw, Frame, Paint};

/// Radius of a click in CSS pixels.
const CLICK: f64 = 6.0;

/// Clicks up to a time, without those of bursts.
pub(super) fn clicks(map: &SessionMap, frame: &Frame, until: Option<Millis>) -> Vec<Draw> {
    let seen = map.clicks.iter().filter(|c| !c.rage && until.is_none_or(|until| c.timestamp <= until));
    seen.map(|c| Draw::Disc { at: frame.place(c.x, c.y), r: CLICK, ink: Paint::Click.at(0.85) }).collect()
}

/// Rage bursts that had begun by a time.
pub(super) fn bursts(map: &SessionMap, frame: &Frame, until: Option<Millis>) -> Vec<Draw> {
    let seen = map.rage_clicks.iter().filter(|r| until.is_none_or(|until| r.timestamp <= until));
    seen.flat_map(|r| burst(frame.place(r.x, r.y), r.count.into())).collect()
}

/// One burst.
fn burst(at: (f64, f64), count: u64) -> [Draw; 2] {
    let r = burst_radius(count);
    let (text, size) = (count.to_string(), 12.0);
    [Draw::Disc { at, r, ink: Paint::Rage.at(0.88) }, Draw::Text { at, size, text, ink: Paint::OnRage.solid() }]
}

/// Radius of a burst: its area grows with its clicks, up to what still shows the page around it.
fn burst_radius(count: u64) -> f64 {
    (6.0 * (count as f64).sqrt()).clamp(10.0, 30.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_grows_with_its_clicks_up_to_a_limit() {
        assert!(burst_radius(3) > CLICK && burst_radius(12) > burst_radius(4));
        assert_eq!(burst_radius(1_000_000), 30.0);
    }
}
