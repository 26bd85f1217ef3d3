//! `cargo xtask attack`: the attacks of pulse-server's tests in their long forms, one after the other.

use anyhow::Result;

use crate::cli::AttackOptions;
use crate::process::{program, show};
use crate::workspace;

/// Runs them; each says how far it is.
pub(crate) fn run(options: &AttackOptions) -> Result<()> {
    let mut cargo = program("cargo");
    // Optimised, as what is attacked is in use.
    cargo.args(["test", "--release", "--package", "pulse-server", "--test", "attack", "--", "--nocapture"]);
    // One at a time: each brings the machine to its limits.
    cargo.args(["--test-threads", "1"]).args(&options.name).env("ATTACK_FORM", "long");
    show(cargo.current_dir(workspace::root()))
}
