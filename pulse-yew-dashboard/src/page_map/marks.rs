//! What can be stepped through on a page's map.

use pulse_core::analyze::{ElementMap, HeatmapMode};

use super::{PageData, PageLayer};
use crate::{
    map::{Kind, Mark, Spot},
    order,
};

/// Densest places that can be stepped through.
const DENSEST: usize = 12;
/// Boxes are of one size when each side differs by no more than this, in px.
const SAME_PX: f64 = 2.0;
/// Windows of a band differ by up to 256 px, so that what is centred moves by half of that, and with the lines of text
/// above it a little further down.
const MOVED_PX: f64 = 160.0;

/// What can be stepped through in a layer, most of each first: elements, or cells where places are measured on the page.
pub fn page_marks(data: &PageData, layer: PageLayer) -> Vec<Mark> {
    if data.map.mode != HeatmapMode::Element {
        return cells(data, layer, DENSEST);
    }
    let mark = |of: &ElementMap| {
        let rect = place_of(data, of)?;
        let (count, label) = (layer.of(of), Some(of.element.name().to_owned()));
        let path = Some(of.element.path.clone());
        (count > 0).then(|| Mark {
            label,
            path,
            rect: Some(rect),
            ..Mark::new(Kind::Click, Spot::Box(rect).place(), count)
        })
    };
    let mut marks: Vec<Mark> = data.map.elements.iter().filter_map(mark).collect();
    order::most_first(&mut marks, |mark| mark.count);
    marks
}

/// The box of an element on the outline that is drawn: windows of one band differ by some px, and the element may have
/// been seen last in another than the outline. It is found by its label; without one, by its size, where what is in the
/// middle of the page may have moved by half of what windows differ. Of several, the nearest.
fn place_of(data: &PageData, of: &ElementMap) -> Option<[f64; 4]> {
    let seen = of.element.rect.filter(is_box)?;
    let label = of.element.label.as_deref().map(str::trim).filter(|label| !label.is_empty());
    let boxes = || data.map.layout.iter().flat_map(|layout| &layout.boxes).filter(|b| is_box(&b.r));
    let far = |r: &[f64; 4]| (r[0] - seen[0]).hypot(r[1] - seen[1]);
    let nearest = |a: &[f64; 4], b: &[f64; 4]| far(a).total_cmp(&far(b));
    let named = boxes().filter(|b| label.is_some() && b.l.as_deref().map(str::trim) == label).map(|b| b.r);
    let is_sized = |r: &[f64; 4]| (2..4).all(|side| (r[side] - seen[side]).abs() <= SAME_PX);
    let sized = boxes().map(|b| b.r).filter(|r| is_sized(r) && far(r) <= MOVED_PX);
    named.min_by(nearest).or_else(|| sized.min_by(nearest)).or(Some(seen))
}

/// Whether a box is one: what was recorded may be anything.
fn is_box(rect: &[f64; 4]) -> bool {
    rect.iter().all(|v| v.is_finite()) && rect[2] > 0.0 && rect[3] > 0.0
}

/// The cells with the most, so many of them at most.
pub fn cells(data: &PageData, layer: PageLayer, most: usize) -> Vec<Mark> {
    let side = data.side();
    let mut cells = data.cells(layer).clone();
    order::most_first(&mut cells, |cell| cell.2);
    let mark = |(cx, cy, count): (i32, i32, u64)| {
        let (x, y) = ((f64::from(cx) + 0.5) * side, (f64::from(cy) + 0.5) * side);
        Mark { label: label_at(data, (x, y)), ..Mark::new(Kind::Dense, (x, y), count) }
    };
    cells.into_iter().take(most).map(mark).collect()
}

/// The label of the innermost labelled box at a place.
fn label_at(data: &PageData, place: (f64, f64)) -> Option<String> {
    let boxes = data.map.layout.iter().flat_map(|layout| &layout.boxes);
    boxes.filter(|b| is_inside(b.r, place)).filter_map(|b| b.l.clone()).next_back()
}

fn is_inside([bx, by, bw, bh]: [f64; 4], (x, y): (f64, f64)) -> bool {
    x >= bx && x <= bx + bw && y >= by && y <= by + bh
}

/// The mark whose box is the innermost around a place.
pub(super) fn innermost(marks: &[Mark], place: (f64, f64)) -> Option<usize> {
    let area = |i: usize| marks[i].rect.map_or(f64::INFINITY, |[_, _, w, h]| w * h);
    let around = (0..marks.len()).filter(|i| marks[*i].rect.is_some_and(|rect| is_inside(rect, place)));
    around.min_by(|a, b| area(*a).total_cmp(&area(*b)))
}

