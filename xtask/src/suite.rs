//! `cargo xtask test`: gets what the tests need and runs everything.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::cli::TestOptions;
use crate::plan::{Step, plan};
use crate::process::{program, seconds, show};
use crate::summary::{Outcome, Summary};
use crate::workspace::LIBRARY;
use crate::{dist, look, packages, tools, torture, workspace};

/// Runs the steps asked for. One that fails does not keep the others from running, only those that need it.
pub(crate) fn run(options: &TestOptions) -> Result<()> {
    let steps = plan(options);
    let mut suite = Suite::new(options)?;
    let mut summary = Summary::default();
    for (number, (step, skipped)) in steps.iter().enumerate() {
        println!("\n[{}/{}] {}: {}", number + 1, steps.len(), step.name(), step.purpose());
        if *skipped {
            println!("  skipped, as asked");
            summary.add(*step, Duration::ZERO, Outcome::Skipped);
            continue;
        }
        let started = Instant::now();
        let result = match step.needs().iter().find(|need| summary.has_failed(**need)) {
            Some(need) => Err(anyhow!("it needs {}, which failed", need.name())),
            None => suite.step(*step),
        };
        let time = started.elapsed();
        let outcome = match result {
            Ok(()) => {
                println!("  ok, {}", seconds(time));
                Outcome::Passed
            }
            Err(error) => {
                println!("  FAILED after {}: {error:#}", seconds(time));
                Outcome::Failed(error)
            }
        };
        summary.add(*step, time, outcome);
    }
    println!("{}", summary.text());
    if summary.failed() > 0 {
        // An error would print one more line, and the count is to be the last.
        std::process::exit(1);
    }
    Ok(())
}

/// The library without a feature, and with each by itself.
const FEATURE_SETS: [&str; 10] = [
    "",
    "--features server",
    "--features sqlite",
    "--features mongodb",
    "--features gemini",
    "--features openai",
    "--features dashboard",
    "--features mcp",
    "--features parquet",
    "--features test-util",
];

/// What earlier steps found and later ones use.
struct Suite {
    skip: String,
    target: PathBuf,
    mongod: Option<PathBuf>,
    chrome: Option<PathBuf>,
}

impl Suite {
    fn new(options: &TestOptions) -> Result<Self> {
        let skip: Vec<_> = options.skip.iter().map(|skip| skip.name()).collect();
        Ok(Self { skip: skip.join(","), target: workspace::target_dir()?, mongod: None, chrome: None })
    }

    fn step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Mongod => self.mongod = Some(tools::mongod::get()?),
            Step::Chromium => self.chrome = Some(tools::chromium::get()?),
            Step::NpmTracker => tools::node::install("pulse-tracker")?,
            Step::NpmE2e => tools::node::install("e2e")?,
            Step::Fmt => self.cargo("fmt --all --check")?,
            Step::Dist => dist::check_all()?,
            Step::Look => look::check_all()?,
            Step::Packages => packages::check()?,
            Step::Clippy => {
                self.cargo("clippy --workspace --all-targets -- -D warnings")?;
                // An app takes the library with a few of its features. In the workspace, those that this lacks come
                // from its neighbours.
                for features in FEATURE_SETS {
                    self.cargo(&format!("clippy -p {LIBRARY} --no-default-features {features} -- -D warnings"))?;
                }
            }
            Step::Traces => {
                self.cargo("clippy -p pulse-server --features otel --all-targets -- -D warnings")?;
                self.cargo("test --workspace --features pulse-server/otel --test traces")?;
            }
            Step::Rust => self.cargo(rust_tests(which::which("cargo-nextest").is_ok(), self.mongod.is_some()))?,
            Step::Doc => self.cargo("test --workspace --doc")?,
            Step::Tracker => self.npm("pulse-tracker", "test")?,
            Step::TrackerBrowser => self.npm("pulse-tracker", "test:browser")?,
            Step::TrackerEngines => self.npm("pulse-tracker", "test:engines")?,
            // The programs of the Rust tests, of which these are a part: another selection of packages would resolve
            // to other features, and compile half the tree again.
            Step::Build => self.cargo("test --workspace --no-run")?,
            Step::Torture => show(torture::command(&self.target, self.mongod.as_deref()).arg("--short"))?,
            Step::E2e => self.npm("e2e", "test")?,
        }
        Ok(())
    }

    fn cargo(&self, arguments: &str) -> Result<()> {
        let mut cargo = program("cargo");
        cargo.args(arguments.split_whitespace()).current_dir(workspace::root());
        show(self.with_settings(&mut cargo))
    }

    fn npm(&self, folder: &str, script: &str) -> Result<()> {
        let folder = workspace::root().join(folder);
        if !folder.is_dir() {
            bail!("{} is missing", folder.display());
        }
        let mut npm = program(which::which("npm").context("npm is not on the PATH")?);
        npm.args(["run", "--silent", script]).current_dir(folder);
        for (variable, name) in [
            ("SERVER_UNDER_TEST", "pulse-server"),
            ("MOUNT_AXUM", "mount-axum"),
            ("MOUNT_HYPER", "mount-hyper"),
            ("MOUNT_WARP", "mount-warp"),
        ] {
            npm.env(variable, self.target.join("debug").join(name).with_extension(std::env::consts::EXE_EXTENSION));
        }
        show(self.with_settings(&mut npm))
    }

    /// Tells the tests where the tools are, and what they need not look for.
    fn with_settings<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("XTASK_SKIP", &self.skip);
        for (variable, tool) in [("MONGOD", &self.mongod), ("CHROME", &self.chrome)] {
            if let Some(path) = tool {
                command.env(variable, path);
            }
        }
        command
    }
}

/// The command for the Rust tests. Those that need MongoDB are ignored unless asked for, so that plain `cargo test` is
/// green without it.
fn rust_tests(nextest: bool, mongodb: bool) -> &'static str {
    match (nextest, mongodb) {
        (true, true) => "nextest run --workspace --no-fail-fast --run-ignored all",
        (true, false) => "nextest run --workspace --no-fail-fast",
        (false, true) => "test --workspace --lib --bins --tests --no-fail-fast -- --include-ignored",
        (false, false) => "test --workspace --lib --bins --tests --no-fail-fast",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_of_the_library_is_compiled_by_itself() {
        let manifest = std::fs::read_to_string(workspace::root().join("pulse-core/Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("name = \"{LIBRARY}\"\n")));
        let (_, features) = manifest.split_once("[features]\n").unwrap();
        let (features, _) = features.split_once("\n[").unwrap();
        let names = features.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
        for name in names.filter(|name| !name.starts_with(['#', ' ']) && !["default", "bench"].contains(name)) {
            assert!(FEATURE_SETS.contains(&format!("--features {name}").as_str()), "{name}");
        }
    }

    #[test]
    fn tests_on_mongodb_run_when_there_is_one() {
        for nextest in [true, false] {
            assert!(rust_tests(nextest, true).contains("ignored"));
            assert!(!rust_tests(nextest, false).contains("ignored"));
        }
    }
}
