//! Where things are.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process::{ask, program};

/// The library's package.
pub(crate) const LIBRARY: &str = "pulse-analytics-core";

/// The folder of the workspace's Cargo.toml.
pub(crate) fn root() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// Where cargo puts what it builds, as its settings say.
pub(crate) fn target_dir() -> Result<PathBuf> {
    let mut metadata = program("cargo");
    metadata.args(["metadata", "--format-version", "1", "--no-deps"]).current_dir(root());
    let answer = ask(&mut metadata).context("cargo metadata failed")?;
    let answer: serde_json::Value = serde_json::from_str(&answer).context("cargo metadata is not JSON")?;
    answer["target_directory"].as_str().map(PathBuf::from).context("cargo metadata names no target directory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_the_workspace() {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }

    #[test]
    fn cargo_says_where_it_builds() {
        assert!(target_dir().unwrap().is_absolute());
    }
}
