//! Puts the tracker's tag into the pages of the host, before the end of their head.
//!
//! | answer of the host | what happens |
//! | --- | --- |
//! | `text/html`, not encoded | the tag is put in, streamed; `Content-Length` and `ETag` are those of the new page |
//! | `Content-Encoding` | left alone, and said once in the log: compress outside Pulse |
//! | `Cache-Control: no-transform`, `Content-Disposition: attachment`, part of a page (206) | left alone |
//! | `HEAD` | the headers that `GET` would have; no length, which is not known without the page |
//! | a page without an end of its head | passed on as it is |

mod body;
mod scan;

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    task::Poll,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header, response::Parts};
use http_body::Body;

pub(super) use self::body::TaggedBody;
use super::MountBody;

/// A page of at most so many bytes is read before its headers are sent when it is there at once, so that it keeps a
/// `Content-Length`.
const AT_ONCE: u64 = 1024 * 1024;

/// Tagged pages after which a script that nobody ever asked Pulse for is a mistake in the mounting.
const UNANSWERED: u32 = 20;

/// Headers that describe the bytes of the page as the host made it.
const OF_THE_BYTES: [&str; 6] =
    ["content-length", "accept-ranges", "content-md5", "digest", "content-digest", "repr-digest"];

/// The script element of a page.
pub(crate) fn tag(prefix: &str, nonce: Option<&str>) -> String {
    match nonce {
        Some(nonce) => format!(r#"<script src="{prefix}/pulse.js" async nonce="{nonce}"></script>"#),
        None => format!(r#"<script src="{prefix}/pulse.js" async></script>"#),
    }
}

/// Tags the pages of one host.
#[derive(Debug, Clone)]
pub(super) struct Injector {
    prefix: Arc<str>,
    plain: Bytes,
    told: Arc<Told>,
}

/// What was said in the log, and what would have to be.
#[derive(Debug, Default)]
struct Told {
    encoded: AtomicBool,
    tagged: AtomicU32,
    /// Whether a request for something of Pulse has come.
    is_reached: AtomicBool,
}

impl Injector {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.into(), plain: tag(prefix, None).into(), told: Arc::default() }
    }

    /// A request under the prefix has come: what the tag names is there.
    pub(super) fn is_reached(&self) {
        self.told.is_reached.store(true, Ordering::Relaxed);
    }

    /// The answer of the host, with the tag if it is a page.
    pub(super) async fn inject<R: Body<Data = Bytes>>(
        &self,
        response: Response<R>,
        is_head: bool,
    ) -> Response<MountBody<R>> {
        if !self.takes(response.status(), response.headers()) {
            return response.map(MountBody::host);
        }
        let (mut parts, page) = response.into_parts();
        if is_head {
            changed(&mut parts);
            return Response::from_parts(parts, MountBody::host(page));
        }
        let tag = match nonce(&parts.headers) {
            Some(nonce) => tag(&self.prefix, Some(nonce)).into(),
            None => self.plain.clone(),
        };
        let length = page.size_hint().exact().filter(|length| *length <= AT_ONCE);
        let mut page = TaggedBody::new(page, tag);
        let is_whole = match length {
            Some(length) => poll_fn(|cx| Poll::Ready(page.read_at_once(length, cx))).await,
            None => false,
        };
        if !is_whole || page.is_tagged() {
            changed(&mut parts);
            self.count();
        }
        if let (true, true, Some(length)) = (is_whole, page.is_tagged(), page.size_hint().exact()) {
            parts.headers.insert(header::CONTENT_LENGTH, length.into());
        }
        Response::from_parts(parts, MountBody::tagged(page))
    }

    /// Whether this is a whole page that may be changed.
    fn takes(&self, status: StatusCode, headers: &HeaderMap) -> bool {
        let value = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
        let says = |name, word: &str| value(name).split(',').any(|one| one.trim().eq_ignore_ascii_case(word));
        let is_page = is_html(value(header::CONTENT_TYPE)) && status != StatusCode::PARTIAL_CONTENT;
        let is_download =
            value(header::CONTENT_DISPOSITION).trim_start().to_ascii_lowercase().starts_with("attachment");
        if !is_page || is_download || says(header::CACHE_CONTROL, "no-transform") {
            return false;
        }
        let encoding = value(header::CONTENT_ENCODING);
        if encoding.is_empty() || encoding.eq_ignore_ascii_case("identity") {
            return true;
        }
        if !self.told.encoded.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                encoding,
                "the tracker's tag is not put into compressed pages: add the layer that compresses after Pulse's, \
                 so that it is outside, or put the tag into the pages"
            );
        }
        false
    }

    fn count(&self) {
        let tagged = self.told.tagged.fetch_add(1, Ordering::Relaxed) + 1;
        if tagged == UNANSWERED && !self.told.is_reached.load(Ordering::Relaxed) {
            tracing::warn!(
                prefix = &*self.prefix,
                "pages have the tracker's tag, but no request under the prefix reaches Pulse: lay it around the whole \
                 app (axum: `.layer` on the outermost Router, after `.fallback`; not `route_layer`, not inside `nest`)"
            );
        }
    }
}

/// HTML in an encoding in which ASCII is ASCII.
fn is_html(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is_html = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("text/html"));
    is_html && !parts.any(|part| part.to_ascii_lowercase().starts_with("charset=utf-16"))
}

/// Takes back what is no longer true of the page.
fn changed(parts: &mut Parts) {
    for name in OF_THE_BYTES {
        parts.headers.remove(name);
    }
    // Means the same, but is not the same to the byte.
    if let Some(tag) = parts.headers.get(header::ETAG).filter(|tag| tag.as_bytes().starts_with(b"\""))
        && let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat())
    {
        parts.headers.insert(header::ETAG, weak);
    }
}

/// The nonce by which the page's own policy lets scripts run.
fn nonce(headers: &HeaderMap) -> Option<&str> {
    let policies = || headers.get_all(header::CONTENT_SECURITY_POLICY).iter().filter_map(|value| value.to_str().ok());
    ["script-src-elem", "script-src", "default-src"].into_iter().find_map(|name| {
        policies().flat_map(|policy| policy.split([';', ','])).find_map(|directive| {
            let mut words = directive.split_ascii_whitespace();
            if !words.next()?.eq_ignore_ascii_case(name) {
                return None;
            }
            let nonce = words.find_map(|word| word.strip_prefix("'nonce-")?.strip_suffix('\''))?;
            let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte);
            nonce.bytes().all(is_base64).then_some(nonce)
        })
    })
}
