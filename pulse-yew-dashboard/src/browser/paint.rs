//! Puts draw commands on a canvas. Colours come from the style sheet, so that both schemes are one set of commands.

use std::collections::HashMap;

use gloo::utils::{document, window};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d as Context, HtmlCanvasElement, ImageData};

use super::device_pixel_ratio;
use crate::map::{Draw, Frame, Ink, Paint, cloud};

/// Dots from this many on are drawn as one picture.
const MANY: usize = 3_000;

/// Draws `draws` on `canvas`, as sharp as the screen.
pub fn paint(canvas: &HtmlCanvasElement, frame: &Frame, draws: &[Draw]) {
    let Some(context) = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<Context>().ok()) else {
        return;
    };
    let ratio = frame.pixel_ratio(device_pixel_ratio());
    resize(canvas, frame, ratio);
    let mut brush = Brush { context, palette: Palette::new(canvas), ratio };
    // These setters fail only for a context that is gone, and then nothing is seen anyway.
    let _ = brush.context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
    brush.context.clear_rect(0.0, 0.0, frame.width, frame.height);
    brush.context.set_line_join("round");
    brush.context.set_line_cap("round");
    brush.context.set_text_align("center");
    brush.context.set_text_baseline("middle");
    for draw in draws {
        brush.draw(draw);
    }
}

fn resize(canvas: &HtmlCanvasElement, frame: &Frame, ratio: f64) {
    let (width, height) = ((frame.width * ratio).round() as u32, (frame.height * ratio).round() as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
}

struct Brush {
    context: Context,
    palette: Palette,
    /// Device pixels per CSS pixel.
    ratio: f64,
}

impl Brush {
    fn draw(&mut self, draw: &Draw) {
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
                self.context.set_global_alpha(ink.alpha);
                self.context.set_fill_style_str(self.palette.colour(ink.paint));
                for [x, y, w, h] in rects {
                    self.context.fill_rect(*x, *y, *w, *h);
                }
            }
            Draw::Disc { at, r, ink } => {
                self.circle(*at, *r);
                self.fill(*ink);
            }
            Draw::Dots { at, r, ink } => {
                if at.len() >= MANY && self.cloud(at, *r, *ink).is_some() {
                    return;
                }
                self.context.set_global_alpha(ink.alpha);
                self.context.set_fill_style_str(self.palette.colour(ink.paint));
                for place in at {
                    self.circle(*place, *r);
                    self.context.fill();
                }
            }
            Draw::Ring { at, r, ink } => {
                self.circle(*at, *r);
                self.stroke(*ink, 2.0);
            }
            Draw::Line { points, width, ink } => {
                self.context.begin_path();
                for (x, y) in points {
                    self.context.line_to(*x, *y);
                }
                self.stroke(*ink, *width);
            }
            Draw::Text { at, size, text, ink } => {
                let font = self.palette.font(*size);
                self.context.set_global_alpha(ink.alpha);
                self.context.set_fill_style_str(self.palette.colour(ink.paint));
                self.context.set_font(&font);
                let _ = self.context.fill_text(text, at.0, at.1);
            }
        }
    }

    /// Draws many dots as one picture; none when it cannot be made.
    fn cloud(&mut self, at: &[(f64, f64)], r: f64, ink: Ink) -> Option<()> {
        let canvas = self.context.canvas()?;
        let (ratio, size) = (self.ratio, (canvas.width(), canvas.height()));
        let places = at.iter().map(|(x, y)| (x * ratio, y * ratio));
        let picture = cloud(places, r * ratio, ink.alpha, size)?;
        let picture = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&picture), size.0, size.1).ok()?;
        // On a sheet of its own: a picture that is put on a canvas replaces what is under it.
        let sheet: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
        sheet.set_width(size.0);
        sheet.set_height(size.1);
        let sheet_context: Context = sheet.get_context("2d").ok()??.dyn_into().ok()?;
        sheet_context.put_image_data(&picture, 0.0, 0.0).ok()?;
        sheet_context.set_global_composite_operation("source-in").ok()?;
        sheet_context.set_fill_style_str(self.palette.colour(ink.paint));
        sheet_context.fill_rect(0.0, 0.0, size.0.into(), size.1.into());
        self.context.set_global_alpha(1.0);
        let (width, height) = (f64::from(size.0) / ratio, f64::from(size.1) / ratio);
        self.context.draw_image_with_html_canvas_element_and_dw_and_dh(&sheet, 0.0, 0.0, width, height).ok()
    }

    fn circle(&self, (x, y): (f64, f64), r: f64) {
        self.context.begin_path();
        let _ = self.context.arc(x, y, r, 0.0, std::f64::consts::TAU);
    }

    fn fill(&mut self, ink: Ink) {
        self.context.set_global_alpha(ink.alpha);
        self.context.set_fill_style_str(self.palette.colour(ink.paint));
        self.context.fill();
    }

    fn stroke(&mut self, ink: Ink, width: f64) {
        self.context.set_global_alpha(ink.alpha);
        self.context.set_line_width(width);
        self.context.set_stroke_style_str(self.palette.colour(ink.paint));
        self.context.stroke();
    }
}

/// The tokens of the style sheet, each read once a painting.
struct Palette {
    style: Option<web_sys::CssStyleDeclaration>,
    colours: HashMap<Paint, String>,
}

impl Palette {
    fn new(canvas: &HtmlCanvasElement) -> Self {
        Self { style: window().get_computed_style(canvas).ok().flatten(), colours: HashMap::new() }
    }

    fn colour(&mut self, paint: Paint) -> &str {
        let style = &self.style;
        self.colours.entry(paint).or_insert_with(|| property(style.as_ref(), paint.token()))
    }

    fn font(&self, size: f64) -> String {
        format!("500 {size}px {}", property(self.style.as_ref(), "--font"))
    }
}

fn property(style: Option<&web_sys::CssStyleDeclaration>, name: &str) -> String {
    style.and_then(|style| style.get_property_value(name).ok()).unwrap_or_default().trim().to_owned()
}
