//! The committed `dist` folders are what their sources build.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use crate::{compress, digest, workspace};

/// The file in a `dist` that keeps the digest of what it was built from.
pub(crate) const DIGEST: &str = "SOURCES.sha256";

/// A folder that is built, committed, and compiled into the server.
pub(crate) struct Dist {
    pub(crate) folder: &'static str,
    /// What the sources' paths are relative to.
    base: &'static str,
    sources: &'static [&'static str],
    command: &'static str,
}

pub(crate) const TRACKER: Dist = Dist {
    folder: "pulse-tracker/dist",
    base: "pulse-tracker",
    sources: &["package.json", "package-lock.json", "build.mjs", "build", "src"],
    command: "cargo xtask tracker",
};

/// Of pulse-core only what the dashboard compiles: a change to a store needs no new dashboard.
pub(crate) const DASHBOARD: Dist = Dist {
    folder: "pulse-yew-dashboard/assets/dist",
    base: "",
    sources: &[
        "pulse-yew-dashboard/Cargo.toml",
        "pulse-yew-dashboard/raster",
        "pulse-yew-dashboard/src",
        "pulse-yew-dashboard/static",
        "pulse-core/src/model",
        "pulse-core/src/wire",
        "pulse-core/src/analyze",
        "pulse-core/src/lib.rs",
    ],
    command: "cargo xtask dashboard",
};

impl Dist {
    /// The digest of the sources as they are now, as it is written.
    pub(crate) fn digest(&self, root: &Path) -> Result<String> {
        Ok(digest::of(&root.join(self.base), self.sources)? + "\n")
    }

    fn check(&self, root: &Path) -> Result<usize> {
        let folder = root.join(self.folder);
        let Ok(built_from) = std::fs::read_to_string(folder.join(DIGEST)) else {
            bail!("{} has no {DIGEST}: run `{}`", self.folder, self.command);
        };
        ensure!(
            built_from == self.digest(root)?,
            "{} is older than its sources: run `{}` and commit what it writes",
            self.folder,
            self.command
        );
        compress::check(&folder).with_context(|| format!("run `{}`", self.command))
    }
}

/// Checks both, and says so.
pub(crate) fn check_all() -> Result<()> {
    let mut wrong = Vec::new();
    for dist in [TRACKER, DASHBOARD] {
        match dist.check(workspace::root()) {
            Ok(compressed) => println!("  {}: built from its sources, {compressed} compressed files", dist.folder),
            Err(error) => wrong.push(format!("{error:#}")),
        }
    }
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn passes(dist: &Dist) {
        if let Err(error) = dist.check(workspace::root()) {
            panic!("{error:#}");
        }
    }

    #[test]
    fn the_tracker_is_built_from_its_sources() {
        passes(&TRACKER);
    }

    #[test]
    fn the_dashboard_is_built_from_its_sources() {
        passes(&DASHBOARD);
    }

    #[test]
    fn a_dist_older_than_its_sources_says_how_to_rebuild_it() {
        let root = tempfile::tempdir().unwrap();
        let tracker = root.path().join("pulse-tracker");
        fs::create_dir_all(tracker.join("build")).unwrap();
        fs::create_dir_all(tracker.join("src")).unwrap();
        fs::create_dir_all(tracker.join("dist")).unwrap();
        for name in ["package.json", "package-lock.json", "build.mjs", "build/names.json", "src/index.js"] {
            fs::write(tracker.join(name), name).unwrap();
        }
        let problem = || format!("{:#}", TRACKER.check(root.path()).unwrap_err());
        assert!(problem().contains("has no SOURCES.sha256: run `cargo xtask tracker`"), "{}", problem());

        fs::write(tracker.join("dist").join(DIGEST), TRACKER.digest(root.path()).unwrap()).unwrap();
        assert_eq!(TRACKER.check(root.path()).unwrap(), 0);
        fs::write(tracker.join("src/index.js"), "changed").unwrap();
        assert!(problem().contains("older than its sources: run `cargo xtask tracker`"), "{}", problem());
    }

    /// The version of a package in Cargo.lock.
    fn locked(package: &str) -> String {
        let lock = fs::read_to_string(workspace::root().join("Cargo.lock")).unwrap();
        let entry = lock.split_once(&format!("name = \"{package}\"\nversion = \"")).unwrap().1;
        entry.split_once('"').unwrap().0.to_owned()
    }

    #[test]
    fn the_dashboard_is_built_with_its_own_version_of_wasm_bindgen() {
        let pinned = locked("wasm-bindgen-cli-support");
        assert_eq!(pinned, locked("wasm-bindgen"), "set wasm-bindgen-cli-support in xtask/Cargo.toml to this version");
    }
}
