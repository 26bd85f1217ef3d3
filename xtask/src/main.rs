//! What needs more than cargo: getting what the tests need and running them all, benchmarks, building the `dist` folders that are
//! committed, and the rules that hold for files rather than for code. `cargo xtask --help` lists it.

mod attack;
mod bench;
mod cli;
mod compress;
mod dashboard;
mod digest;
mod dist;
mod fuzz;
mod licenses;
mod look;
mod msrv;
mod openapi;
mod packages;
mod plan;
mod process;
mod schemathesis;
mod screenshots;
mod semver;
mod signals;
mod suite;
mod summary;
mod tools;
mod torture;
mod tracker;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let result = match cli::Cli::parse().task {
        cli::Task::Test(options) => suite::run(&options),
        cli::Task::Bench(options) => bench::run(&options),
        cli::Task::Seed(options) => bench::seed(&options),
        cli::Task::Torture(options) => torture::run(&options),
        cli::Task::Attack(options) => attack::run(&options),
        cli::Task::Fuzz(options) => fuzz::run(&options),
        cli::Task::Screenshots => screenshots::take(),
        cli::Task::Dashboard => dashboard::build(),
        cli::Task::Tracker => tracker::build(),
        cli::Task::DistCheck => dist::check_all(),
        cli::Task::LookCheck => look::check_all(),
        cli::Task::Packages => packages::check(),
        cli::Task::Msrv => msrv::check(),
        cli::Task::Semver => semver::check(),
        cli::Task::Signals => signals::write(),
        cli::Task::Openapi => openapi::write(),
        cli::Task::Schemathesis => schemathesis::run(),
        cli::Task::Licenses => licenses::check(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
