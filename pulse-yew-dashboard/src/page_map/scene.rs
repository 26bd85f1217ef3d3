//! A page's map as a canvas shows it: its size, its draw commands, what can be pointed at and what is said of it.

use std::rc::Rc;

use pulse_core::analyze::{HeatmapMode, page::What};

use super::{
    PageData, PageLayer,
    boxes::boxes,
    density::squares,
    marks::{innermost, page_marks, within},
    reach::{at_depth, reach, with_bands},
};
use crate::{
    format,
    map::{Draw, Frame, Mark, Size, Spot, outline, page_size},
    route::{At, Filter},
};

/// How far from the pointer things count as near, in CSS pixels.
const NEAR: f64 = 18.0;

/// All visits to a page, and how they are looked at.
#[derive(Debug, Clone)]
pub struct PageScene {
    /// What was counted.
    pub data: Rc<PageData>,
    /// What is shown.
    pub layer: PageLayer,
    /// Whether the page's outline is under it.
    pub outline: bool,
}

/// Maps are compared by where they are, as recordings are: an equal answer leaves the one that is there.
impl PartialEq for PageScene {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.data, &other.data) && (self.layer, self.outline) == (other.layer, other.outline)
    }
}

impl PageScene {
    /// Size of the page, with what stands beside it.
    pub fn size(&self) -> Size {
        match self.layer {
            PageLayer::Reach => with_bands(self.page()),
            _ => self.page(),
        }
    }

    fn page(&self) -> Size {
        let [document, window] = self.data.sizes();
        page_size(document, window, self.data.map.layout.as_ref(), self.data.corners(self.layer))
    }

    /// What is drawn.
    pub fn draw(&self, frame: &Frame) -> Vec<Draw> {
        let layout = self.data.map.layout.as_ref().filter(|_| self.outline);
        let fold = self.data.map.fold.filter(|_| self.layer != PageLayer::Reach);
        let mut out = layout.map(|layout| outline(layout, fold, frame)).unwrap_or_default();
        out.extend(match self.layer {
            PageLayer::Reach => reach(&self.data, self.page(), frame),
            layer if self.by_element() => boxes(&self.marks(), frame, layer.paint()),
            layer => squares(self.data.cells(layer), self.data.side(), frame, layer.paint()),
        });
        out
    }

    /// What can be stepped through.
    pub fn marks(&self) -> Vec<Mark> {
        page_marks(&self.data, self.layer)
    }

    /// What a pointer at `at` means, of the scene's marks, and what is said of the place.
    pub fn point_at(&self, frame: &Frame, at: (f64, f64), marks: &[Mark]) -> (Option<Spot>, String) {
        let place = frame.page(at);
        if self.layer == PageLayer::Reach {
            return (None, at_depth(&self.data, place.1 / self.page().1.max(1.0)));
        }
        if self.by_element() {
            let mark = innermost(marks, place).and_then(|i| marks.get(i));
            return mark.map_or_else(|| (None, self.describe_all()), |mark| (Some(mark.spot()), self.describe(mark)));
        }
        let square @ [left, top, side] = self.square(place, self.cells(frame));
        match within(&self.data, self.layer, square) {
            0 => (None, self.describe_all()),
            count => (Some(Spot::Box([left, top, side, side])), self.layer.counted(count) + " here"),
        }
    }

    /// The square around a place of the page, so many cells wide: left, top and side in px of the page.
    fn square(&self, (x, y): (f64, f64), cells: u32) -> [f64; 3] {
        let side = self.data.side() * f64::from(cells);
        [(x / side).floor() * side, (y / side).floor() * side, side]
    }

    /// Cells on each side of the square that is pointed at.
    fn cells(&self, frame: &Frame) -> u32 {
        ((2.0 * NEAR / frame.scale / self.data.side()).round() as u32).clamp(1, 8)
    }

    /// The visits behind a place that is pointed at, or behind a mark; none where there are none.
    pub fn visits(&self, frame: &Frame, at: Result<(f64, f64), &Mark>, marks: &[Mark]) -> Option<Filter> {
        let what = match self.layer {
            PageLayer::Moves | PageLayer::Attention => What::Moves,
            PageLayer::Clicks | PageLayer::Errors => What::Clicks,
            PageLayer::Rage => What::Rage,
            PageLayer::Dead => What::Dead,
            PageLayer::Reach => return None,
        };
        let page = Filter::of_page(Some(self.data.map.page.clone()));
        if self.by_element() {
            let mark = match at {
                Ok(at) => marks.get(innermost(marks, frame.page(at))?)?,
                Err(mark) => mark,
            };
            // The server knows who clicked an element, not what came of it.
            let marks = [self.layer == PageLayer::Rage, self.layer == PageLayer::Errors, false, false];
            return Some(Filter { element: Some(mark.path.clone()?), marks, ..page });
        }
        let (place, cells) = match at {
            Ok(at) => (frame.page(at), self.cells(frame)),
            Err(mark) => ((mark.x, mark.y), 1),
        };
        let square @ [left, top, side] = self.square(place, cells);
        let cell = self.data.map.cell.max(1) * cells;
        let at = |from: f64| ((from / side).round() * f64::from(cell)) as i64;
        (within(&self.data, self.layer, square) > 0).then(|| Filter {
            at: Some(At {
                x: at(left),
                y: at(top),
                cell,
                what,
                is_window: self.data.map.mode == HeatmapMode::Viewport,
            }),
            ..page
        })
    }

