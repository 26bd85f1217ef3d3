//! Visits without trouble, and visits too short to tell.

use super::teller::Teller;
use crate::{
    insight::words::{count, duration, sentence},
    model::{MainProblem, Millis, Observation, Severity},
};

/// A shorter visit with fewer clicks says nothing, in ms.
const SHORT_MS: Millis = 5_000;
const FEW_CLICKS: u64 = 2;
/// A page that stood open for so long, most of it unused, was not what the visitor was at, in ms.
const IDLE_MS: Millis = 5 * 60_000;

/// Whether there is too little to judge by.
fn is_short(t: Teller<'_>) -> bool {
    let summary = &t.0.summary;
    summary.duration_ms < SHORT_MS && summary.counts.click < FEW_CLICKS && t.0.diagnosis.outcome.reached.is_none()
}

pub(super) fn main_problem(t: Teller<'_>) -> MainProblem {
    let summary = &t.0.summary;
    let evidence = vec![t.moment("start of the visit".to_owned(), t.0.started_at)];
    let (title, detail) = if summary.pages.is_empty() {
        ("Too little was recorded to say".to_owned(), "Nothing came after the visit had begun.".to_owned())
    } else if is_short(t) {
        (
            "This visit is too short to say".to_owned(),
            format!("It lasted {}, {}.", duration(summary.duration_ms), clicks(t)),
        )
    } else {
        ("No clear problem in this visit".to_owned(), route(t))
    };
    MainProblem { title, detail, severity: Severity::Low, evidence }
}

/// "with 3 clicks", "without a click".
fn clicks(t: Teller<'_>) -> String {
    match t.0.summary.counts.click {
        0 => format!("without a {}", t.click()),
        n => format!("with {}", count(n, t.click())),
    }
}

/// What a calm visit did, in one sentence.
fn route(t: Teller<'_>) -> String {
    let summary = &t.0.summary;
    let took = duration(summary.duration_ms);
    let clicks = clicks(t);
    let first = summary.pages.first().map(|view| t.page(&view.page)).unwrap_or_default();
    let last = summary.pages.last().map(|view| t.page(&view.page)).unwrap_or_default();
    match summary.pages.as_slice() {
        [_] if summary.active_ms.saturating_mul(2) < summary.duration_ms && summary.duration_ms >= IDLE_MS => {
            format!(
                "{} stood open for {took}, most of them unused, {clicks}; nothing got in the way.",
                sentence(&first)
            )
        }
        [_] => format!("The visitor spent {took} on {first}, {clicks}, and nothing got in the way."),
        _ if first == last => {
            format!("The visit began and ended on {first} and lasted {took}, {clicks}; nothing got in the way.")
        }
        _ => format!("The visit led from {first} to {last} in {took}, {clicks}, and nothing got in the way."),
    }
}

pub(super) fn insights(t: Teller<'_>) -> Vec<Observation> {
    let goal = t.0.diagnosis.outcome.reached.as_ref().map(|goal| Observation {
        title: "The goal was reached".to_owned(),
        detail: format!("It was reached on {} without a detour that shows.", t.page(&goal.page)),
        evidence: vec![t.moment("goal reached".to_owned(), goal.at)],
    });
    goal.into_iter().collect()
}
