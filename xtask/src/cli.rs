//! The command line.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::plan::Step;

/// What needs more than cargo: test set-up, the committed dist folders, checks on files.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Get what the tests need (mongod, Chromium, npm packages) and run everything: lints, unit, doc, browser tests
    Test(TestOptions),
    /// Measure what Pulse costs, in release builds; `bench ingest --help` lists the settings
    Bench(BenchOptions),
    /// Fill a server or a store with made-up visits, in a release build; `seed -- --help` lists the settings
    Seed(SeedOptions),
    /// Kill, hang and fill what Pulse runs on, and see that nothing acknowledged is lost; `torture --help`
    Torture(TortureOptions),
    /// Attack pulse-server from outside in the long forms: connections, overload, quotas, hostile requests, guesses
    Attack(AttackOptions),
    /// Run each fuzz target of fuzz/ for a while, on the stable toolchain
    Fuzz(FuzzOptions),
    /// Rebuild pulse-yew-dashboard/assets/dist: WebAssembly, its glue and the static files, compressed
    Dashboard,
    /// Take pictures of every view of the dashboard, into docs/screenshots
    Screenshots,
    /// Rebuild pulse-tracker/dist: the tracker as one script
    Tracker,
    /// Check that each committed dist was built from the sources beside it
    DistCheck,
    /// Check the look's rules: no gradients, quiet hover states, short transitions, hairline shadows
    LookCheck,
    /// Check that every crate for crates.io packs, with what it includes and its licences
    Packages,
    /// Check that everything compiles with the oldest Rust that Cargo.toml promises
    Msrv,
    /// Check the public API against the last release, with cargo-semver-checks
    Semver,
    /// Write docs/signals.md from the definitions in the code
    Signals,
    /// Write the API's OpenAPI document and its page from the code's types
    Openapi,
    /// Send a server what its OpenAPI document allows and what it forbids, and compare the answers with the document
    Schemathesis,
    /// Check the dependencies' licences and bans with cargo-deny
    Licenses,
}

#[derive(Debug, Default, Args)]
pub(crate) struct TestOptions {
    /// Leave out what needs these; the steps are listed as skipped
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) skip: Vec<Skip>,
    /// Run only these steps, and those that they need
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) only: Vec<Step>,
}

#[derive(Debug, Args)]
pub(crate) struct BenchOptions {
    /// What to measure, and its settings
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct SeedOptions {
    /// Settings, as `--sessions 1000 --store sqlite:pulse-data/pulse.db`; `seed -- --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct TortureOptions {
    /// Leave out what needs a mongod; to be said first
    #[arg(long)]
    pub(crate) without_mongodb: bool,
    /// Further settings, as `--short --only kill-sqlite --seed 7`; `torture -- --help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGUMENT")]
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct AttackOptions {
    /// Only attacks with this in their name, as `guesses` or `connections`
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct FuzzOptions {
    /// Only targets with this in their name, as `batch` or `query`
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Seconds for each
    #[arg(long, default_value_t = 60)]
    pub(crate) seconds: u32,
}

/// What may be left out of the tests on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Skip {
    /// Tests on a real MongoDB
    Mongodb,
    /// Tests in a real browser
    Browser,
}

impl Skip {
    /// As in `--skip` and in the variable `XTASK_SKIP`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Skip::Mongodb => "mongodb",
            Skip::Browser => "browser",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_options(arguments: &[&str]) -> Result<TestOptions, clap::Error> {
        let cli = Cli::try_parse_from([&["cargo xtask", "test"], arguments].concat())?;
        match cli.task {
            Task::Test(options) => Ok(options),
            other => panic!("parsed as {other:?}"),
        }
    }

    #[test]
    fn skips_and_steps_are_comma_separated_or_repeated() {
        let options = test_options(&["--skip", "mongodb,browser", "--only", "fmt", "--only", "npm-e2e"]).unwrap();
        assert_eq!(options.skip, [Skip::Mongodb, Skip::Browser]);
        assert_eq!(options.only, [Step::Fmt, Step::NpmE2e]);
    }

    #[test]
    fn nothing_is_left_out_unless_asked() {
        let options = test_options(&[]).unwrap();
        assert!(options.skip.is_empty() && options.only.is_empty());
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let message = test_options(&["--skip", "mongo"]).unwrap_err().to_string();
        assert!(message.contains("mongodb") && message.contains("browser"), "{message}");
    }

    #[test]
    fn settings_of_a_bench_are_handed_on() {
        let cli = Cli::try_parse_from(["cargo xtask", "bench", "ingest", "--rounds", "3", "--help"]).unwrap();
        let Task::Bench(options) = cli.task else { panic!("parsed as {:?}", cli.task) };
        assert_eq!(options.arguments, ["ingest", "--rounds", "3", "--help"]);
    }

    #[test]
    fn settings_of_a_seed_are_handed_on_and_need_not_be() {
        let arguments = |given: &[&str]| match Cli::try_parse_from([&["cargo xtask", "seed"], given].concat()) {
            Ok(Cli { task: Task::Seed(options) }) => options.arguments,
            other => panic!("parsed as {other:?}"),
        };
        assert_eq!(
            arguments(&["--sessions", "7", "--store", "sqlite:x.db"]),
            ["--sessions", "7", "--store", "sqlite:x.db"]
        );
        assert_eq!(arguments(&["--", "--help"]), ["--help"]);
        assert!(arguments(&[]).is_empty());
    }

    #[test]
    fn settings_of_a_torture_are_handed_on_and_need_not_be() {
        let options = |given: &[&str]| match Cli::try_parse_from([&["cargo xtask", "torture"], given].concat()) {
            Ok(Cli { task: Task::Torture(options) }) => options,
            other => panic!("parsed as {other:?}"),
        };
        assert_eq!(options(&["--short", "--seed", "7"]).arguments, ["--short", "--seed", "7"]);
        assert_eq!(options(&["--", "--help"]).arguments, ["--help"]);
        assert!(options(&[]).arguments.is_empty() && !options(&[]).without_mongodb);
        let without = options(&["--without-mongodb", "--short"]);
        assert!(without.without_mongodb && without.arguments == ["--short"]);
    }

    #[test]
    fn a_skip_has_one_name_everywhere() {
        for skip in Skip::value_variants() {
            assert_eq!(skip.to_possible_value().unwrap().get_name(), skip.name());
        }
    }

    #[test]
    fn the_definition_is_sound() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
