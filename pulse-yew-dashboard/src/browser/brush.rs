//! Draws single commands on a canvas.

use web_sys::CanvasRenderingContext2d as Context;

use super::palette::Palette;
use crate::map::{Draw, Ink};

/// A canvas and the colours for it.
pub(super) struct Brush<'a> {
    context: &'a Context,
    palette: &'a Palette,
}

impl<'a> Brush<'a> {
    /// A brush for a canvas with `ratio` device pixels per CSS pixel.
    pub(super) fn new(context: &'a Context, palette: &'a Palette, ratio: f64) -> Self {
        // These setters fail only for a context that is gone, and then nothing is seen anyway.
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.set_line_join("round");
        context.set_line_cap("round");
        context.set_text_align("center");
        context.set_text_baseline("middle");
        Self { context, palette }
    }

    /// Draws one command.
    pub(super) fn draw(&mut self, draw: &Draw) {
        match draw {
            Draw::Rect { rect: [x, y, w, h], radius, fill, stroke } => {
                self.context.begin_path();
                if *radius > 0.0 {
                    let _ = self.context.round_rect_with_f64(*x, *y, w.max(0.0), h.max(0.0), *radius);
                } else {
                    self.context.rect(*x, *y, *w, *h);
                }
                if let Some(ink) = fill {
                    self.fill(*ink);
                }
                if let Some(ink) = stroke {
                    self.stroke(*ink, 1.0);
                }
            }
            Draw::Squares { rects, ink } => {
                self.ink(*ink);
                for [x, y, w, h] in rects {
                    self.context.fill_rect(*x, *y, *w, *h);
                }
            }
            Draw::Disc { at, r, ink } => {
                self.circle(*at, *r);
                self.fill(*ink);
            }
            Draw::Ring { at, r, width, ink } => {
                self.circle(*at, *r);
                self.stroke(*ink, *width);
            }
            Draw::Line { points, width, ink } => {
                self.context.begin_path();
                for (x, y) in points {
                    self.context.line_to(*x, *y);
                }
                self.stroke(*ink, *width);
            }
            Draw::Text { at, size, text, ink } => {
                self.ink(*ink);
                self.context.set_font(&self.palette.font(*size));
                let _ = self.context.fill_text(text, at.0, at.1);
            }
        }
    }

    fn circle(&self, (x, y): (f64, f64), r: f64) {
        self.context.begin_path();
        let _ = self.context.arc(x, y, r, 0.0, std::f64::consts::TAU);
    }

    fn ink(&self, ink: Ink) {
        self.context.set_global_alpha(ink.alpha);
        self.context.set_fill_style_str(self.palette.colour(ink.paint));
    }

    fn fill(&self, ink: Ink) {
        self.ink(ink);
        self.context.fill();
    }

    fn stroke(&self, ink: Ink, width: f64) {
        self.context.set_global_alpha(ink.alpha);
        self.context.set_line_width(width);
        self.context.set_stroke_style_str(self.palette.colour(ink.paint));
        self.context.stroke();
    }
}
