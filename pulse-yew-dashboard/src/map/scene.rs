//! What a canvas shows: its size, what is drawn, what can be pointed at and what is said of it.

use std::rc::Rc;

use pulse_core::model::Millis;

use super::{
    Draw, Frame, Kind, Layers, Mark, Movement, Outcome, Paint, Recording, Size, Spot, TrailMode,
    layers::{outline, session_marks_over},
    marks::{around, nearest, session_marks},
};
use crate::{format, page_map::PageScene};

/// How far from the pointer things count as near, in CSS pixels.
const NEAR: f64 = 18.0;

/// A map, and how it is looked at.
#[derive(Debug, Clone)]
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
        /// The part of the page that the visitor's window showed at that time.
        window: Option<[f64; 4]>,
    },
    /// All sessions of a page.
    Page(PageScene),
}

/// Recordings are compared by where they are: an equal answer of the server leaves the one that is there, and to compare
/// 100,000 positions with themselves takes longer than to draw what changed.
impl PartialEq for Scene {
    fn eq(&self, other: &Self) -> bool {
        let is_same = match (self, other) {
            (Self::Session { until, window, .. }, Self::Session { until: other, window: beside, .. }) => {
                (until, window) == (other, beside)
            }
            _ => true,
        };
        is_same && self.is_still(other)
    }
}

impl Scene {
    /// Size of the page.
    pub fn size(&self) -> Size {
        match self {
            Self::Session { recording, .. } => recording.size,
            Self::Page(page) => page.size(),
        }
    }

    /// Whether another scene differs from this one by its time at most.
    pub fn is_still(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Session { recording, layers, mode, origin, .. },
                Self::Session { recording: other, layers: on, mode: how, origin: from, .. },
            ) => Rc::ptr_eq(recording, other) && (layers, mode, origin) == (on, how, from),
            (Self::Page(page), Self::Page(other)) => page == other,
            _ => false,
        }
    }

    /// What lies under everything else: the page's outline, and what all visits sum up to.
    pub fn ground(&self, frame: &Frame) -> Vec<Draw> {
        match self {
            Self::Session { recording, layers, .. } => {
                let fold = recording.map.viewport.map(|window| window.h);
                let layout = recording.map.layout.as_ref().filter(|_| layers.outline);
                layout.map(|layout| outline(layout, fold, frame)).unwrap_or_default()
            }
            Self::Page(page) => page.draw(frame),
        }
    }

    /// The movement that is shown, if any is.
    pub fn movement(&self) -> Option<Movement> {
        match self {
            Self::Session { recording, layers, mode, until, .. } if layers.moves => {
                Some(Movement { recording: recording.clone(), mode: *mode, until: *until })
            }
            _ => None,
        }
    }

    /// What lies over the movement.
    pub fn over(&self, frame: &Frame) -> Vec<Draw> {
        match self {
            Self::Session { recording, layers, until, window, .. } => {
                let mut out = Vec::new();
                if let Some(window) = window {
                    let (rect, stroke) = (frame.rect(*window), Some(Paint::Text2.solid()));
                    out.push(Draw::Rect { rect, radius: 6.0, fill: None, stroke });
                }
                out.extend(session_marks_over(recording, frame, *layers, *until));
                out
            }
            Self::Page(_) => Vec::new(),
        }
    }

    /// What is to be in sight at the time of the replay: the visitor's window, else where the pointer is.
    pub fn focus(&self) -> Option<[f64; 4]> {
        match self {
            Self::Session { recording, until: Some(until), window, .. } => {
                window.or_else(|| recording.moves.head(*until).map(|(x, y)| [x, y, 0.0, 0.0]))
            }
            _ => None,
        }
    }

    /// What can be stepped through: the marks of the layers that are shown.
    pub fn marks(&self) -> Vec<Mark> {
        let (mut marks, layers) = match self {
            Self::Session { recording, layers, .. } => (session_marks(recording), layers),
            Self::Page(page) => return page.marks(),
        };
        marks.retain(|mark| match mark.kind {
            Kind::Click | Kind::Dead | Kind::Error => layers.clicks,
            Kind::Rage(_) => layers.rage,
            Kind::Stroke | Kind::Dense => layers.moves,
        });
        marks
    }

    /// How many of its marks had come by the time that is shown.
    pub fn seen(&self, marks: &[Mark]) -> usize {
        match self {
            Self::Session { until: Some(until), .. } => {
                marks.partition_point(|mark| mark.at.is_none_or(|at| at <= *until))
            }
            _ => marks.len(),
        }
    }

    /// What a pointer at `at` means, of the scene's marks, and what is said of the place.
    pub fn point_at(&self, frame: &Frame, at: (f64, f64), marks: &[Mark]) -> (Option<Spot>, String) {
        if let Self::Page(page) = self {
            return page.point_at(frame, at, marks);
        }
        let place = frame.page(at);
        let reach = NEAR / frame.scale;
        let (meant, near) = (nearest(marks, place, reach), self.near(place, reach));
        match meant {
            Some(i) => (Some(marks[i].spot()), self.describe(&marks[i]) + &near),
            None => (None, format!("{}{near}", px(place.0, place.1))),
        }
    }

    /// What is said of a mark.
    pub fn describe(&self, mark: &Mark) -> String {
        if let Self::Page(page) = self {
            return page.describe(mark);
        }
        let mut text = match (mark.kind, mark.count) {
            (Kind::Click, 1) => "Click".to_owned(),
            (Kind::Click, n) => format::count(n, "click"),
            (Kind::Dead, _) => "Click that nothing answered".to_owned(),
            (Kind::Error, _) => "Click that an error followed".to_owned(),
            (Kind::Rage(0), n) => format::count(n, "rage click"),
            (Kind::Rage(span), n) => format!("Rage, {} in {}", format::count(n, "click"), format::span(span)),
            (Kind::Stroke, n) => format!("Movement of {} begins", format::count(n, "point")),
            (Kind::Dense, n) => format::count(n, "point"),
        };
        if let Some(label) = &mark.label {
            text += &format!(" on {label}");
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
                "{}, {}",
                format::count(recording.moves.strokes() as u64, "movement"),
                format::count(recording.moves.len() as u64, "point")
            ),
            Self::Session { recording, .. } => clicks_and_bursts(recording),
            Self::Page(page) => page.describe_all(),
        }
    }

    fn near(&self, place: (f64, f64), reach: f64) -> String {
        match self {
            Self::Session { layers, .. } if !layers.moves => String::new(),
            Self::Session { recording, .. } => match around(&recording.moves, place, reach) {
                None => String::new(),
                Some((n, first, last)) => {
                    let (n, first, last) = (format::count(n, "point"), self.clock(first), self.clock(last));
                    if first == last {
                        format!(", {n} near, {first}")
                    } else {
                        format!(", {n} near, {first} to {last}")
                    }
                }
            },
            Self::Page(_) => String::new(),
        }
    }

    fn clock(&self, at: Millis) -> String {
        match self {
            Self::Session { origin, .. } => format::clock(at - origin),
            Self::Page(_) => String::new(),
        }
    }
}

