//! Holds back trackers that ignore `Retry-After`: a busy server looks at what they send when the wait is over, so that
//! refusing them costs next to nothing.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use http::{Method, Request, Response, StatusCode, header};
use tokio::time::{Duration, Instant};
use tower_service::Service;

/// Longest time that a request is held: what else comes by the connection is another request, and should not be lost.
const MOST: Duration = Duration::from_secs(1);

/// Where trackers send. Nothing else is held, whoever asks for it.
const INGEST: [&str; 2] = ["/api/track", "/api/session"];

/// What a proxy adds to a request that it passes on: many clients share its connections.
const PASSED_ON: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// The service of one connection.
#[derive(Debug, Clone)]
pub(crate) struct Held<S> {
    inner: S,
    /// When the client may send again. None where many clients share a connection.
    told: Option<Arc<Mutex<Instant>>>,
}

impl<S> Held<S> {
    pub(crate) fn new(inner: S, is_shared: bool) -> Self {
        Self { inner, told: (!is_shared).then(|| Arc::new(Mutex::new(Instant::now()))) }
    }
}

impl<S, R, B> Service<Request<R>> for Held<S>
where
    S: Service<Request<R>, Response = Response<B>, Future: Send + 'static> + Clone + Send + 'static,
    R: Send + 'static,
    B: 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<R>) -> Self::Future {
        let told = self.told.clone().filter(|_| is_from_a_tracker(&request));
        let Some(told) = told else { return Box::pin(self.inner.call(request)) };
        let mut inner = self.inner.clone();
        Box::pin(async move {
            let until = *told.lock().unwrap_or_else(PoisonError::into_inner);
            if until > Instant::now() {
                tokio::time::sleep_until(until).await;
            }
            let answer = inner.call(request).await?;
            if let Some(wait) = told_to_wait(&answer) {
                *told.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() + wait.min(MOST);
            }
            Ok(answer)
        })
    }
}

fn is_from_a_tracker<R>(request: &Request<R>) -> bool {
    let (path, headers) = (request.uri().path(), request.headers());
    // Each site has its own: `/sites/KEY/api/track`.
    request.method() == Method::POST
        && INGEST.iter().any(|route| path.ends_with(route))
        && !PASSED_ON.iter().any(|name| headers.contains_key(*name))
}

/// How long an answer says to wait, when it is the server that cannot.
fn told_to_wait<B>(answer: &Response<B>) -> Option<Duration> {
    if answer.status() != StatusCode::SERVICE_UNAVAILABLE {
        return None;
    }
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        future::{Ready, ready},
    };

    use super::*;

    /// Refuses the first request, and takes what comes after it.
    #[derive(Debug, Clone, Default)]
    struct RefusesOnce(Arc<Mutex<bool>>);

    impl Service<Request<()>> for RefusesOnce {
        type Response = Response<()>;
        type Error = Infallible;
        type Future = Ready<Result<Response<()>, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            let has_refused = std::mem::replace(&mut *self.0.lock().expect("not poisoned"), true);
            let mut answer = Response::new(());
            if !has_refused {
                *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
                answer.headers_mut().insert(header::RETRY_AFTER, 3.into());
            }
            ready(Ok(answer))
        }
    }

    fn post(path: &str) -> Request<()> {
        Request::post(path).body(()).expect("a request")
    }

    async fn time_of(service: &mut Held<RefusesOnce>, request: Request<()>) -> Duration {
        let began = Instant::now();
        let Ok(_) = service.call(request).await;
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_comes_back_early_waits_and_is_then_heard() {
        for path in ["/api/track", "/sites/shop/api/session"] {
            let mut service = Held::new(RefusesOnce::default(), false);
            assert!(time_of(&mut service, post(path)).await.is_zero());
            assert!(time_of(&mut service, post(path)).await >= MOST);
            assert!(time_of(&mut service, post(path)).await.is_zero());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_as_told_is_not_held() {
        let mut service = Held::new(RefusesOnce::default(), false);
        time_of(&mut service, post("/api/track")).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(time_of(&mut service, post("/api/track")).await.is_zero());
    }

    #[tokio::test(start_paused = true)]
    async fn pages_readers_and_whoever_comes_by_a_shared_connection_are_not_held() {
        let get = Request::get("/api/track").body(()).expect("a request");
        let mut service = Held::new(RefusesOnce::default(), false);
        time_of(&mut service, post("/api/track")).await;
        for request in [get, post("/login"), post("/api/analyze"), post("/mcp")] {
            assert!(time_of(&mut service, request).await.is_zero());
        }
        for name in PASSED_ON {
            let request = Request::post("/api/track").header(name, "203.0.113.7").body(()).expect("a request");
            assert!(time_of(&mut service, request).await.is_zero(), "{name}");
        }
        let mut shared = Held::new(RefusesOnce::default(), true);
        time_of(&mut shared, post("/api/track")).await;
        assert!(time_of(&mut shared, post("/api/track")).await.is_zero());
    }
}
