//! A form is sent again and again, with corrections between.

use std::collections::BTreeMap;

use super::{
    Aftermath, ElementRef, Figure, Finding, FindingKind, Measure, Sort,
    clicks::harm,
    forms::FieldStay,
    hit::{Answered, Hit, Nature},
    journey::{Journey, saturate},
};
use crate::model::Millis;

/// So many refusals are half of all that can be said.
const HALF: f64 = 1.0;
/// With one field alone, a single repetition is another entry, as in a list of things to do.
const LEAST_OF_ONE_FIELD: u32 = 2;
/// A page that comes this soon after sending is its answer, in ms.
const SENT_MS: Millis = 15_000;

/// First words of buttons that ask for a result, which may be asked for again with other values.
const ASKING: [&str; 12] = [
    "calculate",
    "compute",
    "convert",
    "recalculate",
    "search",
    "find",
    "filter",
    "show",
    "refresh",
    "preview",
    "generate",
    "translate",
];
/// A button of this name alone adds another entry to a list.
const ADDING: &str = "add";

/// Most corrected fields that are told apart.
const MOST_FIELDS: usize = 50;

/// The same button is clicked, something is typed or chosen in a field, and it is clicked again, on the same page (which
/// may have been loaded anew): the first click was *refused*. It takes one refusal in a form of several fields, and 2 in
/// one of a single field. Clicks in a row without a correction are impatience. None of these is a refusal:
///
/// - a field for searching, and a single field for free text, such as a conversation;
/// - a button that by its name asks for a result ("Calculate", "Show results"), or adds an entry ("Add");
/// - a step, as of a quiz: the page was drawn anew between the clicks, and nothing was typed again where something had
///   been typed before.
///
/// *Figures*: times sent; time from the first to the last. *Harm*: blocked goal, unless the visitor moved on.
/// *Source*: error recovery in forms, Bargas-Avila et al. 2010, <https://doi.org/10.1016/j.intcom.2009.09.002>.
pub(super) fn form_refused(journey: &Journey<'_>) -> Vec<Finding> {
    let mut pages: BTreeMap<&str, Vec<&FieldStay<'_>>> = BTreeMap::new();
    for stay in journey.stays.iter().filter(|stay| !stay.is_search()) {
        pages.entry(journey.page(stay.view)).or_default().push(stay);
    }
    pages.into_iter().filter_map(|(page, stays)| finding(journey, page, &stays)).collect()
}

fn finding(journey: &Journey<'_>, page: &str, stays: &[&FieldStay<'_>]) -> Option<Finding> {
    let mut presses: Vec<Millis> = stays.iter().map(|stay| stay.begin).collect();
    presses.sort_unstable();
    // Of each button: when it was clicked after a correction, and when at all.
    let mut sent: BTreeMap<&str, Vec<&Hit<'_>>> = BTreeMap::new();
    for hit in journey.hits_on(page).filter(|hit| is_submit(hit)) {
        let Some(element) = hit.element else { continue };
        let times = sent.entry(&element.path).or_default();
        let between = |from: Millis, to: Millis| {
            presses.partition_point(|at| *at < to) > presses.partition_point(|at| *at <= from)
        };
        match times.last() {
            Some(before) if !between(before.at, hit.at) => {}
            Some(before) if went_on(journey, before, hit) || is_step(stays, before, hit) => *times = vec![hit],
            _ => times.push(hit),
        }
    }
    let (_, times) = sent.into_iter().max_by_key(|(path, times)| (times.len(), std::cmp::Reverse(*path)))?;
    let (first, last) = (*times.first()?, *times.last()?);
    let refused = u32::try_from(times.len()).unwrap_or(u32::MAX).saturating_sub(1);
    let mut fields: Vec<&str> = stays.iter().map(|stay| stay.id()).collect();
    fields.sort_unstable();
    fields.dedup();
    let is_conversation = fields.len() < 2 && stays.iter().any(|stay| stay.is_free_text());
    if refused == 0 || is_conversation || (fields.len() < 2 && refused < LEAST_OF_ONE_FIELD) {
        return None;
    }
    let mut finding = Finding::new(FindingKind::FormRefused, page, times.iter().map(|hit| hit.at));
    finding.element = first.element_ref();
    finding.place = Some((first.x, first.y));
    finding.other = corrected(stays, first.at, last.at);
    finding.cost_ms = last.at.saturating_sub(first.at);
    finding.figures = vec![Figure::new(Measure::Submits, finding.count), Figure::ms(Measure::SpanMs, finding.cost_ms)];
    finding.aftermath = journey.aftermath(page, last.at);
    let passed = last.answer.is_some_and(|answer| {
        answer.by == Answered::Page
            && answer.at.saturating_sub(last.at) <= SENT_MS
            && is_another_page(journey, page, answer.at)
    });
    finding.harm = if passed { super::Harm::CostTime } else { harm(finding.aftermath) };
    if passed {
        finding.aftermath = Aftermath::MovedOn;
    }
    finding.strength = saturate(f64::from(refused), HALF);
    Some(finding)
}

/// Whether another page was entered at a time: a form that comes back on its own page was refused once more.
fn is_another_page(journey: &Journey<'_>, page: &str, at: Millis) -> bool {
    let from = journey.views.partition_point(|view| view.entered_at() < at);
    journey.views[from..].iter().take_while(|view| view.entered_at() == at).any(|view| view.page() != page)
}

/// Whether a click may send a form.
fn is_submit(hit: &Hit<'_>) -> bool {
    let label = hit.element.and_then(|element| element.label.as_deref()).unwrap_or_default().trim().to_lowercase();
    let asks = label == ADDING || label.split(' ').next().is_some_and(|first| ASKING.contains(&first));
    hit.nature() == Nature::Control && matches!(hit.sort(), Sort::Button | Sort::Element) && !asks
}

/// Whether the page was drawn anew between two clicks, and nothing was corrected: no field was typed into that had been
/// typed into before the first.
fn is_step(stays: &[&FieldStay<'_>], before: &Hit<'_>, hit: &Hit<'_>) -> bool {
    let drawn = before.answer.is_some_and(|answer| answer.by == Answered::Change && answer.at <= hit.at);
    let typed = |from: Millis, to: Millis| {
        stays.iter().filter(move |stay| stay.presses > 0 && stay.begin > from && stay.begin < to)
    };
    let corrected =
        typed(before.at, hit.at).any(|stay| typed(Millis::MIN, before.at).any(|known| known.id() == stay.id()));
    drawn && !corrected
}

/// Whether another page was seen between two clicks.
fn went_on(journey: &Journey<'_>, before: &Hit<'_>, hit: &Hit<'_>) -> bool {
    journey.next_page(journey.page(before.view), before.at).is_some_and(|next| next.entered_at() < hit.at)
}

/// The field that was corrected most often between two times, and of those the first.
fn corrected(stays: &[&FieldStay<'_>], from: Millis, to: Millis) -> Option<ElementRef> {
    let mut fields: Vec<(&FieldStay<'_>, u32)> = Vec::new();
    for stay in stays.iter().filter(|stay| stay.begin > from && stay.begin < to) {
        match fields.iter().position(|(field, _)| field.id() == stay.id()) {
            Some(known) => fields[known].1 += 1,
            None if fields.len() < MOST_FIELDS => fields.push((stay, 1)),
            None => {}
        }
    }
    let most = fields.iter().map(|(_, count)| *count).max()?;
    fields.iter().find(|(_, count)| *count == most).map(|(field, _)| field.element_ref())
}
