//! Signals of clicks: rage, errors, clicks that lead to nothing.

use super::topic::{Theme, Topic, on_page};
use crate::{
    analyze::{ClickAt, RageBurst, Report},
    insight::{
        evidence::{Cite, element_name},
        words::{count, duration, list, number, sentence, times},
    },
    model::{Element, Severity},
};

/// Clicks are of one target when they hit the same element or, without one, the same square of this many px.
const SQUARE: f64 = 50.0;

/// What was clicked, with all that happened on it.
struct Target<'a, T> {
    key: String,
    name: String,
    element: Option<&'a Element>,
    hits: Vec<&'a T>,
}

trait Hit {
    fn place(&self) -> (Option<&Element>, f64, f64);
}

impl Hit for RageBurst {
    fn place(&self) -> (Option<&Element>, f64, f64) {
        (self.element.as_ref(), self.x, self.y)
    }
}

impl Hit for ClickAt {
    fn place(&self) -> (Option<&Element>, f64, f64) {
        (self.element.as_ref(), self.x, self.y)
    }
}

fn key(hit: &impl Hit) -> String {
    match hit.place() {
        (Some(element), ..) => element.path.clone(),
        (None, x, y) => format!("{},{}", (x / SQUARE).round(), (y / SQUARE).round()),
    }
}

/// The targets in order of their first hit.
fn targets<'a, T: Hit>(hits: impl IntoIterator<Item = &'a T>) -> Vec<Target<'a, T>> {
    let mut targets: Vec<Target<'a, T>> = Vec::new();
    for hit in hits {
        let key = key(hit);
        match targets.iter_mut().find(|target| target.key == key) {
            Some(target) => target.hits.push(hit),
            None => {
                let (element, x, y) = hit.place();
                targets.push(Target { key, name: element_name(element, x, y), element, hits: vec![hit] });
            }
        }
    }
    targets
}

