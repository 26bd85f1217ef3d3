//! What a canvas shows: its size, its draw commands, what can be pointed at and what is said of it.

use std::rc::Rc;

use pulse_core::{analyze::PageHeatmap, model::Millis, wire::SessionMap};

use super::{
    Draw, Frame, Kind, Layers, Mark, PageLayer, Recording, Size, Spot, TrailMode,
    frame::{heatmap_size, session_size},
    layers::{page_layers, session_layers},
    marks::{around, cells_around, innermost, nearest, page_marks, session_marks},
};
use crate::format;

/// How far from the pointer things count as near, in CSS pixels.
const NEAR: f64 = 18.0;

/// A map, and how it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Scene {
    /// One session.
    Session {
        /// What was recorded.
        recording: Rc<Recording>,
        /// What is shown.
        layers: Layers,
        /// How movement is drawn.
        mode: TrailMode,
        /// The time up to which things are drawn.
        until: Option<Millis>,
        /// When the session began: times are said from here.
        origin: Millis,
    },
    /// All sessions of a page.
    Page {
        /// What was recorded.
        map: Rc<PageHeatmap>,
        /// What is shown.
        layer: PageLayer,
        /// Whether the page's outline is under it.
        outline: bool,
    },
}

impl Scene {
    /// Size of the page.
    pub fn size(&self) -> Size {
        match self {
            Self::Session { recording, .. } => session_size(recording),
            Self::Page { map, .. } => heatmap_size(map),
        }
    }

    /// What is drawn.
    pub fn draw(&self, frame: &Frame) -> Vec<Draw> {
        match self {
            Self::Session { recording, layers, mode, until, .. } => {
                session_layers(recording, frame, *layers, *mode, *until)
            }
            Self::Page { map, layer, outline } => page_layers(map, frame, *layer, *outline),
        }
    }

    /// Where the pointer is at the time of the replay.
    pub fn head(&self) -> Option<(f64, f64)> {
        match self {
            Self::Session { recording, until: Some(until), .. } => recording.moves.head(*until),
            _ => None,
        }
    }

    /// What can be stepped through: the marks of the layers that are shown.
    pub fn marks(&self) -> Vec<Mark> {
        let (mut marks, layers, until) = match self {
            Self::Session { recording, layers, until, .. } => (session_marks(recording), layers, *until),
            Self::Page { map, layer, .. } => return page_marks(map, *layer),
        };
        marks.retain(|mark| {
            let shown = match mark.kind {
                Kind::Click => layers.clicks,
                Kind::Rage(_) => layers.rage,
                Kind::Stroke | Kind::Dense => layers.moves,
            };
            shown && until.is_none_or(|until| mark.at.is_none_or(|at| at <= until))
        });
        marks
    }

    /// What a pointer at `at` means, of the scene's marks, and what is said of the place.
    pub fn point_at(&self, frame: &Frame, at: (f64, f64), marks: &[Mark]) -> (Option<Spot>, String) {
        let place = frame.page(at);
        let reach = NEAR / frame.scale;
        let (meant, near) = match self {
            Self::Session { .. } => (nearest(marks, place, reach), self.near(place, reach)),
            Self::Page { .. } => match innermost(marks, place) {
                Some(i) => (Some(i), String::new()),
                None => (None, self.near(place, reach)),
            },
        };
        match meant {
            Some(i) => (Some(marks[i].spot()), self.describe(&marks[i]) + &near),
            None => (None, format!("{}{near}", px(place.0, place.1))),
        }
    }

