//! wasm-bindgen, as a library: the JavaScript that loads the program and hands it the browser.

use std::path::Path;

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `dashboard.js` and `dashboard_bg.wasm`.
pub(crate) fn generate(wasm: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true)?.typescript(false).out_name("dashboard");
    // Names and compiler versions help nobody in production, and would differ between machines.
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.input_path(wasm).generate(folder).context("wasm-bindgen failed")
}
