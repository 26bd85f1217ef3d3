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
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tower_service::Service;

use crate::{
    connections::{Connections, Most},
    idle::{Activity, Watched},
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

/// What an HTTP/2 client sends first: RFC 9113, section 3.4.
const HTTP2_PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Pause between looks at a preface that has begun.
const PEEK_PAUSE: Duration = Duration::from_millis(20);

/// Serves until `stop` turns true, then finishes what is in work. False when some of it had to be cut off.
pub(crate) async fn serve<S, B>(listener: TcpListener, service: S, most: Most, mut stop: watch::Receiver<bool>) -> bool
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + 'static,
    B: http_body::Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
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
    let builder = Arc::new(builder);
    let connections = Connections::new(most);
    let open = GracefulShutdown::new();
    let (mut refused, mut failed) = (Seldom::default(), Seldom::default());
    loop {
        let accepted = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok((stream, peer)) => (stream, peer.ip()),
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
        // Answers are small; waiting to fill a packet would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set nodelay");
        }
        let activity = Activity::new();
        let service = Watched { inner: service.clone(), peer: PeerAddr(peer), activity: activity.clone() };
        let (builder, watcher) = (Arc::clone(&builder), open.watcher());
        tokio::spawn(async move {
            if matches!(tokio::time::timeout(HEADER_TIMEOUT, version_told(&stream)).await, Ok(Ok(()))) {
                let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
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

/// Returns when it can be told whether a client speaks HTTP/1 or HTTP/2: hyper waits for that without a limit.
async fn version_told(stream: &TcpStream) -> std::io::Result<()> {
    let mut head = [0; HTTP2_PREFACE.len()];
    loop {
        let read = stream.peek(&mut head).await?;
        if read == 0 || read == head.len() || !HTTP2_PREFACE.starts_with(&head[..read]) {
            return Ok(());
        }
        tokio::time::sleep(PEEK_PAUSE).await;
    }
}
