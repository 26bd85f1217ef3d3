//! Splits the events of one page load into page views.

use std::ops::Range;

use super::{
    timeline::{Part, Step, by_time},
    view::{is_place, is_size},
};
use crate::model::{Batch, Event, EventKind, NavigationKind, ViewportSize, page_of};

/// Splits the events of one page load, `batches[range]`, into page views.
///
/// A page view begins with a page load, with `pushState` or a step back or forward to an address that differs in more
/// than its fragment, with `replaceState` or a fragment to another page, and with a batch that names another page (the
/// navigation was lost). It ends when the next one of its page load begins, or with its last event.
pub(super) fn split(tab: usize, batches: &[Batch], range: Range<usize>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut page = Page::default();
    let mut window = None;
    for (url, step) in by_time(batches, range) {
        if page.step(url, &step) {
            parts.push(Part { tab, entered_at: step.start(), window, ..Part::default() });
        }
        let Some(part) = parts.last_mut() else { continue };
        if part.url.is_empty() {
            part.url.clone_from(&page.url);
        }
        part.left_at = step.end();
        match step {
            Step::Moves(moves) => part.points.extend(moves.iter().filter(|place| is_place(place.x, place.y))),
            Step::Event(slot, event) => {
                if let EventKind::Viewport(v) = &event.kind
                    && is_size(v.w, v.h)
                {
                    window = Some(ViewportSize { w: v.w, h: v.h });
                }
                part.acts.push(slot);
            }
        }
    }
    for next in (1..parts.len()).rev() {
        parts[next - 1].left_at = parts[next].entered_at;
    }
    parts
}

/// The page view that the visitor is in, as far as the steps of a page load tell.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// Its address, once it is known.
    pub(super) url: String,
    /// Whether there has been a step.
    is_any: bool,
    /// Whether its own event of being entered was seen.
    entered: bool,
}

impl Page {
    /// Takes the next step in; whether a page view begins with it.
    pub(super) fn step(&mut self, url: Option<&str>, step: &Step<'_>) -> bool {
        let clue = match step {
            Step::Moves(_) => Clue::of_batch(url),
            Step::Event(_, event) => Clue::of(event, url),
        };
        let begins = !self.is_any || clue.as_ref().is_some_and(|clue| clue.begins(&self.url, self.entered));
        if begins {
            *self = Self { is_any: true, ..Self::default() };
        }
        if let Some(clue) = clue {
            self.entered |= clue.enters();
            if self.url.is_empty() {
                clue.url.clone_into(&mut self.url);
            }
        }
        begins
    }
}

/// What an event says about where the visitor is.
struct Clue<'a> {
    url: &'a str,
    /// How the page was entered or left, if the event says that it was.
    kind: Option<NavigationKind>,
}

impl<'a> Clue<'a> {
    /// From the event itself, or else from its batch.
    fn of(event: &'a Event, batch_url: Option<&'a str>) -> Option<Self> {
        match &event.kind {
            EventKind::Navigation(n) => {
                Some(Self { url: &n.url, kind: Some(n.kind) }).filter(|clue| !clue.url.is_empty())
            }
            _ => Self::of_batch(batch_url),
        }
    }

    fn of_batch(url: Option<&'a str>) -> Option<Self> {
        Some(Self { url: url?, kind: None }).filter(|clue| !clue.url.is_empty())
    }

    /// Whether it says that the page was entered.
    fn enters(&self) -> bool {
        self.kind.is_some_and(|kind| kind != NavigationKind::Unload)
    }

    /// Whether a page view begins, when the one before is at `before`; `entered` tells whether its own event was seen.
    fn begins(&self, before: &str, entered: bool) -> bool {
        match self.kind {
            _ if before.is_empty() => false,
            Some(NavigationKind::Unload) => false,
            Some(NavigationKind::Load) => entered || page_of(self.url) != page_of(before),
            Some(NavigationKind::Push | NavigationKind::Pop) => document(self.url) != document(before),
            _ => page_of(self.url) != page_of(before),
        }
    }
}

