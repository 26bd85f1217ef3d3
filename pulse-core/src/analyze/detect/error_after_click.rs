//! A script error follows a click.

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure,
    clicks::by_target,
    journey::{Hit, Journey, element_of, saturate},
};
use crate::model::EventKind;

/// So many errors on one control are half of all that can be said.
const HALF: f64 = 1.0;
/// An error this soon after a click is put down to it, in ms: as the signal "error click" has it.
const WITHIN_MS: i64 = 1000;

/// Clicks on one target that a script error or an unhandled rejection followed within 1000 ms.
///
/// *Figures*: errors. *Harm*: blocked goal, when the visitor then left or gave up; else cost of time.
pub(super) fn error_after_click(journey: &Journey<'_>) -> Vec<Finding> {
    by_target(journey, |hit| hit.error)
        .into_iter()
        .filter_map(|(target, hits)| {
            let (first, last) = (hits.first()?, hits.last()?);
            let mut finding = Finding::new(FindingKind::ErrorAfterClick, target.page, hits.iter().map(|hit| hit.at));
            finding.element = element_of(first);
            finding.place = Some((first.click.x, first.click.y));
            finding.error = message(journey, first);
            finding.figures = vec![Figure::new(Measure::Errors, finding.count)];
            finding.aftermath = journey.aftermath(target.page, last.at);
            finding.harm = match finding.aftermath {
                Aftermath::Left | Aftermath::GaveUp => Harm::BlockedGoal,
                _ => Harm::CostTime,
            };
            finding.cost_ms = last.at.saturating_sub(first.at);
            finding.strength = saturate(f64::from(finding.count), HALF);
            Some(finding)
        })
        .collect()
}

/// Name and message of the error that followed a click, which may have come in the next view of its tab.
fn message(journey: &Journey<'_>, hit: &Hit<'_>) -> Option<String> {
    let tab = journey.views.get(hit.view)?.tab();
    let views =
        journey.views.iter().skip(hit.view).take_while(|view| view.entered_at() <= hit.at.saturating_add(WITHIN_MS));
    let mut errors =
        views.filter(|view| view.tab() == tab).flat_map(|view| view.acts()).filter_map(|event| match &event.kind {
            EventKind::Error(error) => Some((event.timestamp, error)),
            _ => None,
        });
    let (_, error) = errors.find(|(at, _)| (0..=WITHIN_MS).contains(&at.saturating_sub(hit.at)))?;
    Some(match (error.name.is_empty(), error.message.is_empty()) {
        (false, false) => format!("{}: {}", error.name, error.message),
        (false, true) => error.name.clone(),
        _ => error.message.clone(),
    })
}
