//! `cargo xtask look-check`: the rules of the look that can be read off the files, with stylelint.

use anyhow::{Context as _, Result};

use crate::process::{program, show};
use crate::{tools, workspace};

/// Installs stylelint if necessary, and checks everything that is served.
pub(crate) fn check_all() -> Result<()> {
    tools::node::install("look")?;
    let npm = which::which("npm").context("npm is not on the PATH")?;
    show(program(npm).args(["run", "--silent", "test"]).current_dir(workspace::root().join("look")))
}
