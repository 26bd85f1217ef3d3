//! Clicks: green discs. One that nothing answered is a hollow ring, one that an error followed a cross on amber, and a
//! rage burst is a red disc that grows with the number of clicks, which it carries.

use pulse_core::model::Millis;

use super::{Click, Draw, Frame, Outcome, Paint, Recording};

/// Radius of a click in CSS pixels.
const CLICK: f64 = 6.0;
/// Half of a cross.
const ARM: f64 = 3.0;

/// Clicks up to a time, without those of bursts.
pub(super) fn clicks(recording: &Recording, frame: &Frame, until: Option<Millis>) -> Vec<Draw> {
    let seen = recording.clicks.iter().filter(|click| until.is_none_or(|until| click.time <= until));
    seen.flat_map(|click| draw(click, frame)).collect()
}

fn draw(click: &Click, frame: &Frame) -> Vec<Draw> {
    let at = frame.place(click.at.0, click.at.1);
    let disc = |r, paint: Paint| Draw::Disc { at, r, ink: paint.at(0.9) };
    match click.outcome {
        Outcome::Answered => vec![Draw::Disc { at, r: CLICK, ink: Paint::Click.at(0.85) }],
        Outcome::Dead => {
            vec![disc(CLICK + 1.0, Paint::Surface), Draw::Ring { at, r: CLICK, width: 2.5, ink: Paint::Text2.solid() }]
        }
        Outcome::Error => {
            let arm = |slope: f64| Draw::Line {
                points: vec![(at.0 - ARM, at.1 - ARM * slope), (at.0 + ARM, at.1 + ARM * slope)],
                width: 2.0,
                ink: Paint::Surface.solid(),
            };
            vec![disc(CLICK + 2.0, Paint::Warn), arm(1.0), arm(-1.0)]
        }
    }
}

/// Rage bursts that had begun by a time.
pub(super) fn bursts(recording: &Recording, frame: &Frame, until: Option<Millis>) -> Vec<Draw> {
    let seen = recording.map.rage_clicks.iter().filter(|burst| until.is_none_or(|until| burst.timestamp <= until));
    seen.flat_map(|burst| self::burst(frame.place(burst.x, burst.y), burst.count.into())).collect()
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
