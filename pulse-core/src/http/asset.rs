//! Files that are compiled in: the tracker's script and the dashboard, compressed when they were built, and the API's
//! document and page.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::{
    Body,
    negotiate::{Encoding, is_known, tag_of},
};

/// A file in its three encodings. An encoding that it does not have is empty.
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
    let packed = [(Encoding::Brotli, asset.brotli), (Encoding::Gzip, asset.gzip)];
    let on_offer: Vec<Encoding> =
        packed.into_iter().filter(|(_, bytes)| !bytes.is_empty()).map(|(encoding, _)| encoding).collect();
    let encoding = Encoding::accepted(request, &on_offer);
    let bytes = match encoding {
        Encoding::Brotli => asset.brotli,
        Encoding::Gzip => asset.gzip,
        Encoding::Identity => asset.plain,
    };
    if is_known(request, &etag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else {
        *response.body_mut() = Body::from(Bytes::from_static(bytes));
    }
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.extend(encoding.header());
    response
}

/// The tag of a file, computed once.
fn etag(bytes: &'static [u8]) -> HeaderValue {
    static TAGS: Mutex<Option<HashMap<usize, HeaderValue>>> = Mutex::new(None);
    let mut tags = TAGS.lock().unwrap_or_else(PoisonError::into_inner);
    tags.get_or_insert_default().entry(bytes.as_ptr() as usize).or_insert_with(|| tag_of(bytes)).clone()
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
    fn a_known_file_is_not_sent_again() {
        let first = serve(ASSET, &HeaderMap::new());
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(serve(ASSET, &request(header::IF_NONE_MATCH, &tag)).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(serve(ASSET, &request(header::IF_NONE_MATCH, "\"other\"")).status(), StatusCode::OK);
    }

    #[test]
    fn an_encoding_that_a_file_does_not_have_is_not_sent() {
        let asset = Asset { brotli: &[], ..ASSET };
        for (accept, encoding) in [("br, gzip", Some("gzip")), ("br", None)] {
            let response = serve(asset, &request(header::ACCEPT_ENCODING, accept));
            let sent = response.headers().get(header::CONTENT_ENCODING).map(|sent| sent.to_str().unwrap());
            assert_eq!(sent, encoding, "{accept}");
        }
    }
}
