//! Any endpoint that speaks OpenAI's chat completions, such as Ollama, llama.cpp or vLLM: then nothing leaves the house.

#[cfg(test)]
mod tests;
mod wire;

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Instant,
};

use async_trait::async_trait;
use reqwest::header::AUTHORIZATION;

use super::{
    AnalystError, Completion, Model, Prompt, SettingsError,
    error::Service,
    http::{Endpoint, Key},
    language_model::is_model_name,
};
use crate::model::AnalystKind;

pub(super) const SERVICE: Service = Service {
    name: "the OpenAI-compatible endpoint",
    key: "OPENAI_API_KEY",
    model: "PULSE_OPENAI_MODEL",
    url: "PULSE_OPENAI_URL",
};

/// A model behind an endpoint of chat completions.
pub struct OpenAi {
    endpoint: Endpoint,
    model: String,
    /// Whether the endpoint refused to hold an answer to a schema; it is not asked to again.
    is_plain: AtomicBool,
}

impl OpenAi {
    /// Asks `model` at `base`, the address up to and including the API's version, such as `http://localhost:11434/v1`.
    /// A local endpoint needs no `key`.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub fn new(key: Option<&str>, model: &str, base: &str) -> Result<Self, SettingsError> {
        if !is_model_name(model) {
            return Err(SettingsError::Model(SERVICE.model));
        }
        let key = key.map(|key| Key::new(AUTHORIZATION, "Bearer ", key, SERVICE)).transpose()?;
        let base = base.trim_end_matches('/');
        let path: &[&str] = if base.ends_with("/chat/completions") { &[] } else { &["chat", "completions"] };
        let endpoint = Endpoint::new(base, path, key, SERVICE)?;
        Ok(Self { endpoint, model: model.to_owned(), is_plain: AtomicBool::new(false) })
    }
}

/// Without the key, and without the address, which may hold a password.
impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAi").field("model", &self.model).finish_non_exhaustive()
    }
}

#[async_trait]
impl Model for OpenAi {
    fn analyst(&self) -> AnalystKind {
        AnalystKind::OpenAi
    }

    fn name(&self) -> &str {
        &self.model
    }

    async fn complete(&self, prompt: &Prompt, deadline: Instant) -> Result<Completion, AnalystError> {
        let is_plain = self.is_plain.load(Ordering::Relaxed);
        let mut answered = self.endpoint.post(&wire::request(&self.model, prompt, !is_plain), deadline).await?;
        if !is_plain && matches!(answered.status, 400 | 422) {
            answered = self.endpoint.post(&wire::request(&self.model, prompt, false), deadline).await?;
            self.is_plain.store(answered.status == 200, Ordering::Relaxed);
        }
        if answered.status != 200 {
            return Err(self.endpoint.refusal(answered.status, &self.model));
        }
        let Completion { text, model, tokens } = wire::completion(&answered.body)?;
        let (text, model) = (self.endpoint.without_key(text), model.map(|model| self.endpoint.without_key(model)));
        Ok(Completion { text, model: model.filter(|model| is_model_name(model)), tokens })
    }
}
