//! One listener: accepts connections, serves each, and lets them finish at the end.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use pulse_core::PeerAddr;
use tokio::sync::watch;
use tower_service::Service;

use crate::{
    connections::{Connections, Most},
    early::Held,
    idle::{Activity, Watched},
    listen::{Listener, Spoken},
    seldom::Seldom,
};

/// How long a client may take over the head of a request; an idle connection is closed after it, too.
const HEADER_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers of a request.
const HEADERS: usize = 64;

/// Bytes of a request's head.
const HEAD_BYTES: usize = 16 * 1024;

/// Requests of one HTTP/2 connection at once.
const STREAMS: u32 = 64;

/// Streams that a client has opened and given up, and that are not forgotten yet: more of them are an attack.
const RESETS: usize = 20;

/// Bytes that a client may send ahead on one stream and in all, and that wait to be sent to it: what a connection holds
/// in memory.
const STREAM_WINDOW: u32 = 256 * 1024;
const WINDOW: u32 = 1024 * 1024;
const SEND_BUFFER: usize = 64 * 1024;

/// A connection without a request for so long is closed, whatever pings it answers.
const IDLE: Duration = Duration::from_secs(60);

/// Pause after a failed accept: with no descriptor left, the next one would fail at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long requests in work may take once the server goes down.
const DRAIN: Duration = Duration::from_secs(6);

/// Serves until `stop` turns true, then finishes what is in work. False when some of it had to be cut off.
pub(crate) async fn serve<S, B>(listener: Listener, service: S, most: Most, mut stop: watch::Receiver<bool>) -> bool
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + 'static,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let builders = Arc::new(Builders::new());
    let connections = Connections::new(most);
    let open = GracefulShutdown::new();
    let (mut refused, mut failed) = (Seldom::default(), Seldom::default());
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                if let Some(times) = failed.happened() {
                    tracing::warn!(times, %error, "cannot accept a connection");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        // Who is refused is told at once, and costs a descriptor no longer.
        let Some(place) = connections.take(peer) else {
            if let Some(times) = refused.happened() {
                tracing::warn!(times, "a connection was refused: there are too many, or too many of its address");
            }
            continue;
        };
        let activity = Activity::new();
        let held = Held::new(service.clone(), listener.is_of_machine() || connections.is_proxy(peer));
        let service = Watched { inner: held, peer: PeerAddr(peer), activity: activity.clone() };
        let (builders, watcher) = (Arc::clone(&builders), open.watcher());
        tokio::spawn(async move {
            if let Ok(Ok((stream, spoken))) = tokio::time::timeout(HEADER_TIMEOUT, stream.begin()).await {
                let connection =
                    builders.of(spoken).serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
                let ended = tokio::select! {
                    ended = watcher.watch(connection) => ended,
                    () = activity.rests_for(IDLE) => Ok(()),
                };
                if let Err(error) = ended {
                    tracing::debug!(error, "a connection broke");
                }
            }
            drop(place);
        });
    }
    drop(listener);
    tokio::time::timeout(DRAIN, open.shutdown()).await.is_ok()
}

/// How connections are served, by what their clients speak.
struct Builders {
    either: auto::Builder<TokioExecutor>,
    http1: auto::Builder<TokioExecutor>,
    http2: auto::Builder<TokioExecutor>,
}

impl Builders {
    fn new() -> Self {
        Self { either: builder(), http1: builder().http1_only(), http2: builder().http2_only() }
    }

    fn of(&self, spoken: Spoken) -> &auto::Builder<TokioExecutor> {
        match spoken {
            Spoken::Either => &self.either,
            Spoken::Http1 => &self.http1,
            Spoken::Http2 => &self.http2,
        }
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_headers(HEADERS)
        .max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD_BYTES as u32)
        .max_concurrent_streams(STREAMS)
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(RESETS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_send_buf_size(SEND_BUFFER)
        .keep_alive_interval(Some(HEADER_TIMEOUT));
    builder
}
