//! Pulse mounted under a prefix of an existing application.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use http::{HeaderValue, Request, Response, StatusCode, Uri, header, uri::PathAndQuery};
use http_body_util::Either;
use tower_layer::Layer;
use tower_service::Service;

use super::{Body, PulseService, RequestBody};

/// Puts Pulse under a prefix of the service that it wraps.
#[derive(Debug, Clone)]
pub struct MountLayer {
    prefix: String,
    pulse: PulseService,
}

impl MountLayer {
    pub(crate) fn new(prefix: &str, pulse: PulseService) -> Self {
        let prefix = prefix.trim_matches('/');
        Self { prefix: if prefix.is_empty() { String::new() } else { format!("/{prefix}") }, pulse }
    }
}

impl<S> Layer<S> for MountLayer {
    type Service = Mount<S>;

    fn layer(&self, inner: S) -> Mount<S> {
        Mount { prefix: self.prefix.clone(), pulse: self.pulse.clone(), inner }
    }
}

/// Answers requests under the prefix itself, and hands the others on as they are.
#[derive(Debug, Clone)]
pub struct Mount<S> {
    prefix: String,
    pulse: PulseService,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Mount<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    S::Future: Send + 'static,
    S::Error: 'static,
    R: 'static,
    B: RequestBody,
{
    type Response = Response<Either<Body, R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let Some(rest) = request.uri().path().strip_prefix(&self.prefix) else { return pass(&mut self.inner, request) };
        if !rest.is_empty() && !rest.starts_with('/') {
            return pass(&mut self.inner, request);
        }
        // `poll_ready` may have taken a permit of the inner service (a concurrency limit does). It is given back with
        // the service that holds it, since that will not be called now.
        let fresh = self.inner.clone();
        drop(mem::replace(&mut self.inner, fresh));
        if rest.is_empty() && !self.prefix.is_empty() {
            let to = to_folder(&self.prefix, request.uri().query());
            return Box::pin(async move { Ok(to.map(Either::Left)) });
        }
        *request.uri_mut() = with_path(request.uri(), rest);
        let answer = self.pulse.call(request);
        Box::pin(async move {
            let Ok(response) = answer.await;
            Ok(response.map(Either::Left))
        })
    }
}

type Answer<R, E> = Pin<Box<dyn Future<Output = Result<Response<Either<Body, R>>, E>> + Send>>;

fn pass<S, B, R>(inner: &mut S, request: Request<B>) -> Answer<R, S::Error>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: 'static,
{
    let answer = inner.call(request);
    Box::pin(async move { Ok(answer.await?.map(Either::Right)) })
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Uri {
    let mut parts = uri.clone().into_parts();
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    // A tail of a valid path that begins with a slash is a valid path.
    parts.path_and_query = target.parse::<PathAndQuery>().ok().or(parts.path_and_query);
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

/// `/pulse` is the folder `/pulse/`, which the dashboard's relative addresses need.
/// The way there is relative, so that it holds where the app itself is mounted under a prefix.
fn to_folder(prefix: &str, query: Option<&str>) -> Response<Body> {
    let folder = prefix.rsplit('/').next().unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(location) = HeaderValue::from_str(&format!("{folder}/{query}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
