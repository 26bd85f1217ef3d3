//! Reads the clicks of a session, with what came of each.

use super::{
    hit::{Answer, Answered, Hit, Nature},
    journey::Journey,
};
use crate::{
    analyze::{
        PageView, RageBurst,
        dead::{self, DeadAt},
        rage,
        view::TimedClick,
    },
    model::{EventKind, Millis},
};

/// A new tab that opens this soon after a click is its answer, in ms.
const NEW_TAB_MS: Millis = 10_000;
/// A page that was there before is what a click led to when it comes this soon after, in ms.
const LED_MS: Millis = 2_000;
/// The first outline of a page is drawn this soon after it is entered, in ms.
const FIRST_DRAWN_MS: Millis = 3_000;
/// An outline is drawn so long after the page has come to rest, in ms.
const DRAWN_AFTER_MS: Millis = 1_000;
/// A tracker that tells of a dead click when it knows tells it at most this much later, in ms.
const TOLD_LATE_MS: Millis = 5_000;
/// So far from its click a dead click may be told, in px.
const NEAR_PX: f64 = 8.0;
/// Two clicks this soon after one another are a double click, in ms: the default of desktops.
const DOUBLE_MS: Millis = 500;
/// So many clicks before a dead click are looked at.
const LOOK_BACK: usize = 16;

/// The clicks by time, and the rage bursts that are not suppressed.
pub(super) fn hits<'a>(journey: &Journey<'a>) -> (Vec<Hit<'a>>, Vec<RageBurst>) {
    let (mut all, mut bursts) = (Vec::new(), Vec::new());
    for (number, view) in journey.views.iter().copied().enumerate() {
        let clicks: Vec<TimedClick<'a>> = view.clicks().collect();
        let mut hits: Vec<Hit<'a>> = clicks.iter().map(|click| hit(journey, number, *click)).collect();
        for (range, burst) in rage::of_view(view, &clicks, &journey.context.thresholds) {
            if burst.suppressed.is_none() {
                hits[range].iter_mut().for_each(|hit| hit.burst = Some(bursts.len()));
                bursts.push(burst);
            }
        }
        for dead in dead::of_view(view, &journey.context.thresholds) {
            match clicked(&clicks, &dead) {
                Some(place) => hits[place].dead = true,
                // Its click was lost.
                None => hits.push(Hit { dead: true, ..bare(number, dead) }),
            }
        }
        hits.sort_by_key(|hit| hit.at);
        select(&mut hits);
        find_others(&mut hits);
        answer(journey, number, &mut hits);
        all.append(&mut hits);
    }
    all.sort_by_key(|hit| hit.at);
    (all, bursts)
}

fn hit<'a>(journey: &Journey<'a>, view: usize, TimedClick { at, click }: TimedClick<'a>) -> Hit<'a> {
    Hit {
        view,
        at,
        x: click.x,
        y: click.y,
        element: click.element.as_deref().filter(|element| !element.path.is_empty()),
        selected: click.selected,
        dead: false,
        error: journey.error_after(journey.views[view].tab(), at).is_some(),
        burst: None,
        answer: None,
        other_at: None,
    }
}

