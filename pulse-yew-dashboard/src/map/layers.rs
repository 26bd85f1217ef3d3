//! Layers on top of each other: the page, movement, clicks, rage.

use pulse_core::model::{Layout, Millis};

use super::{Draw, Frame, Layers, Recording, TrailMode, clicks, trails::trails, wireframe::wireframe};

/// One session on one page, up to a time.
pub(super) fn session_layers(
    recording: &Recording,
    frame: &Frame,
    layers: Layers,
    mode: TrailMode,
    until: Option<Millis>,
) -> Vec<Draw> {
    let map = &recording.map;
    let mut out = outline(map.layout.as_ref(), frame, layers.outline);
    if layers.moves {
        out.extend(trails(&recording.moves, frame, mode, until));
    }
    if layers.clicks {
        out.extend(clicks::clicks(map, frame, until));
    }
    if layers.rage {
        out.extend(clicks::bursts(map, frame, until));
    }
    out
}

fn outline(layout: Option<&Layout>, frame: &Frame, shown: bool) -> Vec<Draw> {
    layout.filter(|_| shown).map(|layout| wireframe(layout, frame)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::map::Paint;

    fn map() -> Recording {
        let map: pulse_core::wire::SessionMap = serde_json::from_value(serde_json::json!({
            "pages": ["http://s.test/"], "page": "http://s.test/",
            "moves": {"t0": 10, "t": [0, 10, 10, 10], "x": [10, 0, 0, 0], "y": [50, -50, 0, 0], "strokes": [0, 3]},
            "clicks": [{"x": 20, "y": 50, "timestamp": 20, "rage": false}, {"x": 40, "y": 50, "timestamp": 40, "rage": true}],
            "rage_clicks": [{"x": 40, "y": 50, "timestamp": 40, "count": 5, "span_ms": 900}],
            "layout": {"hash": "a", "boxes": [{"k": "image", "r": [0, 0, 10, 10]}]},
            "document": {"w": 100, "h": 100}, "total": 4
        }))
        .unwrap();
        map.into()
    }

    fn discs(draws: &[Draw], paint: Paint) -> Vec<(f64, f64)> {
        let of = |draw: &Draw| match draw {
            Draw::Disc { at, ink, .. } if ink.paint == paint => vec![*at],
            Draw::Dots { at, ink, .. } if ink.paint == paint => at.clone(),
            _ => Vec::new(),
        };
        draws.iter().flat_map(of).collect()
    }

    #[test]
    fn everything_is_where_it_happened() {
        let frame = Frame::fit((100.0, 100.0), 200.0);
        let all = session_layers(&map(), &frame, Layers::ALL, TrailMode::Both, None);
        assert_eq!(discs(&all, Paint::Move), [(20.0, 100.0), (40.0, 100.0), (60.0, 100.0), (80.0, 100.0)]);
        assert_eq!(discs(&all, Paint::Click), [(40.0, 100.0)]);
        assert_eq!(discs(&all, Paint::Rage), [(80.0, 100.0)]);
        let lines = all.iter().filter(|draw| matches!(draw, Draw::Line { points, .. } if points.len() == 3));
        assert_eq!(lines.count(), 1);
    }

    #[test]
    fn only_what_had_happened_by_then() {
        let frame = Frame::fit((100.0, 100.0), 100.0);
        let then = session_layers(&map(), &frame, Layers::ALL, TrailMode::Dots, Some(25));
        // Two positions, and the pointer on the second.
        assert_eq!(discs(&then, Paint::Move), [(10.0, 50.0), (20.0, 50.0), (20.0, 50.0)]);
        assert_eq!(discs(&then, Paint::Click).len(), 1);
        assert!(discs(&then, Paint::Rage).is_empty());
    }

    #[test]
    fn a_hidden_layer_is_not_drawn() {
        let frame = Frame::fit((100.0, 100.0), 100.0);
        let none = Layers { moves: false, clicks: false, rage: false, outline: false };
        assert!(session_layers(&map(), &frame, none, TrailMode::Both, None).is_empty());
        let outline = Layers { outline: true, ..none };
        assert_eq!(session_layers(&map(), &frame, outline, TrailMode::Both, None).len(), 1);
    }
}
