//! A page's map as a canvas shows it: its size, its draw commands, what can be pointed at and what is said of it.

use std::rc::Rc;

use pulse_core::analyze::HeatmapMode;

use super::{
    PageData, PageLayer,
    boxes::boxes,
    density::squares,
    marks::{around, innermost, page_marks},
    reach::{at_depth, reach, with_bands},
};
use crate::{
    format,
    map::{Draw, Frame, Mark, Size, Spot, outline, page_size},
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
        let count = around(&self.data, self.layer, place, NEAR / frame.scale);
        let said = if count == 0 { self.describe_all() } else { format!("{} near", self.layer.counted(count)) };
        (None, said)
    }

    /// What is said of a mark.
    pub fn describe(&self, mark: &Mark) -> String {
        let on = mark.label.as_ref().map(|label| format!(" on {label}")).unwrap_or_default();
        let all = self.data.total(self.layer).max(1);
        let share = format::share(mark.count as f64 / all as f64);
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
    use super::*;
    use crate::{map::Paint, page_map::marks::tests::page};

    fn scene(mode: HeatmapMode, layer: PageLayer) -> PageScene {
        PageScene { data: Rc::new(page(mode)), layer, outline: true }
    }

    #[test]
    fn a_page_is_told_in_the_layer_that_is_shown() {
        let told = |mode, layer| scene(mode, layer).describe_all();
        assert_eq!(told(HeatmapMode::Page, PageLayer::Moves), "9 positions in 4 visits");
        assert_eq!(told(HeatmapMode::Page, PageLayer::Clicks), "8 clicks in 4 visits");
        assert_eq!(told(HeatmapMode::Page, PageLayer::Dead), "4 clicks without effect in 4 visits");
        assert_eq!(told(HeatmapMode::Element, PageLayer::Rage), "3 rage bursts in 4 visits");
        assert_eq!(told(HeatmapMode::Element, PageLayer::Errors), "0 clicks with an error in 4 visits");
        let clicks = scene(HeatmapMode::Element, PageLayer::Clicks);
        let (marks, frame) = (clicks.marks(), Frame::fit((1000.0, 1000.0), 1000.0));
        let (spot, text) = clicks.point_at(&frame, (40.0, 20.0), &marks);
        assert_eq!(spot, Some(Spot::Box([30.0, 10.0, 60.0, 30.0])));
        assert_eq!(text, "5 clicks on Pay, 62 % of all");
        let moves = scene(HeatmapMode::Page, PageLayer::Moves);
        assert_eq!(moves.point_at(&frame, (12.0, 5.0), &moves.marks()).1, "9 positions near");
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