fn bare(view: usize, dead: DeadAt<'_>) -> Hit<'_> {
    Hit {
        view,
        at: dead.at,
        x: dead.x,
        y: dead.y,
        element: dead.element.filter(|element| !element.path.is_empty()),
        selected: false,
        dead: true,
        error: false,
        burst: None,
        answer: None,
        other_at: None,
    }
}

/// A double or triple click selects with its last click: those before it are part of it.
fn select(hits: &mut [Hit<'_>]) {
    for place in (1..hits.len()).rev() {
        let (hit, before) = (hits[place], &mut hits[place - 1]);
        before.selected |= hit.selected && hit.is_like(before) && hit.at.saturating_sub(before.at) <= DOUBLE_MS;
    }
}

/// Says of each click when something else was clicked after it.
fn find_others(hits: &mut [Hit<'_>]) {
    for place in (1..hits.len()).rev() {
        let (next, before) = (hits[place], &mut hits[place - 1]);
        before.other_at = if next.is_like(before) { next.other_at } else { Some(next.at) };
    }
}

/// The click that a dead click tells of: the latest one of its time or up to 5 s earlier, on the same element or within
/// 8 px.
fn clicked(clicks: &[TimedClick<'_>], dead: &DeadAt<'_>) -> Option<usize> {
    let end = clicks.partition_point(|click| click.at <= dead.at);
    (end.saturating_sub(LOOK_BACK)..end).rev().find(|&place| {
        let click = clicks[place];
        let path = |element: Option<&crate::model::Element>| element.map(|element| element.path.clone());
        let same = dead.element.is_some() && path(click.click.element.as_deref()) == path(dead.element);
        dead.at.saturating_sub(click.at) <= TOLD_LATE_MS && (same || click.distance_to(dead.x, dead.y) <= NEAR_PX)
    })
}

/// Says of each click of one view, in order, what came next: another page, a new tab, another drawing of the page.
fn answer(journey: &Journey<'_>, number: usize, hits: &mut [Hit<'_>]) {
    // A page that is loaded anew is another tab of the journey.
    let next = journey.next_in_tab(number).or_else(|| loaded(journey, number));
    let changes = changes(journey.views[number]);
    for hit in hits {
        let next = next.map(|next| {
            let at = journey.views[next].entered_at();
            // Old documents do not tell a step back from a link; a click on a control just before is a link.
            let led = at.saturating_sub(hit.at) <= LED_MS && hit.nature() == Nature::Control && !hit.dead;
            let is_back = journey.is_pop(next) || (journey.is_return(number, next) && !led);
            Answer { at, by: if is_back { Answered::Back } else { Answered::Page } }
        });
        let change = changes.after(hit.at).map(|at| Answer { at, by: Answered::Change });
        let opened = opened(journey, number, hit.at);
        let all = [next, opened, change].into_iter().flatten().filter(|answer| answer.at >= hit.at);
        hit.answer = all.min_by_key(|answer| answer.at);
    }
}

/// The page load that took the place of this one: the next one that begins after its last event.
fn loaded(journey: &Journey<'_>, number: usize) -> Option<usize> {
    let left_at = journey.views[number].last();
    let from = journey.views.partition_point(|view| view.entered_at() < left_at).max(number + 1);
    (from < journey.views.len()).then_some(from)
}

/// A page load that began soon after a click, while this page stayed open.
fn opened(journey: &Journey<'_>, number: usize, at: Millis) -> Option<Answer> {
    let from = journey.views.partition_point(|view| view.entered_at() <= at);
    let next = journey.views.get(from).filter(|next| next.tab() != journey.views[number].tab())?;
    let soon = next.entered_at().saturating_sub(at) <= NEW_TAB_MS;
    soon.then_some(Answer { at: next.entered_at(), by: Answered::Page })
}

/// What happened on a page view that may answer a click, by time.
#[derive(Default)]
struct Changes {
    /// When an outline was told that is not the first one.
    drawn: Vec<Millis>,
    /// When the page's script tracked something.
    tracked: Vec<Millis>,
}

impl Changes {
    /// The first change that a click at a time may have led to. An outline is told 1 s after the page has come to rest,
    /// but an event that is tracked at once.
    fn after(&self, at: Millis) -> Option<Millis> {
        let drawn = self.drawn.get(self.drawn.partition_point(|told| *told <= at));
        let drawn = drawn.map(|told| told.saturating_sub(DRAWN_AFTER_MS).max(at));
        let tracked = self.tracked.get(self.tracked.partition_point(|tracked| *tracked < at)).copied();
        [drawn, tracked].into_iter().flatten().min()
    }
}

fn changes(view: PageView<'_>) -> Changes {
    let mut changes = Changes::default();
    let mut first = true;
    for event in view.acts() {
        match &event.kind {
            EventKind::Layout(_) => {
                let initial =
                    std::mem::take(&mut first) && event.timestamp.saturating_sub(view.entered_at()) <= FIRST_DRAWN_MS;
                if !initial {
                    changes.drawn.push(event.timestamp);
                }
            }
            EventKind::Custom(_) => changes.tracked.push(event.timestamp),
            _ => {}
        }
    }
    changes
}
