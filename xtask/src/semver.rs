//! `cargo xtask semver`: no change of the public API that the version number does not tell.

use anyhow::{Context as _, Result, ensure};

use crate::process::{ask, program, show};
use crate::workspace;

/// Compares the library with the last release of this repository. Before the first there is nothing to keep.
pub(crate) fn check() -> Result<()> {
    let mut tags = program("git");
    tags.args(["tag", "--list", "v*", "--sort=-version:refname"]);
    let tags = ask(tags.current_dir(workspace::root())).context("git does not list the tags")?;
    let Some(release) = tags.lines().next() else {
        println!("  nothing is released yet: every change is allowed");
        return Ok(());
    };
    let tool = "cargo-semver-checks";
    ensure!(which::which(tool).is_ok(), "{tool} is not installed: run `cargo install --locked {tool}`");
    let mut compare = program("cargo");
    compare.args(["semver-checks", "--package", workspace::LIBRARY, "--baseline-rev", release]);
    show(compare.current_dir(workspace::root()))
}
