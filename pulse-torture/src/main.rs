//! Faults, and whether Pulse keeps what it acknowledged through them. `cargo xtask torture` builds what it needs and
//! runs it.

mod cli;
mod client;
mod event;
mod hasty;
mod lab;
mod ledger;
mod outcome;
mod plain;
mod plan;
mod pulse;
mod scenario;
mod stats;
mod target;
mod totals;
mod trial;
mod writers;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let done = match &cli.command {
        Some(cli::Command::ServeHasty(flags)) => runtime().and_then(|runtime| runtime.block_on(hasty::serve(flags))),
        None => torture(&cli.options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start tokio")
}

fn torture(options: &cli::Options) -> Result<()> {
    runtime()?.block_on(async {
        tokio::select! {
            done = lab::run(options) => done,
            // Dropping the run ends its processes and removes its files.
            _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        }
    })
}
