//! Layers on top of each other: the page, movement, clicks, rage.

use pulse_core::model::{Layout, Millis};

use super::{Draw, Frame, Layers, Paint, Recording, clicks, movement::DOT, wireframe::wireframe};

/// What lies over the movement of one session, up to a time.
pub(super) fn session_marks_over(
    recording: &Recording,
    frame: &Frame,
    layers: Layers,
    until: Option<Millis>,
) -> Vec<Draw> {
    let mut out = Vec::new();
    if layers.clicks {
        out.extend(clicks::clicks(recording, frame, until));
    }
    if layers.rage {
        out.extend(clicks::bursts(recording, frame, until));
    }
    if let Some((x, y)) = until.filter(|_| layers.moves).and_then(|until| recording.moves.head(until)) {
        let at = frame.place(x, y);
        out.push(Draw::Disc { at, r: DOT + 3.0, ink: Paint::Surface.solid() });
        out.push(Draw::Disc { at, r: DOT + 1.0, ink: Paint::Move.solid() });
    }
    out
}

/// The page under the map, with the lower edge of a window that is not scrolled.
pub fn outline(layout: &Layout, fold: Option<f64>, frame: &Frame) -> Vec<Draw> {
    let mut out = wireframe(layout, frame);
    out.extend(fold.filter(|fold| *fold < frame.page.1).map(|fold| {
        let points = vec![frame.place(0.0, fold), frame.place(frame.page.0, fold)];
        Draw::Line { points, width: 1.0, ink: Paint::Text2.at(0.5) }
    }));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::{Gaze, recording::tests::recording};

    fn discs(draws: &[Draw], paint: Paint) -> Vec<(f64, f64)> {
        let of = |draw: &Draw| match draw {
            Draw::Disc { at, ink, .. } if ink.paint == paint => Some(*at),
            _ => None,
        };
        draws.iter().filter_map(of).collect()
    }

    fn rings(draws: &[Draw]) -> usize {
        draws.iter().filter(|draw| matches!(draw, Draw::Ring { .. })).count()
    }

    fn frame() -> Frame {
        Frame::new((100.0, 100.0), (200.0, 200.0), Gaze::default())
    }

    #[test]
    fn each_click_is_where_it_happened_with_a_mark_of_its_kind() {
        let all = session_marks_over(&recording(), &frame(), Layers::ALL, None);
        assert_eq!(discs(&all, Paint::Click), [(40.0, 100.0)]);
        assert_eq!((rings(&all), discs(&all, Paint::Surface)), (1, vec![(60.0, 100.0)]), "the dead one");
        assert_eq!(discs(&all, Paint::Rage), [(80.0, 100.0)]);
        assert!(discs(&all, Paint::Move).is_empty(), "the pointer is nowhere once all is shown");
    }

    #[test]
    fn only_what_had_happened_by_then() {
        let then = session_marks_over(&recording(), &frame(), Layers::ALL, Some(25));
        assert_eq!(discs(&then, Paint::Move), [(40.0, 100.0)], "the pointer");
        assert_eq!((discs(&then, Paint::Click).len(), rings(&then)), (1, 0));
        assert!(discs(&then, Paint::Rage).is_empty());
    }

    #[test]
    fn clicks_are_not_drawn_into_movement_unless_asked_for() {
        let moves = session_marks_over(&recording(), &frame(), Layers::MOVES, Some(40));
        assert_eq!((moves.len(), discs(&moves, Paint::Move).len()), (2, 1), "the pointer alone");
    }
}