fn names<T>(targets: &[Target<'_, T>]) -> String {
    list(&targets.iter().map(|target| target.name.clone()).collect::<Vec<_>>())
}

/// "3 buttons", when all of them are buttons.
fn kind<T>(targets: &[Target<'_, T>]) -> String {
    let all =
        |tag: &str| targets.iter().all(|t| t.element.is_some_and(|e| e.tag == tag || e.role.as_deref() == Some(tag)));
    let what = if all("button") {
        "button"
    } else if all("a") || all("link") {
        "link"
    } else {
        "element"
    };
    count(targets.len() as u64, what)
}

fn clicks_in(target: &Target<'_, RageBurst>) -> u64 {
    target.hits.iter().map(|burst| u64::from(burst.count)).sum()
}

fn span(target: &Target<'_, RageBurst>) -> i64 {
    target.hits.iter().fold(0, |sum, burst| sum.saturating_add(burst.span_ms.max(0)))
}

/// Bursts that count, split into those that the page left unanswered and the rest; most clicks first.
fn bursts(report: &Report, unanswered: bool) -> Vec<Target<'_, RageBurst>> {
    let summary = &report.summary;
    let dead = |burst: &RageBurst| summary.dead.iter().any(|click| burst.element.is_some() && key(click) == key(burst));
    let is_unanswered = |burst: &RageBurst| burst.reacted.map_or_else(|| dead(burst), |reacted| !reacted);
    let counted = summary.rage.iter().filter(|burst| burst.suppressed.is_none());
    let mut found = targets(counted.filter(|burst| is_unanswered(burst) == unanswered));
    found.sort_by_key(|target| std::cmp::Reverse(clicks_in(target)));
    found
}

/// Whether the element is one of [`broken`], so that nothing more needs to be said of it.
pub(super) fn is_broken(report: &Report, element: &Element) -> bool {
    bursts(report, true).iter().any(|target| target.key == element.path)
}

fn told(targets: &[Target<'_, RageBurst>]) -> String {
    let told: Vec<String> = targets
        .iter()
        .map(|target| {
            format!("{} took {} within {}", target.name, count(clicks_in(target), "click"), duration(span(target)))
        })
        .collect();
    sentence(&list(&told))
}

/// Rage on what does not answer: people cannot do what they came for.
pub(super) fn broken(report: &Report) -> Option<Topic> {
    let found = bursts(report, true);
    let first = found.first()?;
    let page = on_page(report, first.hits.first()?.start);
    let (title, action) = match found.len() {
        1 => (
            format!("{} does not answer, however often it is clicked", sentence(&first.name)),
            format!("Make {} work, or take it off the page", first.name),
        ),
        _ => (
            format!("{} do not answer, however often they are clicked", kind(&found)),
            format!("Make {} work, or take them off the page", names(&found)),
        ),
    };
    let clicks: u64 = found.iter().map(clicks_in).sum();
    Some(Topic {
        theme: Theme::Clicks,
        severity: Severity::High,
        title,
        detail: format!(
            "{}{page}, and nothing changed in reply. Someone who clicks like that is sure that it ought to work.",
            told(&found)
        ),
        action,
        rationale: format!(
            "{} went unanswered. What cannot be used at the moment should look disabled and say why.",
            count(clicks, "click")
        ),
        evidence: found.iter().flat_map(|target| &target.hits).map(|burst| Cite(report).rage(burst)).collect(),
    })
}

/// Errors that follow clicks: what was asked for probably did not happen.
pub(super) fn errors(report: &Report) -> Option<Topic> {
    let found = targets(&report.summary.error_clicks);
    let first = found.first()?.hits.first()?;
    let clicks = report.summary.error_clicks.len() as u64;
    let subject = if clicks == 1 { "A script error follows a click" } else { "Script errors follow clicks" };
    Some(Topic {
        theme: Theme::Clicks,
        severity: Severity::High,
        title: format!("{subject} on {}", names(&found)),
        detail: format!(
            "The page reported an error within a second of {}{}. What the visitor asked for probably did not happen, \
             and nothing tells them so.",
            count(clicks, "click"),
            on_page(report, first.at)
        ),
        action: format!("Mend the script behind {}", names(&found)),
        rationale: format!(
            "{} of the visit's {} ended in an error.",
            number(clicks),
            count(report.summary.counts.click.max(clicks), "click")
        ),
        evidence: report.summary.error_clicks.iter().map(|click| Cite(report).error(click)).collect(),
    })
}

/// Rage on what does answer, or may: the answer comes too late or goes unnoticed.
pub(super) fn rage(report: &Report) -> Option<Topic> {
    let found = bursts(report, false);
    let first = found.first()?;
    let clicks = clicks_in(first);
    let title = match found.len() {
        1 => format!("{} was clicked {} in quick succession", sentence(&first.name), times(clicks)),
        _ => format!("{} were clicked again and again", kind(&found)),
    };
    Some(Topic {
        theme: Theme::Clicks,
        severity: Severity::Medium,
        title,
        detail: format!(
            "{}{}. Nothing says that the page stayed still, so its answer was probably late or easy to miss.",
            told(&found),
            on_page(report, first.hits.first()?.start)
        ),
        action: format!("Show at once that a click on {} was taken", names(&found)),
        rationale: format!(
            "{} in a row mean that the first one did not seem to count. A pressed state or a progress sign tells \
             otherwise.",
            count(clicks, "click")
        ),
        evidence: found.iter().flat_map(|target| &target.hits).map(|burst| Cite(report).rage(burst)).collect(),
    })
}

/// Clicks that led to nothing, on other elements than those of [`broken`].
pub(super) fn dead(report: &Report) -> Option<Topic> {
    let told: Vec<String> = bursts(report, true).into_iter().map(|target| target.key).collect();
    let mut found = targets(report.summary.dead.iter().filter(|click| !told.contains(&key(*click))));
    found.sort_by_key(|target| std::cmp::Reverse(target.hits.len()));
    let first = found.first()?;
    let clicks: usize = found.iter().map(|target| target.hits.len()).sum();
    let title = match found.len() {
        1 => format!("A click on {} leads to nothing", first.name),
        _ => format!("{} look clickable and do nothing", kind(&found)),
    };
    Some(Topic {
        theme: Theme::Clicks,
        severity: Severity::Medium,
        title,
        detail: format!(
            "{} on {}{} got no answer: the page did not change, scroll or move on.",
            count(clicks as u64, "click"),
            names(&found),
            on_page(report, first.hits.first()?.at)
        ),
        action: format!("Give {} a response, or make it look less like something to click", names(&found)),
        rationale: format!(
            "{} {} for something that did not come.",
            count(clicks as u64, "click"),
            if clicks == 1 { "asked" } else { "each asked" }
        ),
        evidence: found.iter().flat_map(|target| &target.hits).map(|click| Cite(report).dead(click)).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_named_by_what_all_of_it_is() {
        let at = |tag: &str, path: &str| ClickAt {
            at: 0,
            x: 0.0,
            y: 0.0,
            element: Some(Element { tag: tag.into(), ..Element::from_selector(path) }),
        };
        let buttons = [at("button", "#a"), at("button", "#b"), at("button", "#a")];
        let mixed = [at("button", "#a"), at("div", "#b")];
        assert_eq!(kind(&targets(&buttons)), "2 buttons");
        assert_eq!(kind(&targets(&mixed)), "2 elements");
    }
}
