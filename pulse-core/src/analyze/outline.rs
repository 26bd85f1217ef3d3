//! The wireframe of a page view: as it was seen last, and what sticks to the window where it belongs.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::view::PageView;
use crate::model::{EventKind, Layout, LayoutBox, Millis};

/// Two looks at a page differ by scrolling when they are so many px apart.
const SCROLLED: f64 = 2.0;

impl<'a> PageView<'a> {
    /// Its wireframe as it was seen last, with the time. A header that goes along with the window was seen where the
    /// window was then, in the midst of the page; it is put where it was when the page was scrolled the least.
    pub(super) fn outline(self) -> Option<(Millis, Cow<'a, Layout>)> {
        let mut offsets = self.offsets().peekable();
        let mut offset = 0.0;
        let mut least: Option<(f64, &Layout)> = None;
        let mut last = None;
        for event in self.acts() {
            let EventKind::Layout(layout) = &event.kind else { continue };
            while let Some((_, y)) = offsets.next_if(|(at, _)| *at <= event.timestamp) {
                offset = y;
            }
            last = Some((offset, layout, event.timestamp));
            if least.is_none_or(|(least, _)| offset < least) {
                least = Some((offset, layout));
            }
        }
        let ((least, top), (offset, layout, at)) = (least?, last?);
        let down = offset - least;
        let unstuck = if down >= SCROLLED { unstuck(layout, top, down) } else { None };
        Some((at, unstuck.map_or(Cow::Borrowed(layout), Cow::Owned)))
    }
}

/// A wireframe seen so many px further down than `top`, with what has gone along put back; none when nothing has.
///
/// Rows of a list that draws what is in view alone look as if they had gone along, too. So it takes names that one box
/// has among those, as the entries of a menu have; what lies beside one of these belongs to it.
fn unstuck(layout: &Layout, top: &Layout, down: f64) -> Option<Layout> {
    let (before, now) = (places(top), places(layout));
    // It is where nothing was, and where it came from nothing is.
    let has_gone_along = |of: &LayoutBox| {
        let from = [-1.0, 0.0, 1.0].map(|px| place(of, down + px));
        !before.contains(&place(of, 0.0)) && from.iter().any(|from| before.contains(from) && !now.contains(from))
    };
    let gone: Vec<usize> = (0..layout.boxes.len()).filter(|at| has_gone_along(&layout.boxes[*at])).collect();
    let named = named_once(gone.iter().map(|at| &layout.boxes[*at]));
    if named.is_empty() {
        return None;
    }
    let span = |axis: usize| {
        let from = named.iter().map(|of| of.r[axis]).fold(f64::MAX, f64::min);
        let to = named.iter().map(|of| of.r[axis] + of.r[axis + 2]).fold(f64::MIN, f64::max);
        (from, to)
    };
    let ((left, right), (top, bottom)) = (span(0), span(1));
    // A menu at the side is as wide as its entries; one at the top has a logo before and icons behind them.
    let is_column = bottom - top > right - left;
    let is_beside = |[x, y, w, h]: [f64; 4]| {
        let within = |of: &&LayoutBox| (of.r[1]..=of.r[1] + of.r[3]).contains(&(y + h / 2.0));
        (!is_column || (left..=right).contains(&(x + w / 2.0))) && named.iter().any(within)
    };
    let mut unstuck = layout.clone();
    for at in gone {
        let of = &mut unstuck.boxes[at].r;
        if is_beside(*of) {
            of[1] -= down;
        }
    }
    // It is another wireframe than the one that was sent.
    unstuck.hash.push_str("-unstuck");
    Some(unstuck)
}

fn places(of: &Layout) -> HashSet<Place<'_>> {
    of.boxes.iter().map(|of| place(of, 0.0)).collect()
}

/// The boxes whose kind and label no other has.
fn named_once<'a>(boxes: impl Iterator<Item = &'a LayoutBox>) -> Vec<&'a LayoutBox> {
    let mut named = HashMap::<_, Option<&LayoutBox>>::new();
    for of in boxes {
        if let Some(label) = &of.l {
            named.entry((&of.k, label)).and_modify(|known| *known = None).or_insert(Some(of));
        }
    }
    named.into_values().flatten().collect()
}

/// What a box is, where it is, and how large, in whole px.
type Place<'a> = (&'a str, Option<&'a str>, [i64; 4]);

