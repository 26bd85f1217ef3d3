//! Language models: text in, text out. What they say is a proposal, which [`super::claims`] checks.

use std::{fmt::Debug, time::Instant};

use async_trait::async_trait;

use super::AnalystError;
use crate::model::{AnalystKind, TokensUsed};

/// A language model that can be asked.
#[async_trait]
pub trait Model: Debug + Send + Sync + 'static {
    /// Who answers, as an answer's source names it.
    fn analyst(&self) -> AnalystKind;

    /// The model, as it was set.
    fn name(&self) -> &str;

    /// Asks once and waits until `deadline` at most. A refusal that may pass is tried again within that time.
    ///
    /// # Errors
    /// There is no answer. No error holds a key.
    async fn complete(&self, prompt: &Prompt, deadline: Instant) -> Result<Completion, AnalystError>;
}

/// What a model is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// Its role, and the rules of the answer.
    pub system: String,
    /// The conversation so far; the last turn is the one to answer.
    pub turns: Vec<Turn>,
    /// JSON Schema of the answer, as JSON, for models that can be held to one.
    pub schema: String,
}

impl Prompt {
    /// The schema as a part of a request; none when it is no JSON.
    #[cfg(any(feature = "gemini", feature = "openai"))]
    pub(super) fn schema_value(&self) -> Option<serde_json::Value> {
        serde_json::from_str(&self.schema).ok()
    }
}

/// One turn of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// What Pulse said.
    Asked(String),
    /// What the model said.
    Answered(String),
}

/// What a model wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The text, in which a key that the model was asked with is replaced by [`Completion::SECRET`].
    pub text: String,
    /// The model that answered, when the API names it: an alias stands for one that changes.
    pub model: Option<String>,
    /// What it cost.
    pub tokens: TokensUsed,
}

impl Completion {
    /// Stands where a model repeated a key. A statement with it is refused.
    pub const SECRET: &str = "\u{fffc}";
}

/// Whether `name` can be a model's, so that it may stand in an address and be shown.
#[cfg(any(feature = "gemini", feature = "openai"))]
pub(super) fn is_model_name(name: &str) -> bool {
    const LONGEST: usize = 100;
    let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '/' | '@' | '+');
    (1..=LONGEST).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(ok)
        && !name.contains("..")
        && !name.contains("//")
}
