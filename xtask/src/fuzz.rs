//! `cargo xtask fuzz`: runs each fuzz target for a while. It requires no nightly toolchain: the flags by which LLVM counts
//! branches are stable. Only sanitizers are not, and code without `unsafe` has little use for them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::cli::FuzzOptions;
use crate::process::{ask, program, show};
use crate::workspace;

/// LLVM counts branches, and libFuzzer learns what is compared. These are the flags of cargo-fuzz.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// Bytes of an input. Bodies of attacks are larger, and their tests are `pulse-server/tests/attack`.
const LONGEST: usize = 4096;

/// Memory that a target may take, in MiB.
const MEMORY: usize = 512;

/// Builds the targets and runs them, one after the other. What breaks one is in `fuzz/artifacts`.
pub(crate) fn run(options: &FuzzOptions) -> Result<()> {
    let folder = workspace::root().join("fuzz");
    let targets = targets(&folder, options.name.as_deref())?;
    let host = host()?;
    let target_dir = workspace::target_dir()?.join("fuzz");
    let mut cargo = program("cargo");
    // With a target named, build scripts and macros are built without the flags.
    cargo.args(["build", "--locked", "--target", &host, "--target-dir"]).arg(&target_dir);
    show(cargo.env("RUSTFLAGS", FLAGS).current_dir(&folder))?;
    for target in targets {
        let (corpus, artifacts) = (folder.join("corpus").join(&target), folder.join("artifacts").join(&target));
        for folder in [&corpus, &artifacts] {
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut fuzzer = program(target_dir.join(&host).join("debug").join(&target));
        fuzzer.arg(format!("-max_total_time={}", options.seconds)).arg(format!("-max_len={LONGEST}"));
        fuzzer.arg(format!("-rss_limit_mb={MEMORY}")).args(["-timeout=5", "-verbosity=0", "-print_final_stats=1"]);
        fuzzer.arg(format!("-artifact_prefix={}/", artifacts.display())).arg(&corpus);
        // Inputs that are kept in the repository, to begin with.
        show(fuzzer.arg(folder.join("seeds").join(&target)))?;
    }
    Ok(())
}

/// The names of the targets that are selected, in order.
fn targets(folder: &Path, name: Option<&str>) -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(folder.join("fuzz_targets")).context("cannot list the fuzz targets")? {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        if name.is_none_or(|name| stem.contains(name)) {
            targets.push(stem);
        }
    }
    if targets.is_empty() {
        bail!("no fuzz target has {} in its name", name.unwrap_or_default());
    }
    targets.sort();
    Ok(targets)
}

/// The triple that rustc builds for.
fn host() -> Result<String> {
    let about = ask(program("rustc").arg("-vV")).context("rustc does not say what it builds for")?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what it builds for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_found_by_their_names() {
        let folder = workspace::root().join("fuzz");
        let all = targets(&folder, None).unwrap();
        assert!(all.len() > 9 && all.is_sorted(), "{all:?}");
        assert_eq!(targets(&folder, Some("stored")).unwrap(), ["stored_batch"]);
        assert!(targets(&folder, Some("none")).is_err());
        // Each is a program of the crate, and the other way round.
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert_eq!(manifest.matches("[[bin]]").count(), all.len());
        assert!(all.iter().all(|name| manifest.contains(&format!("name = \"{name}\""))), "{all:?}");
    }

    #[test]
    fn rustc_says_what_it_builds_for() {
        assert!(host().unwrap().split('-').count() >= 3);
    }
}
