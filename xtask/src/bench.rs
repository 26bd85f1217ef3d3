//! `cargo xtask bench`: builds what is measured and what measures it, and hands over.

use anyhow::Result;

use crate::cli::BenchOptions;
use crate::process::{program, show};
use crate::{tools, workspace};

/// Runs pulse-bench, which says what it does as it goes.
pub(crate) fn run(options: &BenchOptions) -> Result<()> {
    let mongod = tools::mongod::get()?;
    let mut cargo = program("cargo");
    // Both at once: each alone would resolve to other features, and compile the dependencies twice.
    cargo.args(["build", "--release", "--package", "pulse-bench", "--package", "pulse-server"]);
    show(cargo.current_dir(workspace::root()))?;
    let bench = workspace::target_dir()?.join("release").join("pulse-bench");
    let bench = bench.with_extension(std::env::consts::EXE_EXTENSION);
    show(program(bench).args(&options.arguments).env("MONGOD", mongod))
}
