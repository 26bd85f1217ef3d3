//! Elements as boxes, the more often the stronger, each with its count at one of its corners.

use super::density::{STEPS, step};
use crate::{
    format,
    map::{Draw, Frame, Mark, Paint},
};

/// Boxes with a count: more of them are a pattern, not figures. The others are tinted all the same.
const MOST: usize = 40;
/// A tint lets what is written in a box be read.
const TINT: f64 = 0.6;
/// Height of a figure's ground, its type, and the width of a digit, in CSS pixels.
const HEIGHT: f64 = 18.0;
const TYPE: f64 = 11.0;
const DIGIT: f64 = 6.8;

/// The elements, tinted, and as many of their counts as have a free corner.
pub(super) fn boxes(marks: &[Mark], frame: &Frame, paint: Paint) -> Vec<Draw> {
    let most = marks.iter().map(|mark| mark.count).max().unwrap_or(1);
    let (mut boxes, mut figures, mut taken) = (Vec::new(), Vec::new(), Vec::<[f64; 4]>::new());
    for mark in marks {
        let Some(rect) = mark.rect.map(|rect| frame.rect(rect)).filter(|rect| frame.sees(*rect)) else { continue };
        let tint = STEPS.get(step(mark.count, most)).map(|alpha| paint.at(alpha * TINT));
        boxes.push(Draw::Rect { rect, radius: 6.0, fill: tint, stroke: Some(paint.at(0.8)) });
        let text = format::grouped(mark.count);
        let width = text.chars().count() as f64 * DIGIT + 12.0;
        let free = |at: &[f64; 4]| !taken.iter().any(|other| overlap(*at, *other));
        let Some(at) = corners(rect, width, frame).into_iter().find(free).filter(|_| taken.len() < MOST) else {
            continue;
        };
        figures.push(Draw::Rect { rect: at, radius: HEIGHT / 2.0, fill: Some(paint.solid()), stroke: None });
        let middle = (at[0] + at[2] / 2.0, at[1] + at[3] / 2.0);
        figures.push(Draw::Text { at: middle, size: TYPE, text, ink: Paint::Surface.solid() });
        taken.push(at);
    }
    // Figures lie over all boxes.
    boxes.extend(figures);
    boxes
}

/// The grounds that a figure can have: outside of its box, at its corners, so that what is written in the box is read, and
/// within the canvas.
fn corners([x, y, w, h]: [f64; 4], width: f64, frame: &Frame) -> [[f64; 4]; 4] {
    let (right, bottom) = (x + w - width, y + h);
    let above = y - HEIGHT;
    [(right, above), (x, above), (right, bottom), (x, bottom)].map(|(x, y)| {
        let x = x.min(frame.width - width - 1.0).max(1.0);
        let y = y.min(frame.height - HEIGHT - 1.0).max(1.0);
        [x, y, width, HEIGHT]
    })
}

fn overlap([ax, ay, aw, ah]: [f64; 4], [bx, by, bw, bh]: [f64; 4]) -> bool {
    ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::Kind;

    fn mark(rect: [f64; 4], count: u64) -> Mark {
        Mark { rect: Some(rect), ..Mark::new(Kind::Click, (rect[0], rect[1]), count) }
    }

    /// Boxes, counts and their grounds.
    fn drawn(marks: &[Mark]) -> (usize, Vec<String>, Vec<[f64; 4]>) {
        let frame = Frame::fit((400.0, 400.0), 400.0);
        let (mut count, mut texts, mut grounds) = (0, Vec::new(), Vec::new());
        for draw in boxes(marks, &frame, Paint::Click) {
            match draw {
                Draw::Rect { stroke: Some(_), .. } => count += 1,
                Draw::Rect { rect, .. } => grounds.push(rect),
                Draw::Text { text, .. } => texts.push(text),
                _ => {}
            }
        }
        (count, texts, grounds)
    }

    #[test]
    fn counts_do_not_cover_each_other() {
        let same = [20.0, 100.0, 120.0, 40.0];
        let marks: Vec<Mark> = (1..=6).map(|n| mark(same, n)).collect();
        let (boxes, texts, grounds) = drawn(&marks);
        assert_eq!((boxes, texts), (6, vec!["1".to_owned(), "2".into(), "3".into(), "4".into()]));
        assert!(grounds.iter().all(|ground| !overlap(*ground, same)), "nor what is written in the box");
        for (i, one) in grounds.iter().enumerate() {
            assert!(grounds.iter().skip(i + 1).all(|other| !overlap(*one, *other)), "{grounds:?}");
        }
    }

    #[test]
    fn what_is_seen_lies_within_the_canvas() {
        let marks: Vec<Mark> = (0..90).map(|n| mark([390.0, f64::from(n) * 30.0 - 60.0, 60.0, 20.0], 7)).collect();
        let (boxes, texts, grounds) = drawn(&marks);
        // From 60 px above the canvas to its end at 400 px, 30 px apart.
        assert!(boxes == 14 && texts.len() <= MOST, "{boxes}");
        assert!(grounds.iter().all(|[x, y, w, h]| *x >= 0.0 && *y >= 0.0 && x + w <= 400.0 && y + h <= 400.0));
    }
}
