//! Which part of a page a canvas shows, and where the page's pixels lie on it.

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
/// Most CSS pixels per page pixel.
const CLOSEST: f64 = 8.0;
/// Pixels that are drawn within a frame of a display, on a machine without a graphics card.
const MOST_PIXELS: f64 = 6_000_000.0;

/// How a page is looked at: how close, and from which corner. The default shows the whole width from the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gaze {
    /// How many times larger than when the page fits.
    pub zoom: f64,
    /// Page pixels to the left of what is seen.
    pub x: f64,
    /// Page pixels above what is seen.
    pub y: f64,
}

impl Default for Gaze {
    fn default() -> Self {
        Self { zoom: 1.0, x: 0.0, y: 0.0 }
    }
}

/// A part of a page on a canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Size of the page in page pixels.
    pub page: Size,
    /// Width of the canvas in CSS pixels.
    pub width: f64,
    /// Height of the canvas in CSS pixels.
    pub height: f64,
    /// CSS pixels per page pixel.
    pub scale: f64,
    /// CSS pixels of the page to the left of the canvas; negative when there is room beside the page.
    pub left: f64,
    /// CSS pixels of the page above the canvas.
    pub top: f64,
}

impl Frame {
    /// The part of a page that a gaze sees on a canvas of a size. A gaze beyond the page's edge stops there.
    pub fn new(page: Size, (width, height): Size, gaze: Gaze) -> Self {
        let page = (page.0.max(1.0), page.1.max(1.0));
        let fit = fit(page, (width, height));
        let scale = (fit * gaze.zoom).clamp(whole(page, (width, height)), CLOSEST.max(fit));
        let (wide, high) = (page.0 * scale, page.1 * scale);
        let left = if wide <= width { (wide - width) / 2.0 } else { (gaze.x * scale).clamp(0.0, wide - width) };
        let top = (gaze.y * scale).clamp(0.0, (high - height).max(0.0));
        // On whole pixels, so that lines stay sharp while the page is moved.
        Self { page, width, height, scale, left: left.round(), top: top.round() }
    }

    /// A page at its usual width, on a canvas as high as the page.
    pub fn fit(page: Size, width: f64) -> Self {
        let scale = width / page.0.max(1.0);
        Self { page, width, height: (page.1 * scale).max(1.0).round(), scale, left: 0.0, top: 0.0 }
    }

    /// The gaze that sees this.
    pub fn gaze(&self) -> Gaze {
        let zoom = self.scale / fit(self.page, (self.width, self.height));
        Gaze { zoom, x: self.left.max(0.0) / self.scale, y: self.top / self.scale }
    }

    /// Closer by a factor; the place at `at` on the canvas stays where it is.
    pub fn zoomed(&self, factor: f64, at: (f64, f64)) -> Gaze {
        let (x, y) = self.page(at);
        let zoom = self.gaze().zoom * factor;
        let scale = Self::new(self.page, (self.width, self.height), Gaze { zoom, x, y }).scale;
        Gaze { zoom: scale / self.scale * self.gaze().zoom, x: x - at.0 / scale, y: y - at.1 / scale }
    }

    /// Moved along by so many CSS pixels.
    pub fn moved(&self, across: f64, down: f64) -> Gaze {
        let Gaze { zoom, .. } = self.gaze();
        Gaze { zoom, x: (self.left + across) / self.scale, y: (self.top + down) / self.scale }
    }

    /// Moved so that a box of the page is in sight, if it is not; a box that is larger than the canvas is seen from
    /// its top left corner.
    pub fn seeing(&self, [x, y, w, h]: [f64; 4]) -> Option<Gaze> {
        let (left, top) = self.place(x, y);
        let (wide, high) = (w * self.scale, h * self.scale);
        let away = |from: f64, length: f64, room: f64| {
            let edge = (room * 0.06).min(24.0);
            let middle = if length > room { from } else { from + (length - room) / 2.0 };
            (from < edge || from + length > room - edge).then_some(middle)
        };
        let fits_across = self.page.0 * self.scale <= self.width;
        let across = if fits_across { None } else { away(left, wide, self.width) };
        let down = away(top, high, self.height);
        let gaze = self.moved(across.unwrap_or_default(), down.unwrap_or_default());
        let seen = Self::new(self.page, (self.width, self.height), gaze);
        (seen != *self).then_some(gaze)
    }

    /// Where a place on the page lies on the canvas.
    pub fn place(&self, x: f64, y: f64) -> (f64, f64) {
        (x * self.scale - self.left, y * self.scale - self.top)
    }

    /// Where a box on the page lies on the canvas.
    pub fn rect(&self, [x, y, w, h]: [f64; 4]) -> [f64; 4] {
        let (x, y) = self.place(x, y);
        [x, y, w * self.scale, h * self.scale]
    }

    /// Whether anything of a box on the canvas is seen.
    pub fn sees(&self, [x, y, w, h]: [f64; 4]) -> bool {
        x <= self.width && y <= self.height && x + w >= 0.0 && y + h >= 0.0
    }

    /// Where a place on the canvas lies on the page.
    pub fn page(&self, (x, y): (f64, f64)) -> (f64, f64) {
        ((x + self.left) / self.scale, (y + self.top) / self.scale)
    }

