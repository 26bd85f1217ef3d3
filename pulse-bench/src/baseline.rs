//! What Pulse is compared with: servers that do less, each in a process of its own so that its CPU time can be told.

mod plain;

pub(crate) use self::plain::COLLECTION;

use std::{convert::Infallible, sync::Arc};

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// As much of a body as Pulse takes.
const BODY: usize = 256 * 1024;

/// Reads each body and answers 204: what any server on hyper has to do.
pub(crate) fn serve_bare() -> Result<()> {
    runtime()?.block_on(serve(async |_| Ok((StatusCode::NO_CONTENT, Bytes::new()))))
}

/// One document per event, in the database of `uri`.
pub(crate) fn serve_plain(uri: &str) -> Result<()> {
    runtime()?.block_on(async {
        let events = Arc::new(plain::Events::open(uri).await?);
        serve(move |body| {
            let events = Arc::clone(&events);
            async move { events.insert(&body).await }
        })
        .await
    })
}

/// As that of pulse-server.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start tokio")
}

/// What a handler makes of a body.
type Answer = Result<(StatusCode, Bytes)>;

async fn serve<H, F>(handle: H) -> Result<()>
where
    H: Fn(Vec<u8>) -> F + Clone + Send + 'static,
    F: Future<Output = Answer> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen")?;
    println!("API http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await.context("cannot accept")?;
        stream.set_nodelay(true)?;
        let handle = handle.clone();
        let service = service_fn(move |request| respond(request, handle.clone()));
        // An error here is a client that went away.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn respond<F: Future<Output = Answer>>(
    request: Request<Incoming>,
    handle: impl Fn(Vec<u8>) -> F,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = match read(request.into_body()).await {
        Ok(body) => handle(body).await,
        Err(error) => Err(error),
    };
    let (status, text) = answer.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        (StatusCode::INTERNAL_SERVER_ERROR, Bytes::new())
    });
    let mut response = Response::new(Full::new(text));
    *response.status_mut() = status;
    Ok(response)
}

async fn read(mut body: Incoming) -> Result<Vec<u8>> {
    let mut whole = Vec::with_capacity(4096);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            anyhow::ensure!(whole.len() + data.len() <= BODY, "a body of more than {BODY} bytes");
            whole.extend_from_slice(&data);
        }
    }
    Ok(whole)
}
