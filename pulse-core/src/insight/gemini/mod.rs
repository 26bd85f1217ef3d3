//! The analyst that asks Google's Gemini, over `models.generateContent`.

mod figures;
mod prompt;
#[cfg(test)]
mod tests;
mod validate;
mod wire;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, Response, Url,
    header::{HeaderName, HeaderValue},
    redirect,
};

use self::prompt::Prompt;
use super::{Analyst, AnalystError, SettingsError};
use crate::{
    analyze::Report,
    model::{Insight, Millis},
};

/// Where the key travels: a header is kept out of logs where an address is not.
const KEY: HeaderName = HeaderName::from_static("x-goog-api-key");
/// An insight takes a few KiB; an answer that goes on beyond this is not read.
const MAX_ANSWER: usize = 1024 * 1024;
/// Longest name of a model.
const MAX_MODEL: usize = 100;

/// The Gemini analyst.
pub struct Gemini {
    client: Client,
    url: Url,
    model: String,
    key: HeaderValue,
    timeout: Duration,
}

impl Gemini {
    /// The model that is asked by default: an alias, since models come and go within months.
    pub const MODEL: &str = "gemini-flash-latest";
    /// Where it is asked by default.
    pub const BASE: &str = "https://generativelanguage.googleapis.com/v1beta";
    /// How long one insight may take, from connecting to the last byte.
    pub const TIMEOUT: Duration = Duration::from_secs(20);

    /// Asks `model` with `key` at `base`, the address up to and including the API's version.
    pub fn new(key: &str, model: &str, base: &str) -> Result<Self, SettingsError> {
        let mut key = HeaderValue::from_str(key).map_err(|_| SettingsError::Key)?;
        key.set_sensitive(true);
        let model = model.strip_prefix("models/").unwrap_or(model);
        if !is_model(model) {
            return Err(SettingsError::Model);
        }
        let mut url = Url::parse(base).map_err(|_| SettingsError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(SettingsError::Url);
        }
        url.path_segments_mut()
            .map_err(|()| SettingsError::Url)?
            .pop_if_empty()
            .extend(["models", &format!("{model}:generateContent")]);
        // Already installed is as good: one provider serves the whole process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SettingsError::Client(error.without_url().into()))?;
        Ok(Self { client, url, model: model.to_owned(), key, timeout: Self::TIMEOUT })
    }

    /// Gives up after `timeout` instead of [`Gemini::TIMEOUT`].
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    async fn ask(&self, prompt: &Prompt) -> Result<Vec<u8>, AnalystError> {
        let request = self.client.post(self.url.clone()).timeout(self.timeout).header(KEY, self.key.clone());
        let response = request.json(&wire::request(prompt)).send().await.map_err(|error| self.failure(error))?;
        let status = response.status().as_u16();
        let body = self.read(response).await;
        match status {
            200 => body,
            401 | 403 => Err(AnalystError::KeyRefused { status }),
            400 if body.is_ok_and(|body| wire::is_invalid_key(&body)) => Err(AnalystError::KeyRefused { status }),
            404 => Err(AnalystError::ModelUnknown { model: self.model.clone() }),
            429 => Err(AnalystError::QuotaExceeded),
            500.. => Err(AnalystError::Unavailable { status }),
            _ => Err(AnalystError::Refused { status }),
        }
    }

    /// Reads piece by piece, so that an endless answer costs no more than the limit.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, AnalystError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(AnalystError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failure(&self, error: reqwest::Error) -> AnalystError {
        if error.is_timeout() {
            AnalystError::Timeout(self.timeout)
        } else {
            AnalystError::Unreachable(error.without_url().into())
        }
    }
}

/// Whether `name` can be a model's, so that it stays one segment of the address and may be shown.
fn is_model(name: &str) -> bool {
    let ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    (1..=MAX_MODEL).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(ok)
}

/// Without the key, and without the address, which may hold a password.
impl fmt::Debug for Gemini {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gemini").field("model", &self.model).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[async_trait]
impl Analyst for Gemini {
    async fn analyze(&self, report: &Report, now: Millis) -> Result<Insight, AnalystError> {
        let prompt = Prompt::new(report);
        let answer = wire::answer(&self.ask(&prompt).await?)?;
        // The alias stands for a model that changes; the answer names the one that gave it.
        let model = answer.model.filter(|model| is_model(model)).unwrap_or_else(|| self.model.clone());
        validate::insight(&answer.text, &prompt, report, model, now)
    }
}
