//! A page of opening hours, served by hyper without a framework. Pulse is a layer around the service, and puts its tag
//! into the page by itself. `HOURS_LISTEN` sets the address and `PULSE_STORE` where visits are kept.

use std::{convert::Infallible, env, error::Error, pin::pin};

use http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use pulse_core::{Access, PeerAddr, Pulse};
use tokio::net::TcpListener;
use tower::ServiceBuilder;

async fn hours(request: Request<Incoming>) -> Result<Response<String>, Infallible> {
    let mut answer = Response::new(match request.uri().path() {
        "/" => include_str!("hours.html").to_owned(),
        _ => String::new(),
    });
    if answer.body().is_empty() {
        *answer.status_mut() = StatusCode::NOT_FOUND;
    }
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
    Ok(answer)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("HOURS_LISTEN").unwrap_or_else(|_| "127.0.0.1:8083".into());
    let store = env::var("PULSE_STORE").unwrap_or_else(|_| "sqlite:pulse-data/hours.db".into());
    let listener = TcpListener::bind(&address).await?;
    let pulse = Pulse::open(&store, Access::loopback()).await?;
    let app = ServiceBuilder::new().layer(pulse.layer("/pulse").inject(true)).service_fn(hours);

    println!("Hours on http://{}", listener.local_addr()?);
    let (server, open) = (auto::Builder::new(TokioExecutor::new()), GracefulShutdown::new());
    let mut stopped = pin!(pulse.drain_after(async { drop(tokio::signal::ctrl_c().await) }));
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => accepted?,
            () = &mut stopped => break,
        };
        // Pulse counts what each address sends, if it is told the address.
        let with_peer = move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(PeerAddr(peer.ip()));
            request
        };
        let app = ServiceBuilder::new().map_request(with_peer).service(app.clone());
        let connection = server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(app)).into_owned();
        tokio::spawn(open.watch(connection));
    }
    open.shutdown().await;
    pulse.close().await;
    Ok(())
}
