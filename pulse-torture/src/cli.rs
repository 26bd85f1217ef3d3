//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::scenario::Scenario;

/// Faults, and whether Pulse keeps what it acknowledged through them.
#[derive(Debug, Parser)]
#[command(name = "pulse-torture", version, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// A server that answers before it stores, in a process of its own
    #[command(hide = true)]
    ServeHasty(ServeOptions),
}

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A few of each fault, in less than a minute
    #[arg(long)]
    pub(crate) short: bool,
    /// Only these scenarios
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SCENARIO")]
    pub(crate) only: Vec<Scenario>,
    /// Without what needs a mongod
    #[arg(long)]
    pub(crate) without_mongodb: bool,
    /// Decides payloads, pauses and the moments of faults [default: another one each time, which is printed]
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Scenarios at the same time
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    pub(crate) jobs: u8,
    /// MongoDB's server
    #[arg(long, env = "MONGOD", value_name = "PATH", default_value = "mongod")]
    pub(crate) mongod: PathBuf,
    /// The pulse-server to torture [default: the one beside this program]
    #[arg(long, value_name = "PATH")]
    pub(crate) server: Option<PathBuf>,
    /// Leave the files of a run that fails: stores, and what the servers said
    #[arg(long)]
    pub(crate) keep: bool,
    /// Torture a server that answers before it stores, which has to fail
    #[arg(long, conflicts_with = "server")]
    pub(crate) hasty: bool,
}

/// Those of pulse-server that matter here.
#[derive(Debug, Args)]
pub(crate) struct ServeOptions {
    #[arg(long)]
    pub(crate) listen: String,
    #[arg(long)]
    pub(crate) dashboard_listen: String,
    #[arg(long)]
    pub(crate) store: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_run_can_be_repeated() {
        let cli = Cli::try_parse_from(["pulse-torture", "--short", "--seed", "7", "--only", "torn,control"]).unwrap();
        assert_eq!(cli.options.seed, Some(7));
        assert_eq!(cli.options.only, [Scenario::Torn, Scenario::Control]);
    }
}