/// How much lies in the cells of a square.
pub(super) fn within(data: &PageData, layer: PageLayer, [left, top, side]: [f64; 3]) -> u64 {
    let cell = data.side();
    let is_in = |from: f64, at: i32| (from..from + side).contains(&((f64::from(at) + 0.5) * cell));
    data.cells(layer).iter().filter(|(x, y, _)| is_in(left, *x) && is_in(top, *y)).map(|cell| cell.2).sum()
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A page of 1000 x 1000 px with cells of 10 px, two buttons, and a third element whose box is not known.
    pub(in crate::page_map) fn page(mode: HeatmapMode) -> PageData {
        let button = |path: &str, label: &str, rect: Option<[f64; 4]>| serde_json::json!({"path": path, "tag": "button", "label": label, "rect": rect});
        let of = |element, clicks: u64, rage: u64, dead: u64| {
            serde_json::json!({"element": element, "clicks": clicks, "rage": rage, "dead": dead,
                "error_clicks": 0, "sessions": clicks, "cells": []})
        };
        let map: pulse_core::wire::PageMap = serde_json::from_value(serde_json::json!({
            "page": "http://s.test/", "mode": mode, "cell": 10, "sessions": 4, "total": 9, "shown": 9,
            "cells": {"x": [0, 1], "y": [0, 0], "n": [8, 1]}, "clicks": {"x": [4, 5], "y": [2, 7], "n": [6, 2]},
            "dead_clicks": {"x": [4, 5], "y": [2, 7], "n": [2, 2]}, "rage_clicks": {"x": [4], "y": [2], "n": [3]},
            "viewport": {"w": 500, "h": 400},
            "elements": [
                of(button("#card", "Card", Some([0.0, 0.0, 300.0, 200.0])), 1, 0, 0),
                of(button("#pay", "Pay", Some([30.0, 10.0, 60.0, 30.0])), 5, 3, 2),
                of(button("#lost", "Lost", None), 2, 0, 0)
            ]
        }))
        .unwrap();
        map.into()
    }

    #[test]
    fn a_layer_is_stepped_through_by_its_elements_or_its_densest_places() {
        let steps = |mode, layer| {
            let marks = page_marks(&page(mode), layer);
            marks.into_iter().map(|mark| (mark.label.unwrap_or_default(), mark.count)).collect::<Vec<_>>()
        };
        assert_eq!(steps(HeatmapMode::Page, PageLayer::Moves), [(String::new(), 8), (String::new(), 1)]);
        assert_eq!(steps(HeatmapMode::Element, PageLayer::Clicks), [("Pay".to_owned(), 5), ("Card".to_owned(), 1)]);
        assert_eq!(steps(HeatmapMode::Element, PageLayer::Rage), [("Pay".to_owned(), 3)]);
        assert_eq!(steps(HeatmapMode::Element, PageLayer::Errors), []);
        assert_eq!(steps(HeatmapMode::Page, PageLayer::Clicks).iter().map(|of| of.1).collect::<Vec<_>>(), [6, 2]);
    }

    #[test]
    fn an_element_lies_where_the_outline_has_it() {
        let mut data = page(HeatmapMode::Element);
        data.map.layout = serde_json::from_value(serde_json::json!({"hash": "h", "boxes": [
            {"k": "button", "r": [130, 400, 60, 30], "l": "Pay"}, {"k": "button", "r": [130, 12, 60, 30], "l": " Pay "}]}))
        .unwrap();
        let rects: Vec<_> = page_marks(&data, PageLayer::Clicks).into_iter().filter_map(|mark| mark.rect).collect();
        assert_eq!(
            rects,
            [[130.0, 12.0, 60.0, 30.0], [0.0, 0.0, 300.0, 200.0]],
            "the nearer one; one without a label or an equal stays"
        );
        data.map.layout = serde_json::from_value(serde_json::json!({"hash": "h", "boxes": [
            {"k": "image", "r": [500, 0, 300, 200]}, {"k": "image", "r": [64, 10, 301, 199]}, {"k": "image", "r": [4, 0, 150, 200]}]}))
        .unwrap();
        let rects: Vec<_> = page_marks(&data, PageLayer::Clicks).into_iter().filter_map(|mark| mark.rect).collect();
        assert_eq!(rects[1], [64.0, 10.0, 301.0, 199.0], "the nearer one of its size");
    }

    #[test]
    fn the_innermost_box_is_pointed_at() {
        let marks = page_marks(&page(HeatmapMode::Element), PageLayer::Clicks);
        let label = |place| innermost(&marks, place).map(|i| marks[i].label.clone().unwrap_or_default());
        assert_eq!(label((40.0, 20.0)).as_deref(), Some("Pay"));
        assert_eq!(label((200.0, 150.0)).as_deref(), Some("Card"));
        assert_eq!(label((900.0, 900.0)), None);
    }

    #[test]
    fn cells_of_windows_have_the_width_of_the_usual_one() {
        assert_eq!((page(HeatmapMode::Page).side(), page(HeatmapMode::Viewport).side()), (10.0, 5.0));
    }
}
