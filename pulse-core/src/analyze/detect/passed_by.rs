//! A call to action is in view again and again, and never clicked.

use super::{
    Aftermath, ElementRef, Figure, Finding, FindingKind, Harm, Measure, Sort,
    journey::{Journey, saturate},
    scroll_search::stretches,
};
use crate::{
    analyze::PageView,
    model::{LayoutBox, Millis},
};

/// A smaller button is no call to action, in px².
const LEAST_AREA: f64 = 2_000.0;
/// More buttons of one label or size are a list of things to choose from.
const MOST_ALIKE: usize = 2;
/// So many times in view, for so long each, in ms.
const TIMES: usize = 3;
const EACH_MS: Millis = 1_000;
/// Scrolling to and fro this often explains by itself why it was passed; and this often, when it was in view for less than
/// so long, in ms.
const SEARCHED: usize = 8;
const SOME_TURNS: usize = 4;
const EACH_TURNING_MS: Millis = 2_000;
/// So many times are half of all that can be said.
const HALF: f64 = 3.0;
/// Words of buttons that are none of what a page is there for.
const OTHERS: [&str; 12] = [
    "menu", "search", "close", "accept", "login", "log in", "sign in", "cart", "help", "language", "filter", "filters",
];
/// Most scrolls of a view that are looked at.
const MOST_SCROLLS: usize = 10_000;

/// The call to action of a page is its largest labelled button (at least 2,000 px², at most 2 of that label or size) in
/// the page's outline that is none for menu, search, cart, cookies, logging in or the like. It was *passed by* when it
/// was wholly in view at least 3 times, for at least 1 s each (2 s where scrolling turns 4 times or more), was never
/// clicked, and no goal was reached; between two times it was out of view, or another page was. Where scrolling turns 8
/// times or more, a search says why. A visit that went on to a page that it had not seen did without it.
///
/// *Figures*: times in view; time in view. *Harm*: cost of time.
/// *Source*: banner blindness, Benway & Lane 1998; visibility of an ad by IAB/MRC is 50 % for 1 s.
pub(super) fn passed_by(journey: &Journey<'_>) -> Vec<Finding> {
    if journey.outcome.reached.is_some() {
        return Vec::new();
    }
    let mut pages: Vec<&str> = Vec::new();
    for view in &journey.views {
        if pages.len() < 50 && !pages.contains(&view.page()) {
            pages.push(view.page());
        }
    }
    pages.into_iter().filter_map(|page| finding(journey, page)).collect()
}

fn finding(journey: &Journey<'_>, page: &str) -> Option<Finding> {
    let call = call_to_action(journey, page)?;
    let views: Vec<PageView<'_>> = journey.views.iter().copied().filter(|view| view.page() == page).collect();
    let turns = views.iter().flat_map(|view| stretches(*view)).map(|stretch| stretch.turns()).max().unwrap_or(0);
    if turns >= SEARCHED || is_clicked(journey, page, call) {
        return None;
    }
    let mut seen: Vec<(Millis, Millis)> = views.iter().flat_map(|view| in_view(*view, call)).collect();
    let each = if turns >= SOME_TURNS { EACH_TURNING_MS } else { EACH_MS };
    seen.retain(|(from, until)| until.saturating_sub(*from) >= each);
    if seen.len() < TIMES {
        return None;
    }
    let until = seen.last()?.1;
    let aftermath = journey.aftermath(page, until);
    if aftermath == Aftermath::MovedOn {
        return None;
    }
    let mut finding = Finding::new(FindingKind::PassedBy, page, seen.iter().map(|(from, _)| *from));
    finding.element = Some(ElementRef { path: String::new(), label: call.l.clone(), sort: Sort::Button });
    finding.place = Some((call.r[0] + call.r[2] / 2.0, call.r[1] + call.r[3] / 2.0));
    finding.cost_ms = seen.iter().map(|(from, until)| until.saturating_sub(*from)).fold(0, Millis::saturating_add);
    finding.figures =
        vec![Figure::new(Measure::TimesSeen, finding.count), Figure::ms(Measure::TimeMs, finding.cost_ms)];
    finding.harm = Harm::CostTime;
    finding.strength = saturate(f64::from(finding.count), HALF);
    finding.aftermath = aftermath;
    Some(finding)
}

/// The button that a page is there for.
fn call_to_action<'a>(journey: &Journey<'a>, page: &str) -> Option<&'a LayoutBox> {
    let boxes = journey.boxes(page);
    let area = |b: &LayoutBox| b.r[2] * b.r[3];
    let is_call = |b: &&LayoutBox| {
        let label = b.l.as_deref().unwrap_or_default().to_lowercase();
        let alike = boxes.iter().filter(|other| {
            let size = (other.r[2] - b.r[2]).abs() < 2.0 && (other.r[3] - b.r[3]).abs() < 2.0;
            other.k == b.k && (other.l == b.l || size)
        });
        b.k == "button"
            && !label.is_empty()
            && !OTHERS.contains(&label.trim())
            && !label.contains("cookie")
            && area(b) >= LEAST_AREA
            && alike.count() <= MOST_ALIKE
    };
    boxes.iter().filter(is_call).max_by(|a, b| area(a).total_cmp(&area(b)))
}

fn is_clicked(journey: &Journey<'_>, page: &str, call: &LayoutBox) -> bool {
    let [left, top, width, height] = call.r;
    journey.hits_on(page).any(|hit| {
        let inside = (left..=left + width).contains(&hit.x) && (top..=top + height).contains(&hit.y);
        inside || hit.element.is_some_and(|element| element.label.is_some() && element.label == call.l)
    })
}

/// When a box was wholly in view on a page view.
fn in_view(view: PageView<'_>, call: &LayoutBox) -> Vec<(Millis, Millis)> {
    let Some(window) = view.window() else { return Vec::new() };
    let (top, bottom) = (call.r[1], call.r[1] + call.r[3]);
    let is_in = |y: f64| top >= y && bottom <= y + window.h;
    let mut found: Vec<(Millis, Millis)> = Vec::new();
    let (mut since, mut y) = (view.entered_at(), 0.0);
    let steps = view.offsets().take(MOST_SCROLLS).map(|(at, y)| (at, Some(y)));
    for (at, next) in steps.chain([(view.left_at(), None)]) {
        let ended = next.is_none_or(|next| is_in(next) != is_in(y));
        if ended && is_in(y) {
            found.push((since, at));
        }
        if ended {
            since = at;
        }
        y = next.unwrap_or(y);
    }
    found
}
