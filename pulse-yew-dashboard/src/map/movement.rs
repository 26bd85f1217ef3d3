//! Movement: a line per stroke, a translucent dot per position. A replay adds what is new, and one that runs back takes
//! it away again.

use std::{ops::Range, rc::Rc};

use pulse_core::model::Millis;
use pulse_dashboard_raster::{Rows, Trails, View};

use super::{Frame, Recording, TrailMode};

/// Radius of a dot in CSS pixels.
pub(super) const DOT: f64 = 5.0;
/// Width of a line in CSS pixels.
const LINE: f64 = 1.6;
/// How opaque a line is.
const LINE_ALPHA: f64 = 0.7;

/// What of a session's movement is shown.
#[derive(Debug, Clone)]
pub struct Movement {
    /// Where the pointer was.
    pub recording: Rc<Recording>,
    /// How it is drawn.
    pub mode: TrailMode,
    /// The time up to which it is drawn; all when not said.
    pub until: Option<Millis>,
}

/// The movement within a frame, in device pixels.
#[derive(Debug)]
pub struct MovementSheet {
    trails: Trails,
    shown: Movement,
    frame: Frame,
    view: View,
    /// Nothing is drawn yet.
    empty: bool,
}

impl MovementSheet {
    /// An empty sheet for a frame on a screen with `ratio` device pixels per CSS pixel; none when it would be too large.
    pub fn new(movement: &Movement, frame: Frame, ratio: f64) -> Option<Self> {
        let size = ((frame.width * ratio).round() as usize, (frame.height * ratio).round() as usize);
        let trails = Trails::new(size, DOT * ratio, LINE * ratio)?;
        Some(Self { trails, shown: movement.clone(), frame, view: view(&frame, ratio), empty: true })
    }

    /// Begins another movement or frame of the same size.
    pub fn turn_to(&mut self, movement: &Movement, frame: Frame, ratio: f64) {
        self.trails.clear();
        (self.shown, self.frame, self.view, self.empty) = (movement.clone(), frame, view(&frame, ratio), true);
    }

    /// Whether another time of the same is all that differs.
    pub fn fits(&self, movement: &Movement, frame: Frame) -> bool {
        Rc::ptr_eq(&self.shown.recording, &movement.recording)
            && (self.shown.mode, self.frame) == (movement.mode, frame)
    }

    /// Shows the movement up to a time.
    pub fn show(&mut self, until: Option<Millis>) {
        let recording = self.shown.recording.clone();
        let moves = &recording.moves;
        let strokes: Vec<_> = moves
            .each_stroke()
            .map(|stroke| {
                let before = if self.empty { stroke.start } else { moves.end(&stroke, self.shown.until) };
                (stroke.start, before, moves.end(&stroke, until))
            })
            .collect();
        let (mut away, mut kept) = (0, 0);
        for (start, before, after) in &strokes {
            away += before.saturating_sub(*after);
            kept += *before.min(after) - start;
        }
        let anew = away > kept;
        if anew {
            self.trails.clear();
        }
        for (start, before, after) in strokes {
            let before = if anew { start } else { before };
            if before != after {
                self.draw(start, before.min(after)..before.max(after), after > before);
            }
        }
        (self.shown.until, self.empty) = (until, false);
    }

    /// Adds positions of a stroke that begins at `start`, or takes them away.
    fn draw(&mut self, start: usize, range: Range<usize>, add: bool) {
        let moves = &self.shown.recording.moves;
        if self.shown.mode.dots() {
            let (x, y) = moves.columns(range.clone());
            self.trails.dots(x, y, self.view, add);
        }
        if self.shown.mode.lines() {
            // The line comes from the position before.
            let from = range.start.saturating_sub(1).max(start);
            let (x, y) = moves.columns(from..range.end);
            self.trails.line(x, y, self.view, add);
        }
    }

    /// Width and height in device pixels.
    pub fn size(&self) -> (usize, usize) {
        self.trails.size()
    }

    /// RGBA row by row, and the rows that changed since the last time.
    pub fn picture(&mut self, colour: [u8; 3]) -> (&[u8], Rows) {
        let alpha = if self.shown.mode.lines() { 0.22 } else { 0.3 };
        self.trails.picture(colour, alpha, LINE_ALPHA)
    }
}

fn view(frame: &Frame, ratio: f64) -> View {
    let pixels = |of: f64| (of * ratio) as f32;
    View { scale: pixels(frame.scale), left: pixels(frame.left), top: pixels(frame.top) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::map::{Gaze, recording::tests::recording};

    fn sheet(mode: TrailMode) -> MovementSheet {
        let movement = Movement { recording: Rc::new(recording()), mode, until: None };
        MovementSheet::new(&movement, Frame::new((100.0, 100.0), (200.0, 200.0), Gaze::default()), 1.0).unwrap()
    }

    fn picture(sheet: &mut MovementSheet) -> Vec<u8> {
        sheet.picture([0; 3]).0.to_vec()
    }

    fn alpha(picture: &[u8], x: usize, y: usize) -> u8 {
        picture[(y * 200 + x) * 4 + 3]
    }

    #[test]
    fn everything_is_where_it_happened() {
        let mut sheet = sheet(TrailMode::Both);
        sheet.show(None);
        let drawn = picture(&mut sheet);
        assert!([20, 40, 60, 80].iter().all(|x| alpha(&drawn, *x, 100) > 50));
        assert!(alpha(&drawn, 30, 100) > 150, "a line between positions of a stroke");
        assert_eq!((alpha(&drawn, 70, 100), alpha(&drawn, 100, 100)), (0, 0), "none between strokes, none beyond");
    }

    #[test]
    fn going_on_and_back_gives_the_same_as_drawing_anew() {
        for mode in [TrailMode::Both, TrailMode::Trails, TrailMode::Dots] {
            let mut replayed = sheet(mode);
            for until in [Some(5), Some(25), Some(40), Some(35), None, Some(20), Some(10), Some(29)] {
                replayed.show(until);
                let mut anew = sheet(mode);
                anew.show(until);
                assert_eq!(picture(&mut replayed), picture(&mut anew), "{mode:?} {until:?}");
            }
        }
    }

    #[test]
    fn only_another_time_goes_on_with_the_sheet() {
        let sheet = sheet(TrailMode::Both);
        let (shown, frame) = (sheet.shown.clone(), sheet.frame);
        assert!(sheet.fits(&Movement { until: Some(3), ..shown.clone() }, frame));
        assert!(!sheet.fits(&Movement { mode: TrailMode::Dots, ..shown.clone() }, frame));
        assert!(!sheet.fits(&shown, Frame { top: 9.0, ..frame }));
        assert!(!sheet.fits(&Movement { recording: Rc::new(recording()), ..shown.clone() }, frame));
    }
}
