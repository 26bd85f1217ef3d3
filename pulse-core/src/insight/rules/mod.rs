//! The analyst that is built in: no network, no model, the same answer for the same report.
//!
//! It tells what [`detect`](crate::analyze::detect::detect) found. The gravest finding is the main problem; its severity is
//! computed. Insights say what that cost, what came of it and what speaks for it, then tell the other findings.
//! Recommendations say what to change, where, and what it should bring. A calm visit is called calm, in few words, and a
//! short one too short to judge by: neither is given advice.
//!
//! Each figure in a text is one of a [fact](crate::insight::facts) of the report.

mod calm;
mod clicks;
mod forms;
mod further;
mod paths;
mod story;
mod teller;
#[cfg(test)]
mod tests;
mod weight;

use self::{story::Story, teller::Teller};
use crate::{
    analyze::{
        Report,
        detect::{Finding, FindingKind, Measure},
    },
    model::{AnalystKind, Insight, MainProblem, Millis, Observation, Recommendation, Source},
};

/// Most insights, and most recommendations.
const INSIGHTS: usize = 6;
/// A troubled visit has so many.
const LEAST_INSIGHTS: usize = 4;
const RECOMMENDATIONS: usize = 4;
/// With so many recommendations, none is added from what else could be done about the main problem.
const ENOUGH: usize = 3;

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
        let teller = Teller(report);
        let (main_problem, insights, recommendations) = match report.diagnosis.findings.as_slice() {
            [] => (calm::main_problem(teller), calm::insights(teller), Vec::new()),
            [main, others @ ..] => (
                main_problem(teller, main),
                insights(teller, main, others),
                recommendations(teller, &report.diagnosis.findings),
            ),
        };
        Insight {
            main_problem,
            insights,
            recommendations,
            source: Source { analyst: AnalystKind::Rules, model: Self::MODEL.to_owned(), reason: None, tokens: None },
            generated_at: now,
            of: report.session_id.to_string(),
            answer: None,
        }
    }
}

/// What is told of a finding.
fn story(teller: Teller<'_>, finding: &Finding) -> Story {
    match finding.kind {
        FindingKind::Unresponsive => clicks::unresponsive(teller, finding),
        FindingKind::SlowAnswer => clicks::slow_answer(teller, finding),
        FindingKind::FalseAffordance => clicks::false_affordance(teller, finding),
        FindingKind::MissedTarget => clicks::missed_target(teller, finding),
        FindingKind::ErrorAfterClick => clicks::error_after_click(teller, finding),
        FindingKind::LongWait if finding.element.is_none() => paths::reloaded(teller, finding),
        FindingKind::LongWait => clicks::long_wait(teller, finding),
        FindingKind::Hesitation => clicks::hesitation(teller, finding),
        FindingKind::FormEffort => forms::form_effort(teller, finding),
        FindingKind::FormRefused => forms::form_refused(teller, finding),
        FindingKind::GivenUp if finding.figure(Measure::Submits).is_some() => paths::searched(teller, finding),
        FindingKind::GivenUp => forms::given_up(teller, finding),
        FindingKind::HardChoice => paths::hard_choice(teller, finding),
        FindingKind::PassedBy => paths::passed_by(teller, finding),
        FindingKind::BackAndForth => paths::back_and_forth(teller, finding),
        FindingKind::ScrollSearch => paths::scroll_search(teller, finding),
        FindingKind::Away => paths::away(teller, finding),
    }
}

fn main_problem(teller: Teller<'_>, main: &Finding) -> MainProblem {
    let Story { title, detail, .. } = story(teller, main);
    MainProblem { title, detail, severity: main.severity(), evidence: teller.evidence(main) }
}

/// What the main problem cost, what came of it and what speaks for it, and the other findings in between.
fn insights(teller: Teller<'_>, main: &Finding, others: &[Finding]) -> Vec<Observation> {
    let mut told: Vec<Observation> = weight::aftermath(teller, main).into_iter().collect();
    let (shown, rest) = others.split_at(others.len().min(INSIGHTS - 2));
    told.extend(shown.iter().map(|finding| {
        let Story { title, detail, .. } = story(teller, finding);
        Observation { title, detail, evidence: teller.evidence(finding) }
    }));
    told.extend(weight::smaller(teller, rest));
    for more in weight::ALL {
        if told.len() < INSIGHTS {
            told.extend(more(teller, main));
        }
    }
    let mut titles: Vec<String> = Vec::new();
    told.retain(|observation| {
        let new = !titles.contains(&observation.title);
        titles.push(observation.title.clone());
        new
    });
    for more in further::FURTHER {
        if told.len() < LEAST_INSIGHTS {
            told.extend(more(teller, main));
        }
    }
    told.truncate(INSIGHTS);
    told
}

/// The first thing to do about each finding, gravest first; with fewer than 3, what else to do about the first ones, and
/// what to do afterwards.
fn recommendations(teller: Teller<'_>, findings: &[Finding]) -> Vec<Recommendation> {
    let mut left: Vec<(&Finding, std::vec::IntoIter<(String, String)>)> = findings
        .iter()
        .take(RECOMMENDATIONS)
        .map(|finding| (finding, story(teller, finding).actions.into_iter()))
        .collect();
    let mut told: Vec<Recommendation> = Vec::new();
    let mut first = true;
    loop {
        let before = told.len();
        for (finding, actions) in &mut left {
            if told.len() >= if first { RECOMMENDATIONS } else { ENOUGH } {
                break;
            }
            let Some((action, rationale)) = actions.next() else { continue };
            if told.iter().all(|known| known.action != action) {
                told.push(Recommendation { action, rationale, evidence: teller.evidence(finding) });
            }
        }
        first = false;
        if told.len() == before || told.len() >= ENOUGH {
            break;
        }
    }
    if let Some(main) = findings.first() {
        let more = further::afterwards(teller, main).into_iter().take(ENOUGH.saturating_sub(told.len()));
        told.extend(more.map(|(action, rationale)| Recommendation {
            action,
            rationale,
            evidence: teller.evidence(main),
        }));
    }
    told
}
