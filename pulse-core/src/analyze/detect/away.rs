//! The tab is left and taken up again.

use super::{
    Figure, Finding, FindingKind, Harm, Measure,
    journey::{Journey, saturate},
};
use crate::model::{EventKind, Millis, VisibilityState};

/// A shorter absence is a glance, in ms.
const LEAST_MS: Millis = 3_000;
/// Fewer absences from one page are everyday.
const LEAST_TIMES: usize = 3;

/// The tab was hidden at least 3 times on one page, each time for at least 3 s, and shown again.
///
/// *Figures*: absences; time away. *Harm*: cost of time. What is looked up or compared elsewhere is missing on the page.
pub(super) fn away(journey: &Journey<'_>) -> Vec<Finding> {
    let mut found: Vec<(&str, Vec<(Millis, Millis)>)> = Vec::new();
    for view in &journey.views {
        let mut hidden: Option<Millis> = None;
        for event in view.acts() {
            let EventKind::Visibility(visibility) = &event.kind else { continue };
            match visibility.state {
                VisibilityState::Hidden => hidden = hidden.or(Some(event.timestamp)),
                VisibilityState::Visible => {
                    let Some(from) = hidden.take().filter(|from| event.timestamp.saturating_sub(*from) >= LEAST_MS)
                    else {
                        continue;
                    };
                    match found.iter_mut().find(|(page, _)| *page == view.page()) {
                        Some((_, absences)) => absences.push((from, event.timestamp)),
                        None => found.push((view.page(), vec![(from, event.timestamp)])),
                    }
                }
            }
        }
    }
    found.retain(|(_, absences)| absences.len() >= LEAST_TIMES);
    found.iter().map(|(page, absences)| finding(journey, page, absences)).collect()
}

fn finding(journey: &Journey<'_>, page: &str, absences: &[(Millis, Millis)]) -> Finding {
    let mut finding = Finding::new(FindingKind::Away, page, absences.iter().map(|(from, _)| *from));
    finding.cost_ms = absences.iter().fold(0, |sum, (from, to)| to.saturating_sub(*from).saturating_add(sum));
    finding.figures =
        vec![Figure::new(Measure::TimesAway, finding.count), Figure::ms(Measure::AwayMs, finding.cost_ms)];
    finding.harm = Harm::CostTime;
    finding.strength = saturate(f64::from(finding.count), LEAST_TIMES as f64);
    finding.aftermath = journey.aftermath(page, absences.last().map_or(0, |(_, to)| *to));
    finding
}
