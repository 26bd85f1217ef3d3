//! How long a connection has had no request: answers to pings keep none open.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use pulse_core::PeerAddr;
use tokio::time::{Duration, Instant};
use tower_service::Service;

/// What one connection is doing.
#[derive(Debug, Clone)]
pub(crate) struct Activity(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    in_work: usize,
    rested_since: Instant,
}

impl Activity {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State { in_work: 0, rested_since: Instant::now() })))
    }

    /// Returns when there has been no request for so long.
    pub(crate) async fn rests_for(&self, time: Duration) {
        loop {
            let since = self.with(|state| (state.in_work == 0).then_some(state.rested_since));
            match since.map(|since| since + time) {
                Some(end) if end <= Instant::now() => return,
                Some(end) => tokio::time::sleep_until(end).await,
                None => tokio::time::sleep(time).await,
            }
        }
    }

    fn begin(&self) -> Work {
        self.with(|state| state.in_work += 1);
        Work(self.clone())
    }

    fn with<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A request, until its answer was sent or given up.
#[derive(Debug)]
pub(crate) struct Work(Activity);

impl Drop for Work {
    fn drop(&mut self) {
        self.0.with(|state| {
            state.in_work -= 1;
            state.rested_since = Instant::now();
        });
    }
}

/// The service of one connection: says where its requests come from, and notes when there are any.
#[derive(Debug, Clone)]
pub(crate) struct Watched<S> {
    pub(crate) inner: S,
    pub(crate) peer: PeerAddr,
    pub(crate) activity: Activity,
}

impl<S, B> Service<Request<Incoming>> for Watched<S>
where
    S: Service<Request<Incoming>, Response = Response<B>, Future: Send + 'static>,
{
    type Response = Response<WatchedBody<B>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        let work = self.activity.begin();
        let answer = self.inner.call(request);
        Box::pin(async move { Ok(answer.await?.map(|body| WatchedBody { body: Box::pin(body), _work: work })) })
    }
}

/// The body of an answer: the request is in work until it was sent.
#[derive(Debug)]
pub(crate) struct WatchedBody<B> {
    body: Pin<Box<B>>,
    _work: Work,
}

impl<B: Body> Body for WatchedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.body.as_mut().poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn rest_begins_when_the_last_request_is_done() {
        let (activity, began) = (Activity::new(), Instant::now());
        let work = activity.begin();
        let ends = activity.clone();
        let minute = Duration::from_secs(60);
        let rests = tokio::spawn(async move { ends.rests_for(minute).await });
        tokio::time::sleep(Duration::from_secs(200)).await;
        assert!(!rests.is_finished(), "a stream goes on");
        drop(work);
        rests.await.expect("it returns");
        assert!(began.elapsed() >= Duration::from_secs(260) && began.elapsed() <= Duration::from_secs(321));
    }
}
