//! An answer as it comes together: what was proved of the model's claims, and the rules' for what is missing.

use super::{
    MAIN, Refused,
    check::{Claim, Role, check},
    prompt::has_findings,
    read::{RawAnswer, RawClaim},
};
use crate::{
    insight::{Rules, brief::Brief},
    model::{
        AnalystKind, Evidence, Insight, MainProblem, Millis, Observation, Recommendation, Reply, Severity, Source,
        TokensUsed,
    },
};

/// Fewest and most insights.
const INSIGHTS: (usize, usize) = (4, 6);
/// Fewest and most recommendations.
const RECOMMENDATIONS: (usize, usize) = (3, 4);
/// What is answered to a question that the facts do not answer.
const UNKNOWN: &str = "The recordings do not tell.";

/// What of an answer is proved so far.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    brief: &'a Brief,
    problem: Option<Claim>,
    insights: Vec<Claim>,
    recommendations: Vec<Claim>,
    reply: Option<Claim>,
    /// What was not proved.
    pub(super) refused: Vec<Refused>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(brief: &'a Brief) -> Self {
        Self {
            brief,
            problem: None,
            insights: Vec::new(),
            recommendations: Vec::new(),
            reply: None,
            refused: Vec::new(),
        }
    }

    /// Takes over what is proved of an answer; of one that was asked for again, only what had been refused.
    pub(super) fn take(&mut self, raw: &RawAnswer, only: Option<&[Refused]>) {
        let is_asked = |key: &str| {
            only.is_none_or(|refused| refused.is_empty() || refused.iter().any(|one| one.place.starts_with(key)))
        };
        if has_findings(self.brief) && self.problem.is_none() && is_asked(MAIN) {
            match &raw.main_problem {
                Some(claim) => self.problem = self.checked(claim, Role::Problem, MAIN.to_owned(), &[]),
                None => self.refused.push(Refused::new(MAIN, "it is missing")),
            }
        }
        if is_asked("insights") {
            let mut before: Vec<Claim> = self.problem.iter().chain(&self.insights).cloned().collect();
            for (n, claim) in raw.insights.iter().enumerate() {
                if self.insights.len() < INSIGHTS.1
                    && let Some(claim) = self.checked(claim, Role::Insight, format!("insights[{n}]"), &before)
                {
                    before.push(claim.clone());
                    self.insights.push(claim);
                }
            }
        }
        if is_asked("recommendations") {
            for (n, claim) in raw.recommendations.iter().enumerate() {
                let before = self.recommendations.clone();
                if before.len() < RECOMMENDATIONS.1
                    && let Some(claim) =
                        self.checked(claim, Role::Recommendation, format!("recommendations[{n}]"), &before)
                {
                    self.recommendations.push(claim);
                }
            }
        }
        if self.brief.question.is_some()
            && self.reply.is_none()
            && is_asked("answer")
            && let Some(claim) = &raw.answer
        {
            self.reply = self.checked(claim, Role::Reply, "answer".to_owned(), &[]);
        }
    }

    fn checked(&mut self, raw: &RawClaim, role: Role, place: String, before: &[Claim]) -> Option<Claim> {
        let claim =
            check(raw, role, self.brief).and_then(|claim| match before.iter().any(|one| claim.repeats(one, role)) {
                true => Err("it repeats another claim".to_owned()),
                false => Ok(claim),
            });
        claim.map_err(|reason| self.refused.push(Refused { place, reason })).ok()
    }

    /// The answer, with the rules' for what is missing.
    pub(super) fn finish(self, analyst: AnalystKind, model: String, tokens: TokensUsed, now: Millis) -> Insight {
        let Self { brief, problem, insights, recommendations, reply, .. } = self;
        let rules = &brief.rules;
        let is_empty = problem.is_none() && insights.is_empty() && recommendations.is_empty() && reply.is_none();
        let mut filled = Vec::new();

        let main_problem = match problem {
            Some(Claim { title, detail, evidence, severity }) => {
                MainProblem { title, detail, evidence, severity: severity.unwrap_or(Severity::Low) }
            }
            None => {
                filled.push("the main problem".to_owned());
                rules.main_problem.clone()
            }
        };
        let mut findings: Vec<Observation> = insights
            .into_iter()
            .map(|Claim { title, detail, evidence, .. }| Observation { title, detail, evidence })
            .collect();
        let own = findings.len();
        let is_new = |title: &str, evidence: &[Evidence], shown: &[(&str, &[Evidence])]| {
            shown.iter().all(|(other, cited)| *other != title && (*cited != evidence || evidence.is_empty()))
        };
        // Those that say something new first; a repetition is better than too few.
        for needs_new in [true, false] {
            for finding in &rules.insights {
                let shown: Vec<(&str, &[Evidence])> = (findings.iter())
                    .map(|one| (one.title.as_str(), &one.evidence[..]))
                    .chain([(main_problem.title.as_str(), &main_problem.evidence[..])])
                    .collect();
                let fits = if needs_new {
                    is_new(&finding.title, &finding.evidence, &shown)
                } else {
                    !findings.contains(finding)
                };
                if findings.len() < INSIGHTS.0 && fits {
                    findings.push(finding.clone());
                }
            }
        }
        filled.extend(places("insight", own, findings.len()));
        let mut todo: Vec<Recommendation> = recommendations
            .into_iter()
            .map(|Claim { title, detail, evidence, .. }| Recommendation { action: title, rationale: detail, evidence })
            .collect();
        let own = todo.len();
        for needs_new in [true, false] {
            for change in &rules.recommendations {
                let shown: Vec<(&str, &[Evidence])> =
                    todo.iter().map(|one| (one.action.as_str(), &one.evidence[..])).collect();
                let fits =
                    if needs_new { is_new(&change.action, &change.evidence, &shown) } else { !todo.contains(change) };
                if todo.len() < RECOMMENDATIONS.0 && fits {
                    todo.push(change.clone());
                }
            }
        }
        filled.extend(places("recommendation", own, todo.len()));

        let answer = brief.question.as_ref().map(|question| match reply {
            Some(Claim { title, detail, evidence, .. }) => {
                let text = if title.is_empty() { detail } else { format!("{title} {detail}").trim().to_owned() };
                Reply { question: question.clone(), text, evidence }
            }
            None => Reply { question: question.clone(), text: UNKNOWN.to_owned(), evidence: Vec::new() },
        });
        let source = if is_empty {
            let reason = Some("the facts prove nothing of what the model said".to_owned());
            Source { analyst: AnalystKind::Rules, model: Rules::MODEL.to_owned(), reason, tokens: Some(tokens) }
        } else {
            // A calm visit has no main problem to ask for.
            filled.retain(|part| has_findings(brief) || part != "the main problem");
            Source { analyst, model, reason: by_rules(&filled), tokens: Some(tokens) }
        };
        Insight {
            main_problem,
            insights: findings,
            recommendations: todo,
            source,
            generated_at: now,
            of: brief.subject.of().to_owned(),
            answer,
        }
    }
}

/// What a list's items from number `own` on are called: `insight 4`, `insight 5`.
fn places(what: &str, own: usize, all: usize) -> Option<String> {
    let numbers: Vec<String> = (own + 1..=all).map(|n| n.to_string()).collect();
    match &numbers[..] {
        [] => None,
        [one] => Some(format!("{what} {one}")),
        [first, .., last] => Some(format!("{what}s {first} to {last}")),
    }
}

/// Which parts the rules have written.
fn by_rules(filled: &[String]) -> Option<String> {
    let (last, first) = filled.split_last()?;
    let parts = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(format!("by the built-in rules: {parts}"))
}
