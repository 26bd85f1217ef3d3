//! Controls are looked at for long before they are clicked.

use std::collections::BTreeMap;

use super::{
    Figure, Finding, FindingKind, Measure, Typical,
    journey::{Journey, saturate},
};
use crate::analyze::{Hesitation, hesitation::hesitations_of};

/// A single one is one slow click.
const LEAST: usize = 2;
/// So long before a click is half of all that can be said, in ms.
const HALF_MS: f64 = 4_000.0;

/// At least 2 clicks on one page, each of which came long after the pointer had entered its element (the signal
/// "hesitation").
///
/// *Figures*: the longest time before a click, with what is usual on the page; how many. *Harm*: it irritates.
/// *Source*: pointer pauses before clicks as a sign of uncertainty, Huang et al. 2011,
/// <https://doi.org/10.1145/1978942.1979125>.
pub(super) fn hesitation(journey: &Journey<'_>) -> Vec<Finding> {
    let mut pages: BTreeMap<&str, (Vec<Hesitation>, Option<Typical>)> = BTreeMap::new();
    for (page, found, usual) in hesitations_of(journey.views.iter().copied(), &journey.context.usual) {
        pages.insert(page, (found, usual));
    }
    pages
        .into_iter()
        .filter(|(_, (found, _))| found.len() >= LEAST)
        .filter_map(|(page, (found, usual))| {
            let longest = found.iter().max_by_key(|hesitation| hesitation.ms)?;
            let mut finding = Finding::new(FindingKind::Hesitation, page, found.iter().map(|hesitation| hesitation.at));
            finding.element = Some((&longest.element).into());
            finding.figures = vec![
                Figure::ms(Measure::BeforeClickMs, longest.ms).among(usual),
                Figure::new(Measure::Clicks, finding.count),
            ];
            finding.cost_ms = found.iter().fold(0, |sum, hesitation| hesitation.ms.saturating_add(sum));
            finding.strength = saturate(longest.ms as f64, HALF_MS);
            finding.aftermath = journey.aftermath(page, found.last()?.at);
            Some(finding)
        })
        .collect()
}
