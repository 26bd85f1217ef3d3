//! Nothing happens for long after a click, or a page is loaded anew again and again.

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure, Sort,
    hit::{Answered, Hit, Nature},
    journey::{Journey, saturate},
};
use crate::{
    analyze::{PageView, thrash, view::distance},
    model::{EventKind, Millis, Move, VisibilityState},
};

/// A wait that ends with another page is long from here on, in ms. Visitors begin to leave pages that take more than 3 s
/// (Google/SOASTA 2017), and tolerate about 2 s (Nah 2004, <https://doi.org/10.1080/01449290410001669914>).
const PAGE_MS: Millis = 4_000;
/// The same for a page that is drawn anew, which may have another reason, in ms.
const CHANGE_MS: Millis = 5_000;
/// A link that leads nowhere until the visitor leaves was waited for from here on, in ms.
const LINK_MS: Millis = 6_000;
/// The same for a button, which may have said something in place, in ms.
const BUTTON_MS: Millis = 12_000;
/// A pointer that shakes after a click waits from here on, in ms.
const SHAKEN_MS: Millis = 4_000;
/// Who waits keeps the pointer this near to what was clicked, in px.
const NEAR_PX: f64 = 150.0;
/// No wait is longer: after that the visitor is elsewhere, in ms.
const MOST_MS: Millis = 180_000;
/// A scroll this soon after a click is the page's own, in ms.
const OWN_SCROLL_MS: Millis = 500;
/// So much beyond what is tolerated is half of all that can be said, in ms.
const HALF_MS: f64 = 5_000.0;
/// So many loads of one page in a row, besides the first, with at most so long from one to the next, in ms, are a wait for
/// something on it. Fewer are everyday.
const RELOADS: usize = 3;
const BETWEEN_LOADS_MS: Millis = 60_000;
/// Loads are the page's own when the longest time between two is longer than the shortest by at most this share of it.
const EVEN: f64 = 0.1;
/// Who stays so long after the last load has what was waited for, in ms.
const STAYED_MS: Millis = 20_000;
/// So many loads are half of all that can be said.
const HALF_RELOADS: f64 = 3.0;
/// Most waits that are looked at.
const MOST: usize = 50;

/// One click on a control, after which the visitor neither clicked, typed nor scrolled, until
///
/// - another page came after 4 s or more (no step back), or the page was drawn anew after 5 s or more; or
/// - the visit ended there, or the visitor went back: after 6 s for a link, after 12 s for another control beside which
///   the pointer stayed (within 150 px); or
/// - the pointer was shaken (the signal "thrashed cursor") meanwhile, and 4 s had passed.
///
/// Clicks of a rage burst, dead clicks and error clicks tell of other things; the time that the tab was out of sight is
/// none.
///
/// Or, without a click: one address was loaded anew at least 3 times in a row, each time at most 60 s after the load before,
/// and nothing was clicked and nothing typed in a field between. Loads at even intervals (a tenth) are the page's own.
///
/// *Figures*: the wait; page views, where the page was loaded anew. *Harm*: blocked goal when the visit left or the
/// visitor went back, after loads within 20 s of the last one; else cost of time.
/// *Source*: response time limits, Nielsen 1993, 10 s for keeping attention; tolerable waiting, Nah 2004; the "page loop" of
/// Conviva, 3 visits to one address in a row.
pub(super) fn long_wait(journey: &Journey<'_>) -> Vec<Finding> {
    let waits = journey.hits.iter().enumerate().filter(|(_, hit)| counts(hit));
    let waits = waits.filter_map(|(number, hit)| finding(journey, number, hit)).take(MOST);
    let loads = journey.views.chunk_by(|before, view| is_reload(*before, *view));
    waits.chain(loads.filter_map(|loads| reloaded(journey, loads)).take(MOST)).collect()
}

/// Whether a page view is the one before loaded anew, with nothing done there between.
fn is_reload(before: PageView<'_>, view: PageView<'_>) -> bool {
    let is_act = |kind: &EventKind| match kind {
        EventKind::Click(_) => true,
        // The keys that load a page anew are pressed in no field.
        EventKind::Keypress(press) => press.field != "page",
        _ => false,
    };
    // Tabs that are open side by side overlap.
    let is_next = view.entered_at() >= before.last();
    let soon = view.entered_at().saturating_sub(before.entered_at()) <= BETWEEN_LOADS_MS;
    !view.url().is_empty()
        && view.url() == before.url()
        && is_next
        && soon
        && !before.acts().any(|event| is_act(&event.kind))
}

