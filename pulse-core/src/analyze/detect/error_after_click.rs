//! A script error follows a click.

use super::{
    Figure, Finding, FindingKind, Harm, Measure,
    clicks::{by_target, harm},
    hit::{Answered, Hit},
    journey::{Journey, saturate},
};
use crate::model::{Millis, PageError};

/// So many errors on one element are half of all that can be said.
const HALF: f64 = 1.0;
/// A page that comes this soon after the click answers it in spite of the error, in ms.
const ANSWERED_MS: Millis = 3_000;

/// Clicks on one element that a script error or an unhandled rejection followed within 1000 ms (the signal "error
/// click"). Errors with no click before them are no finding.
///
/// *Figures*: clicks on it that ended so. *Harm*: blocked goal, unless the visitor moved on; where a new page came
/// within 3 s of each click all the same, it irritates only.
pub(super) fn error_after_click(journey: &Journey<'_>) -> Vec<Finding> {
    by_target(journey, |_, hit| hit.error)
        .into_iter()
        .filter_map(|group| {
            let (first, last) = group.ends(journey)?;
            let moments = group.hits.iter().map(|hit| journey.hits[*hit].at);
            let mut finding = Finding::new(FindingKind::ErrorAfterClick, group.target.page, moments);
            finding.element = first.element_ref();
            finding.place = Some((first.x, first.y));
            finding.error = journey.error_after(journey.views[first.view].tab(), first.at).map(message);
            finding.figures = vec![Figure::new(Measure::Errors, finding.count)];
            finding.aftermath = journey.aftermath(group.target.page, last.at);
            let answered = group.hits.iter().all(|hit| is_answered(&journey.hits[*hit]));
            finding.harm = if answered { Harm::Irritated } else { harm(finding.aftermath) };
            finding.cost_ms = last.at.saturating_sub(first.at);
            finding.strength = saturate(f64::from(finding.count), HALF);
            Some(finding)
        })
        .collect()
}

fn is_answered(hit: &Hit<'_>) -> bool {
    let soon = |answer: &super::hit::Answer| answer.at.saturating_sub(hit.at) <= ANSWERED_MS;
    !hit.dead && hit.answer.is_some_and(|answer| answer.by == Answered::Page && soon(&answer))
}

/// Name and message in one line.
fn message(error: &PageError) -> String {
    match (error.name.is_empty(), error.message.is_empty()) {
        // Browsers begin the message with the name, or "Uncaught" and the name.
        (false, false) if !error.message.contains(&error.name) => format!("{}: {}", error.name, error.message),
        (false, true) => error.name.clone(),
        _ => error.message.clone(),
    }
}
