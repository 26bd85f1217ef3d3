//! The scenarios: each is one kind of fault, again and again.

mod control;
mod failover;
mod full_disk;
mod mongod;
mod repeats;
mod server;
mod torn;

use anyhow::Result;
use clap::ValueEnum;

use crate::{lab::Bench, outcome::Outcome, plan::Plan};

/// One kind of fault. The longest come first, so that the others run beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Scenario {
    /// The primary of three mongods is killed
    Failover,
    /// mongod is killed
    MongodKill,
    /// mongod hangs (SIGSTOP)
    MongodHang,
    /// mongod is away and its port refuses connections
    MongodAway,
    /// pulse-server on MongoDB is killed
    KillMongodb,
    /// pulse-server on SQLite is killed
    KillSqlite,
    /// pulse-server on MongoDB is told to end under load
    TerminateMongodb,
    /// pulse-server on SQLite is told to end under load
    TerminateSqlite,
    /// Every batch comes one to five times, across restarts, on MongoDB
    RepeatsMongodb,
    /// Every batch comes one to five times, across restarts, on SQLite
    RepeatsSqlite,
    /// The disk below SQLite is full
    FullDisk,
    /// The files of SQLite are cut and altered
    Torn,
    /// A writer that does not wait for the journal: it has to lose batches
    Control,
}

/// Where Pulse keeps its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite,
    Mongodb,
}

impl Scenario {
    /// As in `--only` and in the table.
    pub(crate) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub(crate) fn needs_mongod(self) -> bool {
        !matches!(self, Self::KillSqlite | Self::TerminateSqlite | Self::RepeatsSqlite | Self::FullDisk | Self::Torn)
    }

    /// Steps that its progress has.
    pub(crate) fn steps(self, plan: &Plan) -> u32 {
        match self {
            Self::Failover => plan.failovers,
            Self::MongodKill => plan.mongod_kills,
            Self::MongodHang | Self::MongodAway => 1,
            Self::KillMongodb | Self::KillSqlite => plan.server_kills,
            Self::TerminateMongodb | Self::TerminateSqlite => plan.terminations,
            Self::RepeatsMongodb | Self::RepeatsSqlite => plan.restarts,
            Self::FullDisk => plan.full_disks,
            Self::Torn => plan.torn_files * torn::KINDS,
            Self::Control => plan.control_kills,
        }
    }

    pub(crate) async fn run(self, bench: &Bench<'_>) -> Result<Outcome> {
        match self {
            Self::Failover => failover::run(bench).await,
            Self::MongodKill => mongod::kill(bench).await,
            Self::MongodHang => mongod::hang(bench).await,
            Self::MongodAway => mongod::away(bench).await,
            Self::KillMongodb => server::kill(bench, Store::Mongodb).await,
            Self::KillSqlite => server::kill(bench, Store::Sqlite).await,
            Self::TerminateMongodb => server::terminate(bench, Store::Mongodb).await,
            Self::TerminateSqlite => server::terminate(bench, Store::Sqlite).await,
            Self::RepeatsMongodb => repeats::run(bench, Store::Mongodb).await,
            Self::RepeatsSqlite => repeats::run(bench, Store::Sqlite).await,
            Self::FullDisk => full_disk::run(bench).await,
            Self::Torn => torn::run(bench).await,
            Self::Control => control::run(bench).await,
        }
    }
}
