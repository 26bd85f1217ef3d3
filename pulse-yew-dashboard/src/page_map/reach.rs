//! How far down people came: flat bands beside the page, at its scale, and the average fold across it.

use super::{PageData, density::STEPS};
use crate::{
    format,
    map::{Draw, Frame, Paint, Size},
};

/// Bands of a page: one for each twentieth of it.
const BANDS: usize = 20;
/// Width of the bands, of the page's.
const WIDTH: f64 = 0.16;
/// Space between the page and its bands, of the page's width.
const GAP: f64 = 0.02;
/// Least height of a band whose share is written in it, in CSS pixels.
const LEAST: f64 = 16.0;

/// The page with its bands beside it.
pub(super) fn with_bands((w, h): Size) -> Size {
    (w * (1.0 + GAP + WIDTH), h)
}

/// The share of visits that saw each twentieth of the page to its end; the first holds the top.
fn shares(reach: &[f64]) -> Vec<f64> {
    let at = |band: usize| reach.get((band + 1) * 100 / BANDS).copied().unwrap_or_default();
    if reach.is_empty() { Vec::new() } else { (0..BANDS).map(at).collect() }
}

/// The bands of a page of this size, and the fold.
pub(super) fn reach(data: &PageData, (w, h): Size, frame: &Frame) -> Vec<Draw> {
    let [left, above, width, height] = frame.rect([w * (1.0 + GAP), 0.0, w * WIDTH, h]);
    let band = height / BANDS as f64;
    let mut out = Vec::new();
    for (n, share) in shares(&data.map.scroll_reach).into_iter().enumerate() {
        let top = (above + n as f64 * band).round();
        let rect = [left.round(), top, width.round(), (above + (n as f64 + 1.0) * band).round() - top];
        let step = ((share * STEPS.len() as f64).ceil() as usize).clamp(1, STEPS.len()) - 1;
        let ink = Paint::Move.at(STEPS.get(step).copied().unwrap_or_default());
        out.push(Draw::Squares { rects: vec![rect], ink });
        if band >= LEAST {
            let ink = if step >= 4 { Paint::Surface } else { Paint::Text }.solid();
            let at = (left + width / 2.0, top + rect[3] / 2.0);
            out.push(Draw::Text { at, size: 11.0, text: format::percent(share), ink });
        }
    }
    if let Some(fold) = data.map.fold.filter(|fold| *fold < h) {
        let ((x, y), right) = (frame.place(0.0, fold), left + width);
        out.push(Draw::Line { points: vec![(x, y), (right, y)], width: 1.5, ink: Paint::Text.solid() });
        let (text, middle) = ("Average fold".to_owned(), (x + 46.0, y + 13.0));
        out.push(Draw::Rect {
            rect: [x + 4.0, y + 3.0, 84.0, 20.0],
            radius: 6.0,
            fill: Some(Paint::Surface.at(0.9)),
            stroke: None,
        });
        out.push(Draw::Text { at: middle, size: 12.0, text, ink: Paint::Text.solid() });
    }
    out
}

/// What is said of a depth.
pub(super) fn at_depth(data: &PageData, share_of_page: f64) -> String {
    let percent = (share_of_page.clamp(0.0, 1.0) * 100.0).round() as usize;
    let share = data.map.scroll_reach.get(percent).copied().unwrap_or_default();
    format!("{} of visits saw this far: {percent} % of the page", format::percent(share))
}

#[cfg(test)]
mod tests {
    use pulse_core::wire::PageMap;

    use super::*;

    #[test]
    fn bands_have_the_pages_scale_and_the_fold_lies_where_it_was() {
        let scroll_reach = (0..=100).map(|percent| 1.0 - f64::from(percent) / 200.0).collect();
        let data = PageData::from(PageMap { scroll_reach, fold: Some(800.0), ..PageMap::default() });
        let page = (1000.0, 2000.0);
        let draws = reach(&data, page, &Frame::fit(with_bands(page), 590.0));
        let bands: Vec<[f64; 4]> = draws
            .iter()
            .flat_map(|d| if let Draw::Squares { rects, .. } = d { rects.clone() } else { vec![] })
            .collect();
        assert_eq!(
            (bands.len(), bands.first(), bands.last()),
            (20, Some(&[510.0, 0.0, 80.0, 50.0]), Some(&[510.0, 950.0, 80.0, 50.0]))
        );
        assert!(draws.iter().any(|draw| matches!(draw, Draw::Text { text, .. } if text == "50 %")), "the last band");
        assert!(draws.iter().any(|draw| matches!(draw, Draw::Line { points, .. } if points[0] == (0.0, 400.0))));
        assert_eq!(at_depth(&data, 0.5), "75 % of visits saw this far: 50 % of the page");
    }

    #[test]
    fn nothing_is_drawn_of_what_is_not_known() {
        assert!(reach(&PageData::default(), (10.0, 10.0), &Frame::fit((10.0, 10.0), 10.0)).is_empty());
    }
}
