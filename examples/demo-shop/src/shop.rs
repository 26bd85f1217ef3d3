//! The shop as a service: which resource answers a request, and with which headers.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use tower_service::Service;

use crate::site::{Resource, Site};

/// The shop. Cheap to clone; all clones answer from the same rendered pages.
#[derive(Clone)]
pub struct Shop {
    site: Arc<Site>,
}

impl Shop {
    /// A shop whose every page loads the tracker from `tracker_url`, for instance `http://localhost:5001/pulse.js`.
    ///
    /// The page's policy lets the tracker run, and report to where it came from, when [`tracker_origin`] finds an
    /// origin in the URL or the URL is relative.
    ///
    /// [`tracker_origin`]: crate::tracker_origin
    pub fn new(tracker_url: &str) -> Self {
        Shop { site: Arc::new(Site::new(tracker_url)) }
    }

    fn respond<B>(&self, request: &Request<B>) -> Response<Full<Bytes>> {
        let head = request.method() == Method::HEAD;
        let Some(resource) = self.site.find(request.uri().path(), request.uri().query()) else {
            return respond(StatusCode::NOT_FOUND, &self.site.not_found, head);
        };
        if !head && request.method() != Method::GET {
            let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, &self.site.not_allowed, false);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let known = is_known(request.headers(), &resource.etag);
        let status = if known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut response = respond(status, resource, head);
        if let Ok(etag) = HeaderValue::from_str(&resource.etag) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

/// Whether the browser says that it has this version already. Proxies that compress make an ETag weak.
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag == etag)
}

fn respond(status: StatusCode, resource: &Resource, head: bool) -> Response<Full<Bytes>> {
    let not_modified = status == StatusCode::NOT_MODIFIED;
    let body = if head || not_modified { Bytes::new() } else { resource.body.clone() };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, resource.policy.clone());
    if !not_modified {
        headers.insert(header::CONTENT_TYPE, resource.content_type.clone());
        headers.insert(header::CONTENT_LENGTH, resource.body.len().into());
    }
    response
}

impl<B> Service<Request<B>> for Shop {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.respond(&request)))
    }
}
