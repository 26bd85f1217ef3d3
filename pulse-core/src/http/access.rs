//! Who may read: whoever mounts a read service has to say.

use std::{fmt, sync::Arc};

use http::{HeaderMap, header, request::Parts};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::respond::Problem;
use crate::wire::ErrorCode;

/// Who may read sessions, analytics and heatmaps, and ask for insights.
#[derive(Clone)]
pub struct Access(Rule);

#[derive(Clone)]
enum Rule {
    Nobody,
    Token([u8; 32]),
    LoopbackHost,
    Allowed(Arc<dyn Fn(&Parts) -> bool + Send + Sync>),
}

/// A token is shorter than 22 characters, which is 128 bits in base64, or cannot be sent in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeakToken;

impl fmt::Display for WeakToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the admin token is 22 or more visible ASCII characters, for example the output of `openssl rand -base64 24`")
    }
}

impl std::error::Error for WeakToken {}

impl Access {
    const TOKEN_CHARS: usize = 22;

    /// Whoever sends `Authorization: Bearer <token>`. Only its digest is kept.
    ///
    /// # Errors
    /// The token is so short that it could be guessed, or it could not be sent.
    pub fn token(token: &str) -> Result<Self, WeakToken> {
        let sendable = token.bytes().all(|byte| byte.is_ascii_graphic());
        if token.len() < Self::TOKEN_CHARS || !sendable { Err(WeakToken) } else { Ok(Self(Rule::Token(digest(token)))) }
    }

    /// Nobody: for services that only take events in.
    pub fn nobody() -> Self {
        Self(Rule::Nobody)
    }

    /// Everyone whose request names a loopback host (`localhost`, `127.0.0.1`, `[::1]`), which keeps out pages that
    /// point a name of theirs at this machine (DNS rebinding). Only for servers that listen on loopback alone:
    /// anybody who can connect can send such a name.
    pub fn loopback() -> Self {
        Self(Rule::LoopbackHost)
    }

    /// Whoever the host application lets in, by the head of the request.
    pub fn allowed(rule: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Self(Rule::Allowed(Arc::new(rule)))
    }

    /// Lets a request pass, or says why not.
    pub(super) fn check(&self, parts: &Parts) -> Result<(), Problem> {
        same_site(parts)?;
        let allowed = match &self.0 {
            Rule::Nobody => false,
            Rule::Token(known) => match bearer(&parts.headers) {
                Some(token) => bool::from(digest(token).ct_eq(known)),
                None => false,
            },
            Rule::LoopbackHost => {
                return if host(parts).is_some_and(is_loopback) {
                    Ok(())
                } else {
                    Err(Problem::new(ErrorCode::Forbidden, "without an admin token only a loopback host may be named"))
                };
            }
            Rule::Allowed(rule) => rule(parts),
        };
        if allowed { Ok(()) } else { Err(Problem::new(ErrorCode::Unauthorized, "a valid credential is needed")) }
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Rule::Nobody => "Access::Nobody",
            Rule::Token(_) => "Access::Token",
            Rule::LoopbackHost => "Access::LoopbackHost",
            Rule::Allowed(_) => "Access::Allowed",
        })
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// A page of another site may not have the admin's browser act here.
fn same_site(parts: &Parts) -> Result<(), Problem> {
    let cross = match parts.headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        Some(site) => !matches!(site, b"same-origin" | b"none"),
        None => match parts.headers.get(header::ORIGIN) {
            Some(origin) => origin.to_str().ok().and_then(authority_of) != host(parts),
            None => false,
        },
    };
    if cross { Err(Problem::new(ErrorCode::Forbidden, "another site's page may not do that")) } else { Ok(()) }
}

/// The host that a request names, with its port.
pub(super) fn host(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
}

/// Host and port of an origin such as `http://localhost:8080`.
pub(super) fn authority_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

/// Whether a host, with or without a port, is this machine.
pub(super) fn is_loopback(authority: &str) -> bool {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => authority,
    };
    let ip = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || ip.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let mut request = http::Request::builder().uri("/api/sessions");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_token_opens_and_nothing_else_does() {
        for bad in ["short", "a token of more than 22 chars", "ä-token-of-more-than-22-chars"] {
            assert_eq!(Access::token(bad).unwrap_err(), WeakToken);
        }
        let access = Access::token("a-token-of-more-than-22-chars").unwrap();
        assert!(access.check(&parts(&[("authorization", "Bearer a-token-of-more-than-22-chars")])).is_ok());
        for bad in ["Bearer a-token-of-more-than-22-char", "Basic a-token-of-more-than-22-chars", "Bearer ", ""] {
            assert!(access.check(&parts(&[("authorization", bad)])).is_err(), "{bad}");
        }
        assert!(access.check(&parts(&[])).is_err());
        assert!(!format!("{access:?}").contains("a-token"));
    }

    #[test]
    fn loopback_is_a_name_of_this_machine() {
        let access = Access::loopback();
        for good in ["localhost", "localhost:3000", "LOCALHOST:1", "127.0.0.1:3000", "127.9.9.9", "[::1]:3000", "[::1]"]
        {
            assert!(access.check(&parts(&[("host", good)])).is_ok(), "{good}");
        }
        for bad in ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test:80", "10.0.0.1", "", "[::2]:1"] {
            assert!(access.check(&parts(&[("host", bad)])).is_err(), "{bad}");
        }
    }

    #[test]
    fn another_sites_page_is_kept_out() {
        let access = Access::loopback();
        for bad in [
            &[("host", "localhost:3000"), ("sec-fetch-site", "cross-site")][..],
            &[("host", "localhost:3000"), ("sec-fetch-site", "same-site")],
            &[("host", "localhost:3000"), ("origin", "http://localhost:8080")],
            &[("host", "localhost:3000"), ("origin", "null")],
        ] {
            assert!(access.check(&parts(bad)).is_err(), "{bad:?}");
        }
        for good in [
            &[("host", "localhost:3000"), ("sec-fetch-site", "same-origin")][..],
            &[("host", "localhost:3000"), ("origin", "http://localhost:3000")],
        ] {
            assert!(access.check(&parts(good)).is_ok(), "{good:?}");
        }
    }
}
