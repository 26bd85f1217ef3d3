//! Movement: a line per stroke, a translucent dot per position.

use pulse_core::{
    analyze::{HeatPoint, SessionHeatmap},
    model::Millis,
};

use super::{Draw, Frame, Paint, TrailMode};

/// Radius of a dot in CSS pixels.
const DOT: f64 = 5.0;

/// What was moved up to a time.
pub(super) fn trails(map: &SessionHeatmap, frame: &Frame, mode: TrailMode, until: Option<Millis>) -> Vec<Draw> {
    let mut out = Vec::new();
    if mode.dots() {
        let alpha = if mode.lines() { 0.22 } else { 0.3 };
        out.extend(so_far(&map.moves, until).iter().map(|p| Draw::Disc {
            at: frame.place(p.x, p.y),
            r: DOT,
            ink: Paint::Move.at(alpha),
        }));
    }
    if mode.lines() {
        let strokes = map.trails.iter().map(|stroke| so_far(stroke, until)).filter(|stroke| stroke.len() > 1);
        out.extend(strokes.map(|stroke| Draw::Line {
            points: stroke.iter().map(|p| frame.place(p.x, p.y)).collect(),
            width: 1.6,
            ink: Paint::Move.at(0.7),
        }));
    }
    if let (Some(_), Some(last)) = (until, so_far(&map.moves, until).last()) {
        let at = frame.place(last.x, last.y);
        out.push(Draw::Disc { at, r: DOT + 3.0, ink: Paint::Surface.solid() });
        out.push(Draw::Disc { at, r: DOT + 1.0, ink: Paint::Move.solid() });
    }
    out
}

/// The positions up to a time; they are in order.
fn so_far(points: &[HeatPoint], until: Option<Millis>) -> &[HeatPoint] {
    match until {
        Some(until) => &points[..points.partition_point(|p| p.timestamp <= until)],
        None => points,
    }
}
