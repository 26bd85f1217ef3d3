//! `cargo xtask tracker`: the tracker as one script.

use anyhow::Result;

use crate::process::{program, show};
use crate::{dist, tools, workspace};

/// Builds `pulse-tracker/dist`; the package's own build script writes the digest of its sources.
pub(crate) fn build() -> Result<()> {
    tools::node::install("pulse-tracker")?;
    show(program("npm").args(["run", "--silent", "build"]).current_dir(workspace::root().join("pulse-tracker")))?;
    println!("{} is built", dist::TRACKER.folder);
    Ok(())
}
