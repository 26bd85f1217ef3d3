//! A task is begun and left without its goal.

use std::collections::BTreeMap;

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure, Sort,
    forms::is_task,
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
/// How sure it is.
const STRENGTH: f64 = 0.7;

/// A task that was begun and not brought to an end.
///
/// A task is *begun* on a page with at least 5 key presses, or 2 fields entered that take text, outside of fields for
/// searching (a box that is ticked may be a filter); or, on a page whose path speaks of checkout, payment, booking or sign-up, with a stay of 15 s and a click on a
/// control there that leads nowhere else. It is *given up* when the visit left from there, or went back to a page that it had seen and saw no
/// new page afterwards, and no goal was reached; and when the form was not sent. Who only looked at the page never meant to.
///
/// *Figures*: time on the page. The element is the last one that was clicked or typed into. *Harm*: blocked goal.
/// Where another finding on the page says why, that one is told instead.
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
            let moves_on = hit.answer.is_some_and(|answer| answer.by != Answered::Change);
            hit.nature() == Nature::Control && hit.sort() != Sort::Link && !moves_on
        };
        if let Some(step) = journey.hits_on(view.page()).rfind(is_step) {
            begun.entry(view.page()).or_insert(step.at);
        }
    }
    // The last one is the one that counts: those before it led there.
    let last = begun.into_iter().max_by_key(|(_, at)| *at);
    last.and_then(|(page, at)| finding(journey, page, at)).into_iter().collect()
}

fn finding(journey: &Journey<'_>, page: &str, begun: Millis) -> Option<Finding> {
    let at = journey.views.iter().filter(|view| view.page() == page).map(|view| view.entered_at().max(begun)).max()?;
    let aftermath = journey.aftermath(page, at);
    let ended = match aftermath {
        Aftermath::Left | Aftermath::GaveUp => true,
        Aftermath::CameBack => {
            let from = journey.views.partition_point(|view| view.entered_at() <= at);
            journey.views[from..].iter().all(|view| journey.was_seen(view.page(), at))
        }
        Aftermath::MovedOn => false,
    };
    if !ended || is_sent(journey, page) {
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

/// Whether the last thing that was done on a page was to send it: a button was clicked after the last key press there, and
/// neither stayed dead nor was followed by an error; or the page was drawn anew after the last key press, as it is when
/// Enter sends the form.
pub(super) fn is_sent(journey: &Journey<'_>, page: &str) -> bool {
    let stays = journey.stays.iter().filter(|stay| journey.page(stay.view) == page);
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

/// The last field on a page, else the control that was clicked there last and led nowhere.
fn last_touched(journey: &Journey<'_>, page: &str) -> Option<super::ElementRef> {
    let stays = journey.stays.iter().filter(|stay| journey.page(stay.view) == page && stay.element.is_some());
    let field = stays.max_by_key(|stay| stay.begin).map(|stay| stay.element_ref());
    let stayed =
        |hit: &&Hit<'_>| hit.element.is_some() && hit.answer.is_none_or(|answer| answer.by == Answered::Change);
    field.or_else(|| journey.hits_on(page).rfind(stayed).and_then(Hit::element_ref))
}
