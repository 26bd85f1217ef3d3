//! Elements in thin boxes, each with a figure at one of its corners.

use super::{Draw, Frame, Mark, Paint};

/// Most boxes: more of them are a pattern, not figures.
const MOST: usize = 12;
/// Height of a figure's ground, its type, and the width of a digit, in CSS pixels.
const HEIGHT: f64 = 18.0;
const TYPE: f64 = 11.0;
const DIGIT: f64 = 6.8;

/// The first elements with their figures; one whose figure has no free corner is left out.
pub(super) fn rings(marks: &[Mark], figure: impl Fn(&Mark) -> String, frame: &Frame, paint: Paint) -> Vec<Draw> {
    let (mut boxes, mut figures, mut taken) = (Vec::new(), Vec::new(), Vec::<[f64; 4]>::new());
    for mark in marks {
        let Some(rect) = mark.rect.map(|rect| frame.rect(rect)).filter(|rect| frame.sees(*rect)) else { continue };
        let text = figure(mark);
        let width = text.chars().count() as f64 * DIGIT + 10.0;
        let corners = corners(rect, width, frame);
        let Some(at) = corners.into_iter().find(|at| !taken.iter().any(|other| overlap(*at, *other))) else { continue };
        boxes.push(Draw::Rect { rect, radius: 4.0, fill: None, stroke: Some(paint.solid()) });
        let (fill, stroke) = (Some(Paint::Surface.solid()), Some(paint.solid()));
        figures.push(Draw::Rect { rect: at, radius: 5.0, fill, stroke });
        let middle = (at[0] + at[2] / 2.0, at[1] + at[3] / 2.0);
        figures.push(Draw::Text { at: middle, size: TYPE, text, ink: paint.solid() });
        taken.push(at);
        if taken.len() == MOST {
            break;
        }
    }
    // Figures lie over all boxes.
    boxes.extend(figures);
    boxes
}

/// The grounds that a figure can have, astride the corners of its box and within the canvas.
fn corners([x, y, w, h]: [f64; 4], width: f64, frame: &Frame) -> [[f64; 4]; 4] {
    let (right, bottom) = (x + w - width, y + h);
    [(right, y), (x, y), (right, bottom), (x, bottom)].map(|(x, y)| {
        let x = x.min(frame.width - width - 1.0).max(1.0);
        let y = (y - HEIGHT / 2.0).min(frame.height - HEIGHT - 1.0).max(1.0);
        [x, y, width, HEIGHT]
    })
}

fn overlap([ax, ay, aw, ah]: [f64; 4], [bx, by, bw, bh]: [f64; 4]) -> bool {
    ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::{Gaze, Kind};

    fn mark(rect: [f64; 4], count: u64) -> Mark {
        Mark { rect: Some(rect), ..Mark::new(Kind::Click, (rect[0], rect[1]), count) }
    }

    fn drawn(marks: &[Mark]) -> (usize, Vec<String>, Vec<[f64; 4]>) {
        let frame = Frame::new((400.0, 400.0), (400.0, 400.0), Gaze::default());
        let draws = rings(marks, |mark| mark.count.to_string(), &frame, Paint::Click);
        let text = |draw: &Draw| if let Draw::Text { text, .. } = draw { Some(text.clone()) } else { None };
        let ground = |draw: &Draw| match draw {
            Draw::Rect { rect, fill: Some(_), .. } => Some(*rect),
            _ => None,
        };
        let boxes = draws.iter().filter(|draw| matches!(draw, Draw::Rect { fill: None, .. })).count();
        (boxes, draws.iter().filter_map(text).collect(), draws.iter().filter_map(ground).collect())
    }

    #[test]
    fn figures_do_not_cover_each_other() {
        let same = [20.0, 100.0, 120.0, 40.0];
        let marks: Vec<Mark> = (1..=6).map(|n| mark(same, n)).collect();
        let (boxes, texts, grounds) = drawn(&marks);
        assert_eq!((boxes, texts), (4, vec!["1".to_owned(), "2".into(), "3".into(), "4".into()]));
        for (i, one) in grounds.iter().enumerate() {
            assert!(grounds.iter().skip(i + 1).all(|other| !overlap(*one, *other)), "{grounds:?}");
        }
    }

    #[test]
    fn there_are_twelve_at_most_and_all_within_the_canvas() {
        let marks: Vec<Mark> = (0..40).map(|n| mark([390.0, f64::from(n) * 30.0 - 60.0, 60.0, 20.0], 7)).collect();
        let (boxes, _, grounds) = drawn(&marks);
        assert_eq!(boxes, MOST);
        assert!(grounds.iter().all(|[x, y, w, h]| *x >= 0.0 && *y >= 0.0 && x + w <= 400.0 && y + h <= 400.0));
    }
}
