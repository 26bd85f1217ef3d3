//! `cargo xtask openapi`: writes the API's document and its page from the types that are parsed and answered.

use anyhow::Result;

use crate::process::{program, show};
use crate::workspace;

/// The test that compares the files with the code. It writes them when it is told to.
const TEST: &str = "wire::openapi::tests::the_files_are_as_the_code_makes_them";

/// Writes both.
pub(crate) fn write() -> Result<()> {
    let mut cargo = program("cargo");
    cargo.args(["test", "--package", workspace::LIBRARY, "--lib", TEST, "--", "--exact"]);
    show(cargo.env("PULSE_GOLDEN", "write").current_dir(workspace::root()))
}
