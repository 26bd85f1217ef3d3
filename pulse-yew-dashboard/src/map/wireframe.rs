//! The page under the map: its boxes, without its content.

use pulse_core::model::{Layout, LayoutBox};

use super::{Draw, Frame, Paint};

/// Page pixels of a line of text.
const LINE: f64 = 26.0;
/// Least width of a letter in a label, of its size.
const LETTER: f64 = 0.56;
/// Smallest type that is worth writing, in CSS pixels.
const SMALLEST: f64 = 6.5;
/// Largest type: a label says what a box is, it does not imitate it.
const LARGEST: f64 = 14.0;
/// A label is not cut to fewer letters than this.
const FEW: usize = 8;
/// Most lines of one text.
const MOST_LINES: f64 = 40.0;

/// What is drawn under everything else, of what is seen.
pub(super) fn wireframe(layout: &Layout, frame: &Frame) -> Vec<Draw> {
    let seen = layout.boxes.iter().enumerate().filter(|(_, b)| frame.sees(frame.rect(b.r)));
    seen.flat_map(|(i, b)| {
        // What lies within a box comes after it.
        let pictures = layout.boxes[i + 1..].iter().filter(|other| other.k == "image");
        draw(b, frame, pictures.map(|other| other.r).filter(|r| is_within(*r, b.r)))
    })
    .collect()
}

fn draw(b: &LayoutBox, frame: &Frame, pictures: impl Iterator<Item = [f64; 4]>) -> Vec<Draw> {
    let rect = frame.rect(b.r);
    let label = || label(b, frame, pictures);
    match b.k.as_str() {
        "image" => vec![bar(rect, 8.0 * frame.scale)],
        "heading" => vec![bar(inset(rect), 4.0 * frame.scale)],
        "text" => lines(b.r, frame),
        "button" => {
            let mut out = vec![outline(rect, 10.0 * frame.scale)];
            out.extend(label());
            out
        }
        "input" => {
            // A field is told from a button by the line that is written on.
            let [x, y, w, h] = rect;
            let line = [x + w * 0.04, y + h * 0.42, w * 0.3, h * 0.16];
            vec![outline(rect, 6.0 * frame.scale), bar(line, 2.0 * frame.scale)]
        }
        "link" => label().map_or_else(|| vec![bar(inset(rect), 3.0 * frame.scale)], |text| vec![text]),
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
    let count = (h / LINE).round().clamp(1.0, MOST_LINES);
    let step = h / count;
    (0..count as usize)
        .map(|i| {
            let last = count > 1.0 && i + 1 == count as usize;
            let line = [x, y + step * i as f64 + step * 0.3, if last { w * 0.6 } else { w }, step * 0.4];
            bar(frame.rect(line), 3.0 * frame.scale)
        })
        .collect()
}

fn is_within([x, y, w, h]: [f64; 4], [ox, oy, ow, oh]: [f64; 4]) -> bool {
    x >= ox - 1.0 && y >= oy - 1.0 && x + w <= ox + ow + 1.0 && y + h <= oy + oh + 1.0
}

/// The part of a box that its pictures leave free: beside an icon, under a large picture.
fn free(of: [f64; 4], pictures: impl Iterator<Item = [f64; 4]>) -> [f64; 4] {
    pictures.fold(of, |[x, y, w, h], [px, py, pw, ph]| {
        let (right, bottom) = (px + pw, py + ph);
        if pw > w * 0.6 {
            [x, bottom.max(y), w, (y + h - bottom).clamp(0.0, h)]
        } else if px + pw / 2.0 <= x + w / 2.0 {
            [right.max(x), y, (x + w - right).clamp(0.0, w), h]
        } else {
            [x, y, (px - x).clamp(0.0, w), h]
        }
    })
}

/// The label, cut to the room that its box has; none when not even a few letters fit.
fn label(b: &LayoutBox, frame: &Frame, pictures: impl Iterator<Item = [f64; 4]>) -> Option<Draw> {
    let text = b.l.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let [x, y, w, h] = frame.rect(free(b.r, pictures));
    let size = (h * 0.62).min(LARGEST.min(11.0 * frame.scale.max(1.0)));
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
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::map::Gaze;

    fn of(k: &str, r: [f64; 4], l: Option<&str>) -> LayoutBox {
        LayoutBox { k: k.into(), r, l: l.map(str::to_owned) }
    }

    fn drawn(boxes: Vec<LayoutBox>) -> Vec<Draw> {
        let frame = Frame::new((1000.0, 1000.0), (1000.0, 1000.0), Gaze::default());
        wireframe(&Layout { hash: String::new(), boxes }, &frame)
    }

    fn words(out: Vec<Draw>) -> Option<(String, (f64, f64))> {
        out.into_iter().find_map(|draw| if let Draw::Text { text, at, .. } = draw { Some((text, at)) } else { None })
    }

    #[test]
    fn a_label_is_cut_to_its_box() {
        let label = Some("Pay with Orbit and save");
        let text = |w: f64| words(drawn(vec![of("button", [0.0, 0.0, w, 40.0], label)])).map(|(text, _)| text);
        assert_eq!(text(400.0).as_deref(), label);
        assert_eq!((text(50.0).as_deref(), text(12.0)), (Some("Pay wit…"), None));
    }

    #[test]
    fn a_label_stands_beside_an_icon_and_under_a_picture() {
        let place = |b: [f64; 4], picture| {
            words(drawn(vec![of("button", b, Some("Cart")), of("image", picture, None)])).unwrap().1
        };
        assert_eq!(place([0.0, 0.0, 200.0, 40.0], [10.0, 10.0, 20.0, 20.0]), (115.0, 20.0));
        assert_eq!(place([0.0, 0.0, 200.0, 40.0], [170.0, 10.0, 20.0, 20.0]), (85.0, 20.0));
        assert_eq!(place([0.0, 0.0, 200.0, 240.0], [0.0, 0.0, 200.0, 200.0]), (100.0, 220.0));
        let elsewhere = place([0.0, 0.0, 200.0, 40.0], [300.0, 10.0, 20.0, 20.0]);
        assert_eq!(elsewhere, (100.0, 20.0));
    }

    #[test]
    fn text_is_a_bar_a_line() {
        let count = |k, h| drawn(vec![of(k, [0.0, 0.0, 300.0, h], None)]).len();
        assert_eq!((count("text", 80.0), count("text", 1e6), count("unheard-of", 10.0)), (3, 40, 1));
    }

    #[test]
    fn what_is_out_of_sight_is_not_drawn() {
        assert!(drawn(vec![of("button", [0.0, 2000.0, 300.0, 40.0], None)]).is_empty());
    }
}
