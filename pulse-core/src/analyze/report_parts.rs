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
