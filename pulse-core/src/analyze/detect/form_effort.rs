//! A field takes more effort than the others.

use std::collections::BTreeMap;

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure, Sort,
    forms::FieldStay,
    hit::{Hit, Nature},
    journey::{Journey, saturate},
};
use crate::{analyze::stats, model::Millis};

/// What a key press takes; time beyond that is spent on something else, in ms. Skilled typists take 120 ms, the slow ones
/// 500 (Dhakal et al. 2018, <https://doi.org/10.1145/3173574.3174220>).
const PRESS_MS: Millis = 400;
/// Less time than this in a field, typing aside, is no effort, in ms.
const LEAST_MS: Millis = 15_000;
/// The same for a field that was taken up again.
const LEAST_AGAIN_MS: Millis = 8_000;
/// Nor is less than this many times what the other fields took.
const TIMES: f64 = 3.0;
/// Another field takes at least this, in ms.
const OTHERS_MS: f64 = 1_500.0;
/// So often taken up again, a field costs effort whatever the time.
const RETURNS: u32 = 2;
/// So many seconds of effort are half of all that can be said; a return counts for 10.
const HALF_S: f64 = 10.0;
const RETURN_S: f64 = 10.0;

/// The field of a form that took most effort.
///
/// *Effort* of a field is the time in it with the tab in sight, less 400 ms for each key press, over all stays on the
/// page. A *return* is a stay in it after one in another field, with no button clicked since: what is changed after
/// sending, as in a filter, is another try. It is a finding when the effort is at least 15 s and 3
/// times the median of the other fields of the form; or at least 8 s with a return; or when there are 2 returns. A long
/// form that is filled in evenly has no such field. Fields for searching do not count, nor does a form that was refused
/// (see [`form_refused`](super::form_refused)).
///
/// *Figures*: time, longest pause, returns, key presses. *Harm*: blocked goal, when the visit left from the form; else
/// cost of time. *Source*: Jarrett & Gaffney, Forms that Work (2008); field figures as of Zuko and Hotjar forms.
pub(super) fn form_effort(journey: &Journey<'_>) -> Vec<Finding> {
    let mut pages: BTreeMap<&str, Vec<&FieldStay<'_>>> = BTreeMap::new();
    for stay in journey.stays.iter().filter(|stay| !stay.is_search()) {
        pages.entry(journey.page(stay.view)).or_default().push(stay);
    }
    pages.into_iter().filter_map(|(page, stays)| finding(journey, page, &stays)).collect()
}

/// One field, over all stays in it.
struct Field<'s, 'a> {
    stays: Vec<&'s FieldStay<'a>>,
    returns: u32,
    effort_ms: Millis,
    presses: u32,
}

/// The fields of a page; `sent` is when a button was clicked there, by time.
fn fields<'s, 'a>(stays: &[&'s FieldStay<'a>], sent: &[Millis]) -> Vec<Field<'s, 'a>> {
    let mut fields: BTreeMap<&str, Field<'s, 'a>> = BTreeMap::new();
    let mut before = "";
    for stay in stays {
        let id = stay.id();
        let field =
            fields.entry(id).or_insert_with(|| Field { stays: Vec::new(), returns: 0, effort_ms: 0, presses: 0 });
        // Without an element, the same kind of field may be another one.
        let since = field.stays.last().map_or(stay.begin, |last| last.begin);
        let is_sent = sent.get(sent.partition_point(|at| *at <= since)).is_some_and(|at| *at <= stay.begin);
        let again = stay.element.is_some() && !field.stays.is_empty() && before != id;
        field.returns += u32::from(again && !is_sent);
        let typed = PRESS_MS.saturating_mul(Millis::from(stay.presses));
        field.effort_ms = field.effort_ms.saturating_add(stay.ms().saturating_sub(typed).max(0));
        field.presses = field.presses.saturating_add(stay.presses);
        field.stays.push(stay);
        before = id;
    }
    fields.into_values().collect()
}

fn finding(journey: &Journey<'_>, page: &str, stays: &[&FieldStay<'_>]) -> Option<Finding> {
    let is_button = |hit: &&Hit<'_>| hit.nature() == Nature::Control && hit.sort() == Sort::Button;
    let sent: Vec<Millis> = journey.hits_on(page).filter(is_button).map(|hit| hit.at).collect();
    let fields = fields(stays, &sent);
    if stays.iter().all(|stay| stay.presses == 0) {
        return None;
    }
    let weight = |field: &Field<'_, '_>| field.effort_ms as f64 / 1000.0 + RETURN_S * f64::from(field.returns);
    let worst = (0..fields.len()).max_by(|a, b| weight(&fields[*a]).total_cmp(&weight(&fields[*b])))?;
    let mut others: Vec<f64> =
        (0..fields.len()).filter(|number| *number != worst).map(|number| fields[number].effort_ms as f64).collect();
    let usual = stats::median(&mut others).max(OTHERS_MS);
    let field = &fields[worst];
    let stands_out = field.effort_ms as f64 >= TIMES * usual;
    let is_effort = (field.effort_ms >= LEAST_MS && stands_out)
        || (field.effort_ms >= LEAST_AGAIN_MS && stands_out && field.returns > 0)
        || field.returns >= RETURNS;
    if !is_effort {
        return None;
    }
    let (first, last) = (field.stays.first()?, stays.last()?);
    let mut finding = Finding::new(FindingKind::FormEffort, page, field.stays.iter().map(|stay| stay.begin));
    finding.element = Some(first.element_ref());
    let time = field.stays.iter().map(|stay| stay.ms()).fold(0, Millis::saturating_add);
    let pause = field.stays.iter().map(|stay| stay.pause_ms.min(stay.ms())).max().unwrap_or(0);
    finding.figures = vec![
        Figure::ms(Measure::TimeMs, time),
        Figure::ms(Measure::PauseMs, pause),
        Figure::new(Measure::Returns, field.returns),
        Figure::new(Measure::Presses, field.presses),
    ];
    finding.cost_ms = field.effort_ms;
    finding.aftermath = journey.aftermath(page, last.end.saturating_sub(1));
    let left = finding.aftermath != Aftermath::MovedOn;
    finding.harm = if left && !super::given_up::is_sent(journey, page) { Harm::BlockedGoal } else { Harm::CostTime };
    finding.other = Some(last.element_ref()).filter(|_| left && last.element.is_some() && last.id() != first.id());
    finding.strength = saturate(weight(field), HALF_S);
    Some(finding)
}
