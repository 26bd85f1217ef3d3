//! Movement: a line per stroke, a translucent dot per position.

use pulse_core::model::Millis;

use super::{Draw, Frame, Moves, Paint, TrailMode};

/// Radius of a dot in CSS pixels.
const DOT: f64 = 5.0;

/// What was moved up to a time.
pub(super) fn trails(moves: &Moves, frame: &Frame, mode: TrailMode, until: Option<Millis>) -> Vec<Draw> {
    let mut out = Vec::new();
    let place = |i: usize| {
        let (x, y) = moves.place(i);
        frame.place(x, y)
    };
    if mode.dots() {
        let alpha = if mode.lines() { 0.22 } else { 0.3 };
        let at = moves.strokes_until(until).flatten().map(place).collect();
        out.push(Draw::Dots { at, r: DOT, ink: Paint::Move.at(alpha) });
    }
    if mode.lines() {
        let strokes = moves.strokes_until(until).filter(|stroke| stroke.len() > 1);
        let ink = Paint::Move.at(0.7);
        out.extend(strokes.map(|stroke| Draw::Line { points: stroke.map(place).collect(), width: 1.6, ink }));
    }
    if let Some((x, y)) = until.and_then(|until| moves.head(until)) {
        let at = frame.place(x, y);
        out.push(Draw::Disc { at, r: DOT + 3.0, ink: Paint::Surface.solid() });
        out.push(Draw::Disc { at, r: DOT + 1.0, ink: Paint::Move.solid() });
    }
    out
}