fn reloaded(journey: &Journey<'_>, loads: &[PageView<'_>]) -> Option<Finding> {
    let (first, last) = (loads.first()?, loads.last()?);
    let between = loads.windows(2).map(|pair| pair[1].entered_at().saturating_sub(pair[0].entered_at()));
    let (shortest, longest) = (between.clone().min()?, between.max()?);
    if loads.len() <= RELOADS || (longest - shortest) as f64 <= EVEN * longest as f64 {
        return None;
    }
    let moments = loads.iter().skip(1).map(|view| view.entered_at());
    let mut finding = Finding::new(FindingKind::LongWait, last.page(), moments);
    finding.cost_ms = last.entered_at().saturating_sub(first.entered_at());
    finding.figures =
        vec![Figure::ms(Measure::WaitMs, finding.cost_ms), Figure::new(Measure::PageViews, loads.len() as f64)];
    finding.aftermath = journey.aftermath(last.page(), last.entered_at());
    let lost = matches!(finding.aftermath, Aftermath::Left | Aftermath::CameBack) && last.time_ms() < STAYED_MS;
    finding.harm = if lost { Harm::BlockedGoal } else { Harm::CostTime };
    finding.strength = saturate(f64::from(finding.count), HALF_RELOADS);
    Some(finding)
}

fn counts(hit: &Hit<'_>) -> bool {
    let is_field = hit.sort() == Sort::Field;
    hit.nature() == Nature::Control && !is_field && hit.burst.is_none() && !hit.error
}

fn finding(journey: &Journey<'_>, number: usize, hit: &Hit<'_>) -> Option<Finding> {
    let view = journey.views[hit.view];
    let next_hit = journey.hits.get(number + 1).filter(|next| next.view == hit.view).map(|next| next.at);
    let acted = [next_hit, next_act(view, hit.at)].into_iter().flatten().min();
    let answer = hit.answer.filter(|answer| acted.is_none_or(|acted| answer.at <= acted));
    let is_link = hit.sort() == Sort::Link;
    let (until, long) = match (answer.map(|answer| (answer.by, answer.at)), acted) {
        (Some((Answered::Page, at)), _) => (at, at.saturating_sub(hit.at) >= PAGE_MS),
        // What a dead click was answered by later is no drawing by chance.
        (Some((Answered::Change, at)), _) => (at, at.saturating_sub(hit.at) >= CHANGE_MS && !hit.dead),
        (Some((Answered::Back, at)), _) => (at, nothing_came(view, hit, at, is_link)),
        (None, None) => (view.last(), nothing_came(view, hit, view.last(), is_link)),
        (None, Some(acted)) => {
            let shaken = acted.saturating_sub(hit.at) >= SHAKEN_MS && is_shaken(view, hit.at, acted);
            (acted, shaken && !hit.dead)
        }
    };
    let wait = until.saturating_sub(hit.at);
    if !long || wait > MOST_MS {
        return None;
    }
    let mut finding = Finding::new(FindingKind::LongWait, view.page(), [hit.at]);
    finding.element = hit.element_ref();
    finding.place = Some((hit.x, hit.y));
    finding.figures = vec![Figure::ms(Measure::WaitMs, wait)];
    finding.cost_ms = wait;
    finding.aftermath = match answer.map(|answer| answer.by) {
        Some(Answered::Page | Answered::Change) => Aftermath::MovedOn,
        _ => journey.aftermath(view.page(), until),
    };
    let lost = matches!(finding.aftermath, Aftermath::Left | Aftermath::CameBack) && !journey.reaches_goal(hit.at);
    finding.harm = if lost { Harm::BlockedGoal } else { Harm::CostTime };
    finding.strength = saturate(wait.saturating_sub(PAGE_MS / 2) as f64, HALF_MS);
    Some(finding)
}

/// Whether a click came to nothing up to a time at which the visitor left: a link after 6 s, and another control after 12 s
/// with the pointer beside it, or shaken.
fn nothing_came(view: PageView<'_>, hit: &Hit<'_>, until: Millis, is_link: bool) -> bool {
    let waited = until.saturating_sub(hit.at);
    if hit.dead {
        return false;
    }
    (is_link && waited >= LINK_MS)
        || (waited >= BUTTON_MS && stays_near(view, hit, until))
        || (waited >= SHAKEN_MS && is_shaken(view, hit.at, until))
}

/// When the visitor typed, scrolled or left the tab after a click.
fn next_act(view: PageView<'_>, after: Millis) -> Option<Millis> {
    let act = |kind: &EventKind, at: Millis| match kind {
        EventKind::Keypress(_) => true,
        EventKind::Scroll(_) => at.saturating_sub(after) > OWN_SCROLL_MS,
        EventKind::Visibility(visibility) => visibility.state == VisibilityState::Hidden && at < view.last(),
        _ => false,
    };
    let acts = view.acts_after(after);
    acts.filter(|event| event.timestamp > after).find(|event| act(&event.kind, event.timestamp)).map(|e| e.timestamp)
}

fn between(view: PageView<'_>, from: Millis, until: Millis) -> &[Move] {
    let points = view.points();
    &points[points.partition_point(|point| point.at < from)..points.partition_point(|point| point.at <= until)]
}

/// Whether the pointer moved, and stayed near what was clicked.
fn stays_near(view: PageView<'_>, hit: &Hit<'_>, until: Millis) -> bool {
    between(view, hit.at, until).iter().all(|point| distance(point.x - hit.x, point.y - hit.y) <= NEAR_PX)
}

/// Whether the pointer was shaken.
fn is_shaken(view: PageView<'_>, from: Millis, until: Millis) -> bool {
    !thrash::of_points(between(view, from, until)).is_empty()
}