/// The place of a box so many px further up.
fn place(of: &LayoutBox, up: f64) -> Place<'_> {
    let [x, y, w, h] = of.r;
    (&of.k, of.l.as_deref(), [x, y - up, w, h].map(|px| px.round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analyze::{
            Timeline,
            testing::{batch, load, scroll},
        },
        model::Event,
    };

    fn seen(timestamp: Millis, boxes: &[(&str, &str, f64)]) -> Event {
        seen_at(timestamp, &boxes.iter().map(|(kind, label, y)| (*kind, *label, 0.0, *y)).collect::<Vec<_>>())
    }

    fn seen_at(timestamp: Millis, boxes: &[(&str, &str, f64, f64)]) -> Event {
        let boxes = boxes.iter().map(|(kind, label, x, y)| LayoutBox {
            k: (*kind).to_owned(),
            r: [*x, *y, 100.0, 40.0],
            l: (!label.is_empty()).then(|| (*label).to_owned()),
        });
        let boxes = boxes.collect();
        Event { timestamp, kind: EventKind::Layout(Layout { hash: timestamp.to_string(), boxes }) }
    }

    /// Heights at which the boxes of the outline are.
    fn tops(events: impl IntoIterator<Item = Event>) -> Vec<f64> {
        let timeline = Timeline::new([batch("view-one", 0, None, events)]);
        let (_, outline) = timeline.views().next().and_then(PageView::outline).expect("there is one");
        outline.boxes.iter().map(|of| of.r[1]).collect()
    }

    #[test]
    fn a_header_that_goes_along_is_put_back() {
        let top = seen(1, &[("link", "Shop", 0.0), ("image", "", 100.0), ("image", "", 400.0)]);
        let down =
            seen(9, &[("link", "Shop", 1200.0), ("image", "", 100.0), ("image", "", 400.0), ("text", "", 1300.0)]);
        let scrolled = [load(0, ""), top, scroll(5, 1200.0, 60.0), down.clone()];
        assert_eq!(tops(scrolled), [0.0, 100.0, 400.0, 1300.0]);
        let late = [load(0, ""), scroll(5, 1200.0, 60.0), down];
        assert_eq!(tops(late), [1200.0, 100.0, 400.0, 1300.0], "nothing tells it from the rest");
    }

    #[test]
    fn a_list_that_grows_stays() {
        let rows = [("image", "", 0.0), ("image", "", 300.0), ("image", "", 600.0)];
        let events = [load(0, ""), seen(1, &rows[..2]), scroll(5, 300.0, 60.0), seen(9, &rows)];
        assert_eq!(tops(events), [0.0, 300.0, 600.0]);
    }

    #[test]
    fn a_logo_goes_back_with_the_menu_beside_it() {
        let head = |y: f64| [("image", "", 0.0, y), ("link", "Shop", 300.0, y + 5.0), ("link", "Help", 420.0, y + 5.0)];
        // The foot of the page has the same link.
        let rest = [("text", "", 0.0, 300.0), ("link", "Shop", 300.0, 2500.0)];
        let at = |y| [&head(y)[..], &rest].concat();
        let events = [load(0, ""), seen_at(1, &at(0.0)), scroll(5, 900.0, 60.0), seen_at(9, &at(900.0))];
        assert_eq!(tops(events), [0.0, 5.0, 5.0, 300.0, 2500.0]);
    }

    /// Rows that are drawn while they are in view, beside or below what is there already.
    fn rows(top: f64, x: f64) -> impl Iterator<Item = (&'static str, &'static str, f64, f64)> {
        let tops = (2..20).map(move |row| top + f64::from(row) * 40.0);
        tops.flat_map(move |y| [("text", "", x, y), ("button", "Edit", x + 200.0, y)])
    }

    #[test]
    fn rows_that_are_drawn_while_they_are_in_view_stay() {
        // With nothing that goes along, with a header, and with a menu at the side.
        let menus: [&[(&str, f64)]; 3] = [&[], &[("Shop", 0.0)], &[("Home", 80.0), ("Shop", 120.0), ("Help", 160.0)]];
        for menu in menus {
            let menu = |top: f64| menu.iter().map(move |(label, y)| ("link", *label, 0.0, top + y));
            let page = |top: f64| menu(top).chain(rows(top, 120.0)).collect::<Vec<_>>();
            let events = [load(0, ""), seen_at(1, &page(0.0)), scroll(5, 1200.0, 60.0), seen_at(9, &page(1200.0))];
            let expected = menu(0.0).chain(rows(1200.0, 120.0)).map(|(.., y)| y);
            assert_eq!(tops(events), expected.collect::<Vec<_>>());
        }
    }
}
