//! Which sites' pages may send events.

use std::fmt;

use http::{HeaderMap, HeaderValue, Uri, header, request::Parts};

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

    /// An origin as browsers send it: lower case, without the port that its scheme has anyway, and without a slash at its
    /// end.
    ///
    /// ```
    /// assert_eq!(pulse_core::Origins::normal("HTTPS://Shop.example:443/"), "https://shop.example");
    /// ```
    pub fn normal(origin: &str) -> String {
        let origin = origin.trim_end_matches('/').to_ascii_lowercase();
        let port = if origin.starts_with("https://") { ":443" } else { ":80" };
        origin.strip_suffix(port).map(str::to_owned).unwrap_or(origin)
    }

    /// The [normal](Origins::normal) form of an origin that a person has written.
    ///
    /// ```
    /// use pulse_core::{Origins, http::InvalidOrigin};
    ///
    /// assert_eq!(Origins::parse("https://Shop.example:8443").as_deref(), Ok("https://shop.example:8443"));
    /// assert_eq!(Origins::parse("https://*.shop.example"), Err(InvalidOrigin::Wildcard));
    /// ```
    ///
    /// # Errors
    /// No page can have this origin.
    pub fn parse(text: &str) -> Result<String, InvalidOrigin> {
        let origin = text.trim_end_matches('/').to_ascii_lowercase();
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        let host = host.ok_or(InvalidOrigin::Form)?;
        if host.contains('*') {
            return Err(InvalidOrigin::Wildcard);
        }
        if !host.is_ascii() {
            return Err(InvalidOrigin::NotAscii);
        }
        // A name, a path or a port with zeros before it would make it another text than the one that browsers send.
        let uri: Uri = origin.parse().map_err(|_| InvalidOrigin::Form)?;
        let is_whole = uri.host().filter(|name| !name.is_empty()).is_some_and(|name| match uri.port_u16() {
            Some(port) => host == format!("{name}:{port}"),
            None => host == name,
        });
        if is_whole { Ok(Self::normal(&origin)) } else { Err(InvalidOrigin::Form) }
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

/// Text that is the origin of no page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidOrigin {
    /// It is not a scheme and a host, perhaps with a port.
    Form,
    /// It stands for several.
    Wildcard,
    /// Browsers send such a name in its ASCII form.
    NotAscii,
}

impl fmt::Display for InvalidOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "an origin is a scheme and a host, as https://shop.example",
            Self::Wildcard => "an origin has no *: name each address, as https://shop.example",
            Self::NotAscii => "browsers send this name in its ASCII form, as https://xn--mnchen-3ya.example",
        })
    }
}

impl std::error::Error for InvalidOrigin {}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_brought_into_the_form_that_browsers_send() {
        for (written, sent) in [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example/", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("http://shop.example:80/", "http://shop.example"),
            ("http://shop.example:443", "http://shop.example:443"),
            ("https://shop.example:4430", "https://shop.example:4430"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(Origins::parse(written).as_deref(), Ok(sent), "{written}");
        }
    }

    #[test]
    fn what_no_page_has_is_refused() {
        use InvalidOrigin::{Form, NotAscii, Wildcard};
        for (text, why) in [
            ("", Form),
            ("shop.example", Form),
            ("https://", Form),
            ("https://:8080", Form),
            ("https://shop.example:port", Form),
            ("https://shop.example:443:443", Form),
            ("https://shop.example:", Form),
            ("https://shop.example:0443", Form),
            ("https://shop.example:70000", Form),
            ("https://shop.example/path", Form),
            ("https://shop.example?a", Form),
            ("https://ann@shop.example", Form),
            ("https://shop example", Form),
            ("ftp://shop.example", Form),
            ("https://*.shop.example", Wildcard),
            ("https://*", Wildcard),
            ("https://m\u{fc}nchen.example", NotAscii),
        ] {
            assert_eq!(Origins::parse(text), Err(why), "{text}");
        }
    }
}
