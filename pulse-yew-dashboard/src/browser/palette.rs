//! The colours of the style sheet, for a canvas.

use std::collections::HashMap;

use gloo::utils::window;
use web_sys::{CssStyleDeclaration, HtmlCanvasElement};

use crate::map::Paint;

/// The tokens of the style sheet, read once as long as they do not change: asking for one makes the browser bring the
/// whole page up to date.
#[derive(Default)]
pub(super) struct Palette {
    look: Option<u32>,
    colours: HashMap<Paint, String>,
    font: String,
}

impl Palette {
    /// Reads the tokens as they hold for `canvas`, unless `look` is the one they were read for.
    pub(super) fn read(&mut self, canvas: &HtmlCanvasElement, look: u32) {
        if self.look == Some(look) {
            return;
        }
        if let Some(style) = window().get_computed_style(canvas).ok().flatten() {
            self.colours = Paint::ALL.map(|paint| (paint, property(&style, paint.token()))).into();
            self.font = property(&style, "--font");
            self.look = Some(look);
        }
    }

    /// A colour as the style sheet writes it.
    pub(super) fn colour(&self, paint: Paint) -> &str {
        self.colours.get(&paint).map_or("", String::as_str)
    }

    /// A colour by its parts; black if it is not written in six digits.
    pub(super) fn rgb(&self, paint: Paint) -> [u8; 3] {
        let digits = self.colour(paint).trim_start_matches('#');
        let all = u32::from_str_radix(digits, 16).unwrap_or_default().to_be_bytes();
        [all[1], all[2], all[3]]
    }

    /// A canvas's font of a size.
    pub(super) fn font(&self, size: f64) -> String {
        format!("500 {size}px {}", self.font)
    }
}

fn property(style: &CssStyleDeclaration, name: &str) -> String {
    style.get_property_value(name).unwrap_or_default().trim().to_owned()
}
