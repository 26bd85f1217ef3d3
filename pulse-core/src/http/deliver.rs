//! How an answer to a read is sent: not at all when the client has it already, and packed when it can unpack it.

use std::{
    io::Write,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::{
    Body,
    negotiate::{Encoding, is_known, tag_of},
};

/// A smaller body is sent as it is: packed it would need as many packets of the network.
const SMALL: usize = 1024;

/// A larger body is packed beside the runtime's threads, which would answer nobody else meanwhile.
const LARGE: usize = 64 * 1024;

/// Level of gzip. Of a session of 100,000 positions as columns, 843 KB, it leaves 238 KB in 32 ms, and of a list of 500
/// rows, 303 KB, 64 KB in 5 ms. Brotli at its fast levels (2 to 4) takes as long and leaves 1 % and 11 % less, which is
/// not worth a compressor more; level 6 takes three to six times as long for 7 %.
const LEVEL: u32 = 3;

/// Bytes of packed answers that are kept. A map of 10,000 sessions takes 450 KB.
const KEPT: usize = 4 * 1024 * 1024;

/// Large answers as they were packed, the latest first: to pack a map takes longer than to make it, and those who look
/// at a page ask for the same one. Each is known by its tag, which is a digest of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed(Arc<Mutex<Vec<(HeaderValue, Bytes)>>>);

impl Packed {
    /// Forgets all, as after an erasure.
    pub(super) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A large body in gzip, as it is kept, or packed anew.
    fn pack(&self, tag: &HeaderValue, plain: Bytes) -> (Encoding, Bytes) {
        if let Some(body) = self.get(tag) {
            return (Encoding::Gzip, body);
        }
        let (encoding, body) = pack(plain, Encoding::Gzip);
        if encoding == Encoding::Gzip {
            self.put(tag.clone(), body.clone());
        }
        (encoding, body)
    }

    fn get(&self, tag: &HeaderValue) -> Option<Bytes> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == tag)?;
        kept[..=place].rotate_right(1);
        kept.first().map(|(_, body)| body.clone())
    }

    fn put(&self, tag: HeaderValue, body: Bytes) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(0, (tag, body));
        let mut bytes = 0;
        kept.retain(|(_, body)| {
            bytes += body.len();
            bytes <= KEPT
        });
    }
}

/// Tags and packs the answer to a read, or replaces it by 304. Other answers pass as they are.
pub(super) async fn deliver(packed: &Packed, request: &HeaderMap, mut response: Response<Body>) -> Response<Body> {
    let Some(plain) = response.body().whole().cloned() else { return response };
    if response.status() != StatusCode::OK {
        return response;
    }
    let on_offer: &[Encoding] = if plain.len() < SMALL { &[] } else { &[Encoding::Gzip] };
    let encoding = Encoding::accepted(request, on_offer);
    let (request, packed) = (request.clone(), packed.clone());
    let work = move || {
        let tag = tag_of(&plain);
        let body = match is_known(&request, &tag) {
            true => None,
            false if plain.len() > LARGE && encoding == Encoding::Gzip => Some(packed.pack(&tag, plain)),
            false => Some(pack(plain, encoding)),
        };
        (tag, body)
    };
    let (tag, body) = if response.body().whole().is_some_and(|plain| plain.len() > LARGE) {
        match tokio::task::spawn_blocking(work).await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(%error, "an answer is sent without compression");
                return response;
            }
        }
    } else {
        work()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    // The browser may keep it for this person, and asks each time whether it is still right.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    match body {
        Some((encoding, body)) => {
            headers.extend(encoding.header());
            *response.body_mut() = Body::from(body);
        }
        None => {
            headers.remove(header::CONTENT_TYPE);
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Body::default();
        }
    }
    response
}

/// The body in an encoding; as it is when it cannot be packed.
fn pack(plain: Bytes, encoding: Encoding) -> (Encoding, Bytes) {
    let packed = (encoding == Encoding::Gzip).then(|| gzip(&plain)).flatten();
    match packed {
        Some(packed) => (Encoding::Gzip, packed.into()),
        None => (Encoding::Identity, plain),
    }
}

/// A body in gzip; none only if writing to memory fails, which it does not.
pub(super) fn gzip(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::new(LEVEL));
    encoder.write_all(plain).and_then(|()| encoder.finish()).ok()
}
