//! Where a page's pixels lie on a canvas.

use pulse_core::model::{Layout, ViewportSize};

use super::Recording;

/// Width and height in px.
pub type Size = (f64, f64);

/// Used when nothing is known of a page's size.
const USUAL: Size = (1280.0, 800.0);
/// Things outside the document widen the map at most this many times, so that one stray point does not shrink the rest.
const WIDEST: f64 = 2.0;
/// Longest page drawn in full.
const TALLEST: f64 = 30_000.0;
/// Pixels that a browser surely gives to one canvas, and its longest side.
const MOST_PIXELS: f64 = 16_000_000.0;
const LONGEST_SIDE: f64 = 16_000.0;

/// A page fitted to the width of a canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// CSS pixels per page pixel.
    pub scale: f64,
    /// Width of the canvas in CSS pixels.
    pub width: f64,
    /// Height of the canvas in CSS pixels.
    pub height: f64,
}

impl Frame {
    /// Fits a page to `width`.
    pub fn fit(page: Size, width: f64) -> Self {
        let scale = width / page.0.max(1.0);
        Self { scale, width, height: (page.1 * scale).clamp(1.0, LONGEST_SIDE).round() }
    }

    /// Where a place on the page lies on the canvas.
    pub fn place(&self, x: f64, y: f64) -> (f64, f64) {
        (x * self.scale, y * self.scale)
    }

    /// Where a place on the canvas lies on the page.
    pub fn page(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x / self.scale, y / self.scale)
    }

    /// Device pixels per CSS pixel that this canvas can have: the screen's, unless it would grow too large.
    pub fn pixel_ratio(&self, screen: f64) -> f64 {
        let area = (MOST_PIXELS / (self.width * self.height).max(1.0)).sqrt();
        screen.min(area).min(LONGEST_SIDE / self.height).max(0.25)
    }
}

/// The size of a page: its document, else the window, else what is known to lie on it; never cutting off a point.
pub fn page_size(
    document: Option<ViewportSize>,
    viewport: Option<ViewportSize>,
    layout: Option<&Layout>,
    points: impl Iterator<Item = (f64, f64)>,
) -> Size {
    let known = [document, viewport].into_iter().flatten().map(|size| (size.w, size.h)).find(|size| size.0 >= 1.0);
    let (mut w, mut h) = known.unwrap_or(USUAL);
    let widest = w * WIDEST;
    if document.is_none() {
        for [x, y, bw, bh] in layout.iter().flat_map(|layout| &layout.boxes).map(|b| b.r) {
            (w, h) = (w.max((x + bw).min(widest)), h.max(y + bh));
        }
    }
    for (x, y) in points {
        (w, h) = (w.max(x.min(widest)), h.max(y));
    }
    (w, h.clamp(1.0, TALLEST))
}

/// The size of a session's page.
pub(super) fn session_size(recording: &Recording) -> Size {
    let map = &recording.map;
    let clicks = map.clicks.iter().map(|c| (c.x, c.y));
    page_size(map.document, map.viewport, map.layout.as_ref(), recording.moves.places().chain(clicks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(w: f64, h: f64) -> Option<ViewportSize> {
        Some(ViewportSize { w, h })
    }

    #[test]
    fn a_page_fills_the_width() {
        let frame = Frame::fit((1440.0, 900.0), 720.0);
        assert_eq!((frame.scale, frame.height), (0.5, 450.0));
        assert_eq!(frame.place(100.0, 60.0), (50.0, 30.0));
        assert_eq!(frame.page((50.0, 30.0)), (100.0, 60.0));
    }

    #[test]
    fn a_huge_page_stays_within_what_a_canvas_can_be() {
        let frame = Frame::fit((400.0, TALLEST), 800.0);
        assert!(frame.height <= LONGEST_SIDE);
        let ratio = frame.pixel_ratio(3.0);
        assert!(ratio > 0.0 && frame.height * ratio <= LONGEST_SIDE + 1.0);
        assert_eq!(Frame::fit((1440.0, 900.0), 720.0).pixel_ratio(2.0), 2.0);
    }

    #[test]
    fn the_size_is_the_documents_and_holds_every_point() {
        let none = || std::iter::empty();
        assert_eq!(page_size(size(1440.0, 2000.0), size(1440.0, 900.0), None, none()), (1440.0, 2000.0));
        assert_eq!(page_size(None, size(800.0, 600.0), None, none()), (800.0, 600.0));
        assert_eq!(page_size(None, None, None, none()), USUAL);
        let points = [(1500.0, 10.0), (5.0, 2500.0)].into_iter();
        assert_eq!(page_size(size(1440.0, 2000.0), None, None, points), (1500.0, 2500.0));
    }

    #[test]
    fn a_stray_point_does_not_shrink_the_map_to_nothing() {
        let (w, h) = page_size(size(1000.0, 800.0), None, None, [(1e6, 1e6)].into_iter());
        assert_eq!((w, h), (2000.0, TALLEST));
    }
}
