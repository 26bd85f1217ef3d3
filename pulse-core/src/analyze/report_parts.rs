//! The parts of a report that add up clicks and pages.

use std::{cmp::Reverse, collections::HashMap};

use super::{ClickPlace, PageReport, Report, Thresholds, Timeline, dead, scroll::max_depth, view::TimedClick};
use crate::model::Element;

/// Clicks without an element are of one place when they fall into the same square of this many px.
const SQUARE: f64 = 50.0;

/// What a click hit: its page, and its element's path or the square that it fell into.
#[derive(PartialEq, Eq, Hash)]
struct Target<'a> {
    page: &'a str,
    path: Option<&'a str>,
    square: (i64, i64),
}

impl<'a> Target<'a> {
    fn new(page: &'a str, element: Option<&'a Element>, x: f64, y: f64) -> Self {
        let path = element.map(|element| element.path.as_str()).filter(|path| !path.is_empty());
        let square = ((x / SQUARE).floor() as i64, (y / SQUARE).floor() as i64);
        Self { page, path, square: if path.is_some() { (0, 0) } else { square } }
    }
}

/// The places clicked most, most first, then by time of the first click.
pub(super) fn click_places(timeline: &Timeline, thresholds: &Thresholds) -> Vec<ClickPlace> {
    let mut places: HashMap<Target<'_>, ClickPlace> = HashMap::new();
    for view in timeline.views() {
        for click in view.clicks() {
            let element = click.click.element.as_deref();
            let target = Target::new(view.page(), element, click.click.x, click.click.y);
            places.entry(target).or_insert_with_key(|target| place(target, element, click)).add(click);
        }
    }
    for view in timeline.views() {
        for dead in dead::of_view(view, thresholds) {
            if let Some(place) = places.get_mut(&Target::new(view.page(), dead.element, dead.x, dead.y)) {
                place.dead += 1;
            }
        }
    }
    let mut places: Vec<ClickPlace> = places.into_values().collect();
    places
        .sort_by(|a, b| (Reverse(a.clicks), a.first_at, &a.element).cmp(&(Reverse(b.clicks), b.first_at, &b.element)));
    places.truncate(Report::PLACES);
    for place in &mut places {
        place.x /= place.clicks as f64;
        place.y /= place.clicks as f64;
    }
    places
}

/// A place before its first click is added.
fn place(target: &Target<'_>, element: Option<&Element>, first: TimedClick<'_>) -> ClickPlace {
    ClickPlace {
        page: target.page.to_owned(),
        element: target.path.unwrap_or_default().to_owned(),
        label: element.map(|element| element.name().to_owned()).unwrap_or_default(),
        interactive: element.is_some_and(|element| element.interactive),
        clicks: 0,
        dead: 0,
        first_at: first.at,
        x: 0.0,
        y: 0.0,
    }
}

impl ClickPlace {
    /// Adds a click; the place is their sum, until it is divided by their number.
    fn add(&mut self, TimedClick { at, click }: TimedClick<'_>) {
        self.clicks += 1;
        self.first_at = self.first_at.min(at);
        self.x += click.x;
        self.y += click.y;
    }
}

