//! Which page, of which site, has a browser ask.

use http::{HeaderMap, header, request::Parts};

use super::sign_in;
use crate::{http::respond::Problem, wire::ErrorCode};

/// A page of another site may not have the admin's browser act here.
pub(super) fn same_site(parts: &Parts) -> Result<(), Problem> {
    let cross = match parts.headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        Some(site) => !matches!(site, b"same-origin" | b"none"),
        None => match parts.headers.get(header::ORIGIN) {
            Some(origin) => origin.to_str().ok().and_then(authority_of) != host(parts),
            None => false,
        },
    };
    if cross { Err(Problem::new(ErrorCode::Forbidden, "another site's page may not do that")) } else { Ok(()) }
}

/// What a browser sends to change something says that it is JSON, which no form of another site can.
pub(super) fn wants_json(headers: &HeaderMap) -> Result<(), Problem> {
    let from_browser =
        headers.contains_key("sec-fetch-site") || headers.contains_key(header::ORIGIN) || sign_in::is_sent(headers);
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if from_browser && !is_json {
        return Err(Problem::new(ErrorCode::Forbidden, "content-type is application/json"));
    }
    Ok(())
}

/// The host that a request names, with its port.
pub(in crate::http) fn host(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str()))
}

/// Host and port of an origin such as `http://localhost:8080`.
pub(in crate::http) fn authority_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, authority)| authority)
}

/// Whether the page that asks, as far as the request names one, was loaded from this machine.
pub(super) fn comes_from_here(headers: &HeaderMap) -> bool {
    let named = [header::ORIGIN, header::REFERER].into_iter().filter_map(|name| headers.get(name));
    named.map(|value| value.to_str().ok().and_then(authority_of)).all(|authority| {
        let host = authority.and_then(|authority| authority.split('/').next());
        host.is_some_and(is_loopback)
    })
}

/// Whether a host, with or without a port, is this machine.
pub(in crate::http) fn is_loopback(authority: &str) -> bool {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => authority,
    };
    let ip = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || ip.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