/// An address without its fragment.
fn document(url: &str) -> &str {
    url.split('#').next().unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::{
            Timeline,
            testing::{SHOP, batch, click, load, mouse, navigate, window},
        },
        model::Millis,
    };

    /// Path, entering and leaving time of the page views.
    fn views(batches: impl IntoIterator<Item = Batch>) -> Vec<(String, Millis, Millis)> {
        let timeline = Timeline::new(batches);
        let path = |url: &str| url.strip_prefix(SHOP).unwrap_or(url).to_owned();
        timeline.views().map(|view| (path(view.url()), view.entered_at(), view.left_at())).collect()
    }

    fn one(events: impl IntoIterator<Item = Event>) -> Vec<(String, Millis, Millis)> {
        views([batch("view-one", 0, None, events)])
    }

    fn view(path: &str, entered_at: Millis, left_at: Millis) -> (String, Millis, Millis) {
        (path.to_owned(), entered_at, left_at)
    }

    #[test]
    fn navigation_begins_page_views() {
        use NavigationKind::{Hash, Pop, Push, Replace, Unload};
        let found = one([
            load(0, "a"),
            navigate(10, Push, "b"),
            navigate(20, Pop, "a"),
            mouse(25, 0.0, 0.0),
            navigate(30, Push, "a?size=2"),
            navigate(40, Replace, "c"),
            load(50, "c"),
            load(60, "c"),
            navigate(70, Unload, "c"),
        ]);
        let expected = [
            view("a", 0, 10),
            view("b", 10, 20),
            view("a", 20, 30),
            view("a?size=2", 30, 40),
            view("c", 40, 50),
            view("c", 50, 60),
            view("c", 60, 70),
        ];
        assert_eq!(found, expected);
        let same = [(Replace, "a?x=1"), (Hash, "a#top"), (Push, "a#top"), (Pop, "a"), (Push, "a"), (Unload, "b")];
        for (kind, url) in same {
            assert_eq!(one([load(0, "a"), navigate(10, kind, url)]), [view("a", 0, 10)], "{kind:?} {url}");
        }
        assert_eq!(one([load(0, "a"), navigate(10, Hash, "b")]).len(), 2);
    }

    #[test]
    fn a_load_names_what_came_just_before_it() {
        assert_eq!(one([mouse(0, 0.0, 0.0), load(5, "a"), mouse(9, 0.0, 0.0)]), [view("a", 0, 9)]);
        assert_eq!(
            views([batch("view-one", 0, Some("http://shop.test/a"), [mouse(0, 0.0, 0.0), load(5, "a")])]),
            [view("a", 0, 5)]
        );
        assert_eq!(one([mouse(0, 0.0, 0.0), navigate(5, NavigationKind::Unload, "a")]), [view("a", 0, 5)]);
        assert_eq!(one([mouse(0, 0.0, 0.0)]), [view("", 0, 0)]);
    }

    #[test]
    fn a_batch_tells_the_page_when_its_navigation_was_lost() {
        let of = |seq, url, at| batch("view-one", seq, url, [mouse(at, 0.0, 0.0), mouse(at + 5, 0.0, 0.0)]);
        let found = views([
            of(0, Some("http://shop.test/a"), 0),
            of(1, None, 10),
            of(2, Some("http://shop.test/a#top"), 20),
            of(3, Some("http://shop.test/b"), 30),
            of(4, Some(""), 40),
        ]);
        assert_eq!(found, [view("a", 0, 30), view("b", 30, 45)]);
    }

    #[test]
    fn the_window_is_known_on_the_next_page() {
        let push = navigate(10, NavigationKind::Push, "b");
        let timeline = Timeline::new([batch("view-one", 0, None, [load(0, "a"), window(1, 800.0, 600.0, 0.0), push])]);
        let widths: Vec<_> = timeline.views().map(|view| view.window().map(|window| window.w)).collect();
        assert_eq!(widths, [Some(800.0), Some(800.0)]);
    }

    #[test]
    fn of_equal_times_an_earlier_batch_comes_first_and_within_it_the_moves() {
        let of = |seq, url, events: Vec<Event>| batch("view-one", seq, Some(url), events);
        let timeline = Timeline::new([
            of(
                0,
                "http://shop.test/a",
                vec![click(10, 1.0, 0.0), mouse(10, 0.0, 0.0), navigate(20, NavigationKind::Push, "b")],
            ),
            of(1, "http://shop.test/b", vec![click(20, 2.0, 0.0), mouse(20, 3.0, 0.0)]),
        ]);
        let found: Vec<_> = timeline.views().map(|view| (view.points().len(), view.clicks().count())).collect();
        assert_eq!(found, [(1, 1), (1, 1)], "the second move is one of page b");
    }

    proptest! {
        /// Straight from the definition, every move by itself.
        #[test]
        fn runs_of_moves_are_read_as_one_by_one(
            of in prop::collection::vec(
                (0..30_i64, 0..4_usize, prop::collection::vec((0..12_i64, 0..7_u8), 0..9)),
                0..5,
            ),
        ) {
            let pages = ["http://shop.test/a", "http://shop.test/b", "http://shop.test/b#x"];
            let event = |(at, kind): (Millis, u8)| match kind {
                0 => navigate(at, NavigationKind::Push, "a"),
                1 => navigate(at, NavigationKind::Load, "b"),
                2 => click(at, 0.0, 0.0),
                _ => mouse(at, f64::from(kind), 0.0),
            };
            let batches: Vec<Batch> = of.into_iter().enumerate().map(|(seq, (from, page, events))| {
                let events = events.into_iter().map(|(at, kind)| event((from + at, kind)));
                batch("view-one", seq as u32, pages.get(page).copied(), events)
            }).collect();

            let mut steps: Vec<(Option<&str>, Event)> = Vec::new();
            for batch in &batches {
                let moves = batch.moves().iter().copied().map(Event::from);
                let mut events: Vec<Event> = moves.chain(batch.events().iter().cloned()).collect();
                events.sort_by_key(|event| event.timestamp);
                let url = |i| batch.page_url().filter(|_| i == 0);
                steps.extend(events.into_iter().enumerate().map(|(i, event)| (url(i), event)));
            }
            steps.sort_by_key(|(_, event)| event.timestamp);
            let mut expected: Vec<(String, Vec<(Millis, bool)>)> = Vec::new();
            let mut entered = false;
            for (url, event) in &steps {
                let clue = Clue::of(event, *url);
                let begins = |before: &str| clue.as_ref().is_some_and(|clue| clue.begins(before, entered));
                if expected.last().is_none_or(|(before, _)| begins(before)) {
                    expected.push(Default::default());
                    entered = false;
                }
                let (before, events) = expected.last_mut().expect("one is there");
                if let Some(clue) = clue {
                    entered |= clue.enters();
                    if before.is_empty() {
                        *before = clue.url.to_owned();
                    }
                }
                events.push((event.timestamp, matches!(event.kind, EventKind::MouseMove(_))));
            }

            let timeline = Timeline::new(batches.clone());
            let found: Vec<_> = timeline.views().map(|view| {
                let moves = view.points().iter().map(|place| (place.at, true));
                let mut events: Vec<_> = moves.chain(view.acts().map(|event| (event.timestamp, false))).collect();
                events.sort_unstable();
                (view.url().to_owned(), events)
            }).collect();
            expected.iter_mut().for_each(|(_, events)| events.sort_unstable());
            prop_assert_eq!(found, expected);
            let all: Vec<Millis> = timeline.events().iter().map(|event| event.timestamp).collect();
            prop_assert_eq!(all, steps.iter().map(|(_, event)| event.timestamp).collect::<Vec<_>>());
        }
    }
}
