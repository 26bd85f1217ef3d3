//! What an analyst says about a session or a page.

use serde::{Deserialize, Serialize};

use super::{Millis, SessionId};

/// The answer of an analyst.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Insight {
    /// The one thing to look at first.
    pub main_problem: MainProblem,
    /// Four to six findings on how the visitor found their way.
    pub insights: Vec<Observation>,
    /// Three or four things to do.
    pub recommendations: Vec<Recommendation>,
    /// Who says so.
    pub source: Source,
    /// When, in milliseconds since the epoch.
    pub generated_at: Millis,
    /// What it is about: a session's id, a page's name, or `site`.
    pub of: String,
    /// The answer to a question in one's own words, when one was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Reply>,
}

/// The answer to a question in one's own words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Reply {
    /// The question, as it was asked.
    pub question: String,
    /// The answer, or that the recordings do not tell.
    pub text: String,
    /// What it rests on; nothing when the recordings do not tell.
    pub evidence: Vec<Evidence>,
}

/// The main usability problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MainProblem {
    /// One sentence.
    pub title: String,
    /// What happened.
    pub detail: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// One thing that was seen, and what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Observation {
    /// One sentence.
    pub title: String,
    /// What happened.
    pub detail: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recommendation {
    /// What to do.
    pub action: String,
    /// Why it would help.
    pub rationale: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// A fact of the report that a statement rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// Short text for a chip: "rage on Pay with Orbit, 7 clicks".
    pub label: String,
    /// The session it happened in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// When it happened, if it is one event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Millis>,
    /// The element it is about, as a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<String>,
    /// How often, if it is a sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// How much a problem matters, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is broken.
    Low,
    /// People lose time.
    Medium,
    /// People cannot do what they came for.
    High,
}

/// Who made an insight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Source {
    /// Which analyst.
    pub analyst: AnalystKind,
    /// Its model or version.
    pub model: String,
    /// Why this analyst and not the one asked first, or which parts the rules have filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a model charged for the answer, all requests together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokensUsed>,
}

/// Tokens as a model's API counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TokensUsed {
    /// Of the prompt.
    pub input: u64,
    /// Of the answer, without thinking.
    pub output: u64,
    /// Of thinking, which is charged as output.
    pub thinking: u64,
}

impl std::ops::AddAssign for TokensUsed {
    fn add_assign(&mut self, more: Self) {
        self.input = self.input.saturating_add(more.input);
        self.output = self.output.saturating_add(more.output);
        self.thinking = self.thinking.saturating_add(more.thinking);
    }
}

/// The analysts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AnalystKind {
    /// Google's Gemini.
    Gemini,
    /// An endpoint that speaks OpenAI's chat completions.
    OpenAi,
    /// The rules that are built in.
    Rules,
    /// An analyst of the host's own; [`Source::model`] says which.
    Own,
}
