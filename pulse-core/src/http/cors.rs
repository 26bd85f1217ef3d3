//! Which sites' pages may send events.

use http::{HeaderMap, HeaderValue, header, request::Parts};

use super::{
    access::{authority_of, host, is_loopback},
    respond::Problem,
};
use crate::{seldom::Seldom, wire::ErrorCode};

/// Characters of an origin in the log.
const LINE: usize = 100;

/// The sites whose pages may send events, by exact origin. Pages of the host that Pulse itself is mounted on, and
/// requests that no page made, always may.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    listed: Vec<String>,
    loopback: bool,
}

impl Origins {
    /// Pages of this machine, on any port.
    pub fn loopback() -> Self {
        Self { listed: Vec::new(), loopback: true }
    }

    /// Only these origins, such as `https://shop.example`.
    ///
    /// ```
    /// use pulse_core::Origins;
    ///
    /// let shop = Origins::listed(["https://shop.example", "https://www.shop.example"]);
    /// # let _ = shop;
    /// ```
    pub fn listed<T: Into<String>>(origins: impl IntoIterator<Item = T>) -> Self {
        let listed = origins.into_iter().map(|origin| Self::normal(&origin.into())).collect();
        Self { listed, loopback: false }
    }

    /// An origin as it is compared: lower case, without a slash at its end.
    ///
    /// ```
    /// assert_eq!(pulse_core::Origins::normal("https://Shop.example/"), "https://shop.example");
    /// ```
    pub fn normal(origin: &str) -> String {
        origin.trim_end_matches('/').to_ascii_lowercase()
    }

    /// The listed origins; none when these are the pages of this machine.
    pub(crate) fn listed_origins(&self) -> &[String] {
        &self.listed
    }

    /// The origin of the page that made this request, if it may send events; none when no page made it.
    pub(super) fn check(&self, parts: &Parts) -> Result<Option<HeaderValue>, Problem> {
        let Some(value) = parts.headers.get(header::ORIGIN) else { return Ok(None) };
        let origin = value.to_str().unwrap_or_default();
        if self.allows(origin, parts) { Ok(Some(value.clone())) } else { Err(not_listed(origin)) }
    }

    /// Whether pages of this origin may send events to the host that a request names.
    pub(crate) fn allows(&self, origin: &str, parts: &Parts) -> bool {
        self.listed.iter().any(|listed| listed.eq_ignore_ascii_case(origin))
            || authority_of(origin)
                .is_some_and(|from| host(parts) == Some(from) || (self.loopback && is_loopback(from)))
    }
}

/// The answer to a page of another site. Whoever runs Pulse hears of it, too: a site that was forgotten, or is spelt in
/// another way, would else just stay without visits.
pub(super) fn not_listed(origin: &str) -> Problem {
    static SAID: Seldom = Seldom::new();
    if let Some(times) = SAID.happened() {
        let origin: String = origin.chars().take(LINE).collect();
        tracing::warn!(times, origin, "a page may not send events; --allow-origin, or Origins::listed, lets its site");
    }
    Problem::new(ErrorCode::Forbidden, "this origin is not on the list of sites that may send events")
}

/// Lets the page of `origin` read an answer. Credentials are never allowed: ingest wants none.
pub(super) fn allow(headers: &mut HeaderMap, origin: Option<HeaderValue>) {
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
}

/// Answers a preflight.
pub(super) fn preflight(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type, content-encoding"));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
}
