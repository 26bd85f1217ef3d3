//! Pulse as one binary: API and tracker on one port, the dashboard on another, a demo shop if asked for.

mod banner;
mod command;
mod config;
mod connections;
mod disk;
mod doctor;
mod early;
mod environment;
mod idle;
mod limits;
mod listen;
mod log;
mod opening;
mod rebuild;
mod run;
mod seldom;
mod serve;
mod settings;
mod signals;
mod sites;
mod tls;
#[cfg(feature = "otel")]
mod traces;
mod transfer;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let (settings, _log) = match settings::Settings::read().and_then(|settings| {
        let log = log::start(&settings.alone())?;
        Ok((settings, log))
    }) {
        Ok(started) => started,
        Err(message) => {
            eprintln!("pulse-server: {message}");
            return ExitCode::FAILURE;
        }
    };
    environment::misspelt().iter().for_each(|line| eprintln!("pulse-server: {line}"));
    match run::run(settings).await {
        Ok(code) => code,
        Err(message) => {
            eprintln!("pulse-server: {message}");
            ExitCode::FAILURE
        }
    }
}
