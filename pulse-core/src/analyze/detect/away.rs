//! The tab is left and taken up again.

use std::collections::BTreeMap;

use super::{
    Figure, Finding, FindingKind, Harm, Measure,
    journey::{Journey, saturate},
};
use crate::model::{EventKind, Millis, VisibilityState};

/// A shorter absence is a glance, in ms.
const LEAST_MS: Millis = 3_000;
/// Fewer absences from one page are everyday; two are not, when they take this long together, in ms.
const LEAST_TIMES: usize = 3;
const LONG_MS: Millis = 60_000;
/// So many absences are half of all that can be said.
const HALF: f64 = 3.0;

/// The tab was hidden for at least 3 s and shown again, on one page at least 3 times, or twice with 60 s in all. Another
/// tab of the same visit in which something was clicked or entered meanwhile is not elsewhere.
///
/// *Figures*: absences; time away. *Harm*: cost of time: what is looked up or compared elsewhere is missing on the page.
/// *Source*: parallel browsing, Huang & White 2010, <https://doi.org/10.1145/1810617.1810622>.
pub(super) fn away(journey: &Journey<'_>) -> Vec<Finding> {
    let mut found: BTreeMap<&str, Vec<(Millis, Millis)>> = BTreeMap::new();
    for view in &journey.views {
        let mut hidden: Option<Millis> = None;
        for event in view.acts() {
            let EventKind::Visibility(visibility) = &event.kind else { continue };
            match visibility.state {
                VisibilityState::Hidden => hidden = hidden.or(Some(event.timestamp)),
                VisibilityState::Visible => {
                    let absence = hidden.take().map(|from| (from, event.timestamp));
                    let is_away = |(from, to): &(Millis, Millis)| {
                        to.saturating_sub(*from) >= LEAST_MS && !is_in_other_tab(journey, view.tab(), *from, *to)
                    };
                    found.entry(view.page()).or_default().extend(absence.filter(is_away));
                }
            }
        }
    }
    found.retain(|_, absences| absences.len() >= LEAST_TIMES || (absences.len() >= 2 && time(absences) >= LONG_MS));
    found.iter().map(|(page, absences)| finding(journey, page, absences)).collect()
}

fn time(absences: &[(Millis, Millis)]) -> Millis {
    absences.iter().fold(0, |sum, (from, to)| to.saturating_sub(*from).saturating_add(sum))
}

/// Whether something was clicked in, or a page was entered by, another tab of the visit.
fn is_in_other_tab(journey: &Journey<'_>, tab: usize, from: Millis, to: Millis) -> bool {
    let hits = &journey.hits[journey.hits.partition_point(|hit| hit.at <= from)..];
    let clicked = hits.first().is_some_and(|hit| hit.at < to && journey.views[hit.view].tab() != tab);
    let views = &journey.views[journey.views.partition_point(|view| view.entered_at() <= from)..];
    clicked || views.first().is_some_and(|view| view.entered_at() < to && view.tab() != tab)
}

fn finding(journey: &Journey<'_>, page: &str, absences: &[(Millis, Millis)]) -> Finding {
    let mut finding = Finding::new(FindingKind::Away, page, absences.iter().map(|(from, _)| *from));
    finding.cost_ms = time(absences);
    finding.figures =
        vec![Figure::new(Measure::TimesAway, finding.count), Figure::ms(Measure::AwayMs, finding.cost_ms)];
    finding.harm = Harm::CostTime;
    finding.strength = saturate(f64::from(finding.count), HALF);
    finding.aftermath = journey.aftermath(page, absences.last().map_or(0, |(_, to)| *to));
    finding
}
