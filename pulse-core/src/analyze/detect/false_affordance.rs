//! Something that is no control is clicked as if it were one.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Figure, Finding, FindingKind, Harm, Measure, Sort,
    hit::{Hit, Nature},
    journey::{Journey, saturate},
};
use crate::{analyze::suppress::is_drawn, model::Millis};

/// So many clicks are half of all that can be said.
const HALF: f64 = 2.0;
/// Fewer clicks on a picture or heading are a slip.
const ON_PICTURES: usize = 2;
/// Fewer clicks on text are somebody's way of reading.
const ON_TEXT: usize = 3;
/// What changes this soon after a click was clickable after all, in ms.
const ANSWER_MS: Millis = 2_500;

/// Clicks on things of one sort on a page that are no controls (neither a button, link or field, nor anything with a
/// role), to which the page gave no answer within 2.5 s: at least 2 on pictures and headings and on what looks
/// clickable and stayed dead, at least 3 on text and boxes. Things are of one sort when their paths differ
/// in numbers alone, as the pictures of a list do. Clicks that select text, clicks on a canvas or video and clicks that just
/// missed a control do not count.
///
/// *Figures*: clicks; how many things, when there are several. *Harm*: cost of time from 3 clicks on; else it irritates.
/// *Source*: perceived affordances, Norman 1999, <https://doi.org/10.1145/301153.301168>.
pub(super) fn false_affordance(journey: &Journey<'_>) -> Vec<Finding> {
    let mut groups: BTreeMap<(&str, String), Vec<&Hit<'_>>> = BTreeMap::new();
    for (number, hit) in journey.hits.iter().enumerate() {
        let Some(element) = hit.element.filter(|_| counts(hit) && !journey.misses.contain(number)) else { continue };
        groups.entry((journey.page(hit.view), without_numbers(&element.path))).or_default().push(hit);
    }
    groups
        .into_iter()
        .filter(|(_, hits)| hits.len() >= least(hits))
        .map(|((page, _), hits)| {
            let mut finding = Finding::new(FindingKind::FalseAffordance, page, hits.iter().map(|hit| hit.at));
            let (first, last) = (hits[0], hits[hits.len() - 1]);
            finding.element = first.element_ref();
            finding.place = Some((first.x, first.y));
            finding.figures = vec![Figure::new(Measure::Clicks, finding.count)];
            let paths: BTreeSet<&str> =
                hits.iter().filter_map(|hit| hit.element).map(|element| element.path.as_str()).collect();
            if paths.len() > 1 {
                finding.figures.push(Figure::new(Measure::Options, paths.len() as f64));
            }
            finding.harm = if hits.len() > ON_PICTURES { Harm::CostTime } else { Harm::Irritated };
            finding.cost_ms = ANSWER_MS.saturating_mul(hits.len() as Millis);
            finding.strength = saturate(f64::from(finding.count), HALF);
            finding.aftermath = journey.aftermath(page, last.at);
            finding
        })
        .collect()
}

fn counts(hit: &Hit<'_>) -> bool {
    let answered = hit.answer.is_some_and(|answer| answer.at.saturating_sub(hit.at) <= ANSWER_MS);
    // The tracker watches what looks clickable: where it reports nothing, the page answered.
    let watched = hit.element.is_some_and(|element| element.interactive);
    let drawn = hit.element.is_some_and(is_drawn);
    hit.nature() == Nature::Thing
        && !drawn
        && (hit.dead || !watched)
        && !hit.selected
        && !hit.error
        && (!answered || hit.dead)
}

/// How many clicks it takes.
fn least(hits: &[&Hit<'_>]) -> usize {
    let promising = |hit: &&Hit<'_>| matches!(hit.sort(), Sort::Image | Sort::Heading) || hit.dead;
    if hits.iter().any(promising) { ON_PICTURES } else { ON_TEXT }
}

/// A path with each run of digits as one sign.
fn without_numbers(path: &str) -> String {
    let mut kept = String::with_capacity(path.len());
    for char in path.chars() {
        match char.is_ascii_digit() {
            true if kept.ends_with('0') => {}
            true => kept.push('0'),
            false => kept.push(char),
        }
    }
    kept
}
