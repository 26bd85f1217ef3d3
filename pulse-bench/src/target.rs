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

    /// Starts it on an empty store. `mongod` holds the database `database` for the targets that use it; the others
    /// keep what they keep in `folder`.
    pub(crate) fn start(
        self,
        pulse_server: &Path,
        folder: &Path,
        mongod: Option<&Mongod>,
        database: &str,
    ) -> Result<Server> {
        let this = || std::env::current_exe().context("cannot find this program");
        let uri = || mongod.map(|mongod| mongod.uri(database)).context("no mongod was started");
        let mut command = match self {
            Self::Bare => with(&this()?, &["serve-bare"]),
            Self::Plain => with(&this()?, &["serve-plain", &uri()?]),
            Self::Sqlite => with(pulse_server, &pulse_flags(&format!("sqlite:{}", folder.join(DATABASE).display()))),
            Self::Mongodb => with(pulse_server, &pulse_flags(&uri()?)),
        };
        // Settings of this machine must not change what is measured.
        command.env_clear().env("PULSE_LOG", "warn");
        Server::start(command)
    }
}

/// The file of Pulse's embedded store.
pub(crate) const DATABASE: &str = "pulse.db";

fn pulse_flags(store: &str) -> [&str; 6] {
    ["--listen", "127.0.0.1:0", "--dashboard-listen", "127.0.0.1:0", "--store", store]
}

fn with(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}
