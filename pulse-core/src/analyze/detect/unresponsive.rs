//! A control does not answer, or only after it was clicked again and again.

use super::{
    Aftermath, Figure, Finding, FindingKind, Harm, Measure,
    clicks::{Group, by_target, harm},
    hit::{Answered, Hit, Nature},
    journey::{Journey, saturate},
};
use crate::{analyze::PageView, model::Millis};

/// So many clicks without an answer are half of all that can be said.
const HALF: f64 = 1.5;
/// What comes later than this after the first click is no answer to it, in ms.
const ANSWER_MS: Millis = 30_000;
/// An answer within this is none to complain of, in ms: the limit up to which a visitor's flow of thought stays
/// uninterrupted is 1 s (Nielsen 1993, <https://www.nngroup.com/articles/response-times-3-important-limits/>), and half a
/// second more is given to a slow hand.
const SOON_MS: Millis = 1_500;
/// An answer so late is half of all that can be said, in ms.
const HALF_WAIT_MS: f64 = 3_000.0;
/// Fewer clicks on a place without an element are a double or triple click.
const BARE: u32 = 5;

/// A control that does not answer: clicks on one control, over the whole visit, each of which is a dead click or one of a
/// rage burst (see these signals), and no answer came within 30 s of the first.
///
/// An answer is another page, the same page loaded anew, a new drawing of the page, or an event that its script tracks,
/// before the visitor clicks anything else. A step back is none; after dead clicks, a page that had been seen is none
/// either: the visitor went there instead; nor is a change of the page after which the control was clicked so again. Rage
/// whose last burst the page answered, as the tracker saw, is no finding of this kind. On a place without a known element
/// it takes a dead click or a burst of 5. Where half the clicks ended in an error,
/// [`error_after_click`](super::error_after_click) tells it.
///
/// *Figures*: clicks, dead clicks, time from first to last. *Harm*: blocked goal, unless the visitor moved on to a new
/// page or the same control answered later, which irritates only.
/// *Source*: rage and dead clicks as FullStory and Hotjar define them.
pub(super) fn unresponsive(journey: &Journey<'_>) -> Vec<Finding> {
    troubled(journey)
        .iter()
        .filter_map(|group| match judge(journey, group) {
            Verdict::Unresponsive => unanswered(journey, group),
            _ => None,
        })
        .collect()
}

/// A control that answers late: at least two clicks on it that are dead or of a rage burst, and the answer came more than
/// 1.5 s after the first, and within 30 s; or rage on a control that answered, as the tracker saw, in a way that the
/// visitor did not notice. Rage that a control without a name answered is no such case: an arrow or a plus is often drawn
/// as a picture, and made to be clicked repeatedly.
///
/// *Figures*: clicks, wait from the first click to the answer where it is known. *Harm*: cost of time.
/// *Source*: response time limits of 1 s and 10 s, Nielsen 1993.
pub(super) fn slow_answer(journey: &Journey<'_>) -> Vec<Finding> {
    troubled(journey)
        .iter()
        .filter_map(|group| match judge(journey, group) {
            Verdict::Late(wait) => late(journey, group, wait),
            _ => None,
        })
        .collect()
}

enum Verdict {
    Unresponsive,
    /// Answered, and if it is known, how long after the first click.
    Late(Option<Millis>),
    Fine,
}

/// The controls with clicks that were not answered, or made in rage.
fn troubled<'a>(journey: &Journey<'a>) -> Vec<Group<'a>> {
    let mut groups = by_target(journey, |number, hit| {
        (hit.dead || hit.burst.is_some()) && hit.nature() != Nature::Thing && !journey.misses.contain(number)
    });
    groups.retain(|group| {
        let errors = group.hits.iter().filter(|hit| journey.hits[**hit].error).count();
        let bare = group.hits.iter().all(|hit| {
            let hit = &journey.hits[*hit];
            let burst = hit.burst.map_or(0, |burst| journey.bursts[burst].count);
            hit.element.is_none() && !hit.dead && burst < BARE
        });
        errors * 2 < group.hits.len() && !bare
    });
    groups
}