    /// Device pixels per CSS pixel that this canvas can have: the screen's, unless there would be too many to draw.
    pub fn pixel_ratio(&self, screen: f64) -> f64 {
        let area = (MOST_PIXELS / (self.width * self.height).max(1.0)).sqrt();
        screen.min(area).max(0.25)
    }
}

/// The scale at which a page fits the width of a canvas; a narrow page is not blown up unless all of it is seen then.
fn fit(page: Size, (width, height): Size) -> f64 {
    (width / page.0).min((height / page.1).max(1.0))
}

/// The scale at which all of a page is seen.
fn whole(page: Size, canvas: Size) -> f64 {
    (canvas.1 / page.1).min(fit(page, canvas))
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
    page_size(map.document, map.viewport, map.layout.as_ref(), recording.moves.farthest().into_iter().chain(clicks))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PAGE: Size = (1000.0, 4000.0);
    const CANVAS: Size = (500.0, 400.0);

    fn size(w: f64, h: f64) -> Option<ViewportSize> {
        Some(ViewportSize { w, h })
    }

    fn at(zoom: f64, x: f64, y: f64) -> Frame {
        Frame::new(PAGE, CANVAS, Gaze { zoom, x, y })
    }

    #[test]
    fn a_page_fills_the_width_and_is_seen_from_the_top() {
        let frame = Frame::new(PAGE, CANVAS, Gaze::default());
        assert_eq!((frame.scale, frame.left, frame.top), (0.5, 0.0, 0.0));
        assert_eq!((frame.place(100.0, 60.0), frame.page((50.0, 30.0))), ((50.0, 30.0), (100.0, 60.0)));
    }

    #[test]
    fn a_phones_page_is_not_blown_up_and_stands_in_the_middle() {
        let frame = Frame::new((390.0, 4000.0), (800.0, 600.0), Gaze::default());
        assert_eq!((frame.scale, frame.left), (1.0, -205.0));
        assert_eq!(frame.place(0.0, 0.0), (205.0, 0.0));
        let short = Frame::new((390.0, 300.0), (800.0, 600.0), Gaze::default());
        assert_eq!(short.scale, 2.0, "all of it is seen larger");
    }

    #[test]
    fn zooming_keeps_the_place_under_the_pointer() {
        for factor in [0.7, 1.3, 2.0, 5.0] {
            let before = at(2.0, 300.0, 1000.0);
            let after = Frame::new(PAGE, CANVAS, before.zoomed(factor, (200.0, 100.0)));
            let (was, is) = (before.page((200.0, 100.0)), after.page((200.0, 100.0)));
            assert!((was.0 - is.0).abs() < 1.5 && (was.1 - is.1).abs() < 1.5, "{factor}: {was:?} {is:?}");
        }
    }

    #[test]
    fn a_gaze_stops_at_the_edges() {
        let out = at(0.001, 0.0, 0.0);
        assert_eq!(out.scale, 0.1, "all of the page");
        assert_eq!(out.left, -200.0, "in the middle");
        assert_eq!(at(1e9, 0.0, 0.0).scale, CLOSEST);
        let corner = at(2.0, 1e9, 1e9);
        assert_eq!((corner.left, corner.top), (500.0, 3600.0));
        assert_eq!(Frame::new(PAGE, CANVAS, corner.moved(50.0, -100.0)).top, 3500.0);
        // A gaze that is zoomed beyond the edge comes back with the first step.
        let closest = at(CLOSEST / 0.5, 0.0, 0.0);
        let beyond = Frame::new(PAGE, CANVAS, closest.zoomed(4.0, (0.0, 0.0)));
        assert!(Frame::new(PAGE, CANVAS, beyond.zoomed(0.5, (0.0, 0.0))).scale < closest.scale);
    }

    #[test]
    fn a_gaze_goes_along_with_the_size_of_the_canvas() {
        let gaze = at(2.0, 100.0, 800.0).gaze();
        let wider = Frame::new(PAGE, (1000.0, 400.0), gaze);
        assert_eq!((wider.scale, wider.page((0.0, 0.0))), (2.0, (100.0, 800.0)));
    }

    #[test]
    fn what_is_out_of_sight_is_brought_into_it() {
        let frame = at(2.0, 0.0, 0.0);
        assert_eq!(frame.seeing([100.0, 100.0, 20.0, 20.0]), None);
        for rect in [[900.0, 3000.0, 50.0, 20.0], [700.0, 20.0, 10.0, 10.0], [10.0, 3900.0, 400.0, 90.0]] {
            let seen = Frame::new(PAGE, CANVAS, frame.seeing(rect).unwrap());
            let [x, y, w, h] = seen.rect(rect);
            assert!(x >= 0.0 && y >= 0.0 && x + w <= 500.0 && y + h <= 400.0, "{rect:?} at {x}, {y}");
        }
    }

    #[test]
    fn a_huge_canvas_has_fewer_pixels_than_the_screen() {
        let frame = Frame::new(PAGE, (2400.0, 2000.0), Gaze::default());
        let ratio = frame.pixel_ratio(3.0);
        assert!(ratio > 1.0 && 2400.0 * 2000.0 * ratio * ratio <= MOST_PIXELS + 1.0, "{ratio}");
        assert_eq!(at(1.0, 0.0, 0.0).pixel_ratio(2.0), 2.0);
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
