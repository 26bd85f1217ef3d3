//! A host that stops gracefully while somebody listens to `/api/live`.

use std::time::Duration;

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use pulse_core::{Access, Pulse, store::SqliteStore};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use super::pulse;

/// Far less than the time after which a listener hangs up.
const SOON: Duration = Duration::from_secs(5);

/// Listens until the stream has begun.
async fn listen(listener: &TcpListener) -> TcpStream {
    let address = listener.local_addr().unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /pulse/api/live HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", address.port());
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn begun(stream: &mut TcpStream) {
    let (mut text, mut some) = (String::new(), [0; 1024]);
    while !text.contains("retry: ") {
        let read = timeout(SOON, stream.read(&mut some)).await.unwrap().unwrap();
        assert!(read > 0, "{text}");
        text.push_str(std::str::from_utf8(&some[..read]).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axum_stops_when_it_is_told_to() {
    let pulse = pulse();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = listen(&listener).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let app: Router = Router::new().layer(pulse.layer("/pulse"));
    let served = axum::serve(listener, app).with_graceful_shutdown(pulse.drain_after(async { stopped.await.unwrap() }));
    let served = tokio::spawn(served.into_future());
    begun(&mut stream).await;
    stop.send(()).unwrap();
    timeout(SOON, served).await.expect("the stream holds the host up").unwrap().unwrap();
    timeout(SOON, pulse.close()).await.expect("Pulse closes");
}

#[tokio::test(flavor = "multi_thread")]
async fn hyper_stops_when_it_is_told_to() {
    let pulse = pulse();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = listen(&listener).await;
    let host = tower::service_fn(|_| async { Ok::<_, std::convert::Infallible>(http::Response::new(String::new())) });
    let app = tower::Layer::layer(&pulse.layer("/pulse"), host);
    let open = GracefulShutdown::new();
    let (socket, _) = listener.accept().await.unwrap();
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(socket), TowerToHyperService::new(app)).into_owned();
    let served = tokio::spawn(open.watch(connection));
    begun(&mut stream).await;
    pulse.drain_after(async {}).await;
    timeout(SOON, open.shutdown()).await.expect("the stream holds the host up");
    let _ = served.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_are_independent_and_one_that_is_dropped_loses_nothing() {
    let (one, other) = (pulse(), pulse());
    one.drain();
    assert!(other.sessions(Default::default()).await.is_ok());
    let store = SqliteStore::in_memory().unwrap();
    let first = Pulse::builder(store.clone()).access(Access::nobody()).build();
    let id = pulse_core::model::BatchId {
        session: "session-0001".parse().unwrap(),
        view: "view-0001".parse().unwrap(),
        seq: 0,
    };
    let start = pulse_core::model::SessionStart::new(id.session.clone(), 1_800_000_000_000);
    let batch = pulse_core::model::Batch::new(pulse_core::model::BatchParts::new(id, 1_800_000_000_000));
    first.track(&batch, &start).await.unwrap();
    drop(first);
    let second = Pulse::builder(store).access(Access::nobody()).build();
    assert_eq!(second.track(&batch, &start).await.unwrap(), pulse_core::store::Appended::Duplicate);
    second.close().await;
    assert!(second.track(&batch, &start).await.is_err(), "it is closed");
}
