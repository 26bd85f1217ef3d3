//! What can go wrong with a model. No message holds a key, an address or the words of an answer, so all of them may be
//! shown.

use std::error::Error;

/// A model's API, and the settings that an error can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// As it stands in a sentence.
    pub name: &'static str,
    /// The setting of the key.
    pub key: &'static str,
    /// The setting of the model.
    pub model: &'static str,
    /// The setting of the address.
    pub url: &'static str,
}

/// Why a model gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "`service` is the API that was asked, `status` that of its HTTP answer")]
pub enum AnalystError {
    /// The key is wrong, or may not use the model.
    #[error("{} does not accept the key (status {status}): check {}", service.name, service.key)]
    KeyRefused { service: Service, status: u16 },
    /// The model does not exist, or not any more.
    #[error("{} does not know the model {model}: set {} to one that exists", service.name, service.model)]
    ModelUnknown { service: Service, model: String },
    /// The quota is used up for now.
    #[error("the quota of {} is used up for now (status 429)", service.name)]
    QuotaExceeded { service: Service },
    /// The service is in trouble.
    #[error("{} is in trouble (status {status})", service.name)]
    Unavailable { service: Service, status: u16 },
    /// The request was turned down in another way; a redirect is one, since it is not followed.
    #[error("{} refused the request (status {status})", service.name)]
    Refused { service: Service, status: u16 },
    /// No complete answer in time.
    #[error("{} did not answer in time", service.name)]
    Timeout { service: Service },
    /// The answer is larger than any insight.
    #[error("the answer of {} is too large", service.name)]
    TooLarge { service: Service },
    /// No connection, or it broke.
    #[error("{} cannot be reached", service.name)]
    Unreachable { service: Service, source: Box<dyn Error + Send + Sync> },
    /// The model would not answer; `reason` is the API's word for it, such as `SAFETY`.
    #[error("the model would not answer ({reason})")]
    Blocked { reason: String },
    /// Nothing of the answer can be used.
    #[error("the model's answer cannot be used: {0}")]
    BadAnswer(&'static str),
}

/// Why no model could be made of the settings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The key cannot be sent in a header.
    #[error("{0} has characters that no key has")]
    Key(&'static str),
    /// The model's name is none.
    #[error("{0} is no model's name: use letters, digits, '.', '_', '-', ':' and '/'")]
    Model(&'static str),
    /// The model is not named.
    #[error("{url} is set, and {model} is not: it names the model to ask there")]
    NoModel {
        /// The setting that is there.
        url: &'static str,
        /// The setting that is missing.
        model: &'static str,
    },
    /// The address is none of HTTP.
    #[error("{0} is no http or https address")]
    Url(&'static str),
    /// TLS could not be set up, most often for want of root certificates.
    #[error("the client of the model cannot be set up; are the system's CA certificates installed?")]
    Client(#[source] Box<dyn Error + Send + Sync>),
    /// This build cannot ask that model.
    #[error("{setting} is set, but Pulse was built without the feature `{feature}`")]
    NotBuilt {
        /// The setting.
        setting: &'static str,
        /// What is missing.
        feature: &'static str,
    },
}
