//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{target::Target, traffic::Form};

/// What Pulse costs, measured on this machine.
#[derive(Debug, Parser)]
#[command(name = "pulse-bench", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Batches in: throughput, latency, CPU and bytes of each target, and the ratios between them
    Ingest(IngestOptions),
    /// The dashboard in a browser: from a click to drawn, the requests it makes, bytes, frames
    Dashboard(DashboardOptions),
    /// Maps of a page that many saw: first and further answers, memory, on both stores
    Maps(MapsOptions),
    /// Batches at the rates of real sites: CPU and bytes of everything that they entail
    Rates(RatesOptions),
    /// Many live sessions: how old counts, scores and maps are that are shown
    Live(LiveOptions),
    /// Half of the capacity for long, with lists, pages and maps beside it: refusals, latency, memory
    Soak(SoakOptions),
    /// Five times as many batches as the server can take: what it still stores, how soon it refuses the rest, memory
    Overload(OverloadOptions),
    /// Three servers on one replica set: work in the background, and one that is killed
    Servers(ServersOptions),
    /// What a stranger can post, and what each read then takes
    Hostile(HostileOptions),
    /// Answers out: latency, CPU and bytes of what the dashboard asks for, on both stores
    Read(ReadOptions),
    /// Lists of many sessions: latency of each filter and order, on both stores
    Lists(ListOptions),
    /// The steps between the socket and the store, and the fold of a long session, without a server
    Micro(MicroOptions),
    /// Made-up visits to a made-up shop, to a server or straight into a store
    Seed(SeedOptions),
    /// The bound, in a process of its own
    #[command(hide = true)]
    ServeBare,
    /// The plain way, in a process of its own
    #[command(hide = true)]
    ServePlain {
        /// The database to write to
        uri: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct IngestOptions {
    /// Length of each closed loop, and of each open loop
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(crate) seconds: u64,
    /// How often all targets are measured, one after the other
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// Connections that send at the same time
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// Sessions that the batches belong to
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) sessions: u32,
    /// How batches are written
    #[arg(long, value_enum, default_value_t = Form::Tracker)]
    pub(crate) body: Form,
    /// Batches a second in the open loop
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: u32,
    /// What the paths of the pointer are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct DashboardOptions {
    /// Sessions in the store
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) sessions: u32,
    /// Positions of the pointer in each of them, on average
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) moves_per_session: u32,
    /// Positions of the pointer in the session that is opened
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) moves: u32,
    /// How often all of it is done, each time by a fresh visitor of the dashboard
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// For so many seconds the list of 1,000 rows is left alone while visits go on and begin
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=36_000))]
    pub(crate) live: Option<u64>,
    /// A few hundred sessions and one round: whether it works, not how fast it is
    #[arg(long)]
    pub(crate) quick: bool,
    /// Where all that was measured is written
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct MapsOptions {
    /// Sessions in the store
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) sessions: u32,
    /// Positions of the pointer in each of them, on average
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) moves_per_session: u32,
    /// Over how many days they are spread
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// A few hundred sessions: whether it works, not how fast it is
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct RatesOptions {
    /// Batches a second, one after the other
    #[arg(long, value_delimiter = ',', default_values_t = [25, 300], value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rates: Vec<u32>,
    /// Sessions that the batches belong to [default: as many as send that much, one batch every 2 s each]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) sessions: Option<u32>,
    /// Length of each
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// How often all targets are measured, one after the other
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// Connections that send
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// What the paths of the pointer are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How batches are written
    #[arg(long, value_enum, default_value_t = Form::Tracker)]
    pub(crate) body: Form,
    /// A few seconds: whether it works, not what it costs
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct LiveOptions {
    /// Sessions that are live at the same time, one number after the other
    #[arg(long, value_delimiter = ',', default_values_t = [500, 2000], value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(crate) sessions: Vec<u32>,
    /// For how long
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(4..=86_400))]
    pub(crate) seconds: u64,
    /// A hundred sessions for some seconds: whether it works
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct SoakOptions {
    /// For how long
    #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    pub(crate) seconds: u64,
    /// Batches a second [default: half of what the server takes in a closed loop]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rate: Option<u32>,
    /// Sessions that the batches belong to
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) sessions: u32,
    /// Ten seconds: whether it works
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct OverloadOptions {
    /// For how long
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(10..=3600))]
    pub(crate) seconds: u64,
    /// Connections that send, separated by commas
    #[arg(long, value_delimiter = ',', default_values_t = [32, 1500], value_parser = clap::value_parser!(u32).range(1..=4000))]
    pub(crate) connections: Vec<u32>,
    /// Five seconds: whether it works
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct ServersOptions {
    /// Sessions that wait for the servers
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(10..=1_000_000))]
    pub(crate) sessions: u32,
    /// Positions of the pointer in each of them, on average
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) moves_per_session: u32,
    /// A hundred sessions: whether it works
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct HostileOptions {
    /// Of each kind, in one session, on the wire
    #[arg(long, default_value_t = 10.0)]
    pub(crate) megabytes: f64,
    /// MiB that the server may have
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(32..=65_536))]
    pub(crate) memory: u64,
    /// Some kilobytes: whether it works
    #[arg(long)]
    pub(crate) quick: bool,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct MicroOptions {
    /// How often each step is measured
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rounds: u32,
    /// What the paths of the pointer are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, Args)]
pub(crate) struct ReadOptions {
    /// How often each answer is asked for, one after the other
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) requests: u32,
    /// How often both stores are measured, one after the other
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) rounds: u32,
    /// Sessions beside the one that is read
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) sessions: u32,
    /// Batches of the session that is read
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) batches: u32,
    /// What the paths of the pointer are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

