//! The same pages are visited to and fro.

use std::collections::BTreeMap;

use super::{
    Figure, Finding, FindingKind, Harm, Measure,
    journey::{Journey, saturate},
};
use crate::{
    analyze::{
        PageView,
        navigation::{places, quick_backs_from, stays_of},
    },
    model::Millis,
};

/// So many returns to one page within 7 s each are pogo-sticking.
const POGO: usize = 3;
/// Two are enough when each page was left this soon, in ms.
const GLANCE_MS: Millis = 4_000;
/// So many returns, and of them so many to others than the page returned to most, are circles.
const CIRCLES: usize = 4;
const ELSEWHERE: usize = 2;
/// Of circles, half the stays are shorter than this, in ms.
const SHORT_MS: Millis = 20_000;
/// So many returns are half of all that can be said.
const HALF: f64 = 2.0;
/// The strength of a single wrong turn.
const WRONG_TURN: f64 = 0.4;
/// Most stays that are looked at.
const MOST: usize = 2_000;

/// To and fro between pages. A *stay* is a run of page views of one address. It is one of
///
/// - *pogo-sticking*: from one page others are opened and left for it again within 7 s of being entered (the signal "quick
///   back"), at least 3 times, or twice within 4 s each;
/// - *circles*: at least 4 stays on pages that had been seen, at least 2 of them not on the page returned to most, half of
///   all stays since the first of them shorter than 20 s;
/// - a *wrong turn*: one page was left again within 4 s for the one before it, never entered again, and the visitor went
///   on elsewhere.
///
/// A, B, A, B where the second B is stayed on is none of them.
///
/// *Figures*: returns; time on the pages that were left. *Harm*: cost of time; a wrong turn irritates.
/// *Source*: "pogo-sticking", Spool, <https://articles.centercentre.com/galleries/>; lostness, Smith 1996,
/// <https://doi.org/10.1016/0953-5438(96)87698-8>.
pub(super) fn back_and_forth(journey: &Journey<'_>) -> Vec<Finding> {
    let mut stays = stays_of(journey.views.iter().copied());
    stays.truncate(MOST);
    let backs: Vec<usize> = quick_backs(journey, &stays);
    let mut found = pogo(journey, &stays, &backs);
    if found.is_empty() {
        found.extend(circles(journey, &stays));
    }
    if found.is_empty() {
        found.extend(wrong_turn(journey, &stays, &backs));
    }
    found
}

/// Stays that were left at once for the one before, but not because a neighbour had been hit.
fn quick_backs(journey: &Journey<'_>, stays: &[PageView<'_>]) -> Vec<usize> {
    let missed = |from: usize| {
        let entered = stays[from].entered_at();
        let before = journey.hits.partition_point(|hit| hit.at <= entered);
        before > 0 && journey.misses.contain(before - 1)
    };
    quick_backs_from(&places(stays)).filter(|from| !missed(*from)).collect()
}

fn time(stays: &[PageView<'_>], number: usize) -> Millis {
    let left = stays.get(number + 1).map_or(stays[number].left_at(), |next| next.entered_at());
    left.saturating_sub(stays[number].entered_at())
}

fn pogo(journey: &Journey<'_>, stays: &[PageView<'_>], backs: &[usize]) -> Vec<Finding> {
    let mut from: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &back in backs {
        from.entry(stays[back + 1].address()).or_default().push(back);
    }
    from.retain(|_, backs| {
        backs.len() >= POGO || (backs.len() == 2 && backs.iter().all(|back| time(stays, *back) <= GLANCE_MS))
    });
    from.into_values()
        .map(|backs| {
            let hub = stays[backs[0] + 1];
            let moments = backs.iter().map(|back| stays[*back].entered_at());
            let mut finding = Finding::new(FindingKind::BackAndForth, hub.page(), moments);
            finding.other_page = Some(stays[backs[0]].page().to_owned());
            finding.cost_ms = backs.iter().map(|back| time(stays, *back)).fold(0, Millis::saturating_add);
            finding.figures =
                vec![Figure::new(Measure::Returns, finding.count), Figure::ms(Measure::TimeMs, finding.cost_ms)];
            finding.harm = Harm::CostTime;
            finding.strength = saturate(f64::from(finding.count), HALF);
            finding.aftermath = journey.aftermath(hub.page(), stays[backs[backs.len() - 1] + 1].entered_at());
            finding
        })
        .collect()
}

fn circles(journey: &Journey<'_>, stays: &[PageView<'_>]) -> Option<Finding> {
    let mut entered: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, stay) in stays.iter().enumerate() {
        entered.entry(stay.address()).or_default().push(number);
    }
    let mut returned: Vec<Vec<usize>> = entered.into_values().filter(|stays| stays.len() > 1).collect();
    returned.sort_by_key(|stays| (std::cmp::Reverse(stays.len()), stays[0]));
    let returns = |stays: &Vec<usize>| stays.len() - 1;
    let all: usize = returned.iter().map(returns).sum();
    let elsewhere: usize = returned.iter().skip(1).map(returns).sum();
    let first = returned.iter().map(|stays| stays[1]).min()?;
    let mut times: Vec<Millis> = (first.saturating_sub(2)..stays.len()).map(|number| time(stays, number)).collect();
    times.sort_unstable();
    let is_short = times.get((times.len().max(1) - 1) / 2).is_some_and(|middle| *middle < SHORT_MS);
    if all < CIRCLES || elsewhere < ELSEWHERE || !is_short {
        return None;
    }
    let mut again: Vec<usize> = returned.iter().flat_map(|stays| stays.iter().skip(1).copied()).collect();
    again.sort_unstable();
    let (most, next) = (returned.first()?, returned.get(1)?);
    let page = stays[most[0]].page();
    let mut finding =
        Finding::new(FindingKind::BackAndForth, page, again.iter().map(|number| stays[*number].entered_at()));
    finding.other_page = Some(stays[next[0]].page().to_owned());
    finding.cost_ms = again.iter().map(|number| time(stays, *number)).fold(0, Millis::saturating_add);
    finding.figures = vec![Figure::new(Measure::Returns, finding.count), Figure::ms(Measure::TimeMs, finding.cost_ms)];
    finding.harm = Harm::CostTime;
    finding.strength = saturate(f64::from(finding.count), HALF);
    finding.aftermath = journey.aftermath(page, stays[*again.last()?].entered_at());
    Some(finding)
}

fn wrong_turn(journey: &Journey<'_>, stays: &[PageView<'_>], backs: &[usize]) -> Option<Finding> {
    let [back] = *backs else { return None };
    let (wrong, right) = (stays[back], stays.get(back + 2)?);
    let again = stays[back + 1..].iter().any(|stay| stay.address() == wrong.address());
    if again || time(stays, back) > GLANCE_MS || right.address() == wrong.address() {
        return None;
    }
    let mut finding = Finding::new(FindingKind::BackAndForth, stays[back + 1].page(), [wrong.entered_at()]);
    finding.other_page = Some(wrong.page().to_owned());
    finding.cost_ms = time(stays, back);
    finding.figures = vec![Figure::new(Measure::Returns, 1), Figure::ms(Measure::TimeMs, finding.cost_ms)];
    finding.strength = WRONG_TURN;
    finding.aftermath = journey.aftermath(stays[back + 1].page(), stays[back + 1].entered_at());
    Some(finding)
}
