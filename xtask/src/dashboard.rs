//! `cargo xtask dashboard`: the dashboard as WebAssembly, with its glue and static files, ready to serve.

#[cfg(feature = "dashboard")]
mod bindgen;
#[cfg(feature = "dashboard")]
mod compile;
#[cfg(feature = "dashboard")]
mod package;

use anyhow::Result;

/// wasm-bindgen is compiled only for this, so the plain xtask calls itself with that feature on.
#[cfg(not(feature = "dashboard"))]
pub(crate) fn build() -> Result<()> {
    use crate::process::{program, show};

    let mut cargo = program("cargo");
    cargo.args(["run", "--package", "xtask", "--features", "dashboard", "--", "dashboard"]);
    show(cargo.current_dir(crate::workspace::root()))
}

#[cfg(feature = "dashboard")]
pub(crate) fn build() -> Result<()> {
    package::build()
}
