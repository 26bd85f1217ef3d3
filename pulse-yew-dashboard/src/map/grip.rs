//! Fingers on a map: one drags it, two pinch it.

/// How much closer a step zooms.
pub const STEP: f64 = 1.4;
/// Farther than this a pointer that was pressed is dragged, in CSS pixels.
const STILL: f64 = 4.0;
/// A notch of a mouse's wheel is about 100; a pinch on a trackpad comes in many small turns.
const MOST_TURN: f64 = 50.0;

/// The factor of a turn of the wheel.
pub fn wheel_zoom(turn: f64) -> f64 {
    (-turn.clamp(-MOST_TURN, MOST_TURN) * 0.008).exp()
}

/// Pointers that are pressed, by their ids.
#[derive(Debug, Default)]
pub struct Grip {
    held: Vec<(i32, (f64, f64))>,
    /// Since the first of them was pressed, none was moved.
    is_still: bool,
    began: (f64, f64),
}

/// What pointers did to a map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pull {
    /// Along by so many CSS pixels.
    pub by: (f64, f64),
    /// Larger by a factor ...
    pub factor: f64,
    /// ... around this place of the canvas.
    pub middle: (f64, f64),
}

impl Grip {
    /// A pointer is pressed.
    pub fn press(&mut self, id: i32, at: (f64, f64)) {
        self.held.retain(|(other, _)| *other != id);
        (self.is_still, self.began) = (self.held.is_empty(), at);
        self.held.push((id, at));
        self.held.truncate(2);
    }

    /// A pointer moves; none when it is not pressed.
    pub fn pull(&mut self, id: i32, to: (f64, f64)) -> Option<Pull> {
        let moved = self.held.iter().position(|(other, _)| *other == id)?;
        if self.is_still && distance(self.began, to) < STILL {
            return Some(Pull { by: (0.0, 0.0), factor: 1.0, middle: to });
        }
        self.is_still = false;
        let (before, spread) = self.middle()?;
        self.held[moved].1 = to;
        let (middle, wider) = self.middle()?;
        let factor = if spread > 1.0 && wider > 1.0 { wider / spread } else { 1.0 };
        Some(Pull { by: (middle.0 - before.0, middle.1 - before.1), factor, middle })
    }

    /// A pointer is let go; true when it was pressed and never moved.
    pub fn release(&mut self, id: i32) -> bool {
        let before = self.held.len();
        self.held.retain(|(other, _)| *other != id);
        self.held.len() < before && self.held.is_empty() && self.is_still
    }

    /// Between the pointers, and how far they are apart.
    fn middle(&self) -> Option<((f64, f64), f64)> {
        let ((_, a), (_, b)) = (self.held.first()?, self.held.last()?);
        Some((((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0), distance(*a, *b)))
    }
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_finger_drags() {
        let mut grip = Grip::default();
        assert_eq!(grip.pull(1, (5.0, 5.0)), None, "not pressed");
        grip.press(1, (10.0, 10.0));
        assert_eq!(grip.pull(1, (12.0, 11.0)).unwrap().by, (0.0, 0.0), "a hand is not still");
        let pull = grip.pull(1, (30.0, 50.0)).unwrap();
        assert_eq!((pull.by, pull.factor), ((20.0, 40.0), 1.0));
        assert!(!grip.release(1));
    }

    #[test]
    fn a_tap_is_no_drag() {
        let mut grip = Grip::default();
        grip.press(1, (10.0, 10.0));
        grip.pull(1, (11.0, 10.0));
        assert!(grip.release(1) && !grip.release(1));
    }

    #[test]
    fn two_fingers_pinch_around_their_middle() {
        let mut grip = Grip::default();
        grip.press(1, (100.0, 100.0));
        grip.press(2, (200.0, 100.0));
        let pull = grip.pull(2, (300.0, 100.0)).unwrap();
        assert_eq!((pull.factor, pull.middle, pull.by), (2.0, (200.0, 100.0), (50.0, 0.0)));
        grip.release(1);
        assert_eq!(grip.pull(2, (310.0, 100.0)).unwrap().by, (10.0, 0.0));
    }

    #[test]
    fn a_wheel_zooms_in_and_out_alike() {
        assert!(wheel_zoom(-100.0) > 1.0 && (wheel_zoom(-30.0) * wheel_zoom(30.0) - 1.0).abs() < 1e-9);
        assert_eq!(wheel_zoom(1e9), wheel_zoom(MOST_TURN));
    }
}
