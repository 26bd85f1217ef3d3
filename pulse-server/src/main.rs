//! Pulse as one binary: API and tracker on one port, the dashboard on another, a demo shop if asked for.

mod banner;
mod config;
mod connections;
mod idle;
mod limits;
mod listen;
mod rebuild;
mod run;
mod seldom;
mod serve;
mod signals;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let flags = config::Flags::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("PULSE_LOG").unwrap_or_else(|_| EnvFilter::new("info,mongodb=warn")))
        .with_writer(std::io::stderr)
        .init();
    match run::run(flags).await {
        Ok(code) => code,
        Err(message) => {
            eprintln!("pulse-server: {message}");
            ExitCode::FAILURE
        }
    }
}
