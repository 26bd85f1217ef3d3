//! What else there is to do than to serve.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clap::{Subcommand, ValueEnum};
use pulse_core::{
    model::{SessionId, SiteKey, VisitorId},
    wire::ExportFormat,
};

/// The subcommands. Settings stand before them; --store and --config may stand behind them as well.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serves, as without a subcommand.
    Serve,
    /// Makes the sums anew that maps of pages are drawn from, after the rules for pages have changed, and ends. The
    /// embedded store is not to be served meanwhile.
    Rebuild {
        #[command(flatten)]
        of: OfSite,
    },
    /// Writes every session with all its events, one event a row.
    Export {
        #[command(flatten)]
        of: OfSite,
        /// Where to [default: stdout].
        #[arg(long, short)]
        output: Option<PathBuf>,
        /// How rows are spelt [default: by the output's name, else ndjson].
        #[arg(long, value_enum)]
        format: Option<ExportTo>,
    },
    /// Reads rows as export writes them; bad ones are counted and listed, and the others go on. What is there already
    /// is not stored twice. The embedded store is not to be served meanwhile.
    Import {
        #[command(flatten)]
        of: OfSite,
        /// What to read; - is stdin.
        file: PathBuf,
        /// How rows are spelt [default: by the file's name, else ndjson].
        #[arg(long, value_enum)]
        format: Option<RowFormat>,
        /// Prints what was done as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Copies everything of one store to another and compares both, session by session. The source is only read. What
    /// broke off goes on when it is begun anew.
    Migrate {
        /// sqlite:PATH or mongodb://...
        #[arg(long)]
        from: String,
        /// sqlite:PATH or mongodb://...
        #[arg(long)]
        to: String,
        /// Prints what was done as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prints every setting in force, with its source: flag, environment, file or default. Secrets are hidden.
    Config {
        /// Prints them as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Deletes a session, or all sessions of a visitor, with everything of them. With --site: those of that site or,
    /// when neither is named, the site itself with everything in its store, which no server may be using.
    #[command(group = clap::ArgGroup::new("whose"), group = clap::ArgGroup::new("what").args(["session", "visitor", "site"]).required(true).multiple(true))]
    Erase {
        /// The session.
        #[arg(long, group = "whose")]
        session: Option<SessionId>,
        /// The visitor.
        #[arg(long, group = "whose")]
        visitor: Option<VisitorId>,
        #[command(flatten)]
        of: OfSite,
    },
    /// Looks at settings, ports, store, clock and key, and says what to do.
    Doctor,
    /// Serves one agent on stdin and stdout, in the Model Context Protocol.
    Mcp {
        #[command(flatten)]
        of: OfSite,
    },
    /// Prints completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Which site's store a subcommand is about.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct OfSite {
    /// The site, by its key [default: the one without a key].
    #[arg(long, value_name = "KEY")]
    pub(crate) site: Option<SiteKey>,
}

/// What an export is written as.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportTo {
    /// A JSON object a line.
    Ndjson,
    /// RFC 4180, with a head.
    Csv,
    /// Apache Parquet: typed columns, compressed, for DuckDB, pandas and the like.
    Parquet,
}

/// The spellings of rows that are read again.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RowFormat {
    /// A JSON object a line.
    Ndjson,
    /// RFC 4180, with a head.
    Csv,
}

impl ExportTo {
    /// What a file of this name holds.
    pub(crate) fn of_name(file: &Path) -> Self {
        match file.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase).as_deref() {
            Some("csv") => Self::Csv,
            Some("parquet") => Self::Parquet,
            _ => Self::Ndjson,
        }
    }
}

impl From<RowFormat> for ExportFormat {
    fn from(format: RowFormat) -> Self {
        match format {
            RowFormat::Ndjson => Self::Ndjson,
            RowFormat::Csv => Self::Csv,
        }
    }
}
