//! Putting `pulse-yew-dashboard/assets/dist` together.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

use super::{bindgen, compile};
use crate::dist::{DASHBOARD, DIGEST};
use crate::{compress, workspace};

/// What is served as it is.
const STATIC: &str = "pulse-yew-dashboard/static";

/// Builds everything first, so that a failure leaves the dist as it was.
pub(crate) fn build() -> Result<()> {
    let digest = DASHBOARD.digest(workspace::root())?;
    let wasm = compile::to_wasm()?;
    let scratch = tempfile::tempdir()?;
    println!("  making the glue between WebAssembly and the browser");
    bindgen::generate(&wasm, scratch.path())?;
    let dist = workspace::root().join(DASHBOARD.folder);
    copy(&workspace::root().join(STATIC), scratch.path()).context("cannot copy the static files")?;
    println!("  compressing");
    for file in files(scratch.path())? {
        compress::beside(&file)?;
        println!("    {}", sizes(&file)?);
    }
    std::fs::write(scratch.path().join(DIGEST), digest)?;
    if dist.exists() {
        std::fs::remove_dir_all(&dist)?;
    }
    copy(scratch.path(), &dist)?;
    println!("{} is built", DASHBOARD.folder);
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for file in files(from)? {
        let target = to.join(file.strip_prefix(from)?);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file, target)?;
    }
    Ok(())
}

fn sizes(file: &Path) -> Result<String> {
    let size = |suffix: &str| std::fs::metadata(format!("{}{suffix}", file.display())).map(|meta| meta.len());
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(format!("{name}: {} bytes, {} as brotli, {} as gzip", size("")?, size(".br")?, size(".gz")?))
}
