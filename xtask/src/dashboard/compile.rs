//! Compiling the dashboard, so that the same sources give the same bytes wherever they lie.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::process::{ask, program, show};
use crate::workspace;

const PACKAGE: &str = "pulse-yew-dashboard";
const TARGET: &str = "wasm32-unknown-unknown";
/// The standard library is compiled along, for size, and a panic stops the program without a word. In the browser of
/// somebody else nobody reads what a panic says, where it stands, or the output of `Debug`.
///
/// Cargo and the compiler of the stable channel take these with `RUSTC_BOOTSTRAP=1`, which is set here and nowhere
/// else, so that every build has them.
const UNSTABLE: [&str; 4] =
    ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none"];
const STANDARD_LIBRARY: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
/// Where a toolchain has the standard library's sources.
const SOURCES: &str = "lib/rustlib/src/rust/library/std/Cargo.toml";

/// Gives back the compiled program, not yet made ready for a browser.
pub(crate) fn to_wasm() -> Result<PathBuf> {
    let toolchain = toolchain()?;
    // Apart from the other builds, which would otherwise wait for it.
    let target_dir = workspace::target_dir()?.join("wasm");
    let mut cargo = with(toolchain, "cargo");
    cargo.args(["build", "--package", PACKAGE, "--target", TARGET, "--profile", "wasm", "--target-dir"]);
    cargo.arg(&target_dir).args(STANDARD_LIBRARY).current_dir(workspace::root());
    cargo.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", flags(toolchain)?).env("RUSTC_BOOTSTRAP", "1");
    show(&mut cargo)?;
    let wasm = target_dir.join(TARGET).join("wasm").join(PACKAGE).with_extension("wasm");
    ensure!(wasm.is_file(), "cargo built no {}", wasm.display());
    Ok(wasm)
}

/// The default toolchain when it has the sources, else one that rustup knows as `debian` (Debian's own rustc).
fn toolchain() -> Result<Option<&'static str>> {
    for toolchain in [None, Some("debian")] {
        let Some(sysroot) = ask(with(toolchain, "rustc").args(["--print", "sysroot"])) else { continue };
        if Path::new(&sysroot).join(SOURCES).is_file() {
            println!("  the standard library's sources are in {sysroot}");
            return Ok(toolchain);
        }
    }
    bail!("no toolchain here has the standard library's sources: run `rustup component add rust-src`")
}

fn with(toolchain: Option<&str>, name: &str) -> Command {
    let mut command = program(name);
    if let Some(toolchain) = toolchain {
        command.arg(format!("+{toolchain}"));
    }
    command
}

/// [`UNSTABLE`], and flags that replace the folders of this machine in panic messages; separated by 0x1f, so that
/// folders may hold spaces.
fn flags(toolchain: Option<&str>) -> Result<OsString> {
    let sysroot = ask(with(toolchain, "rustc").args(["--print", "sysroot"])).context("rustc knows no sysroot")?;
    let mut folders = vec![(workspace::root().to_owned(), "/pulse"), (PathBuf::from(sysroot), "/rust")];
    for registry in registries() {
        folders.push((registry, "/crates"));
    }
    let flags = folders.iter().map(|(folder, name)| {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(folder);
        flag.push(format!("={name}"));
        flag
    });
    let flags = UNSTABLE.iter().map(OsString::from).chain(flags);
    Ok(flags.collect::<Vec<_>>().join(&OsString::from("\u{1f}")))
}

/// Where cargo unpacks crates: one folder for each registry.
fn registries() -> Vec<PathBuf> {
    let set = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let home = set("CARGO_HOME").or_else(|| Some(set("HOME").or_else(|| set("USERPROFILE"))?.join(".cargo")));
    let folders = home.and_then(|home| std::fs::read_dir(home.join("registry/src")).ok());
    folders.into_iter().flatten().flatten().map(|folder| folder.path()).collect()
}
