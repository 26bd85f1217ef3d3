//! What is tried again and again: searches in vain, and loads of one page.

use proptest::prelude::*;

use super::{alone, desktop, named};
use crate::{
    analyze::{
        detect::*,
        testing::{SHOP, click_on, load, mouse},
    },
    model::{Element, Event, EventKind, Keypress, Millis},
};

/// What happens next in a visit that searches.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// So many key presses in the field for searching, and a click on its button 500 ms after the first.
    Search {
        presses: usize,
        is_sent: bool,
    },
    /// A click on a button, or a link.
    Click {
        link: bool,
    },
    Enter {
        page: usize,
    },
}

const PAGES: [&str; 4] = ["", "results", "other", "more"];

/// Searches one after the other, with something between: mostly what does not matter.
fn searches() -> impl Strategy<Value = Vec<(Millis, Deed)>> {
    let between = prop::sample::select(vec![
        vec![],
        vec![],
        vec![],
        vec![Deed::Enter { page: 1 }],
        vec![Deed::Enter { page: 1 }],
        vec![Deed::Enter { page: 2 }, Deed::Enter { page: 1 }],
        vec![Deed::Enter { page: 0 }],
        vec![Deed::Enter { page: 3 }],
        vec![Deed::Click { link: false }],
        vec![Deed::Click { link: true }],
    ]);
    let presses = prop::sample::select(vec![1, 2, 2, 2, 5]);
    let wait = prop::sample::select(vec![
        3000, 3000, 3000, 3000, 3000, 3000, 3000, 58_500, 58_501, 59_000, 59_001, 59_500, 59_501, 60_000, 60_001,
    ]);
    let search = (wait, presses, any::<bool>(), between).prop_map(|(wait, presses, is_sent, between)| {
        let between = between.into_iter().map(|deed| (500, deed));
        std::iter::once((wait, Deed::Search { presses, is_sent })).chain(between).collect::<Vec<_>>()
    });
    prop::collection::vec(search, 0..8).prop_map(|searches| searches.concat())
}

fn controls() -> [Element; 3] {
    [
        named("#search", "input", "", [0.0, 0.0, 300.0, 60.0]),
        named("#find", "button", "Find", [0.0, 200.0, 300.0, 60.0]),
        named("#help", "a", "Help", [0.0, 400.0, 300.0, 60.0]),
    ]
}

/// A visit that searches.
#[derive(Debug, Default)]
struct Visit {
    events: Vec<Event>,
    views: Vec<(usize, Millis)>,
    /// View, time and key presses of each search: a second click in the field goes on with it.
    searches: Vec<(usize, Millis, usize)>,
    /// Time of each click beside the field, and whether on a link.
    clicks: Vec<(Millis, bool)>,
    end: Millis,
}

impl Visit {
    fn new(deeds: &[(Millis, Deed)]) -> Self {
        let mut visit = Self::default();
        let mut at = 1_000_000;
        visit.enter(at, 0);
        let mut is_in_field = false;
        for &(wait, deed) in deeds {
            at += wait;
            let view = visit.views.len() - 1;
            let [field, button, link] = controls();
            match deed {
                Deed::Search { presses, is_sent } => {
                    visit.events.push(click_on(at, 10.0, 10.0, &field));
                    for press in 0..presses as Millis {
                        let interval_ms = (press > 0 || is_in_field).then_some(100.0);
                        let kind =
                            EventKind::Keypress(Keypress { interval_ms, hold_ms: None, field: "text".to_owned() });
                        visit.events.push(Event { timestamp: at + 10 * press, kind });
                    }
                    match visit.searches.last_mut().filter(|_| is_in_field) {
                        Some(search) => search.2 += presses,
                        None => visit.searches.push((view, at, presses)),
                    }
                    visit.end = at + 10 * (presses as Millis - 1);
                    is_in_field = !is_sent;
                    if is_sent {
                        at += 500;
                        visit.click(at, &button, false);
                    }
                    continue;
                }
                Deed::Click { link: is_link } => {
                    visit.click(at, if is_link { &link } else { &button }, is_link);
                }
                Deed::Enter { page } if page == visit.views[view].0 => continue,
                Deed::Enter { page } => visit.enter(at, page),
            }
            (visit.end, is_in_field) = (at, false);
        }
        visit
    }

    fn click(&mut self, at: Millis, element: &Element, is_link: bool) {
        self.events.push(click_on(at, 10.0, if is_link { 410.0 } else { 210.0 }, element));
        self.clicks.push((at, is_link));
        self.end = at;
    }

    fn enter(&mut self, at: Millis, page: usize) {
        self.events.push(load(at, PAGES[page]));
        self.views.push((page, at));
        self.end = at;
    }

    /// Whether at most one click, on no link, came between two times.
    fn is_in_vain(&self, from: Millis, until: Millis) -> bool {
        let clicks: Vec<bool> =
            self.clicks.iter().filter(|(at, _)| *at > from && *at < until).map(|(_, is_link)| *is_link).collect();
        clicks.len() <= 1 && !clicks.contains(&true)
    }

