//! What stands where on the pages of a session, as far as its clicks and wireframes tell.

use std::collections::HashMap;

use super::{Timeline, view::is_place};
use crate::model::{Element, Layout, LayoutBox, Millis};

/// Clicked elements kept for each page: a search looks at them all.
const MOST_ELEMENTS: usize = 256;

/// What is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    /// Path of the element, if it is known.
    pub(super) path: Option<&'a str>,
    /// What a person would call it.
    pub(super) name: &'a str,
}

/// The boxes of elements, by page.
#[derive(Default)]
pub(super) struct Places<'a> {
    pages: HashMap<&'a str, Page<'a>>,
}

#[derive(Default)]
struct Page<'a> {
    /// Clicked elements by path, each where it was last.
    clicked: HashMap<&'a str, (&'a Element, [f64; 4])>,
    /// The wireframe seen last.
    layout: Option<(Millis, &'a Layout)>,
}

impl<'a> Places<'a> {
    pub(super) fn new(timeline: &'a Timeline) -> Self {
        let mut places = Self::default();
        for view in timeline.views() {
            let page = places.pages.entry(view.page()).or_default();
            page.layout = [page.layout, view.layout()].into_iter().flatten().max_by_key(|(at, _)| *at);
            for click in view.clicks() {
                // What is fixed has no place on the page.
                if let Some(element) = click.click.element.as_ref().filter(|element| !element.fixed)
                    && let Some(rect) = element.rect
                    && (page.clicked.len() < MOST_ELEMENTS || page.clicked.contains_key(element.path.as_str()))
                {
                    page.clicked.insert(&element.path, (element, rect));
                }
            }
        }
        places
    }

    /// What is at a place: the smallest box around it, of a clicked element if there is one, else of the wireframe. The
    /// wireframe knows no paths; its boxes go by their label, else their kind.
    pub(super) fn at(&self, page: &str, x: f64, y: f64) -> Option<Place<'a>> {
        let page = self.pages.get(page)?;
        let of_element = |element: &'a Element| Place { path: Some(&element.path), name: element.name() };
        let clicked = page.clicked.values().map(|&(element, rect)| (rect, of_element(element)));
        let boxes = page.layout.into_iter().flat_map(|(_, layout)| &layout.boxes);
        let name = |b: &'a LayoutBox| b.l.as_deref().or((b.k != "other").then_some(&b.k));
        let drawn = boxes.filter_map(|b| Some((b.r, Place { path: None, name: name(b)? })));
        smallest(clicked, x, y).or_else(|| smallest(drawn, x, y))
    }
}

/// What has the smallest box around a place; of equal ones, the first by name and path.
fn smallest<'a>(boxes: impl Iterator<Item = ([f64; 4], Place<'a>)>, x: f64, y: f64) -> Option<Place<'a>> {
    boxes
        .filter(|(rect, place)| !place.name.is_empty() && contains(*rect, x, y))
        .map(|(rect, place)| (rect[2] * rect[3], place))
        .min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| (a.1.name, a.1.path).cmp(&(b.1.name, b.1.path))))
        .map(|(_, place)| place)
}

/// Whether a place lies in a box (x, y, width, height), its edges included.
pub(super) fn contains([left, top, width, height]: [f64; 4], x: f64, y: f64) -> bool {
    is_place(x, y) && (left..=left + width).contains(&x) && (top..=top + height).contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analyze::testing::{SHOP, batch, button, click_on, visit},
        model::{Event, EventKind},
    };

    fn wireframe(at: Millis, boxes: &[(&str, [f64; 4], Option<&str>)]) -> Event {
        let boxes = boxes.iter().map(|&(k, r, l)| LayoutBox { k: k.into(), r, l: l.map(str::to_owned) }).collect();
        Event { timestamp: at, kind: EventKind::Layout(Layout { hash: String::new(), boxes }) }
    }

    #[test]
    fn the_smallest_box_around_a_place() {
        let card = button("#card", [0.0, 0.0, 200.0, 200.0]);
        let buy = Element { label: Some("Buy".into()), ..button("#buy", [50.0, 50.0, 20.0, 20.0]) };
        let bar = Element { fixed: true, ..button("#bar", [0.0, 0.0, 10.0, 10.0]) };
        let clicks = [&card, &buy, &bar].map(|element| click_on(0, 1.0, 1.0, element));
        let timeline = visit(clicks);
        let places = Places::new(&timeline);
        let name = |x, y| places.at(SHOP, x, y).map(|place| place.name);
        assert_eq!(places.at(SHOP, 60.0, 60.0).and_then(|place| place.path), Some("#buy"));
        assert_eq!([name(70.0, 50.0), name(71.0, 50.0), name(5.0, 5.0)], [Some("Buy"), Some("#card"), Some("#card")]);
        assert_eq!([name(200.0, 200.0), name(200.1, 200.0), name(-1.0, 0.0)], [Some("#card"), None, None]);
        assert_eq!(places.at("http://shop.test/cart", 60.0, 60.0), None, "another page");
    }

    #[test]
    fn the_wireframe_tells_what_no_click_does() {
        let all = [0.0, 0.0, 100.0, 100.0];
        let boxes = [
            ("other", all, None),
            ("image", [0.0, 0.0, 50.0, 50.0], None),
            ("link", [60.0, 0.0, 9.0, 9.0], Some("Help")),
        ];
        let early = batch("view-one", 0, Some(SHOP), [wireframe(0, &[("heading", all, None)])]);
        let late = batch(
            "view-two",
            0,
            Some(SHOP),
            [wireframe(9, &boxes), click_on(9, 1.0, 1.0, &button("#a", [0.0, 0.0, 50.0, 50.0]))],
        );
        let (with, without) = (Timeline::new([early.clone(), late]), Timeline::new([early]));
        let name = |timeline: &Timeline, x| Places::new(timeline).at(SHOP, x, 5.0).map(|place| place.name.to_owned());
        assert_eq!(Places::new(&with).at(SHOP, 65.0, 5.0).and_then(|place| place.path), None);
        assert_eq!(name(&with, 5.0).as_deref(), Some("#a"), "a click knows better");
        assert_eq!(name(&with, 65.0).as_deref(), Some("Help"), "the wireframe seen last");
        assert_eq!(name(&without, 5.0).as_deref(), Some("heading"));
        let drawn = visit([wireframe(0, &boxes)]);
        assert_eq!([5.0, 65.0, 90.0].map(|x| name(&drawn, x)), [Some("image".into()), Some("Help".into()), None]);
    }
}
