//! What Pulse costs: its own load generator against Pulse on both stores, a bare server as the bound, and one document
//! per event as the plain way. `cargo xtask bench` builds what it needs and runs it, and `cargo xtask seed` has it make up
//! visits.

mod baseline;
mod cli;
mod client;
mod dashboard;
mod hostile;
mod ingest;
mod lists;
mod live;
mod load;
mod maps;
mod micro;
mod motion;
mod overload;
mod rates;
mod read;
mod report;
mod scene;
mod schedule;
mod seed;
mod servers;
mod soak;
mod stored;
mod target;
mod traffic;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use pulse_bench::{connection, mongod, process, progress, tracker_body, usage};

fn main() -> ExitCode {
    let done = match cli::Cli::parse().command {
        cli::Command::Ingest(options) => measure(ingest::run(&options)),
        cli::Command::Dashboard(options) => measure(dashboard::run(&options)),
        cli::Command::Maps(options) => measure(maps::run(&options)),
        cli::Command::Rates(options) => measure(rates::run(&options)),
        cli::Command::Live(options) => measure(live::run(&options)),
        cli::Command::Soak(options) => measure(soak::run(&options)),
        cli::Command::Overload(options) => measure(overload::run(&options)),
        cli::Command::Servers(options) => measure(servers::run(&options)),
        cli::Command::Hostile(options) => measure(hostile::run(&options)),
        cli::Command::Read(options) => measure(read::run(&options)),
        cli::Command::Lists(options) => measure(lists::run(&options)),
        cli::Command::Micro(options) => micro::run(&options),
        cli::Command::Seed(options) => seed::run(&options),
        cli::Command::ServeBare => baseline::serve_bare(),
        cli::Command::ServePlain { uri } => baseline::serve_plain(&uri),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// One thread: what the generator does on a second one would only compete with the server.
fn measure(run: impl Future<Output = Result<()>>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start tokio")?;
    runtime.block_on(async {
        tokio::select! {
            done = run => done,
            // Dropping the run ends its processes and removes its files.
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    })
}
