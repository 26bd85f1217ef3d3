//! A task is begun and left without its goal, or something is searched for in vain.

use std::collections::BTreeMap;

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure, Sort,
    forms::{FieldStay, is_for_search, is_task},
    hit::{Answered, Hit, Nature},
    journey::Journey,
};
use crate::model::{EventKind, Millis};

/// Typing so much means that a form was begun.
const PRESSES: u32 = 5;
/// So many fields entered mean the same.
const FIELDS: usize = 2;
/// Staying so long on a page that brings a task to an end, and clicking there, means that it was begun, in ms.
const STAY_MS: Millis = 15_000;
/// So many searches in a row, of so many key presses each, with at most so long from one to the next, in ms, did not
/// satisfy. The paper gives 5 minutes for similar words; what was typed is not known here.
const SEARCHES: usize = 3;
const SEARCH_PRESSES: u32 = 2;
const BETWEEN_SEARCHES_MS: Millis = 60_000;
/// How sure it is.
const STRENGTH: f64 = 0.7;

/// A task that was begun and not brought to an end.
///
/// A task is *begun* on a page with at least 5 key presses, or 2 fields entered that take text, outside of fields for
/// searching (a box that is ticked may be a filter); or, on a page whose path speaks of checkout, payment, booking or
/// sign-up, with a stay of 15 s and a click on a control there, no link, that leads to no other page. Of several tasks the
/// last one counts. It is *given up* when the visit left from there, or went back to a page that it had seen and saw no
/// new page afterwards, and no goal was reached; and when the form was not sent. A form of which a field was entered is
/// *sent* when the last click on the page is one on a button after that, neither dead nor in rage nor followed by an
/// error; or, as Enter does it, when nothing is clicked after the last field, and the page is drawn anew after the last
/// key press there. Who only looked at the page never meant to.
///
/// Where no such task was given up, a *search* may be: at least 3 times in a row, at most 60 s apart, at least 2 keys were
/// pressed in a field for searching; after each of them there was at most one click outside of such fields, on no link, and
/// until the next no page but that of the next; and at most 60 s after the last one began, the visit left or went back, as
/// above. Who opened a result, or read for longer, may have found it.
///
/// *Figures*: time on the page; of a search, how often it was tried, and for how long. The element is the last field, or
/// where none was entered, the last thing that was clicked and led nowhere. *Harm*: blocked goal. Where another finding on
/// the page says why, that one is told instead. *Source*: of searches, Hassan, Shi, Craswell & Ramsey, Beyond Clicks:
/// Query Reformulation as a Predictor of Search Satisfaction, CIKM 2013.
pub(super) fn given_up(journey: &Journey<'_>) -> Vec<Finding> {
    if journey.outcome.reached.is_some() {
        return Vec::new();
    }
    let mut begun: BTreeMap<&str, Millis> = BTreeMap::new();
    let mut typed: BTreeMap<&str, (u32, Vec<&str>, Millis)> = BTreeMap::new();
    for stay in journey.stays.iter().filter(|stay| !stay.is_search()) {
        let (presses, fields, last) = typed.entry(journey.page(stay.view)).or_default();
        *presses = presses.saturating_add(stay.presses);
        *last = (*last).max(stay.begin);
        if fields.len() < FIELDS && stay.takes_text() && !fields.contains(&stay.id()) {
            fields.push(stay.id());
        }
    }
    for (page, (presses, fields, last)) in typed {
        if presses >= PRESSES || fields.len() >= FIELDS {
            begun.insert(page, last);
        }
    }
    for view in journey.views.iter().filter(|view| is_task(view.page()) && view.time_ms() >= STAY_MS) {
        let is_step = |hit: &&Hit<'_>| {
            let moves_on = hit.own_answer().is_some_and(|answer| answer.by != Answered::Change);
            hit.nature() == Nature::Control && hit.sort() != Sort::Link && !moves_on
        };
        if let Some(step) = journey.hits_on(view.page()).rfind(is_step) {
            begun.entry(view.page()).or_insert(step.at);
        }
    }
    // The last one is the one that counts: those before it led there.
    let last = begun.into_iter().max_by_key(|(_, at)| *at);
    last.and_then(|(page, at)| finding(journey, page, at)).or_else(|| search(journey)).into_iter().collect()
}

fn finding(journey: &Journey<'_>, page: &str, begun: Millis) -> Option<Finding> {
    let at = journey.views.iter().filter(|view| view.page() == page).map(|view| view.entered_at().max(begun)).max()?;
    let aftermath = journey.aftermath(page, at);
    if !is_end(journey, aftermath, at) || is_sent(journey, page) {
        return None;
    }
    let views = journey.views.iter().filter(|view| view.page() == page);
    let time = views.map(|view| view.time_ms()).fold(0, Millis::saturating_add);
    let mut finding = Finding::new(FindingKind::GivenUp, page, [at]);
    finding.element = last_touched(journey, page);
    finding.figures = vec![Figure::ms(Measure::TimeMs, time)];
    finding.cost_ms = time;
    finding.harm = Harm::BlockedGoal;
    finding.aftermath = aftermath;
    finding.strength = STRENGTH;
    Some(finding)
}

/// Whether the visit left, or went back and saw no new page after a time.
fn is_end(journey: &Journey<'_>, aftermath: Aftermath, at: Millis) -> bool {
    match aftermath {
        Aftermath::Left | Aftermath::GaveUp => true,
        Aftermath::CameBack => {
            let from = journey.views.partition_point(|view| view.entered_at() <= at);
            journey.views[from..].iter().all(|view| journey.was_seen(view.page(), at))
        }
        Aftermath::MovedOn => false,
    }
}

