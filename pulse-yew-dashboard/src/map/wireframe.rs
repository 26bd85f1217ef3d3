//! The page under the map: its boxes, without its content.

use pulse_core::model::{Layout, LayoutBox};

use super::{Draw, Frame, Paint};

/// Page pixels of a line of text.
const LINE: f64 = 26.0;
/// Least width of a letter in a label, of its size.
const LETTER: f64 = 0.56;
/// Smallest type that is worth writing, in CSS pixels.
const SMALLEST: f64 = 6.5;
/// A label is not cut to fewer letters than this.
const FEW: usize = 8;

/// What is drawn under everything else.
pub fn wireframe(layout: &Layout, frame: &Frame) -> Vec<Draw> {
    layout.boxes.iter().flat_map(|b| draw(b, frame)).collect()
}

fn draw(b: &LayoutBox, frame: &Frame) -> Vec<Draw> {
    let rect = b.r.map(|v| v * frame.scale);
    match b.k.as_str() {
        "image" => vec![bar(rect, 8.0 * frame.scale)],
        "heading" => vec![bar(inset(rect), 4.0 * frame.scale)],
        "text" => lines(b.r, frame),
        "button" | "input" => {
            let mut out = vec![outline(rect, 10.0 * frame.scale)];
            out.extend(label(b, rect));
            out
        }
        "link" => label(b, rect).map_or_else(|| vec![bar(inset(rect), 3.0 * frame.scale)], |text| vec![text]),
        _ => vec![outline(rect, 12.0 * frame.scale)],
    }
}

fn outline(rect: [f64; 4], radius: f64) -> Draw {
    Draw::Rect { rect, radius, fill: Some(Paint::Surface.solid()), stroke: Some(Paint::Hairline.solid()) }
}

fn bar(rect: [f64; 4], radius: f64) -> Draw {
    Draw::Rect { rect, radius, fill: Some(Paint::LineSoft.solid()), stroke: None }
}

/// The letters' part of a line.
fn inset([x, y, w, h]: [f64; 4]) -> [f64; 4] {
    [x, y + h * 0.22, w, h * 0.56]
}

/// A bar for each line of text, the last one shorter.
fn lines([x, y, w, h]: [f64; 4], frame: &Frame) -> Vec<Draw> {
    let count = (h / LINE).round().clamp(1.0, 40.0);
    let step = h / count;
    (0..count as usize)
        .map(|i| {
            let last = count > 1.0 && i + 1 == count as usize;
            let line = [x, y + step * i as f64 + step * 0.3, if last { w * 0.6 } else { w }, step * 0.4];
            bar(line.map(|v| v * frame.scale), 3.0 * frame.scale)
        })
        .collect()
}

/// The label, cut to its box; none when not even a few letters fit.
fn label(b: &LayoutBox, [x, y, w, h]: [f64; 4]) -> Option<Draw> {
    let text = b.l.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let size = (h * 0.62).min(11.0);
    let fits = (w / (size * LETTER)) as usize;
    if size < SMALLEST {
        return None;
    }
    let text = if text.chars().count() <= fits {
        text.to_owned()
    } else if fits < FEW {
        return None;
    } else {
        text.chars().take(fits - 1).chain(['…']).collect()
    };
    Some(Draw::Text { at: (x + w / 2.0, y + h / 2.0), size, text, ink: Paint::Text2.solid() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(k: &str, r: [f64; 4], l: Option<&str>) -> Vec<Draw> {
        let layout = Layout { hash: String::new(), boxes: vec![LayoutBox { k: k.into(), r, l: l.map(str::to_owned) }] };
        wireframe(&layout, &Frame::fit((1000.0, 1000.0), 1000.0))
    }

    #[test]
    fn a_label_is_cut_to_its_box() {
        let words = |out: Vec<Draw>| {
            out.into_iter().find_map(|draw| if let Draw::Text { text, .. } = draw { Some(text) } else { None })
        };
        let label = Some("Pay with Orbit and save");
        assert_eq!(words(drawn("button", [0.0, 0.0, 400.0, 40.0], label)).as_deref(), label);
        assert_eq!(words(drawn("button", [0.0, 0.0, 50.0, 40.0], label)).as_deref(), Some("Pay wit…"));
        assert_eq!(words(drawn("button", [0.0, 0.0, 12.0, 40.0], label)), None);
    }

    #[test]
    fn text_is_a_bar_a_line() {
        assert_eq!(drawn("text", [0.0, 0.0, 300.0, 80.0], None).len(), 3);
        assert_eq!(drawn("text", [0.0, 0.0, 300.0, 1e6], None).len(), 40);
        assert_eq!(drawn("unheard-of", [0.0, 0.0, 10.0, 10.0], None).len(), 1);
    }
}
