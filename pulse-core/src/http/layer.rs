//! Pulse mounted under a prefix of an existing application.

use std::{
    mem,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
};

use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, header, uri::PathAndQuery};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    Body, MountBody, PulseService, RequestBody,
    inject::Injector,
    probe::{self, Seen},
};

/// So many requests for the folder without its slash, and none with it, mean that something outside takes the slash
/// away, and that the way to it would go round for ever.
const ROUND: u32 = 3;

/// Puts Pulse under a prefix of the service that it wraps.
#[derive(Debug, Clone)]
pub struct MountLayer {
    prefix: String,
    pulse: PulseService,
    injector: Option<Injector>,
    /// Requests for the folder without its slash, since one with it came.
    bare: Arc<AtomicU32>,
}

impl MountLayer {
    pub(crate) fn new(prefix: &str, pulse: PulseService) -> Self {
        Self { prefix: folder(prefix), pulse, injector: None, bare: Arc::default() }
    }

    /// Puts the tracker's tag into every page of the wrapped service, before the end of its head: into `text/html` that
    /// is not compressed, whatever its size, while it is streamed. It takes over the nonce of the page's
    /// `Content-Security-Policy`. Off when not said: then the pages have the tag themselves, see
    /// [`Pulse::tag`](crate::Pulse::tag).
    ///
    /// Left alone are downloads, parts of pages, pages with `Cache-Control: no-transform`, compressed ones (which the
    /// log says once; a layer that compresses belongs outside Pulse's) and those without an end of the head.
    #[must_use]
    pub fn inject(mut self, inject: bool) -> Self {
        self.injector = inject.then(|| Injector::new(&self.prefix));
        self
    }
}

/// A prefix with a slash before it and none behind; the root is empty.
pub(crate) fn folder(prefix: &str) -> String {
    match prefix.trim_matches('/') {
        "" => String::new(),
        prefix => format!("/{prefix}"),
    }
}

impl<S> Layer<S> for MountLayer {
    type Service = Mount<S>;

    fn layer(&self, inner: S) -> Mount<S> {
        Mount { layer: self.clone(), inner }
    }
}

/// Answers requests under the prefix itself, and hands the others on as they are.
#[derive(Debug, Clone)]
pub struct Mount<S> {
    layer: MountLayer,
    inner: S,
}

type Answer<R, E> = Pin<Box<dyn Future<Output = Result<Response<MountBody<R>>, E>> + Send>>;

impl<S, B, R> Service<Request<B>> for Mount<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    S::Future: Send + 'static,
    S::Error: 'static,
    R: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    R::Error: Send,
    B: RequestBody,
{
    type Response = Response<MountBody<R>>;
    type Error = S::Error;
    type Future = Answer<R, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let rest = request.uri().path().strip_prefix(&self.layer.prefix);
        let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
            return self.pass(request);
        };
        // `poll_ready` may have taken a permit of the inner service (a concurrency limit does). It is given back with
        // the service that holds it, since that will not be called now.
        let fresh = self.inner.clone();
        drop(mem::replace(&mut self.inner, fresh));
        if rest.is_empty() && !self.layer.prefix.is_empty() {
            probe::tell(request.extensions(), Seen::WithoutSlash);
            let to = self.layer.to_folder(request.uri().query());
            return Box::pin(async move { Ok(to.map(MountBody::pulse)) });
        }
        if self.layer.bare.load(Ordering::Relaxed) > 0 && rest == "/" {
            self.layer.bare.store(0, Ordering::Relaxed);
        }
        if let Some(injector) = &self.layer.injector {
            injector.is_reached();
        }
        *request.uri_mut() = with_path(request.uri(), rest);
        let answer = self.layer.pulse.call(request);
        Box::pin(async move {
            let Ok(response) = answer.await;
            Ok(response.map(MountBody::pulse))
        })
    }
}

impl<S> Mount<S> {
    /// Hands a request on.
    fn pass<B, R>(&mut self, request: Request<B>) -> Answer<R, S::Error>
    where
        S: Service<Request<B>, Response = Response<R>>,
        S::Future: Send + 'static,
        R: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        R::Error: Send,
    {
        let Some(injector) = self.layer.injector.clone() else {
            let answer = self.inner.call(request);
            return Box::pin(async move { Ok(answer.await?.map(MountBody::host)) });
        };
        let is_head = request.method() == Method::HEAD;
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            Ok(injector.inject(response, is_head).await)
        })
    }
}

impl MountLayer {
    /// `/pulse` is the folder `/pulse/`, which the dashboard's relative addresses need. The way there is relative, so
    /// that it holds where the app itself is mounted under a prefix.
    fn to_folder(&self, query: Option<&str>) -> Response<Body> {
        let folder = self.prefix.rsplit('/').next().unwrap_or_default();
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let bare = self.bare.fetch_add(1, Ordering::Relaxed);
        // Who is sent in a circle asks for the same thing again and again, and gets the page by its name.
        let page = if bare < ROUND { "" } else { "index.html" };
        if bare == ROUND {
            tracing::warn!(
                prefix = self.prefix,
                "the slash at the end of the dashboard's address is taken away before Pulse sees it: lay Pulse around \
                 the layer that does so (such as tower-http's NormalizePath)"
            );
        }
        let mut response = Response::new(Body::default());
        *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(location) = HeaderValue::from_str(&format!("{folder}/{page}{query}")) {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}

/// The same address with another path.
pub(super) fn with_path(uri: &Uri, path: &str) -> Uri {
    let mut parts = uri.clone().into_parts();
    let target = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    // A tail of a valid path that begins with a slash is a valid path.
    parts.path_and_query = target.parse::<PathAndQuery>().ok().or(parts.path_and_query);
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}
