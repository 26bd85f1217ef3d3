//! Clicks on what is no control, and on controls that do not answer or answer late.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{alone, desktop, kind, middle, named, outline, told, tracked};
use crate::{
    analyze::{
        detect::*,
        testing::{SHOP, button, click, click_on, dead_click, error, navigate},
    },
    model::{Element, Event, EventKind, Millis, NavigationKind},
};

/// What is clicked: buttons with a name and without one, a link, a picture, and a place without an element.
fn targets() -> [Option<Element>; 5] {
    [
        Some(named("#pay", "button", "Pay now", [100.0, 100.0, 120.0, 40.0])),
        Some(named("#arrow", "button", "", [400.0, 100.0, 120.0, 40.0])),
        Some(named("#more", "a", "More", [100.0, 400.0, 120.0, 40.0])),
        Some(named("#photo", "img", "", [400.0, 400.0, 120.0, 140.0])),
        None,
    ]
}
const NAMED: usize = 0;
const LINK: usize = 2;
const PICTURE: usize = 3;
const BARE: usize = 4;

/// What happens next in a visit.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// Clicks on one target, so many ms apart, each reported dead or none.
    Click {
        on: usize,
        times: i64,
        every: Millis,
        dead: bool,
    },
    Draw,
    Track,
    Fail,
    /// A page that was not seen before.
    Next,
    Back,
    /// A link to the first page.
    Home,
}

fn deed() -> impl Strategy<Value = Deed> {
    let times = prop::sample::select(vec![1, 1, 2, 3, 4, 5]);
    let every = prop::sample::select(vec![200, 500, 501]);
    let clicks = (0..5_usize, times, every, any::<bool>()).prop_map(|(on, times, every, dead)| Deed::Click {
        on,
        times,
        every,
        dead,
    });
    prop_oneof![
        8 => clicks,
        2 => Just(Deed::Draw),
        1 => Just(Deed::Track),
        3 => Just(Deed::Fail),
        3 => Just(Deed::Next),
        1 => Just(Deed::Back),
        2 => Just(Deed::Home),
    ]
}

/// What happens next, and after how long.
fn deed_after() -> impl Strategy<Value = (Millis, Deed)> {
    let click = prop::sample::select(vec![300, 1000, 1001, 2499, 2500]);
    let other = vec![300, 1000, 1001, 1100, 1101, 1500, 2000, 2000, 2001, 2100, 2101, 2500, 30_000, 30_000, 30_001];
    let home = prop::sample::select(vec![1000, 2000, 2001]);
    (click, prop::sample::select(other), home, deed()).prop_map(|(click, other, home, deed)| match deed {
        Deed::Click { .. } => (click, deed),
        Deed::Home => (home, deed),
        _ => (other, deed),
    })
}

/// One click of a [`Visit`].
#[derive(Debug, Clone, Copy)]
struct Clicked {
    view: usize,
    at: Millis,
    on: usize,
    dead: bool,
}

/// One page view of a [`Visit`].
#[derive(Debug)]
struct Viewed {
    path: String,
    entered: Millis,
    last: Millis,
    is_back: bool,
}

/// How many clicks a control took, when the first and the last, and how long it took to answer, by page and target.
type Told = BTreeMap<String, (usize, Millis, Millis, Option<Millis>)>;

/// A visit, and what happened in it.
#[derive(Debug, Default)]
struct Visit {
    events: Vec<Event>,
    views: Vec<Viewed>,
    clicks: Vec<Clicked>,
    /// View and time.
    drawn: Vec<(usize, Millis)>,
    tracked: Vec<(usize, Millis)>,
    failed: Vec<Millis>,
}

impl Visit {
    fn new(deeds: &[(Millis, Deed)]) -> Self {
        let mut visit = Self::default();
        let mut at = 1_000_000;
        visit.enter(at, String::new(), false);
        let mut fresh = ('a'..='z').map(String::from);
        for &(wait, deed) in deeds {
            at += wait;
            let view = visit.views.len() - 1;
            match deed {
                Deed::Click { on, times, every, dead } => {
                    for time in 0..times {
                        at += if time > 0 { every } else { 0 };
                        visit.click(at, on, dead);
                    }
                }
                Deed::Draw => {
                    visit.drawn.push((view, at));
                    visit.events.push(outline(at, Vec::new()));
                }
                Deed::Track => {
                    visit.tracked.push((view, at));
                    visit.events.push(tracked(at, "seen"));
                }
                Deed::Fail => {
                    visit.failed.push(at);
                    visit.events.push(error(at));
                }
                Deed::Next => visit.enter(at, fresh.next().unwrap_or_default(), false),
                Deed::Back if view > 0 => visit.enter(at, visit.views[view - 1].path.clone(), true),
                Deed::Home if !visit.views[view].path.is_empty() => visit.enter(at, String::new(), false),
                Deed::Back | Deed::Home => continue,
            }
            if let Some(last) = visit.views.last_mut() {
                last.last = at;
            }
        }
        visit
    }

