//! `cargo xtask licenses`: the dependencies' licences, bans and sources, as `deny.toml` has them.

use anyhow::{Result, ensure};

use crate::process::{program, show};
use crate::workspace;

/// Runs cargo-deny. Advisories are not asked for: they need a database from the network.
pub(crate) fn check() -> Result<()> {
    ensure!(which::which("cargo-deny").is_ok(), "cargo-deny is not installed: run `cargo install --locked cargo-deny`");
    show(program("cargo").args(["deny", "check", "licenses", "bans", "sources"]).current_dir(workspace::root()))
}
