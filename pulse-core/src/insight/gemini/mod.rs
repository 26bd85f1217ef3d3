//! Google's Gemini, over `models.generateContent`.

#[cfg(test)]
mod tests;
mod wire;

use std::{fmt, time::Instant};

use async_trait::async_trait;
use reqwest::header::HeaderName;

use super::{
    AnalystError, Completion, Model, Prompt, SettingsError,
    error::Service,
    http::{Endpoint, Key},
    language_model::is_model_name,
};
use crate::model::AnalystKind;

const SERVICE: Service =
    Service { name: "the Gemini API", key: "GEMINI_API_KEY", model: "PULSE_GEMINI_MODEL", url: "PULSE_GEMINI_URL" };

/// A Gemini model.
pub struct Gemini {
    endpoint: Endpoint,
    model: String,
}

impl Gemini {
    /// The model that is asked by default: an alias, since models come and go within months.
    pub const MODEL: &str = "gemini-flash-latest";
    /// Where it is asked by default.
    pub const BASE: &str = "https://generativelanguage.googleapis.com/v1beta";

    /// Asks `model` with `key` at `base`, the address up to and including the API's version.
    ///
    /// # Errors
    /// One of them cannot be used.
    pub fn new(key: &str, model: &str, base: &str) -> Result<Self, SettingsError> {
        let model = model.strip_prefix("models/").unwrap_or(model);
        if !is_model_name(model) || model.contains([':', '/']) {
            return Err(SettingsError::Model(SERVICE.model));
        }
        let key = Key::new(HeaderName::from_static("x-goog-api-key"), "", key, SERVICE)?;
        let path = ["models", &format!("{model}:generateContent")];
        Ok(Self { endpoint: Endpoint::new(base, &path, Some(key), SERVICE)?, model: model.to_owned() })
    }
}

/// Without the key, and without the address, which may hold a password.
impl fmt::Debug for Gemini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gemini").field("model", &self.model).finish_non_exhaustive()
    }
}

#[async_trait]
impl Model for Gemini {
    fn analyst(&self) -> AnalystKind {
        AnalystKind::Gemini
    }

    fn name(&self) -> &str {
        &self.model
    }

    async fn complete(&self, prompt: &Prompt, deadline: Instant) -> Result<Completion, AnalystError> {
        let mut answered = self.endpoint.post(&wire::request(prompt, true), deadline).await?;
        if answered.status == 400 && !wire::is_invalid_key(&answered.body) {
            // A model that knows no thinking level refuses the request for it.
            answered = self.endpoint.post(&wire::request(prompt, false), deadline).await?;
        }
        match answered.status {
            200 => {}
            status @ 400 if wire::is_invalid_key(&answered.body) => {
                return Err(AnalystError::KeyRefused { service: SERVICE, status });
            }
            status => return Err(self.endpoint.refusal(status, &self.model)),
        }
        let Completion { text, model, tokens } = wire::completion(&answered.body)?;
        let (text, model) = (self.endpoint.without_key(text), model.map(|model| self.endpoint.without_key(model)));
        Ok(Completion { text, model: model.filter(|model| is_model_name(model)), tokens })
    }
}
