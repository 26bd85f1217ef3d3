//! `cargo xtask torture`: builds what is tortured and what tortures it, and hands over.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::cli::TortureOptions;
use crate::process::{program, show};
use crate::{tools, workspace};

/// Runs pulse-torture, which says what it does as it goes.
pub(crate) fn run(options: &TortureOptions) -> Result<()> {
    let mongod = if options.without_mongodb { None } else { Some(tools::mongod::get()?) };
    let mut cargo = program("cargo");
    // With debug assertions: an overflow is a fault, too. Both at once, as in `bench`.
    cargo.args(["build", "--package", "pulse-torture", "--package", "pulse-server"]);
    show(cargo.current_dir(workspace::root()))?;
    show(command(&workspace::target_dir()?, mongod.as_deref()).args(&options.arguments))
}

/// The program as cargo has built it.
pub(crate) fn command(target: &Path, mongod: Option<&Path>) -> Command {
    let torture = target.join("debug").join("pulse-torture").with_extension(std::env::consts::EXE_EXTENSION);
    let mut command = program(torture);
    match mongod {
        Some(mongod) => command.env("MONGOD", mongod),
        None => command.arg("--without-mongodb"),
    };
    command
}
