//! What can go wrong with an analyst. No message holds a key, an address or the words of an answer, so all of them
//! may be shown.

use std::{error::Error, time::Duration};

/// Why an analyst gave no insight.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalystError {
    /// The key is wrong, or may not use the model.
    #[error("the Gemini API does not accept the key (status {status}): check GEMINI_API_KEY")]
    KeyRefused {
        /// Of the HTTP answer.
        status: u16,
    },
    /// The model does not exist, or not any more.
    #[error("the Gemini API does not know the model {model}: set PULSE_GEMINI_MODEL to one that exists")]
    ModelUnknown {
        /// As it was asked for.
        model: String,
    },
    /// The quota is used up for now.
    #[error("the Gemini API's quota is used up for now (status 429)")]
    QuotaExceeded,
    /// The service is in trouble.
    #[error("the Gemini API is in trouble (status {status})")]
    Unavailable {
        /// Of the HTTP answer.
        status: u16,
    },
    /// The request was turned down in another way; a redirect is one, since it is not followed.
    #[error("the Gemini API refused the request (status {status})")]
    Refused {
        /// Of the HTTP answer.
        status: u16,
    },
    /// No complete answer in time.
    #[error("the Gemini API did not answer within {} seconds", .0.as_secs_f32())]
    Timeout(Duration),
    /// The answer is larger than any insight.
    #[error("the Gemini API's answer is too large")]
    TooLarge,
    /// No connection, or it broke.
    #[error("the Gemini API cannot be reached")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The model would not answer.
    #[error("Gemini would not answer ({reason})")]
    Blocked {
        /// The API's word for it, such as `SAFETY`.
        reason: String,
    },
    /// The answer is not an insight.
    #[error("Gemini's answer cannot be used: {0}")]
    BadAnswer(&'static str),
}

/// Why no analyst could be made of the settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The key cannot be sent in a header.
    #[error("GEMINI_API_KEY has characters that no key has")]
    Key,
    /// The model's name would change the address.
    #[error("PULSE_GEMINI_MODEL is no model's name: use letters, digits, '.', '_' and '-'")]
    Model,
    /// The address is none of HTTP.
    #[error("PULSE_GEMINI_URL is no http or https address")]
    Url,
    /// TLS could not be set up, most often for want of root certificates.
    #[error("the Gemini client cannot be set up; are the system's CA certificates installed?")]
    Client(#[source] Box<dyn Error + Send + Sync>),
    /// This build has no Gemini analyst.
    #[error("GEMINI_API_KEY is set, but Pulse was built without the feature `gemini`")]
    NotBuilt,
}
