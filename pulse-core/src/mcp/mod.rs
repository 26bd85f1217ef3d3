//! What agents ask: the same facts as the dashboard's, in the [Model Context Protocol](https://modelcontextprotocol.io).
//!
//! ```text
//! POST /mcp -> access, as for reads -> rmcp (JSON-RPC) -> Agent -> engine -> Answer (at most 4,000 tokens)
//! ```
//!
//! Two rules hold for every answer. Text of the site or of its visitors stands between `«` and `»`, in one line, so that
//! no label can pass for an instruction. Every figure has its `n`, and what recordings cannot tell is said.

mod agent;
mod answer;
mod arguments;
mod ask;
mod compare;
mod definitions;
mod pages;
mod problems;
mod refusal;
mod sessions;
#[cfg(test)]
mod tests;
mod tools;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, future};
use http::{Request, Response, request::Parts};
use http_body_util::{BodyDataStream, Full};
use rmcp::{
    ServiceExt,
    service::ServerInitializeError,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
    },
};
use tokio::io::{AsyncRead, AsyncWrite};

use self::agent::Agent;
use crate::{engine::Engine, http::Body};

/// Answers one request, whose sender was let in and whose body was read. Each request stands for itself: no session is
/// kept, so that any server behind a load balancer may answer it.
pub(crate) async fn answer(engine: &Arc<Engine>, who: String, parts: &Parts, body: Bytes) -> Response<Body> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = parts.method.clone();
    *request.uri_mut() = parts.uri.clone();
    *request.headers_mut() = parts.headers.clone();
    // Who may ask, and from which host and origin, was checked as for every read.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .disable_allowed_hosts();
    let agent = Agent::new(Arc::clone(engine), who);
    let service: StreamableHttpService<Agent, LocalSessionManager> =
        StreamableHttpService::new(move || Ok(agent.clone()), Arc::default(), config);
    let response = service.handle(request).await;
    response.map(|body| Body::stream(BodyDataStream::new(body).filter_map(|data| future::ready(data.ok())).boxed()))
}

/// Serves one client over a pipe, such as stdin and stdout, until it hangs up.
pub(crate) async fn serve<R, W>(
    engine: Arc<Engine>,
    from: R,
    to: W,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    R: AsyncRead + Send + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let running = match Agent::new(engine, "stdio".into()).serve((from, to)).await {
        // It hung up before it said anything.
        Err(ServerInitializeError::ConnectionClosed(_)) => return Ok(()),
        running => running?,
    };
    running.waiting().await?;
    Ok(())
}
