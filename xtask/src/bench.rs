//! `cargo xtask bench` and `cargo xtask seed`: builds pulse-bench and what it runs, and hands over.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

use crate::cli::{BenchOptions, SeedOptions};
use crate::process::{program, show};
use crate::{tools, workspace};

/// Runs pulse-bench, which says what it does as it goes.
pub(crate) fn run(options: &BenchOptions) -> Result<()> {
    if options.arguments.first().is_some_and(|name| name == "analyst") {
        ensure!(options.arguments.len() == 1, "`bench analyst` has no settings");
        return analyst();
    }
    let mongod = tools::mongod::get()?;
    // The dashboard is measured in a browser, with what drives it in the journeys.
    let in_browser = options.arguments.first().is_some_and(|name| name == "dashboard");
    let chrome = if in_browser { Some(tools::chromium::get()?) } else { None };
    if in_browser {
        tools::node::install("e2e")?;
    }
    let mut bench = program(build()?);
    show(bench.args(&options.arguments).env("MONGOD", mongod).envs(chrome.map(|path| ("CHROME", path))))
}

/// Prints the score of the built-in analyst. Its visits are tests of pulse-core, and are not built into anything else.
fn analyst() -> Result<()> {
    let mut cargo = program("cargo");
    cargo.args(["test", "--release", "--package", workspace::LIBRARY, "--lib", "--"]);
    cargo.args(["insight::corpus::score::score", "--exact", "--ignored", "--nocapture"]);
    show(cargo.current_dir(workspace::root()))
}

/// Has pulse-bench make up visits.
pub(crate) fn seed(options: &SeedOptions) -> Result<()> {
    // Not shown: a store's address may hold a password.
    let status = program(build()?).arg("seed").args(&options.arguments).status().context("cannot start pulse-bench")?;
    ensure!(status.success(), "no visits, or not all: {status}");
    Ok(())
}

/// Builds pulse-bench and pulse-server; where the first is.
pub(crate) fn build() -> Result<PathBuf> {
    let mut cargo = program("cargo");
    // Both at once: each alone would resolve to other features, and compile the dependencies twice.
    cargo.args(["build", "--release", "--package", "pulse-bench", "--package", "pulse-server"]);
    show(cargo.current_dir(workspace::root()))?;
    let bench = workspace::target_dir()?.join("release").join("pulse-bench");
    Ok(bench.with_extension(std::env::consts::EXE_EXTENSION))
}