/// The last searches in a row, when nothing came of them.
fn search(journey: &Journey<'_>) -> Option<Finding> {
    let mut searches: Vec<&FieldStay<'_>> =
        journey.stays.iter().filter(|stay| stay.is_search() && stay.presses >= SEARCH_PRESSES).collect();
    searches.sort_by_key(|stay| stay.begin);
    let in_a_row = searches.chunk_by(|before, next| is_tried_again(journey, before, next)).next_back()?;
    let (first, last) = (in_a_row.first()?, in_a_row.last()?);
    let page = journey.page(last.view);
    let left_at = journey.next_page(page, last.begin).map_or(journey.outcome.left_at, |next| next.entered_at());
    let aftermath = journey.aftermath(page, last.begin);
    let is_over = left_at.saturating_sub(last.begin) <= BETWEEN_SEARCHES_MS
        && is_in_vain(journey, last.begin, left_at)
        && is_end(journey, aftermath, last.begin);
    if in_a_row.len() < SEARCHES || !is_over {
        return None;
    }
    let mut finding = Finding::new(FindingKind::GivenUp, page, in_a_row.iter().map(|stay| stay.begin));
    finding.element = Some(last.element_ref());
    finding.cost_ms = left_at.saturating_sub(first.begin);
    finding.figures = vec![Figure::new(Measure::Submits, finding.count), Figure::ms(Measure::TimeMs, finding.cost_ms)];
    finding.harm = Harm::BlockedGoal;
    finding.aftermath = aftermath;
    finding.strength = STRENGTH;
    Some(finding)
}

/// Whether one search followed another because that brought nothing.
fn is_tried_again(journey: &Journey<'_>, before: &FieldStay<'_>, next: &FieldStay<'_>) -> bool {
    let views = journey.views.iter().skip(journey.views.partition_point(|view| view.entered_at() <= before.begin));
    let mut between = views.take_while(|view| view.entered_at() <= next.begin);
    next.begin.saturating_sub(before.begin) <= BETWEEN_SEARCHES_MS
        && between.all(|view| view.page() == journey.page(next.view))
        && is_in_vain(journey, before.begin, next.begin)
}

/// Whether nothing was tried between the beginnings of two searches but to send the first: with at most one click, on no
/// link, outside of fields for searching.
fn is_in_vain(journey: &Journey<'_>, from: Millis, until: Millis) -> bool {
    let after = &journey.hits[journey.hits.partition_point(|hit| hit.at <= from)..];
    let is_other = |hit: &&Hit<'_>| !hit.element.is_some_and(is_for_search);
    let others: Vec<&Hit<'_>> = after.iter().take_while(|hit| hit.at < until).filter(is_other).take(2).collect();
    others.len() < 2 && others.iter().all(|hit| hit.sort() != Sort::Link)
}

/// Drops what another finding of the same page explains: that one says why the goal was blocked.
pub(super) fn explain(findings: &mut Vec<Finding>) {
    use FindingKind::{ErrorAfterClick, FormEffort, FormRefused, LongWait, MissedTarget, SlowAnswer, Unresponsive};
    let is_cause = |finding: &&Finding| {
        let kind = finding.kind;
        let says_why = matches!(
            kind,
            ErrorAfterClick | FormEffort | FormRefused | LongWait | MissedTarget | SlowAnswer | Unresponsive
        );
        says_why && finding.harm == Harm::BlockedGoal
    };
    let causes: Vec<String> = findings.iter().filter(is_cause).map(|finding| finding.page.clone()).collect();
    findings.retain(|finding| finding.kind != FindingKind::GivenUp || !causes.contains(&finding.page));
}

/// Whether the last thing that was done on a page was to send its form: see [`given_up`].
pub(super) fn is_sent(journey: &Journey<'_>, page: &str) -> bool {
    let stays = journey.stays.iter().filter(|stay| journey.page(stay.view) == page && !stay.is_search());
    let Some(typed) = stays.max_by_key(|stay| stay.begin) else { return false };
    let last = journey.hits_on(page).next_back().filter(|last| last.at > typed.begin);
    match last {
        Some(last) => {
            let is_button = last.nature() == Nature::Control && last.sort() == Sort::Button;
            let answered = last.answer.is_some_and(|answer| answer.by == Answered::Page);
            is_button && !last.dead && !last.error && (last.burst.is_none() || answered)
        }
        None => {
            let drawn = |kind: &EventKind| matches!(kind, EventKind::Layout(_) | EventKind::Custom(_));
            let acts = journey.views[typed.view].acts().rev();
            let mut after = acts.take_while(|event| event.timestamp > typed.begin);
            let is_key = |kind: &EventKind| matches!(kind, EventKind::Keypress(_));
            after.find(|event| drawn(&event.kind) || is_key(&event.kind)).is_some_and(|event| drawn(&event.kind))
        }
    }
}

/// The last field on a page, else what was clicked there last and led nowhere.
fn last_touched(journey: &Journey<'_>, page: &str) -> Option<super::ElementRef> {
    let of_page =
        |stay: &&FieldStay<'_>| journey.page(stay.view) == page && stay.element.is_some() && !stay.is_search();
    let field = journey.stays.iter().filter(of_page).max_by_key(|stay| stay.begin).map(FieldStay::element_ref);
    let stayed =
        |hit: &&Hit<'_>| hit.element.is_some() && hit.own_answer().is_none_or(|answer| answer.by == Answered::Change);
    field.or_else(|| journey.hits_on(page).rfind(stayed).and_then(Hit::element_ref))
}