    fn enter(&mut self, at: Millis, path: String, is_back: bool) {
        let kind = if is_back { NavigationKind::Pop } else { NavigationKind::Load };
        // The first outline of a page is no answer to anything.
        self.events.extend([navigate(at, kind, &path), outline(at, Vec::new())]);
        self.views.push(Viewed { path, entered: at, last: at, is_back });
    }

    fn click(&mut self, at: Millis, on: usize, dead: bool) {
        let target = &targets()[on];
        let (x, y) = target.as_ref().and_then(|target| target.rect).map_or((900.0, 700.0), middle);
        self.events.push(match target {
            Some(target) => click_on(at, x, y, target),
            None => click(at, x, y),
        });
        if dead {
            self.events.push(dead_click(at, x, y, target.as_ref(), 2500));
        }
        self.clicks.push(Clicked { view: self.views.len() - 1, at, on, dead });
    }

    /// The numbers of a click's run without a pause of more than 1 s, if some 3 clicks of it lie within 1 s.
    fn burst(&self, click: usize) -> Option<std::ops::RangeInclusive<usize>> {
        let clicks = &self.clicks;
        let together = |a: &Clicked, b: &Clicked| a.view == b.view && a.on == b.on && b.at - a.at <= 1000;
        let first = (1..=click).rev().find(|i| !together(&clicks[i - 1], &clicks[*i])).unwrap_or(0);
        let last =
            (click..clicks.len() - 1).find(|i| !together(&clicks[*i], &clicks[i + 1])).unwrap_or(clicks.len() - 1);
        let is_quick = (first + 2..=last).any(|i| clicks[i].at - clicks[i - 2].at <= 1000);
        is_quick.then_some(first..=last)
    }

    /// When the page answered a click of `all` that troubled the visitor.
    fn answered(&self, click: usize, all: &[usize]) -> Option<Millis> {
        let Clicked { view, at, on, dead } = self.clicks[click];
        let of_view = |of: &&(usize, Millis)| of.0 == view;
        // An outline is told 1 s after the change.
        let drawn = self.drawn.iter().filter(of_view).map(|(_, told)| *told).find(|told| *told > at);
        let drawn = drawn.map(|told| at.max(told - 1000));
        let tracked = self.tracked.iter().filter(of_view).map(|(_, tracked)| *tracked).find(|tracked| *tracked >= at);
        let change = drawn.into_iter().chain(tracked).min();
        let next = self.views.get(view + 1);
        let answer = change.or(next.map(|next| next.entered))?;
        let is_other = |other: &Clicked| other.view == view && other.at > at && other.at < answer && other.on != on;
        if self.clicks.iter().any(is_other) {
            return None;
        }
        if change.is_some() {
            return all.iter().all(|later| self.clicks[*later].at <= answer).then_some(answer);
        }
        let next = next?;
        // Where nothing says how a page was entered, the one before is gone back to, but for a link that was just clicked.
        let is_link = !dead && on <= LINK && answer - at <= 2000;
        let is_return = view > 0 && self.views[view - 1].path == next.path && !is_link;
        let is_seen = self.views[..=view].iter().any(|seen| seen.path == next.path);
        let went_elsewhere = is_seen && all.iter().any(|click| self.clicks[*click].dead);
        (!next.is_back && !is_return && !went_elsewhere).then_some(answer)
    }