fn judge(journey: &Journey<'_>, group: &Group<'_>) -> Verdict {
    let Some((first, last)) = group.ends(journey) else { return Verdict::Fine };
    let dead = group.hits.iter().any(|hit| journey.hits[*hit].dead);
    let answer = group.hits.iter().find_map(|hit| answered_at(journey, group, &journey.hits[*hit], dead));
    let clicks = group.hits.len();
    match answer.map(|at| at.saturating_sub(first.at)).filter(|wait| *wait <= ANSWER_MS) {
        Some(wait) if clicks >= 2 && wait > SOON_MS => Verdict::Late(Some(wait)),
        Some(_) => Verdict::Fine,
        _ if dead => Verdict::Unresponsive,
        _ => match last.burst.and_then(|burst| journey.bursts[burst].reacted) {
            Some(true) if last.element.is_some_and(|element| element.label.is_some()) => Verdict::Late(None),
            Some(true) => Verdict::Fine,
            _ => Verdict::Unresponsive,
        },
    }
}

/// When the page answered a click of a group, if it did.
fn answered_at(journey: &Journey<'_>, group: &Group<'_>, hit: &Hit<'_>, dead: bool) -> Option<Millis> {
    let answer = hit.own_answer()?;
    let is_answer = match answer.by {
        Answered::Back => false,
        // It went on being clicked in the same way: that was no answer.
        Answered::Change => group.ends(journey).is_some_and(|(_, last)| last.at <= answer.at),
        // After dead clicks, a page that was there before is where the visitor went instead.
        Answered::Page => {
            let next = journey.next_page(group.target.page, answer.at);
            let is_seen =
                |next: PageView<'_>| next.entered_at() == answer.at && journey.was_seen(next.page(), answer.at);
            !(dead && next.is_some_and(is_seen))
        }
    };
    is_answer.then_some(answer.at)
}

fn unanswered(journey: &Journey<'_>, group: &Group<'_>) -> Option<Finding> {
    let (first, last) = group.ends(journey)?;
    let mut finding = about(journey, group, FindingKind::Unresponsive, first);
    let dead = group.hits.iter().filter(|hit| journey.hits[**hit].dead).count();
    let span = last.at.saturating_sub(first.at);
    finding.figures.push(Figure::new(Measure::Clicks, finding.count));
    if dead > 0 {
        finding.figures.push(Figure::new(Measure::DeadClicks, dead as f64));
    }
    finding.figures.push(Figure::ms(Measure::SpanMs, span));
    finding.aftermath = journey.aftermath(group.target.page, last.at);
    finding.harm = if works_later(journey, last) { Harm::Irritated } else { harm(finding.aftermath) };
    if finding.count == 1 && finding.aftermath != Aftermath::Left {
        finding.harm = finding.harm.min(Harm::CostTime);
    }
    finding.cost_ms = span.saturating_add(journey.context.thresholds.dead_after_ms.max(0));
    finding.strength = saturate(f64::from(finding.count), HALF);
    Some(finding)
}

fn late(journey: &Journey<'_>, group: &Group<'_>, wait: Option<Millis>) -> Option<Finding> {
    let (first, last) = group.ends(journey)?;
    let mut finding = about(journey, group, FindingKind::SlowAnswer, first);
    finding.figures.push(Figure::new(Measure::Clicks, finding.count));
    match wait {
        Some(wait) => finding.figures.push(Figure::ms(Measure::WaitMs, wait)),
        None => finding.figures.push(Figure::ms(Measure::SpanMs, last.at.saturating_sub(first.at))),
    }
    finding.aftermath = journey.aftermath(group.target.page, last.at);
    finding.cost_ms = wait.unwrap_or_else(|| last.at.saturating_sub(first.at));
    finding.harm = Harm::CostTime;
    let late = wait.map_or(0.0, |wait| saturate((wait - SOON_MS) as f64, HALF_WAIT_MS));
    finding.strength = late.max(saturate(f64::from(finding.count), 3.0));
    Some(finding)
}

/// A finding about a control that was clicked.
fn about(journey: &Journey<'_>, group: &Group<'_>, kind: FindingKind, first: &Hit<'_>) -> Finding {
    let moments = group.hits.iter().map(|hit| journey.hits[*hit].at);
    Finding {
        element: first.element_ref(),
        place: Some((first.x, first.y)),
        ..Finding::new(kind, group.target.page, moments)
    }
}

/// Whether the same control was answered by another page later in the visit.
fn works_later(journey: &Journey<'_>, last: &Hit<'_>) -> bool {
    let from = journey.hits.partition_point(|hit| hit.at <= last.at);
    let page = journey.page(last.view);
    let mut same = journey.hits[from..].iter().filter(|hit| hit.is_like(last) && journey.page(hit.view) == page);
    same.any(|hit| !hit.dead && hit.burst.is_none() && hit.answer.is_some_and(|answer| answer.by == Answered::Page))
}
