//! What is measured.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::{mongod::Mongod, process::Server};

/// One way to take batches in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Target {
    /// hyper alone: reads the same bodies, answers 204. Nothing can be faster.
    Bare,
    /// One document per event by `insert_many`, journalled by a majority as Pulse's are.
    Plain,
    /// Pulse on its embedded store.
    Sqlite,
    /// Pulse on MongoDB.
    Mongodb,
}

impl Target {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare hyper",
            Self::Plain => "one document per event",
            Self::Sqlite => "Pulse on SQLite",
            Self::Mongodb => "Pulse on MongoDB",
        }
    }

    pub(crate) fn uses_mongod(self) -> bool {
        matches!(self, Self::Plain | Self::Mongodb)
    }

    /// Where it keeps what it keeps: the database `database` of `mongod`, for the targets that use one, or `folder`.
    pub(crate) fn store(self, folder: &Path, mongod: Option<&Mongod>, database: &str) -> Result<String> {
        Ok(match self {
            Self::Bare | Self::Sqlite => format!("sqlite:{}", folder.join(DATABASE).display()),
            Self::Plain | Self::Mongodb => mongod.context("no mongod was started")?.uri(database),
        })
    }

    /// Starts it on a store.
    pub(crate) fn start(self, pulse_server: &Path, store: &str) -> Result<Server> {
        let this = || std::env::current_exe().context("cannot find this program");
        let mut command = match self {
            Self::Bare => with(&this()?, &["serve-bare"]),
            Self::Plain => with(&this()?, &["serve-plain", store]),
            Self::Sqlite | Self::Mongodb => with(pulse_server, &pulse_flags(store)),
        };
        // Settings of this machine must not change what is measured.
        command.env_clear().env("PULSE_LOG", "warn");
        Server::start(command)
    }
}

/// The file of Pulse's embedded store.
pub(crate) const DATABASE: &str = "pulse.db";

/// All connections are of one address here, which has half of what is left at most.
fn pulse_flags(store: &str) -> [&str; 10] {
    [
        "--listen",
        "127.0.0.1:0",
        "--dashboard-listen",
        "127.0.0.1:0",
        "--connections",
        "8192",
        "--address-connections",
        "4096",
        "--store",
        store,
    ]
}

fn with(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}