    /// Page, when each search of the last row began (first and last), how many they are, and the time that they took.
    fn expected(&self) -> Option<(String, Millis, Millis, usize, Millis)> {
        let searches: Vec<(usize, Millis)> = self.searches.iter().filter(|s| s.2 >= 2).map(|s| (s.0, s.1)).collect();
        let (view, last) = *searches.last()?;
        let mut first = searches.len() - 1;
        while first > 0 {
            let (before, next) = (searches[first - 1], searches[first]);
            let page = self.views[next.0].0;
            let between = &self.views[before.0 + 1..=next.0];
            let is_again = next.1 - before.1 <= 60_000
                && between.iter().all(|(of, _)| *of == page)
                && self.is_in_vain(before.1, next.1);
            if !is_again {
                break;
            }
            first -= 1;
        }
        let after = &self.views[view + 1..];
        let is_seen = |page: usize| self.views[..=view].iter().any(|(of, _)| *of == page);
        let left = after.first().map_or(self.end, |next| next.1);
        let is_over =
            left - last <= 60_000 && self.is_in_vain(last, left) && after.iter().all(|(page, _)| is_seen(*page));
        let page = format!("{SHOP}{}", PAGES[self.views[view].0]);
        let count = searches.len() - first;
        (count >= 3 && is_over).then(|| (page, searches[first].1, last, count, left - searches[first].1))
    }
}

/// What was done on a page, and which one is loaded after it, after so long.
#[derive(Debug, Clone, Copy)]
struct Loaded {
    after: Millis,
    path: &'static str,
    /// Nothing, a click, a key in a field, a key in none, or a move of the pointer.
    done: usize,
}

fn loaded() -> impl Strategy<Value = Loaded> {
    let after = prop::sample::select(vec![1000, 1111, 1112, 10_000, 60_000, 60_001]);
    let path = prop::sample::select(vec!["a", "a", "a", "a", "a", "a", "a", "a", "a?x=1", "b"]);
    let done = prop::sample::select(vec![0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
    (after, path, done).prop_map(|(after, path, done)| Loaded { after, path, done })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// Searches that are sent with a button or a new page, and what is done between.
    #[test]
    fn searches_in_vain_as_by_the_definition(deeds in searches()) {
        let visit = Visit::new(&deeds);
        let found = alone(&visit.events, &desktop(), given_up::given_up);
        let last = |f: &Finding| f.moments.last().copied().unwrap_or_default();
        let of = |f: &Finding| (f.page.clone(), f.at(), last(f), f.count as usize, f.cost_ms);
        prop_assert_eq!(found.iter().map(of).collect::<Vec<_>>(), Vec::from_iter(visit.expected()));
    }

    /// One address, again and again, and now and then another.
    #[test]
    fn reloads_as_by_the_definition(loads in prop::collection::vec(loaded(), 0..14)) {
        let mut at = 1_000_000;
        let mut events = vec![load(at, "a")];
        let mut views = vec![(at, "a", false)];
        for &Loaded { after, path, done } in &loads {
            let before = views.len() - 1;
            let button = named("#more", "button", "More", [0.0, 0.0, 90.0, 30.0]);
            let press = |field: &str| EventKind::Keypress(Keypress { interval_ms: None, hold_ms: None, field: field.to_owned() });
            match done {
                1 => events.push(click_on(at + 500, 5.0, 5.0, &button)),
                2 => events.push(Event { timestamp: at + 500, kind: press("text") }),
                3 => events.push(Event { timestamp: at + 500, kind: press("page") }),
                4 => events.push(mouse(at + 500, 9.0, 9.0)),
                _ => {}
            }
            views[before].2 = done == 1 || done == 2;
            at += after;
            events.push(load(at, path));
            views.push((at, path, false));
        }
        let mut expected: Vec<(String, Millis, usize, Millis)> = Vec::new();
        let mut rows: Vec<Vec<Millis>> = Vec::new();
        let mut paths: Vec<&str> = Vec::new();
        for (number, &(entered, path, _)) in views.iter().enumerate() {
            let before = number.checked_sub(1).map(|before| views[before]);
            let is_reload = before.is_some_and(|b| b.1 == path && !b.2 && entered - b.0 <= 60_000);
            match rows.last_mut().filter(|_| is_reload) {
                Some(row) => row.push(entered),
                None => {
                    rows.push(vec![entered]);
                    paths.push(path);
                }
            }
        }
        for (row, path) in rows.iter().zip(paths) {
            let mut between: Vec<Millis> = row.windows(2).map(|pair| pair[1] - pair[0]).collect();
            between.sort_unstable();
            let is_even = between.first().zip(between.last()).is_none_or(|(least, most)| (most - least) * 10 <= *most);
            if row.len() >= 4 && !is_even {
                let page = path.trim_end_matches("?x=1");
                expected.push((format!("{SHOP}{page}"), row[1], row.len() - 1, row[row.len() - 1] - row[0]));
            }
        }
        let found = alone(&events, &desktop(), long_wait::long_wait);
        let reloads = found.iter().filter(|finding| finding.element.is_none());
        let found: Vec<_> = reloads.map(|f| (f.page.clone(), f.at(), f.count as usize, f.cost_ms)).collect();
        prop_assert_eq!(found, expected);
    }
}