    /// What is said of a mark.
    pub fn describe(&self, mark: &Mark) -> String {
        let mut text = match (mark.kind, mark.count) {
            (Kind::Click, 1) => "Click".to_owned(),
            (Kind::Click, n) => format::count(n, "click"),
            (Kind::Rage(0), n) => format::count(n, "rage burst"),
            (Kind::Rage(span), n) => format!("Rage burst, {} in {}", format::count(n, "click"), format::span(span)),
            (Kind::Stroke, n) => format!("Stroke of {} begins", format::count(n, "position")),
            (Kind::Dense, n) => format::count(n, "position"),
        };
        if let Some(label) = &mark.label {
            text += &format!(" on {label}");
        }
        if let (Self::Page { map, .. }, Kind::Click) = (self, mark.kind) {
            text += &format!(", {} of all", share_of_clicks(map, mark.count));
        }
        if mark.dead > 0 {
            text += &format!(", {} without effect", format::grouped(mark.dead));
        }
        if let Some(at) = mark.at {
            text += &format!(" at {}", self.clock(at));
        }
        text + &format!(", {}", px(mark.x, mark.y))
    }

    /// What is said while nothing is pointed at.
    pub fn describe_all(&self) -> String {
        match self {
            Self::Session { recording, layers, .. } if layers.moves => format!(
                "{} in {}",
                format::count(recording.moves.len() as u64, "position"),
                format::count(recording.moves.strokes() as u64, "stroke")
            ),
            Self::Session { recording, .. } => clicks_and_bursts(&recording.map),
            Self::Page { map, layer, .. } => {
                let sessions = format::count(map.sessions, "session");
                let shown = match layer {
                    PageLayer::Moves => format::count(map.shown, "position"),
                    PageLayer::Clicks => match (clicks(map), sum(&map.dead_clicks)) {
                        (all, 0) => format::count(all, "click"),
                        (all, dead) => {
                            format!("{}, {} without effect (grey),", format::count(all, "click"), format::grouped(dead))
                        }
                    },
                    PageLayer::Rage => format::count(sum(&map.rage_clicks), "rage burst"),
                };
                format!("{shown} in {sessions}")
            }
        }
    }

    fn near(&self, place: (f64, f64), reach: f64) -> String {
        match self {
            Self::Session { layers, .. } if !layers.moves => String::new(),
            Self::Session { recording, .. } => match around(&recording.moves, place, reach) {
                None => String::new(),
                Some((n, first, last)) => {
                    let (n, first, last) = (format::count(n, "position"), self.clock(first), self.clock(last));
                    if first == last {
                        format!(", {n} near, {first}")
                    } else {
                        format!(", {n} near, {first} to {last}")
                    }
                }
            },
            Self::Page { map, layer, .. } => {
                let (cells, noun) = match layer {
                    PageLayer::Moves => (&map.cells, "position"),
                    PageLayer::Clicks => (&map.clicks, "click"),
                    PageLayer::Rage => (&map.rage_clicks, "rage burst"),
                };
                match cells_around(cells, map.cell, place, reach) {
                    0 => String::new(),
                    n => format!(", {} near", format::count(n, noun)),
                }
            }
        }
    }

    fn clock(&self, at: Millis) -> String {
        match self {
            Self::Session { origin, .. } => format::clock(at - origin),
            Self::Page { .. } => String::new(),
        }
    }
}

/// `25 clicks, 2 rage bursts`: the clicks of bursts are told as bursts.
pub fn clicks_and_bursts(map: &SessionMap) -> String {
    let clicks = map.clicks.iter().filter(|click| !click.rage).count() as u64;
    let bursts = map.rage_clicks.len() as u64;
    format!("{}, {}", format::count(clicks, "normal click"), format::count(bursts, "rage burst"))
}

/// Clicks of all sessions on the map.
fn clicks(map: &PageHeatmap) -> u64 {
    sum(&map.clicks)
}

fn sum(cells: &[(i32, i32, u64)]) -> u64 {
    cells.iter().map(|cell| cell.2).sum()
}

/// What share of all clicks on a page this many are.
pub(super) fn share_of_clicks(map: &PageHeatmap, count: u64) -> String {
    format::share(count as f64 / clicks(map).max(1) as f64)
}