    /// What is told of controls that do not answer, and of those that answer late, these with the wait.
    fn expected(&self) -> [Told; 2] {
        let mut expected = [BTreeMap::new(), BTreeMap::new()];
        let paths: BTreeSet<&String> = self.views.iter().map(|view| &view.path).collect();
        for (path, on) in paths.into_iter().flat_map(|path| (0..5).map(move |on| (path, on))) {
            let is_of = |click: &Clicked| click.on == on && self.views[click.view].path == *path;
            let is_troubled = |n: &usize| is_of(&self.clicks[*n]) && (self.clicks[*n].dead || self.burst(*n).is_some());
            let all: Vec<usize> = (0..self.clicks.len()).filter(is_troubled).collect();
            let (Some(&first), Some(&last)) = (all.first(), all.last()) else { continue };
            let (from, until) = (self.clicks[first].at, self.clicks[last].at);
            let dead = all.iter().any(|n| self.clicks[*n].dead);
            let failed = |n: &&usize| self.failed.iter().any(|at| (0..=1000).contains(&(at - self.clicks[**n].at)));
            let longest = all.iter().filter_map(|n| self.burst(*n)).map(|burst| burst.count()).max().unwrap_or(0);
            let is_nothing = on == BARE && !dead && longest < 5;
            if on == PICTURE || is_nothing || all.iter().filter(failed).count() * 2 >= all.len() {
                continue;
            }
            let answer = all.iter().find_map(|n| self.answered(*n, &all)).map(|at| at - from);
            let watched = self.views[self.clicks[last].view].last - until >= 2500 && on < LINK;
            let (late, wait) = match answer.filter(|wait| *wait <= 30_000) {
                Some(wait) if all.len() >= 2 && wait > 1500 => (1, Some(wait)),
                Some(_) => continue,
                None if dead || !watched => (0, None),
                None if on == NAMED => (1, Some(until - from)),
                None => continue,
            };
            let target = targets()[on].as_ref().map_or("18,14".to_owned(), |target| target.path.clone());
            expected[late].insert(format!("{SHOP}{path} {target}"), (all.len(), from, until, wait));
        }
        expected
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    /// Clicks on pictures and text, each by itself: those that an error follows do not count.
    #[test]
    fn false_affordances_as_by_the_definition(steps in prop::collection::vec((prop::sample::select(vec![700, 1000, 1001, 4000_i64]), 0..4_usize), 0..24)) {
        let thing = |path: &str, tag: &str, y: f64| Element {
            tag: tag.into(), interactive: false, ..button(path, [0.0, y, 300.0, 200.0])
        };
        let things = [thing("#photo", "img", 300.0), thing("#words", "p", 600.0), thing("#sheet", "canvas", 900.0)];
        let mut at = 1_000_000;
        let mut events = Vec::new();
        for (step, what) in steps {
            at += step;
            events.push(match things.get(what) {
                Some(thing) => click_on(at, 20.0, thing.rect.unwrap_or_default()[1] + 50.0, thing),
                None => error(at),
            });
        }
        let mut expected: BTreeMap<String, u32> = BTreeMap::new();
        for event in &events {
            let EventKind::Click(click) = &event.kind else { continue };
            let followed = events.iter().any(|other| {
                matches!(other.kind, EventKind::Error(_)) && (0..=1000).contains(&(other.timestamp - event.timestamp))
            });
            if !followed && let Some(element) = &click.element {
                *expected.entry(element.path.clone()).or_default() += 1;
            }
        }
        expected.retain(|path, count| match path.as_str() {
            "#photo" => *count >= 2,
            "#words" => *count >= 3,
            _ => false,
        });
        let found: BTreeMap<String, u32> = kind(events, FindingKind::FalseAffordance)
            .into_iter()
            .map(|finding| (finding.key().target, finding.count))
            .collect();
        prop_assert_eq!(found, expected);
    }

    /// Clicks in calm and in rage, dead and alive, and what may answer them.
    #[test]
    fn silent_and_slow_controls_as_by_the_definition(deeds in prop::collection::vec(deed_after(), 0..14)) {
        let visit = Visit::new(&deeds);
        let [silent, late] = visit.expected();
        let found = told(&alone(&visit.events, &desktop(), unresponsive::unresponsive));
        let bare = |told: Told| told.into_iter().map(|(key, (count, from, until, _))| (key, (count, from, until))).collect();
        prop_assert_eq!(found, bare(silent));
        let found = alone(&visit.events, &desktop(), unresponsive::slow_answer);
        let waits: BTreeMap<String, Option<Millis>> =
            found.iter().map(|finding| (format!("{} {}", finding.page, finding.key().target), Some(finding.cost_ms))).collect();
        prop_assert_eq!(waits, late.iter().map(|(key, (.., wait))| (key.clone(), *wait)).collect());
        prop_assert_eq!(told(&found), bare(late));
    }
}
