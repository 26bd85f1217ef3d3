//! From the model's words to an insight, or to a refusal: whatever the schema asked for is checked here.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::prompt::Prompt;
use crate::{
    analyze::Report,
    insight::{
        AnalystError,
        plain::{cut, plain, without_words},
    },
    model::{AnalystKind, Evidence, Insight, MainProblem, Millis, Observation, Recommendation, Severity, Source},
};

const TITLE: usize = 140;
const DETAIL: usize = 600;
const EVIDENCE: usize = 5;
const FINDINGS: (usize, usize) = (4, 6);
const RECOMMENDATIONS: (usize, usize) = (3, 4);

/// The answer, with its parts unread so that a bad one costs only itself.
#[derive(Deserialize)]
struct Answer {
    main_problem: Value,
    insights: Vec<Value>,
    recommendations: Vec<Value>,
}

#[derive(Deserialize)]
struct RawFinding {
    title: String,
    detail: String,
    evidence: Vec<String>,
}

#[derive(Deserialize)]
struct RawProblem {
    severity: Severity,
    #[serde(flatten)]
    finding: RawFinding,
}

#[derive(Deserialize)]
struct RawRecommendation {
    action: String,
    rationale: String,
    evidence: Vec<String>,
}

/// The insight that `answer` is. A statement that rests on no fact of the prompt, or of which nothing is left once
/// markup, addresses and foreign figures are gone, is dropped; too few statements are no insight.
pub(super) fn insight(
    answer: &str,
    prompt: &Prompt,
    report: &Report,
    model: String,
    now: Millis,
) -> Result<Insight, AnalystError> {
    let answer: Answer =
        serde_json::from_str(answer).map_err(|_| AnalystError::BadAnswer("it is not the JSON asked for"))?;
    let main_problem =
        main_problem(answer.main_problem, prompt).ok_or(AnalystError::BadAnswer("it names no main problem"))?;
    let insights = several(answer.insights, FINDINGS, |raw| finding(raw, prompt))
        .ok_or(AnalystError::BadAnswer("it has too few findings that hold"))?;
    let recommendations = several(answer.recommendations, RECOMMENDATIONS, |raw| recommendation(raw, prompt))
        .ok_or(AnalystError::BadAnswer("it has too few recommendations that hold"))?;
    Ok(Insight {
        main_problem,
        insights,
        recommendations,
        source: Source { analyst: AnalystKind::Gemini, model, reason: None, tokens: None },
        generated_at: now,
        of: report.session_id.to_string(),
        answer: None,
    })
}

fn several<Raw: DeserializeOwned, T>(
    items: Vec<Value>,
    (least, most): (usize, usize),
    check: impl Fn(Raw) -> Option<T>,
) -> Option<Vec<T>> {
    let checked = items.into_iter().filter_map(|item| serde_json::from_value(item).ok().and_then(&check));
    let checked: Vec<T> = checked.take(most).collect();
    (checked.len() >= least).then_some(checked)
}

fn main_problem(raw: Value, prompt: &Prompt) -> Option<MainProblem> {
    let RawProblem { severity, finding: raw } = serde_json::from_value(raw).ok()?;
    let Observation { title, detail, evidence } = finding(raw, prompt)?;
    Some(MainProblem { title, detail, severity, evidence })
}

fn finding(raw: RawFinding, prompt: &Prompt) -> Option<Observation> {
    Some(Observation {
        title: text(&prompt.figures.supported(&clean(&raw.title)), TITLE)?,
        detail: text(&prompt.figures.supported(&clean(&raw.detail)), DETAIL)?,
        evidence: evidence(&raw.evidence, prompt)?,
    })
}

/// An action may set a target ("within 100 ms") and so holds figures of its own.
fn recommendation(raw: RawRecommendation, prompt: &Prompt) -> Option<Recommendation> {
    Some(Recommendation {
        action: text(&clean(&raw.action), TITLE)?,
        rationale: text(&prompt.figures.supported(&clean(&raw.rationale)), DETAIL)?,
        evidence: evidence(&raw.evidence, prompt)?,
    })
}

fn text(text: &str, max: usize) -> Option<String> {
    text.contains(char::is_alphabetic).then(|| cut(text, max))
}

/// The facts behind the ids, each once; ids of no fact are dropped.
fn evidence(ids: &[String], prompt: &Prompt) -> Option<Vec<Evidence>> {
    let mut facts = Vec::new();
    for id in ids {
        let known = prompt.facts.iter().find(|fact| fact.id == *id);
        if let Some(fact) = known.filter(|fact| !facts.contains(&&fact.evidence)) {
            facts.push(&fact.evidence);
        }
    }
    (!facts.is_empty()).then(|| facts.into_iter().take(EVIDENCE).cloned().collect())
}

/// Plain text, and no names of hosts either: `evil.example` needs no scheme to be followed.
fn clean(raw: &str) -> String {
    without_words(&plain(raw), is_host)
}

/// Whether a word reads like a host, with or without a path: at least two labels, the last of letters only.
fn is_host(word: &str) -> bool {
    let edge = |c: char| !c.is_alphanumeric();
    let authority = word.trim_start_matches(edge).split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = authority.trim_end_matches(edge);
    let labels: Vec<&str> = host.split('.').collect();
    labels.len() > 1
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels.last().is_some_and(|last| last.chars().count() > 1 && last.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_words() {
        for host in ["evil.example", "(evil.example)", "shop.evil.co/pay", "evil.example:80", "“x.org”,"] {
            assert!(is_host(host), "{host}");
        }
        for word in ["e.g.", "1.9", "seconds.", "/checkout", "“Pay", "...", "U.S.", "3.x", ""] {
            assert!(!is_host(word), "{word}");
        }
    }

    #[test]
    fn text_without_a_letter_is_no_text() {
        assert_eq!(text("", 5), None);
        assert_eq!(text("?! 12", 5), None);
        assert_eq!(text("naïveté!", 6), Some("naïve…".to_owned()));
    }
}
