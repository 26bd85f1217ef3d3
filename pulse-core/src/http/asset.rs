//! Files that are compiled in: the tracker's script and the dashboard, compressed when they were built.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use sha2::{Digest, Sha256};

use super::Body;

/// A file in its three encodings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asset {
    pub(super) content_type: &'static str,
    pub(super) plain: &'static [u8],
    pub(super) brotli: &'static [u8],
    pub(super) gzip: &'static [u8],
}

/// Answers with the encoding that the client takes, or with 304 when it has the file already.
pub(super) fn serve(asset: Asset, request: &HeaderMap) -> Response<Body> {
    let mut response = Response::new(Body::default());
    let etag = etag(asset.plain);
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let unchanged = known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let (encoding, bytes) = match accepted(request) {
        Encoding::Brotli => (Some("br"), asset.brotli),
        Encoding::Gzip => (Some("gzip"), asset.gzip),
        Encoding::Identity => (None, asset.plain),
    };
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(Bytes::from_static(bytes));
    }
    let headers = response.headers_mut();
    // Weak: one tag for all encodings.
    if let Ok(etag) = HeaderValue::from_str(&format!("W/{etag}")) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

/// The smallest encoding that the client takes.
fn accepted(request: &HeaderMap) -> Encoding {
    let accept = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |name: &str| {
        accept.split(',').any(|part| {
            let mut params = part.split(';').map(str::trim);
            let named = params.next().is_some_and(|encoding| encoding.eq_ignore_ascii_case(name));
            named && !params.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
    };
    if takes("br") {
        Encoding::Brotli
    } else if takes("gzip") {
        Encoding::Gzip
    } else {
        Encoding::Identity
    }
}

/// A strong tag of the bytes, computed once per file.
fn etag(bytes: &'static [u8]) -> String {
    static TAGS: Mutex<Option<HashMap<usize, String>>> = Mutex::new(None);
    let mut tags = TAGS.lock().unwrap_or_else(PoisonError::into_inner);
    let tags = tags.get_or_insert_default();
    tags.entry(bytes.as_ptr() as usize)
        .or_insert_with(|| {
            let hex: String = Sha256::digest(bytes).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
            format!("\"{hex}\"")
        })
        .clone()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ASSET: Asset = Asset { content_type: "text/plain", plain: b"plain", brotli: b"br", gzip: b"gz" };

    fn request(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn the_smallest_encoding_that_is_taken_is_sent() {
        for (accept, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip;q=1.0, br;q=0", Some("gzip")),
            ("deflate", None),
            ("", None),
        ] {
            let response = serve(ASSET, &request(header::ACCEPT_ENCODING, accept));
            let sent = response.headers().get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap());
            assert_eq!(sent, encoding, "{accept}");
        }
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let first = serve(ASSET, &HeaderMap::new());
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(serve(ASSET, &request(header::IF_NONE_MATCH, &tag)).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(serve(ASSET, &request(header::IF_NONE_MATCH, "\"other\"")).status(), StatusCode::OK);
    }
}
