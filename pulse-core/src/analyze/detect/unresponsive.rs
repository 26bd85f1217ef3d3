//! A control does not answer.

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure,
    clicks::by_target,
    journey::{Journey, element_of, saturate},
};

/// So many dead clicks on one control are half of all that can be said.
const HALF: f64 = 2.0;

/// Dead clicks on one control, over the whole visit.
///
/// *Definition*: at least one click on an element that looks interactive, of which the tracker reports that nothing
/// answered (see the signal "dead click"). *Figures*: dead clicks; time from the first to the last.
/// *Harm*: blocked goal, when the visitor then left or gave up; else cost of time.
pub(super) fn unresponsive(journey: &Journey<'_>) -> Vec<Finding> {
    by_target(journey, |hit| hit.dead && hit.is_on_control())
        .into_iter()
        .filter_map(|(target, hits)| {
            let (first, last) = (hits.first()?, hits.last()?);
            let mut finding = Finding::new(FindingKind::Unresponsive, target.page, hits.iter().map(|hit| hit.at));
            let span = last.at.saturating_sub(first.at);
            finding.element = element_of(first);
            finding.place = Some((first.click.x, first.click.y));
            finding.figures = vec![Figure::new(Measure::DeadClicks, finding.count), Figure::ms(Measure::SpanMs, span)];
            finding.aftermath = journey.aftermath(target.page, last.at);
            finding.harm = match finding.aftermath {
                Aftermath::Left | Aftermath::GaveUp => Harm::BlockedGoal,
                _ => Harm::CostTime,
            };
            finding.cost_ms = span.saturating_add(journey.context.thresholds.dead_after_ms);
            finding.strength = saturate(f64::from(finding.count), HALF);
            Some(finding)
        })
        .collect()
}
