//! A back office with a login of its own, in front of Pulse: whoever is signed in there sees the dashboard, and nobody
//! else. Its visitors' trackers need no login. `OFFICE_LISTEN` sets the address, `OFFICE_PASSWORD` the password.

mod office;

use std::{env, error::Error};

use axum::middleware;
use office::{Sessions, SignedIn};
use pulse_core::{Access, Pulse};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("OFFICE_LISTEN").unwrap_or_else(|_| "127.0.0.1:8082".into());
    let store = env::var("PULSE_STORE").unwrap_or_else(|_| "sqlite:pulse-data/office.db".into());
    let sessions = Sessions::new(env::var("OFFICE_PASSWORD")?);
    let listener = TcpListener::bind(&address).await?;

    // The office looks a request up before Pulse sees it, and leaves what it found in the request's extensions.
    let access = Access::allowed(|head| head.extensions.get::<SignedIn>().is_some());
    let pulse = Pulse::open(&store, access).await?;
    let app = office::app(sessions.clone())
        .layer(pulse.layer("/pulse"))
        .layer(middleware::from_fn_with_state(sessions, office::recognize));

    println!("Office on http://{}", listener.local_addr()?);
    axum::serve(listener, app).with_graceful_shutdown(pulse.drain_after(stopped())).await?;
    pulse.close().await;
    Ok(())
}

async fn stopped() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("own-login: cannot wait for Ctrl-C: {error}");
    }
}