#[derive(Debug, Args)]
pub(crate) struct SeedOptions {
    /// Visits to make up
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) sessions: u32,
    /// What they are made from: the same seed makes the same visits, which are stored once
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// A running server, also with a path such as http://127.0.0.1:8000/pulse
    #[arg(long, default_value = "http://127.0.0.1:5001")]
    pub(crate) url: String,
    /// A store that no server is using, as sqlite:PATH or mongodb://..., instead of a server
    #[arg(long, value_name = "ADDRESS", conflicts_with = "url")]
    pub(crate) store: Option<String>,
    /// Over how many days until now the visits are spread; at most 6 over HTTP
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) days: u32,
    /// Positions of the pointer, on average over all visits; those by finger have none
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) moves_per_session: u32,
    /// Store the visits alone: what is made of them is left to the server
    #[arg(long, requires = "store")]
    pub(crate) raw: bool,
    /// Plant ten flaws that hit known shares of the visits, in place of the shop's own
    #[arg(long)]
    pub(crate) faults: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// How often each list is asked for, one after the other
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) requests: u32,
    /// Sessions in the store
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub(crate) sessions: u32,
    /// What the sessions are made from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) programs: Programs,
}

/// What is measured, and where it is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Programs {
    /// Measure only these
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) only: Vec<Target>,
    /// MongoDB's server, for the targets that use one
    #[arg(long, env = "MONGOD", value_name = "PATH", default_value = "mongod")]
    pub(crate) mongod: PathBuf,
    /// Runs that mongod as a replica set of one member
    #[arg(long)]
    pub(crate) replica_set: bool,
    /// The pulse-server to measure [default: the one beside this program]
    #[arg(long, value_name = "PATH")]
    pub(crate) server: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_run_is_bounded() {
        for bad in ["--seconds=0", "--seconds=601", "--rounds=0", "--connections=0", "--sessions=0", "--rate=0"] {
            assert!(Cli::try_parse_from(["pulse-bench", "ingest", bad]).is_err(), "{bad}");
        }
        for bad in ["--sessions=0", "--days=0", "--moves-per-session=0", "--moves-per-session=100001"] {
            assert!(Cli::try_parse_from(["pulse-bench", "seed", bad]).is_err(), "{bad}");
        }
        for bad in ["--requests=0", "--rounds=0", "--sessions=0", "--batches=0"] {
            assert!(Cli::try_parse_from(["pulse-bench", "read", bad]).is_err(), "{bad}");
        }
        let bounds = [
            ("dashboard", "--sessions", "1"),
            ("dashboard", "--rounds", "1"),
            ("dashboard", "--moves", "1"),
            ("maps", "--sessions", "1"),
            ("maps", "--days", "1"),
            ("rates", "--rates", "1,300"),
            ("rates", "--sessions", "1"),
            ("live", "--sessions", "2,500"),
            ("soak", "--rate", "1"),
            ("overload", "--connections", "32,1500"),
            ("servers", "--sessions", "10"),
            ("hostile", "--memory", "32"),
        ];
        for (name, setting, least) in bounds {
            let parses = |value| Cli::try_parse_from(["pulse-bench", name, setting, value]).is_ok();
            assert!(parses(least) && !parses("0"), "{name} {setting}");
        }
        for bad in ["--requests=0", "--sessions=0"] {
            assert!(Cli::try_parse_from(["pulse-bench", "lists", bad]).is_err(), "{bad}");
        }
    }
}