/// The pages on which most time was spent, longest first, then by time of the first visit.
pub(super) fn page_reports(timeline: &Timeline) -> Vec<PageReport> {
    let mut reports: Vec<PageReport> = Vec::new();
    let mut place: HashMap<&str, usize> = HashMap::new();
    for view in timeline.views() {
        let index = *place.entry(view.page()).or_insert_with(|| {
            reports.push(PageReport {
                page: view.page().to_owned(),
                title: timeline.title(view.page()).map(str::to_owned),
                views: 0,
                time_ms: 0,
                max_depth: 0.0,
                clicks: 0,
                first_click_after_ms: None,
            });
            reports.len() - 1
        });
        let report = &mut reports[index];
        report.views += 1;
        report.time_ms = report.time_ms.saturating_add(view.time_ms());
        report.max_depth = report.max_depth.max(max_depth(view));
        report.clicks += view.clicks().count() as u64;
        report.first_click_after_ms = report
            .first_click_after_ms
            .or_else(|| view.clicks().next().map(|click| click.at.saturating_sub(view.entered_at())));
    }
    reports.sort_by_key(|report| Reverse(report.time_ms));
    reports.truncate(Report::PLACES);
    reports
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        analyze::testing::{click, click_on, dead_click, load, places, thresholds, visit},
        model::{Event, Millis},
    };

    const PAGES: [&str; 3] = ["", "a", "b?x=1"];

    /// Page, path or square, and when, of one click.
    type Hit = (usize, Option<&'static str>, (i64, i64), Millis);

    proptest! {
        /// Each click is compared with every other one: those of one page and one element, or one square, are one place.
        #[test]
        fn as_by_the_definition(
            visits in prop::collection::vec((0..3_usize, places(
                &[0, 10, 500, 3000],
                &[(0.0, 0.0), (49.9, 0.0), (50.0, 0.0), (-0.1, 0.0), (120.0, 60.0)],
            ), prop::collection::vec(0..4_u8, 60)), 0..4),
        ) {
            let elements = [Element::from_selector("#a"), Element::from_selector("#b"), Element::default()];
            let (mut events, mut entered): (Vec<Event>, Vec<(usize, Millis)>) = Default::default();
            let (mut hits, mut dead): (Vec<Hit>, Vec<Hit>) = Default::default();
            let mut start = 0;
            for (page, clicks, what) in visits {
                events.push(load(start, PAGES[page]));
                entered.push((page, start));
                let mut at = start;
                for ((time, x, y), what) in clicks.into_iter().zip(what) {
                    at = start + 1 + time - 1_000_000;
                    let path = ["#a", "#b"].get(usize::from(what)).copied();
                    let square = if path.is_some() { (0, 0) } else { ((x / 50.0).floor() as i64, (y / 50.0).floor() as i64) };
                    hits.push((page, path, square, at));
                    let element = elements.get(usize::from(what));
                    events.push(element.map_or_else(|| click(at, x, y), |element| click_on(at, x, y, element)));
                    if at % 2 == 0 {
                        dead.push((page, path, square, at));
                        events.push(dead_click(at, x, y, element, 2500));
                    }
                }
                start = at + 1;
            }
            let timeline = visit(events);
            let same = |a: &Hit, b: &Hit| (PAGES[a.0].split('?').next(), a.1, a.2) == (PAGES[b.0].split('?').next(), b.1, b.2);
            let mut expected: Vec<(u64, u64, Millis)> = Vec::new();
            for (i, hit) in hits.iter().enumerate() {
                if !hits[..i].iter().any(|before| same(before, hit)) {
                    let all = hits.iter().filter(|other| same(other, hit));
                    let reported = dead.iter().filter(|other| same(other, hit)).count() as u64;
                    let first = all.clone().map(|other| other.3).min().unwrap_or(0);
                    expected.push((all.count() as u64, reported, first));
                }
            }
            let mut found: Vec<_> =
                click_places(&timeline, &thresholds()).iter().map(|place| (place.clicks, place.dead, place.first_at)).collect();
            expected.sort();
            found.sort();
            prop_assert_eq!(found, expected);
            for report in page_reports(&timeline) {
                let of = |page: usize| report.page.ends_with(&format!("/{}", PAGES[page].split('?').next().unwrap_or("")));
                let clicks = hits.iter().filter(|hit| of(hit.0));
                prop_assert_eq!(report.clicks, clicks.clone().count() as u64);
                prop_assert_eq!(report.views, entered.iter().filter(|(page, _)| of(*page)).count() as u64);
                // Of the first visit with a click, the first click.
                let first = clicks.map(|hit| hit.3).min();
                let since = first.and_then(|at| entered.iter().map(|e| e.1).filter(|entered| *entered < at).max());
                prop_assert_eq!(report.first_click_after_ms, first.zip(since).map(|(at, since)| at - since));
            }
        }
    }
}