fn px(x: f64, y: f64) -> String {
    format!("{} × {} px", x.round(), y.round())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scene(layers: Layers, until: Option<Millis>) -> Scene {
        let map = serde_json::json!({
            "pages": [], "page": "http://s.test/",
            "moves": {"t0": 61_000, "t": [0, 2_000], "x": [10, -8], "y": [10, -10], "strokes": [0, 1]},
            "clicks": [{"x": 400, "y": 80, "timestamp": 122_000, "rage": false,
                        "element": {"path": "#pay", "label": "Pay with Orbit"}}],
            "rage_clicks": [{"x": 900, "y": 80, "timestamp": 130_000, "count": 7, "span_ms": 1_900}],
            "document": {"w": 1000, "h": 500}, "total": 2
        });
        Scene::Session {
            recording: Rc::new(serde_json::from_value::<SessionMap>(map).unwrap().into()),
            layers,
            mode: TrailMode::Both,
            until,
            origin: 1_000,
        }
    }

    #[test]
    fn a_mark_is_told_with_its_element_time_and_place() {
        let scene = scene(Layers::ALL, None);
        let told: Vec<String> = scene.marks().iter().map(|mark| scene.describe(mark)).collect();
        assert_eq!(
            told,
            [
                "Stroke of 1 position begins at 1:00, 10 × 10 px",
                "Stroke of 1 position begins at 1:02, 12 × 10 px",
                "Click on Pay with Orbit at 2:01, 400 × 80 px",
                "Rage burst, 7 clicks in 1.9 s at 2:09, 900 × 80 px",
            ]
        );
        assert_eq!(scene.describe_all(), "2 positions in 2 strokes");
    }

    #[test]
    fn pointing_finds_the_mark_or_counts_positions() {
        let scene = scene(Layers::ALL, None);
        let frame = Frame::fit(scene.size(), 500.0);
        let marks = scene.marks();
        let (mark, text) = scene.point_at(&frame, (203.0, 42.0), &marks);
        assert_eq!(mark, Some(Spot::Place((400.0, 80.0))));
        assert!(text.starts_with("Click on Pay with Orbit"));
        let (mark, text) = scene.point_at(&frame, (5.0, 5.0), &marks);
        assert_eq!((mark, text.as_str()), (None, "10 × 10 px, 2 positions near, 1:00 to 1:02"));
    }

    #[test]
    fn hidden_layers_and_later_marks_are_not_stepped_through() {
        assert_eq!(scene(Layers { moves: false, ..Layers::ALL }, None).marks().len(), 2);
        assert_eq!(scene(Layers::ALL, Some(62_000)).marks().len(), 1);
        assert_eq!(scene(Layers::MOVES, None).marks().len(), 2);
    }

    #[test]
    fn a_page_is_told_in_the_layer_that_is_shown() {
        let scene = |layer| Scene::Page { map: Rc::new(crate::map::marks::tests::page()), layer, outline: true };
        let told = |layer| scene(layer).describe_all();
        assert_eq!(told(PageLayer::Moves), "9 positions in 4 sessions");
        assert_eq!(told(PageLayer::Clicks), "8 clicks, 4 without effect (grey), in 4 sessions");
        assert_eq!(told(PageLayer::Rage), "3 rage bursts in 4 sessions");
        let clicks = scene(PageLayer::Clicks);
        let (marks, frame) = (clicks.marks(), Frame::fit((1000.0, 1000.0), 1000.0));
        let (spot, text) = clicks.point_at(&frame, (40.0, 20.0), &marks);
        assert_eq!(spot, Some(Spot::Box([30.0, 10.0, 60.0, 30.0])));
        assert_eq!(text, "5 clicks on Pay, 62 % of all, 2 without effect, 60 × 25 px");
        let moves = scene(PageLayer::Moves);
        assert_eq!(moves.point_at(&frame, (12.0, 5.0), &moves.marks()).1, "12 × 5 px, 9 positions near");
    }
}
