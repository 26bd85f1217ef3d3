//! `cargo xtask msrv`: everything compiles with the oldest Rust that Cargo.toml promises.

use anyhow::{Context as _, Result, ensure};

use crate::process::{program, show};
use crate::workspace;

/// Compiles the workspace with that version, which rustup gets when it is missing.
pub(crate) fn check() -> Result<()> {
    ensure!(which::which("rustup").is_ok(), "rustup is not installed: https://rustup.rs gets older versions of Rust");
    let manifest = std::fs::read_to_string(workspace::root().join("Cargo.toml"))?;
    let version = promised(&manifest).context("Cargo.toml names no rust-version")?;
    let mut cargo = program("rustup");
    // Another toolchain than the one that runs this.
    cargo.env_remove("RUSTUP_TOOLCHAIN").args(["run", "--install", version, "cargo", "check", "--locked"]);
    show(cargo.current_dir(workspace::root()))
}

fn promised(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")?.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promised_version_is_read() {
        assert_eq!(promised("[workspace.package]\nrust-version = \"1.89\"\n"), Some("1.89"));
        assert_eq!(promised("[workspace]\n"), None);
        let manifest = std::fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap_or_default();
        assert!(promised(&manifest).is_some());
    }
}