/// `25 clicks, 1 dead, 2 rage clicks`: the clicks of bursts are told as bursts.
pub fn clicks_and_bursts(recording: &Recording) -> String {
    let of = |outcome| recording.clicks.iter().filter(|click| click.outcome == outcome).count() as u64;
    let mut text = format::count(of(Outcome::Answered), "click");
    for (outcome, name) in [(Outcome::Dead, "dead click"), (Outcome::Error, "error click")] {
        if of(outcome) > 0 {
            text += &format!(", {}", format::count(of(outcome), name));
        }
    }
    text + &format!(", {}", format::count(recording.map.rage_clicks.len() as u64, "rage click"))
}

fn px(x: f64, y: f64) -> String {
    format!("{} × {} px", x.round(), y.round())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{map::Gaze, summary::Summary};

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
            recording: Rc::new(Recording::new(serde_json::from_value(map).unwrap(), &Summary::default())),
            layers,
            mode: TrailMode::Both,
            until,
            origin: 1_000,
            window: None,
        }
    }

    #[test]
    fn a_mark_is_told_with_its_element_time_and_place() {
        let scene = scene(Layers::ALL, None);
        let told: Vec<String> = scene.marks().iter().map(|mark| scene.describe(mark)).collect();
        assert_eq!(
            told,
            [
                "Movement of 1 point begins at 1:00, 10 × 10 px",
                "Movement of 1 point begins at 1:02, 12 × 10 px",
                "Click on Pay with Orbit at 2:01, 400 × 80 px",
                "Rage, 7 clicks in 1.9 s at 2:09, 900 × 80 px",
            ]
        );
        assert_eq!(scene.describe_all(), "2 movements, 2 points");
    }

    #[test]
    fn pointing_finds_the_mark_or_counts_positions() {
        let scene = scene(Layers::ALL, None);
        let frame = Frame::new(scene.size(), (500.0, 250.0), Gaze::default());
        let marks = scene.marks();
        let (mark, text) = scene.point_at(&frame, (203.0, 42.0), &marks);
        assert_eq!(mark, Some(Spot::Place((400.0, 80.0))));
        assert!(text.starts_with("Click on Pay with Orbit"));
        let (mark, text) = scene.point_at(&frame, (5.0, 5.0), &marks);
        assert_eq!((mark, text.as_str()), (None, "10 × 10 px, 2 points near, 1:00 to 1:02"));
    }

    #[test]
    fn hidden_layers_and_later_marks_are_not_stepped_through() {
        assert_eq!(scene(Layers { moves: false, ..Layers::ALL }, None).marks().len(), 2);
        let then = scene(Layers::ALL, Some(62_000));
        assert_eq!(then.seen(&then.marks()), 1);
        assert_eq!(scene(Layers::MOVES, None).marks().len(), 2);
    }

    #[test]
    fn another_time_is_the_same_scene() {
        let now = scene(Layers::ALL, None);
        let Scene::Session { recording, layers, mode, origin, .. } = now.clone() else { panic!() };
        let then = Scene::Session { recording, layers, mode, until: Some(62_000), origin, window: None };
        assert!(now.is_still(&then) && now != then && now == now.clone());
        assert!(!now.is_still(&scene(Layers::ALL, None)), "another recording");
        assert_eq!(then.focus(), Some([10.0, 10.0, 0.0, 0.0]));
    }
}
