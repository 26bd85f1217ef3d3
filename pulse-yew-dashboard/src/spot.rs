//! The spot of a problem, cut out of the page's outline, with its element ringed.

use pulse_core::{analyze::detect::ElementRef, model::LayoutBox};

use crate::{
    order,
    state::{BandLine, Bands},
};

/// Size of what is cut out, in page px; a larger element is shown with some of what is around it.
const SIZE: (f64, f64) = (420.0, 230.0);
const AROUND: f64 = 40.0;
/// Boxes that are drawn.
const BOXES: usize = 80;

/// A piece of a page's outline.
#[derive(Debug, Clone, PartialEq)]
pub struct SpotPicture {
    /// x, y, width, height of the piece on the page.
    pub view: [f64; 4],
    /// What lies in it.
    pub boxes: Vec<LayoutBox>,
    /// The element, or a small square around the place.
    pub ring: [f64; 4],
}

impl SpotPicture {
    /// The spot of an element or a place, on the device and in the widths in which most saw it. None where no outline
    /// shows it.
    pub fn new(bands: &Bands, element: Option<&ElementRef>, place: Option<(i64, i64)>) -> Option<Self> {
        let mut lines: Vec<&BandLine> = bands.lines().iter().collect();
        order::most_first(&mut lines, |line| line.sessions);
        let label = element.and_then(|element| element.label.as_deref()).map(str::trim).filter(|l| !l.is_empty());
        let boxes = |line: &BandLine| line.layout.as_ref().map(|layout| layout.boxes.clone()).unwrap_or_default();
        let named = |line: &&BandLine| {
            let of = line.layout.iter().flat_map(|layout| &layout.boxes);
            let mut same = of.filter(|b| label.is_some() && b.l.as_deref().map(str::trim) == label && is_box(b.r));
            // Of several with one label, the one where it happened.
            let near = |b: &&LayoutBox| place.map_or(0.0, |(x, y)| distance(b.r, (x as f64, y as f64)));
            let first = same.next()?;
            Some(same.fold(first, |best, b| if near(&b) < near(&best) { b } else { best }).r)
        };
        if let Some((line, ring)) = lines.iter().find_map(|line| Some((*line, named(line)?))) {
            return Some(Self::around(boxes(line), ring));
        }
        let (x, y) = place.map(|(x, y)| (x as f64, y as f64))?;
        let holds = |line: &&&BandLine| {
            let mut of = line.layout.iter().flat_map(|layout| &layout.boxes);
            of.any(|b| distance(b.r, (x, y)) == 0.0)
        };
        lines.iter().find(holds).map(|line| Self::around(boxes(line), [x - 20.0, y - 14.0, 40.0, 28.0]))
    }

    fn around(boxes: Vec<LayoutBox>, ring: [f64; 4]) -> Self {
        let [x, y, w, h] = ring;
        let (width, height) = (SIZE.0.max(w + 2.0 * AROUND), SIZE.1.max(h + 2.0 * AROUND));
        let left = (x + w / 2.0 - width / 2.0).max(0.0);
        let top = (y + h / 2.0 - height / 2.0).max(0.0);
        let meets = |b: &LayoutBox| {
            let [bx, by, bw, bh] = b.r;
            is_box(b.r) && bx < left + width && bx + bw > left && by < top + height && by + bh > top
        };
        let boxes = boxes.into_iter().filter(meets).take(BOXES).collect();
        Self { view: [left, top, width, height], boxes, ring }
    }
}

/// Whether a box is one: what was recorded may be anything.
fn is_box(r: [f64; 4]) -> bool {
    r.iter().all(|v| v.is_finite()) && r[2] > 0.0 && r[3] > 0.0
}

/// How far a place is from a box; 0 within it.
fn distance([x, y, w, h]: [f64; 4], (px, py): (f64, f64)) -> f64 {
    let beside = |from: f64, length: f64, at: f64| (from - at).max(at - from - length).max(0.0);
    beside(x, w, px).hypot(beside(y, h, py))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn bands() -> Bands {
        let outline = |x: f64, label: &str| {
            serde_json::json!({"hash": "h", "boxes": [{"k": "button", "r": [x, 500, 100, 40], "l": label},
                {"k": "text", "r": [0, 0, 200, 40]}, {"k": "button", "r": [x, 900, 100, 40], "l": label}]})
        };
        serde_json::from_value(serde_json::json!({"pages": [{"layouts": [
            {"device": "mobile", "width_from": 0, "width_to": 480, "sessions": 3, "layout": outline(20.0, "Pay")},
            {"device": "desktop", "width_from": 1280, "width_to": 1536, "sessions": 9, "layout": outline(600.0, " Pay ")},
            {"device": "desktop", "width_from": 1920, "width_to": null, "sessions": 99}
        ]}]}))
        .unwrap()
    }

    fn element(label: &str) -> ElementRef {
        ElementRef { path: "#pay".into(), label: Some(label.into()), ..ElementRef::default() }
    }

    #[test]
    fn the_element_is_found_by_its_label_where_most_saw_it() {
        let spot = SpotPicture::new(&bands(), Some(&element("Pay")), None).unwrap();
        assert_eq!((spot.ring, spot.boxes.len()), ([600.0, 500.0, 100.0, 40.0], 1));
        assert_eq!(spot.view, [440.0, 405.0, 420.0, 230.0]);
        let lower = SpotPicture::new(&bands(), Some(&element("Pay")), Some((640, 910))).unwrap();
        assert_eq!(lower.ring[1], 900.0);
    }

    #[test]
    fn without_a_label_the_place_is_shown_and_nothing_where_it_is_not_known() {
        let spot = SpotPicture::new(&bands(), None, Some((30, 510))).unwrap();
        assert_eq!((spot.ring, spot.view[0]), ([10.0, 496.0, 40.0, 28.0], 0.0));
        assert_eq!(SpotPicture::new(&bands(), Some(&element("Buy")), Some((5000, 5000))), None);
        assert_eq!(SpotPicture::new(&Bands::default(), Some(&element("Pay")), None), None);
    }
}
