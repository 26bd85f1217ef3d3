//! What the models' clients share: one POST with a key, tried again while that may help, read up to a limit.

use std::time::{Duration, Instant};

use reqwest::{
    Client, Response, Url,
    header::{HeaderName, HeaderValue, RETRY_AFTER},
    redirect,
};
use serde::Deserialize;
use serde_json::Value;

use super::{AnalystError, Completion, SettingsError, error::Service};

/// An insight takes a few KiB; an answer that goes on beyond this is not read.
pub(super) const MAX_ANSWER: usize = 1024 * 1024;
/// Most times that one request is sent.
const ATTEMPTS: u32 = 4;
/// Pause after the first failure when the API does not say how long to wait; it doubles with each.
const PAUSE: Duration = Duration::from_millis(500);
/// Less time than this is not worth another attempt: a model takes seconds.
const WORTH: Duration = Duration::from_secs(2);

/// Where a model is asked, and with which key.
pub(super) struct Endpoint {
    client: Client,
    url: Url,
    key: Option<Key>,
    service: Service,
}

/// A key, in the header that it travels in: a header is kept out of logs where an address is not.
pub(super) struct Key {
    header: HeaderName,
    value: HeaderValue,
    secret: String,
}

impl Key {
    /// The key `secret`, sent as `prefix` and the key.
    pub(super) fn new(header: HeaderName, prefix: &str, secret: &str, service: Service) -> Result<Self, SettingsError> {
        let mut value =
            HeaderValue::from_str(&format!("{prefix}{secret}")).map_err(|_| SettingsError::Key(service.key))?;
        value.set_sensitive(true);
        Ok(Self { header, value, secret: secret.to_owned() })
    }
}

/// What an API answered to a request that it did not turn away for now.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Endpoint {
    pub(super) fn new(base: &str, path: &[&str], key: Option<Key>, service: Service) -> Result<Self, SettingsError> {
        let mut url = Url::parse(base).map_err(|_| SettingsError::Url(service.url))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(SettingsError::Url(service.url));
        }
        url.path_segments_mut().map_err(|()| SettingsError::Url(service.url))?.pop_if_empty().extend(path);
        // Already installed is as good: one provider serves the whole process.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| SettingsError::Client(error.without_url().into()))?;
        Ok(Self { client, url, key, service })
    }

    /// Sends `body`, and sends it again after 429, 500, 502, 503 and 504 as long as there is time. Waits for as long as the
    /// API says, in a `RetryInfo` or in `Retry-After`, and not at all when that is too long.
    pub(super) async fn post(&self, body: &Value, deadline: Instant) -> Result<Answered, AnalystError> {
        let mut pause = PAUSE;
        for attempt in 1.. {
            let response = self.send(body, deadline).await?;
            let status = response.status().as_u16();
            if !matches!(status, 429 | 500 | 502 | 503 | 504) {
                // What cannot be read of a refusal is not needed.
                let body = match self.read(response).await {
                    Err(_) if status != 200 => Vec::new(),
                    body => body?,
                };
                return Ok(Answered { status, body });
            }
            let told = retry_after(&response);
            let told = match self.read(response).await {
                Ok(body) => retry_info(&body).or(told),
                Err(_) => told,
            };
            let wait = told.unwrap_or(pause);
            if attempt == ATTEMPTS || wait + WORTH > left(deadline) {
                return Err(self.turned_away(status));
            }
            tracing::info!(status, wait_ms = wait.as_millis(), "a model is asked again");
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
        unreachable!("the last attempt returns")
    }

    fn turned_away(&self, status: u16) -> AnalystError {
        match status {
            429 => AnalystError::QuotaExceeded { service: self.service },
            _ => AnalystError::Unavailable { service: self.service, status },
        }
    }

    async fn send(&self, body: &Value, deadline: Instant) -> Result<Response, AnalystError> {
        let mut request = self.client.post(self.url.clone()).timeout(left(deadline));
        if let Some(key) = &self.key {
            request = request.header(key.header.clone(), key.value.clone());
        }
        request.json(body).send().await.map_err(|error| self.failure(error))
    }

    /// Reads piece by piece, so that an endless answer costs no more than the limit.
    async fn read(&self, mut response: Response) -> Result<Vec<u8>, AnalystError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(AnalystError::TooLarge { service: self.service });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failure(&self, error: reqwest::Error) -> AnalystError {
        if error.is_timeout() {
            AnalystError::Timeout { service: self.service }
        } else {
            AnalystError::Unreachable { service: self.service, source: error.without_url().into() }
        }
    }

    /// What every refusal means that has no meaning of its own at one API.
    pub(super) fn refusal(&self, status: u16, model: &str) -> AnalystError {
        let service = self.service;
        match status {
            401 | 403 => AnalystError::KeyRefused { service, status },
            404 => AnalystError::ModelUnknown { service, model: model.to_owned() },
            500.. => AnalystError::Unavailable { service, status },
            _ => AnalystError::Refused { service, status },
        }
    }

    /// `text` without the key, should a model have repeated it.
    pub(super) fn without_key(&self, text: String) -> String {
        match &self.key {
            Some(key) if text.contains(&key.secret) => text.replace(&key.secret, Completion::SECRET),
            _ => text,
        }
    }
}

fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(seconds.into()))
}

/// The delay of a `google.rpc.RetryInfo`, such as `"22s"` or `"0.5s"`.
fn retry_info(body: &[u8]) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Failure {
        error: Details,
    }
    #[derive(Deserialize)]
    struct Details {
        #[serde(default)]
        details: Vec<Value>,
    }
    let failure: Failure = serde_json::from_slice(body).ok()?;
    let delay = failure.error.details.iter().find_map(|detail| detail["retryDelay"].as_str())?;
    Duration::try_from_secs_f64(delay.strip_suffix('s')?.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_of_a_refusal_is_read() {
        let body = |delay: &str| {
            serde_json::json!({ "error": { "code": 429, "details": [
                { "@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [] },
                { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay },
            ] } })
            .to_string()
        };
        assert_eq!(retry_info(body("22s").as_bytes()), Some(Duration::from_secs(22)));
        assert_eq!(retry_info(body("0.25s").as_bytes()), Some(Duration::from_millis(250)));
        for bad in ["", "22", "-1s", "1e300s", "xs"] {
            assert_eq!(retry_info(body(bad).as_bytes()), None, "{bad}");
        }
        assert_eq!(retry_info(b"<html>"), None);
    }
}
