//! Trails: translucent dots and the lines that join them, which can be added and taken away again.

use std::ops::Range;

use crate::{
    ink::{Opacity, WHOLE},
    pen::{Dot, clip, reach},
};

/// Most pixels of a sheet: each takes 10 bytes.
const MOST_PIXELS: usize = 9_000_000;

/// Where places lie on a sheet: `place * scale - (left, top)`, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each field is what the formula calls so")]
pub struct View {
    pub scale: f32,
    pub left: f32,
    pub top: f32,
}

impl View {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.scale - self.left, y * self.scale - self.top)
    }
}

/// Rows of a sheet.
pub type Rows = Range<usize>;

/// A sheet of trails.
pub struct Trails {
    width: usize,
    height: usize,
    /// Room on each side, so that a dot at the edge needs no cutting.
    margin: usize,
    /// Changes of the covers along each row.
    dots: Vec<i32>,
    /// Covers. They wrap at 4,096 whole ones, long after a pixel looks the same.
    lines: Vec<u16>,
    dot: Dot,
    half_line: f32,
    /// Rows that changed since they were last asked for.
    changed: Rows,
    picture: Vec<u8>,
}

impl std::fmt::Debug for Trails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trails({} x {})", self.width, self.height)
    }
}

impl Trails {
    /// An empty sheet for dots of radius `r` and lines of width `line`; none when it would be too large.
    pub fn new((width, height): (usize, usize), r: f64, line: f64) -> Option<Self> {
        let margin = reach(r) + 1;
        let (wide, high) = (width + 2 * margin, height + 2 * margin);
        let pixels = wide.checked_mul(high).filter(|pixels| *pixels <= MOST_PIXELS)?;
        Some(Self {
            width,
            height,
            margin,
            dots: vec![0; pixels],
            lines: vec![0; pixels],
            dot: Dot::new(r, wide),
            half_line: line as f32 / 2.0,
            changed: 0..height,
            picture: vec![0; width * height * 4],
        })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// Takes everything away.
    pub fn clear(&mut self) {
        self.dots.fill(0);
        self.lines.fill(0);
        self.changed = 0..self.height;
    }

    /// Adds a dot for each place; `add` false takes them away.
    #[inline(never)]
    pub fn dots(&mut self, x: &[f32], y: &[f32], view: View, add: bool) {
        let (margin, wide) = (self.margin as f32, self.width + 2 * self.margin);
        let (width, height) = (self.width as f32, self.height as f32);
        for (x, y) in x.iter().zip(y) {
            let (x, y) = view.place(*x, *y);
            let (x, y) = (nearest(x + margin), nearest(y + margin));
            // A dot whose middle is at most its reach outside is seen in part, and its changes still have room.
            if !(x >= margin - 1.0 && y >= margin - 1.0 && x <= width + margin && y <= height + margin) {
                continue;
            }
            let (x, y) = (x as usize, y as usize);
            let row = y.saturating_sub(self.margin);
            self.touch(row, row);
            let middle = y * wide + x;
            for (offset, change) in &self.dot.changes {
                if let Some(sum) = self.dots.get_mut(middle.wrapping_add_signed(*offset)) {
                    *sum += if add { *change } else { -*change };
                }
            }
        }
    }

    /// Adds a line through the places; `add` false takes it away.
    #[inline(never)]
    pub fn line(&mut self, x: &[f32], y: &[f32], view: View, add: bool) {
        let places = x.iter().zip(y).map(|(x, y)| view.place(*x, *y));
        let mut last = None;
        for to in places {
            if let Some(from) = last.replace(to) {
                self.segment(from, to, add);
            }
        }
    }

    fn segment(&mut self, from: (f32, f32), to: (f32, f32), add: bool) {
        let Some((from, to)) = clip(from, to, (self.width as f32, self.height as f32)) else { return };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steep = dy.abs() > dx.abs();
        let wide = self.width + 2 * self.margin;
        // Along the longer way, one pixel at a time; across it, the pixels that the line covers.
        let (along, across) = if steep { (wide, 1) } else { (1, wide) };
        let (mut a, mut b) = if steep { ((from.1, from.0), (to.1, to.0)) } else { (from, to) };
        if a.0 > b.0 {
            (a, b) = (b, a);
        }
        let slope = if b.0 > a.0 { (b.1 - a.1) / (b.0 - a.0) } else { 0.0 };
        let half = self.half_line * (1.0 + slope * slope).sqrt();
        self.touch(from.1.min(to.1) as usize, from.1.max(to.1) as usize + 1);
        let margin = self.margin;
        for i in nearest(a.0) as i32..=nearest(b.0) as i32 {
            let middle = a.1 + slope * (i as f32 - a.0);
            let (first, last) = (nearest(middle - half) as i32, nearest(middle + half) as i32);
            for j in first..=last {
                let share = (half + 0.5 - (j as f32 - middle).abs()).clamp(0.0, 1.0);
                let cover = (share * WHOLE as f32) as u16;
                let at = (i + margin as i32) as usize * along + (j + margin as i32) as usize * across;
                if let Some(sum) = self.lines.get_mut(at) {
                    *sum = if add { sum.wrapping_add(cover) } else { sum.wrapping_sub(cover) };
                }
            }
        }
    }

    /// Rows `first..=last` changed, and as many around them as a pen reaches.
    fn touch(&mut self, first: usize, last: usize) {
        let last = (last + self.margin + 1).min(self.height);
        let first = first.saturating_sub(self.margin).min(last);
        self.changed = if self.changed.is_empty() {
            first..last
        } else {
            self.changed.start.min(first)..self.changed.end.max(last)
        };
    }

    /// The picture in one colour, as RGBA row by row, and which of its rows changed since the last time. A dot is
    /// `dot_alpha` opaque, a line `line_alpha`.
    #[inline(never)]
    pub fn picture(&mut self, colour: [u8; 3], dot_alpha: f64, line_alpha: f64) -> (&[u8], Rows) {
        let rows = std::mem::replace(&mut self.changed, 0..0);
        let (dots, lines) = (Opacity::of_layers(dot_alpha), Opacity::of_union(line_alpha));
        let wide = self.width + 2 * self.margin;
        let pixels = self.picture.chunks_exact_mut(self.width.max(1) * 4);
        for (y, row) in pixels.enumerate().skip(rows.start).take(rows.len()) {
            let start = (y + self.margin) * wide;
            let (before, of_dots) = self.dots[start..start + wide].split_at(self.margin);
            let of_lines = &self.lines[start + self.margin..start + wide];
            let mut covers: i32 = before.iter().sum();
            for ((pixel, change), line) in row.chunks_exact_mut(4).zip(of_dots).zip(of_lines) {
                covers += change;
                let alpha = match (covers, line) {
                    (0, 0) => 0,
                    (covers, line) => {
                        let (dot, line) = (dots.at(covers.max(0) as usize), lines.at(usize::from(*line)));
                        255 - (255 - dot) * (255 - line) / 255
                    }
                };
                pixel.copy_from_slice(&[colour[0], colour[1], colour[2], alpha as u8]);
            }
        }
        (&self.picture, rows)
    }
}

/// The nearest whole number. WebAssembly has an instruction for `floor` and none for `round`, which is a call: a seventh
/// of the time of a picture.
fn nearest(value: f32) -> f32 {
    (value + 0.5).floor()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const WHOLE_PAGE: View = View { scale: 1.0, left: 0.0, top: 0.0 };

    fn sheet() -> Trails {
        Trails::new((40, 30), 5.0, 2.0).unwrap()
    }

    fn alpha(sheet: &mut Trails, x: usize, y: usize) -> u8 {
        sheet.changed = 0..30;
        let (picture, _) = sheet.picture([1, 2, 3], 0.2, 0.6);
        let pixel = &picture[(y * 40 + x) * 4..][..4];
        assert_eq!(pixel[..3], [1, 2, 3]);
        pixel[3]
    }

    #[test]
    fn dots_that_overlap_are_denser() {
        let mut one = sheet();
        one.dots(&[20.0], &[15.0], WHOLE_PAGE, true);
        assert_eq!([20, 24, 26].map(|x| alpha(&mut one, x, 15)), [51, 51, 0]);
        let rim = alpha(&mut one, 23, 19);
        assert!(rim > 0 && rim <= 51, "{rim}");
        one.dots(&[21.0], &[15.0], WHOLE_PAGE, true);
        assert_eq!(alpha(&mut one, 20, 15), 92);
    }

    #[test]
    fn what_is_taken_away_leaves_nothing() {
        let mut sheet = sheet();
        let (x, y) = ([3.0, 30.0, 12.5, -4.0, 200.0], [4.0, 22.0, 29.0, 3.0, 15.0]);
        for add in [true, false] {
            sheet.dots(&x, &y, WHOLE_PAGE, add);
            sheet.line(&x, &y, WHOLE_PAGE, add);
            assert_eq!(alpha(&mut sheet, 12, 28) > 0, add);
        }
        assert!(sheet.dots.iter().all(|change| *change == 0) && sheet.lines.iter().all(|cover| *cover == 0));
    }

    #[test]
    fn a_line_is_as_wide_as_its_pen_whatever_its_slope() {
        for (to, across) in [((35.0, 15.0), (20, 15)), ((20.0, 28.0), (20, 15)), ((33.0, 28.0), (20, 15))] {
            let mut sheet = sheet();
            let from = (2.0 * across.0 as f32 - to.0, 2.0 * across.1 as f32 - to.1);
            sheet.line(&[from.0, to.0], &[from.1, to.1], WHOLE_PAGE, true);
            assert_eq!(alpha(&mut sheet, across.0, across.1), 153, "{to:?}");
            assert_eq!(alpha(&mut sheet, 5, 25), 0, "{to:?}");
        }
    }

    #[test]
    fn a_line_that_crosses_itself_is_no_denser() {
        let mut sheet = sheet();
        sheet.line(&[0.0, 39.0, 0.0], &[15.0, 15.0, 15.0], WHOLE_PAGE, true);
        assert_eq!(alpha(&mut sheet, 20, 15), 153);
    }

    #[test]
    fn only_rows_that_changed_are_given_back() {
        let mut sheet = sheet();
        assert_eq!(sheet.picture([0; 3], 0.2, 0.6).1, 0..30);
        assert!(sheet.picture([0; 3], 0.2, 0.6).1.is_empty());
        sheet.dots(&[20.0], &[15.0], WHOLE_PAGE, true);
        let rows = sheet.picture([0; 3], 0.2, 0.6).1;
        assert!(rows.start <= 10 && rows.end >= 21 && rows.len() < 30, "{rows:?}");
    }

    #[test]
    fn a_view_moves_and_scales() {
        let mut sheet = sheet();
        sheet.dots(&[1010.0], &[505.0], View { scale: 2.0, left: 2000.0, top: 1000.0 }, true);
        assert_eq!([alpha(&mut sheet, 20, 10), alpha(&mut sheet, 10, 5)], [51, 0]);
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        let mut sheet = sheet();
        let far = [f32::NAN, 1e30, -1e30, f32::INFINITY];
        sheet.dots(&far, &[1.0; 4], WHOLE_PAGE, true);
        sheet.line(&far, &[1.0; 4], WHOLE_PAGE, true);
        assert!(sheet.dots.iter().all(|change| *change == 0));
        assert!(Trails::new((16_000, 16_000), 5.0, 1.0).is_none());
    }
}
