//! The Content-Security-Policy of the shop's pages.

use http::{HeaderValue, Uri};

/// The origin that a tracker URL belongs to; none for a relative URL (which is the shop's own origin) and for
/// anything that is not a plain http or https URL.
pub fn tracker_origin(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let scheme = uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https"))?;
    // A policy is a list with separators of its own: nothing else may get into it.
    let host = uri.host().filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.:[]".contains(&b)))?;
    Some(match uri.port_u16() {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// Scripts from the shop and the tracker's origin, connections to them, and nothing else from anywhere.
pub(crate) fn for_pages(tracker_url: &str) -> HeaderValue {
    let origins = match tracker_origin(tracker_url) {
        Some(origin) => format!("'self' {origin}"),
        None => "'self'".to_owned(),
    };
    let policy = format!(
        "default-src 'none'; script-src {origins}; connect-src {origins}; img-src 'self'; style-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'self'"))
}

/// Drawings carry their own small style sheet for light and dark, and need nothing else.
pub(crate) const FOR_ASSETS: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_is_scheme_host_and_port() {
        for (url, origin) in [
            ("http://localhost:5001/pulse.js", Some("http://localhost:5001")),
            ("https://user@stats.example/p.js?x=1", Some("https://stats.example")),
            ("http://[::1]:5001/pulse.js", Some("http://[::1]:5001")),
            ("/pulse/pulse.js", None),
            ("ftp://example/pulse.js", None),
            ("http://a;script-src/x", None),
            ("http://a, b/x", None),
            ("", None),
        ] {
            assert_eq!(tracker_origin(url).as_deref(), origin, "{url}");
        }
    }
}
