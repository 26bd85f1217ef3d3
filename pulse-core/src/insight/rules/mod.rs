//! The analyst that is built in: no network, no model, the same answer for the same report.
//!
//! *Signals* are signs of trouble; the gravest is the main problem and the others are findings. *Hints* are no problem in
//! themselves, but worth a finding. The *portrait* says what the visit was like and always has enough to say.
//! Recommendations follow from the signals and hints, and from *standing advice* when the visit was calm.

mod advice;
mod clicks;
mod hints;
mod paths;
mod portrait;
#[cfg(test)]
mod tests;
mod topic;

use self::topic::{Theme, Topic};
use super::evidence::Cite;
use crate::{
    analyze::Report,
    model::{AnalystKind, Insight, MainProblem, Millis, Observation, Recommendation, Severity, Source},
};

/// Fewest and most findings.
const FINDINGS: (usize, usize) = (4, 6);
/// Fewest and most recommendations.
const RECOMMENDATIONS: (usize, usize) = (3, 4);
/// Most findings that are signals and that are hints, so that there is room for how the visit went.
const SIGNALS_SHOWN: usize = 3;
const HINTS_SHOWN: usize = 2;

/// The rules analyst.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules;

impl Rules {
    /// What its answers name as their model.
    pub const MODEL: &str = concat!("pulse-rules-", env!("CARGO_PKG_VERSION"));

    /// The rules.
    pub fn new() -> Self {
        Self
    }

    /// The insight into `report`, made at `now`.
    pub fn analyze(self, report: &Report, now: Millis) -> Insight {
        let mut signals = signals(report);
        let hints: Vec<Topic> = hints::ALL.iter().filter_map(|hint| hint(report)).collect();
        let mut recommendations: Vec<Recommendation> =
            signals.iter().chain(&hints).filter_map(Topic::recommendation).take(RECOMMENDATIONS.1).collect();
        let missing = RECOMMENDATIONS.0.saturating_sub(recommendations.len());
        recommendations.extend(advice::standing(report).into_iter().take(missing));

        let main_problem = match signals.is_empty() {
            true => calm(report, hints.first()),
            false => signals.remove(0).into_problem(),
        };
        signals.truncate(SIGNALS_SHOWN);
        signals.extend(hints.into_iter().take(HINTS_SHOWN));
        Insight {
            main_problem,
            insights: findings(report, signals),
            recommendations,
            source: Source { analyst: AnalystKind::Rules, model: Self::MODEL.to_owned(), reason: None, tokens: None },
            generated_at: now,
            of: report.session_id.to_string(),
            answer: None,
        }
    }
}

/// What went wrong, gravest first; of equal severity, in the order in which the signals are listed here.
fn signals(report: &Report) -> Vec<Topic> {
    let ranked: [fn(&Report) -> Option<Topic>; 9] = [
        clicks::broken,
        clicks::errors,
        clicks::rage,
        clicks::dead,
        paths::hesitation,
        paths::reversals,
        paths::quick_backs,
        paths::thrash,
        paths::typing,
    ];
    let mut found: Vec<Topic> = ranked.iter().filter_map(|signal| signal(report)).collect();
    found.sort_by_key(|topic| match topic.severity {
        Severity::High => 0,
        Severity::Medium => 1,
        Severity::Low => 2,
    });
    found
}

/// The topics, and as much of the portrait as they leave unsaid; the route always comes first.
fn findings(report: &Report, topics: Vec<Topic>) -> Vec<Observation> {
    let said: Vec<Theme> = topics.iter().map(|topic| topic.theme).collect();
    let mut findings = vec![portrait::route(report)];
    findings.extend(topics.into_iter().map(Topic::into_finding));
    let mut strokes = portrait::strokes(report);
    strokes.sort_by_key(|stroke| (said.contains(&stroke.theme), !stroke.telling));
    for stroke in strokes {
        let worth_it = stroke.telling && !said.contains(&stroke.theme) && findings.len() < FINDINGS.1;
        if findings.len() < FINDINGS.0 || worth_it {
            findings.push(stroke.finding);
        }
    }
    findings
}

/// Said when no signal was found.
fn calm(report: &Report, hint: Option<&Topic>) -> MainProblem {
    let cite = Cite(report);
    let mut evidence = vec![cite.visit(), cite.clicks()];
    let detail = match hint {
        Some(hint) => {
            evidence.extend(hint.evidence.iter().cloned());
            format!("{} What is worth watching: {}", portrait::in_short(report), hint.detail)
        }
        None if portrait::is_blank(report) => {
            "Nothing was recorded after the visit began, so there is nothing to judge by. Watch whether the next visits \
             arrive whole."
                .to_owned()
        }
        None => format!(
            "{} One visit proves little, so watch whether the next ones go as smoothly.",
            portrait::in_short(report)
        ),
    };
    MainProblem { title: "No clear problem in this visit".to_owned(), detail, severity: Severity::Low, evidence }
}
