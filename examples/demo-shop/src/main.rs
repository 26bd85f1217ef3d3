//! Serves the demo shop: `DEMO_LISTEN` says where, `PULSE_SCRIPT` which tracker its pages load.

use std::env;
use std::process::ExitCode;
use std::time::Duration;

use demo_shop::{Shop, tracker_origin};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use tokio::time::{sleep, timeout};

/// How long a browser may take over the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests under way may take once the shop closes.
const GRACE: Duration = Duration::from_secs(5);
/// Pause after a failed accept: with no descriptor left, the next one would fail at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("demo-shop: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let address = setting("DEMO_LISTEN", "127.0.0.1:8080")?;
    let script = setting("PULSE_SCRIPT", "http://localhost:5001/pulse.js")?;
    if tracker_origin(&script).is_none() && !script.starts_with('/') {
        return Err("PULSE_SCRIPT must be an http or https URL, or a path that starts with /".to_owned());
    }
    let cannot_listen = |e| format!("cannot listen on {address}: {e}; DEMO_LISTEN sets another address");
    let listener = TcpListener::bind(&address).await.map_err(cannot_listen)?;
    let local = listener.local_addr().map_err(cannot_listen)?;
    println!("Halo is open on http://{local} (Ctrl-C closes it)");
    serve(&listener, Shop::new(&script)).await;
    Ok(())
}

fn setting(name: &str, default: &str) -> Result<String, String> {
    match env::var(name) {
        Ok(value) => Ok(value),
        Err(env::VarError::NotPresent) => Ok(default.to_owned()),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not valid text")),
    }
}

/// Answers connections until Ctrl-C, then lets the requests under way finish.
async fn serve(listener: &TcpListener, shop: Shop) {
    let connections = GracefulShutdown::new();
    // One future for the whole time: a signal that comes between two accepts is not lost.
    let mut closed = std::pin::pin!(ctrl_c());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut closed => break,
        };
        let Ok((stream, _)) = accepted else {
            sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(shop.clone()));
        // A connection that breaks is the browser's business; the others go on.
        tokio::spawn(connections.watch(connection));
    }
    if timeout(GRACE, connections.shutdown()).await.is_err() {
        eprintln!("demo-shop: some requests were still under way");
    }
}
