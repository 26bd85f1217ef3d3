//! The tag in the host's pages.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body::Frame;
use pulse_core::http::Body;
use tower::Layer;

use super::{ask, get, pulse};

const TAG: &str = r#"<script src="/pulse/pulse.js" async></script>"#;

/// A page in pieces; one piece has a length, more have none. Between two pieces it waits once.
struct Pieces {
    pieces: Vec<Bytes>,
    waits: bool,
    length: Option<u64>,
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.length.is_none() && std::mem::replace(&mut self.waits, false) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.waits = true;
        Poll::Ready((!self.pieces.is_empty()).then(|| Ok(Frame::data(self.pieces.remove(0)))))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.length.filter(|_| !self.pieces.is_empty()).map_or_else(Default::default, http_body::SizeHint::with_exact)
    }
}

/// What the host answers with: headers, and the page in pieces of a size.
async fn page(headers: &[(&str, &str)], page: &str, size: usize, method: Method) -> (http::response::Parts, String) {
    let pieces: Vec<Bytes> = page.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
    let length = (pieces.len() == 1).then_some(page.len() as u64);
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    let answer = Arc::new(Mutex::new(Some((map, pieces))));
    let host = tower::service_fn(move |request: Request<Body>| {
        let (headers, pieces) = answer.lock().unwrap().take().unwrap();
        async move {
            let pieces = if request.method() == Method::HEAD { Vec::new() } else { pieces };
            let mut response = Response::new(Pieces { pieces, waits: true, length });
            *response.headers_mut() = headers;
            if response.headers().contains_key("content-range") {
                *response.status_mut() = http::StatusCode::PARTIAL_CONTENT;
            }
            Ok::<_, Infallible>(response)
        }
    });
    let app = pulse().layer("/pulse").inject(true).layer(host);
    let mut request = get("/shop");
    *request.method_mut() = method;
    ask(app, request).await
}

const HTML: (&str, &str) = ("content-type", "text/html; charset=utf-8");
const PAGE: &str = "<!doctype html><head><title>x</title></head><body>y</body>";

#[tokio::test]
async fn a_page_has_the_tag_before_the_end_of_its_head_however_it_arrives() {
    let expected = PAGE.replace("</head>", &format!("{TAG}</head>"));
    let length = PAGE.len().to_string();
    for size in 1..=PAGE.len() {
        let headers = [HTML, ("content-length", &length), ("etag", "\"v1\""), ("accept-ranges", "bytes")];
        let (head, body) = page(&headers, PAGE, size, Method::GET).await;
        assert_eq!(body, expected, "in pieces of {size}");
        assert_eq!(head.headers["etag"], "W/\"v1\"");
        assert!(!head.headers.contains_key("accept-ranges"));
        // A page that is there at once keeps a length.
        let told = head.headers.get("content-length").map(|length| length.to_str().unwrap().to_owned());
        assert_eq!(told, (size == PAGE.len()).then(|| expected.len().to_string()), "in pieces of {size}");
    }
}

#[tokio::test]
async fn what_is_no_whole_page_is_passed_on_as_it_is() {
    let length = PAGE.len().to_string();
    for (name, value) in [
        ("content-type", "application/json"),
        ("content-type", "text/html; charset=utf-16le"),
        ("content-encoding", "gzip"),
        ("cache-control", "private, no-transform"),
        ("content-disposition", "attachment; filename=a.html"),
        ("content-range", "bytes 0-57/900"),
    ] {
        let mut headers = vec![("content-length", length.as_str()), ("etag", "\"v1\""), ("accept-ranges", "bytes")];
        headers.extend((name != "content-type").then_some(HTML));
        headers.push((name, value));
        let (head, body) = page(&headers, PAGE, 7, Method::GET).await;
        assert_eq!(body, PAGE, "{name}: {value}");
        assert_eq!(head.headers.len(), headers.len());
        for (name, value) in headers {
            assert_eq!(head.headers[name], value, "{name}: {value}");
        }
    }
}

#[tokio::test]
async fn a_page_without_a_head_is_passed_on_as_it_is() {
    let endless = "<p>text ".repeat(200_000);
    for text in ["<p>a fragment</p>", "", "<head><script>never closed", "<", "plain", &endless] {
        for size in [if text.len() > 100 { 8192 } else { 3 }, text.len().max(1)] {
            let (_, body) = page(&[HTML], text, size, Method::GET).await;
            assert!(body == text, "{} of {} bytes, in pieces of {size}", body.len(), text.len());
        }
    }
    // One that is there at once keeps all its headers.
    let (head, _) = page(&[HTML, ("content-length", "5"), ("etag", "\"v1\"")], "plain", 5, Method::GET).await;
    assert_eq!(
        (&head.headers["content-length"], &head.headers["etag"]),
        (&"5".parse().unwrap(), &"\"v1\"".parse().unwrap())
    );
}

#[tokio::test]
async fn head_has_the_headers_of_a_page_of_unknown_length() {
    let (head, body) = page(&[HTML, ("content-length", "58"), ("etag", "\"v1\"")], PAGE, 58, Method::HEAD).await;
    assert_eq!((body.as_str(), head.headers.get("content-length")), ("", None));
    assert_eq!(head.headers["etag"], "W/\"v1\"");
}

#[tokio::test]
async fn the_nonce_of_the_pages_policy_is_taken_over() {
    let with = |nonce: &str| {
        let tag = TAG.replace(" async", &format!(" async nonce=\"{nonce}\""));
        PAGE.replace("</head>", &format!("{tag}</head>"))
    };
    for (policies, expected) in [
        (&["default-src 'self'; script-src 'nonce-a1+/=' 'strict-dynamic'"][..], with("a1+/=")),
        (&["default-src 'nonce-dflt'"], with("dflt")),
        (&["default-src 'nonce-dflt'; SCRIPT-SRC 'self' 'nonce-js'; script-src-elem 'nonce-elem'"], with("elem")),
        (&["img-src 'none'", "script-src 'nonce-second'"], with("second")),
        (&["script-src 'self'"], PAGE.replace("</head>", &format!("{TAG}</head>"))),
        (&["script-src 'nonce-\"><img>'"], PAGE.replace("</head>", &format!("{TAG}</head>"))),
    ] {
        let mut headers = vec![HTML];
        headers.extend(policies.iter().map(|policy| ("content-security-policy", *policy)));
        let (_, body) = page(&headers, PAGE, 9, Method::GET).await;
        assert_eq!(body, expected, "{policies:?}");
    }
}
