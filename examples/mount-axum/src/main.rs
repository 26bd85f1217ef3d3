//! A small guest book, as an axum app that was there before Pulse, and the three lines that add Pulse to it.
//! `NOTES_LISTEN` sets the address and `PULSE_STORE` where visits are kept.

mod notes;

use std::{env, error::Error};

use pulse_core::{Access, Pulse};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("NOTES_LISTEN").unwrap_or_else(|_| "127.0.0.1:8081".into());
    let store = env::var("PULSE_STORE").unwrap_or_else(|_| "sqlite:pulse-data/notes.db".into());
    let listener = TcpListener::bind(&address).await?;

    // One: a Pulse of our own. This server listens on loopback alone, so whoever reaches it may read.
    let pulse = Pulse::open(&store, Access::loopback()).await?;
    // Two: tracker, API and dashboard under /pulse; every other path goes to the app as before.
    let app = notes::app().layer(pulse.layer("/pulse"));
    // Three is in the page: <script src="/pulse/pulse.js" async></script>

    let address = listener.local_addr()?;
    println!("Notes on http://{address}, their visits on http://{address}/pulse/");
    // Whoever listens to what happens would hold the end up: `drain_after` lets them go.
    axum::serve(listener, app).with_graceful_shutdown(pulse.drain_after(stopped())).await?;
    pulse.close().await;
    Ok(())
}

async fn stopped() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        eprintln!("mount-axum: cannot wait for Ctrl-C: {error}");
    }
}
