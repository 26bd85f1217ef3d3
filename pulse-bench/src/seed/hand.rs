//! A hand with a mouse: movements to targets, as fast and as exact as people make them.

use fastrand::Rng;

use super::chance::{between, normal};
use crate::motion::minimum_jerk;

/// Between two positions that the tracker records, in ms.
pub(super) const SAMPLE_MS: i64 = 50;

/// How somebody moves the mouse.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hand {
    /// Time that any movement takes, in ms.
    reaction_ms: f64,
    /// And for each bit of its difficulty, in ms (Fitts 1954).
    bit_ms: f64,
    /// How far off the first try is, as a share of the way.
    error: f64,
    /// How far the way bends, as a share of its length.
    bend: f64,
    /// In px.
    tremor: f64,
}

/// A place in the window, in px.
pub(super) type Place = (f64, f64);

impl Hand {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self {
            reaction_ms: between(rng, 60.0, 180.0),
            bit_ms: between(rng, 90.0, 190.0),
            error: between(rng, 0.02, 0.09),
            bend: between(rng, -0.12, 0.12),
            tremor: between(rng, 0.2, 0.9),
        }
    }

    /// Where the pointer is every 50 ms on its way from one place to another of this size: a first movement that comes
    /// near, and small ones that put it right until it is there.
    pub(super) fn reach(&self, rng: &mut Rng, from: Place, to: Place, size: f64) -> Vec<Place> {
        let (mut way, mut at) = (Vec::new(), from);
        for attempt in 0..3 {
            let distance = (to.0 - at.0).hypot(to.1 - at.1);
            if distance < 1.0 {
                break;
            }
            let off = if attempt == 2 { 0.0 } else { self.error * distance };
            let aim = (to.0 + off * normal(rng), to.1 + off * normal(rng));
            let difficulty = (distance / size.max(4.0) + 1.0).log2();
            let ms = (self.reaction_ms + self.bit_ms * difficulty) * between(rng, 0.85, 1.25);
            self.stroke(rng, at, aim, ms, &mut way);
            at = aim;
            if (to.0 - at.0).hypot(to.1 - at.1) < size / 2.0 {
                break;
            }
        }
        way
    }

    /// A slow movement that aims at nothing, as along a line that is read.
    pub(super) fn drift(&self, rng: &mut Rng, from: Place, to: Place) -> Vec<Place> {
        let mut way = Vec::new();
        let ms = (to.0 - from.0).hypot(to.1 - from.1) * between(rng, 4.0, 9.0);
        self.stroke(rng, from, to, ms, &mut way);
        way
    }

    fn stroke(&self, rng: &mut Rng, from: Place, to: Place, ms: f64, way: &mut Vec<Place>) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let samples = (ms / SAMPLE_MS as f64).ceil().max(1.0) as u32;
        for sample in 1..=samples {
            let time = f64::from(sample) / f64::from(samples);
            let (done, bent) = (minimum_jerk(time), self.bend * (std::f64::consts::PI * time).sin());
            let tremor = if sample == samples { 0.0 } else { self.tremor };
            way.push((
                from.0 + dx * done - dy * bent + tremor * normal(rng),
                from.1 + dy * done + dx * bent + tremor * normal(rng),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_ends_on_its_target_and_far_or_small_ones_take_longer() {
        let mut rng = Rng::with_seed(3);
        let mut samples = |distance: f64, size: f64| {
            let mut all = 0;
            for _ in 0..200 {
                let way = Hand::new(&mut rng).reach(&mut rng, (0.0, 0.0), (distance, 0.0), size);
                let end = way.last().copied().unwrap_or_default();
                assert!((end.0 - distance).hypot(end.1) <= size / 2.0 + 1.0, "{end:?}");
                all += way.len();
            }
            all
        };
        let near = samples(100.0, 40.0);
        assert!(samples(900.0, 40.0) > near && samples(100.0, 8.0) > near);
        assert_eq!(samples(0.5, 40.0), 0, "it is there already");
    }
}