    /// What is said of a mark.
    pub fn describe(&self, mark: &Mark) -> String {
        let on = mark.label.as_ref().map(|label| format!(" on {label}")).unwrap_or_default();
        let all = self.data.total(self.layer).max(1);
        let share = format::percent(mark.count as f64 / all as f64);
        format!("{}{on}, {share} of all", self.layer.counted(mark.count))
    }

    /// What is said while nothing is pointed at.
    pub fn describe_all(&self) -> String {
        let visits = format::count(self.data.map.sessions, "visit");
        match self.layer {
            PageLayer::Reach => format!("How far down people came, in {visits}"),
            layer => format!("{} in {visits}", layer.counted(self.data.total(layer))),
        }
    }

    fn by_element(&self) -> bool {
        self.data.map.mode == HeatmapMode::Element
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{map::Paint, page_map::marks::tests::page};

    fn scene(mode: HeatmapMode, layer: PageLayer) -> PageScene {
        PageScene { data: Rc::new(page(mode)), layer, outline: true }
    }

    #[test]
    fn a_page_is_told_in_the_layer_that_is_shown() {
        let told = |mode, layer| scene(mode, layer).describe_all();
        assert_eq!(told(HeatmapMode::Page, PageLayer::Moves), "9 points in 4 visits");
        assert_eq!(told(HeatmapMode::Page, PageLayer::Clicks), "8 clicks in 4 visits");
        assert_eq!(told(HeatmapMode::Page, PageLayer::Dead), "4 dead clicks in 4 visits");
        assert_eq!(told(HeatmapMode::Element, PageLayer::Rage), "3 rage clicks in 4 visits");
        assert_eq!(told(HeatmapMode::Element, PageLayer::Errors), "0 clicks with an error in 4 visits");
        let clicks = scene(HeatmapMode::Element, PageLayer::Clicks);
        let (marks, frame) = (clicks.marks(), Frame::fit((1000.0, 1000.0), 1000.0));
        let (spot, text) = clicks.point_at(&frame, (40.0, 20.0), &marks);
        assert_eq!(spot, Some(Spot::Box([30.0, 10.0, 60.0, 30.0])));
        assert_eq!(text, "5 clicks on Pay, 63 % of all");
        let moves = scene(HeatmapMode::Page, PageLayer::Moves);
        let (spot, text) = moves.point_at(&frame, (12.0, 5.0), &moves.marks());
        assert_eq!((spot, text.as_str()), (Some(Spot::Box([0.0, 0.0, 40.0, 40.0])), "9 points here"));
    }

    #[test]
    fn a_spot_leads_to_its_visits() {
        let frame = Frame::fit((1000.0, 1000.0), 1000.0);
        let pointed = |mode, layer, at| {
            let scene = scene(mode, layer);
            scene.visits(&frame, Ok(at), &scene.marks())
        };
        let clicked = pointed(HeatmapMode::Element, PageLayer::Clicks, (40.0, 20.0)).unwrap();
        assert_eq!((clicked.page.as_deref(), clicked.element.as_deref()), (Some("http://s.test/"), Some("#pay")));
        let enraged = pointed(HeatmapMode::Element, PageLayer::Rage, (40.0, 20.0)).unwrap();
        assert!(enraged.marks[0], "of those who clicked it, those with rage");
        assert_eq!(pointed(HeatmapMode::Element, PageLayer::Clicks, (900.0, 900.0)), None);
        let dead = pointed(HeatmapMode::Page, PageLayer::Dead, (45.0, 25.0)).unwrap();
        let at = At { x: 40, y: 0, cell: 40, what: What::Dead, is_window: false };
        assert_eq!(dead.at, Some(at));
        assert_eq!(pointed(HeatmapMode::Page, PageLayer::Dead, (945.0, 25.0)), None, "nobody clicked there");
        assert_eq!(pointed(HeatmapMode::Page, PageLayer::Reach, (45.0, 25.0)), None);
        let window = pointed(HeatmapMode::Viewport, PageLayer::Moves, (3.0, 3.0)).unwrap().at.unwrap();
        assert_eq!((window.cell, window.is_window), (70, true));
        let moves = scene(HeatmapMode::Page, PageLayer::Moves);
        let densest = &moves.marks()[0];
        let at = At { x: 0, y: 0, cell: 10, what: What::Moves, is_window: false };
        assert_eq!(moves.visits(&frame, Err(densest), &[]).unwrap().at, Some(at));
    }

    #[test]
    fn a_layer_is_drawn_in_its_own_colour_alone() {
        let frame = Frame::fit((1000.0, 1000.0), 1000.0);
        let inks = |mode, layer| {
            let ink = |draw: Draw| match draw {
                Draw::Squares { ink, .. } => Some(ink.paint),
                Draw::Rect { stroke: Some(ink), .. } => Some(ink.paint),
                _ => None,
            };
            let mut inks: Vec<Paint> = scene(mode, layer).draw(&frame).into_iter().filter_map(ink).collect();
            inks.dedup();
            inks
        };
        assert_eq!(inks(HeatmapMode::Page, PageLayer::Moves), [Paint::Move]);
        assert_eq!(inks(HeatmapMode::Page, PageLayer::Clicks), [Paint::Click]);
        assert_eq!(inks(HeatmapMode::Page, PageLayer::Rage), [Paint::Rage]);
        assert_eq!(inks(HeatmapMode::Element, PageLayer::Clicks), [Paint::Click]);
        assert_eq!(inks(HeatmapMode::Element, PageLayer::Dead), [Paint::Text2]);
    }
}
