//! npm packages, as the lock file has them.

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};

use crate::process::{ask, program, quiet};
use crate::workspace;

/// Older ones lack parts of the test runner.
const OLDEST_NODE: u32 = 20;

const HOW: &str = "install Node.js 20 or newer with npm (nodejs.org, or your system's packages)";

/// Runs `npm ci` in a folder of the workspace, unless it was run since the lock file changed.
pub(crate) fn install(folder: &str) -> Result<()> {
    let version = ask(program("node").arg("--version")).with_context(|| format!("node is not on the PATH: {HOW}"))?;
    ensure!(major(&version) >= Some(OLDEST_NODE), "Node.js {version} is too old: {HOW}");
    let npm = which::which("npm").with_context(|| format!("npm is not on the PATH: {HOW}"))?;
    let path = workspace::root().join(folder);
    ensure!(path.join("package-lock.json").is_file(), "{folder} has no package-lock.json");
    if is_installed(&path) {
        println!("  {folder}/node_modules is newer than its lock file");
        return Ok(());
    }
    let mut npm = program(npm);
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&path);
    quiet(&format!("installing the packages of {folder}"), &mut npm).map(drop)
}

/// npm writes `.package-lock.json` last.
fn is_installed(folder: &Path) -> bool {
    let changed = |file: &str| -> Option<SystemTime> { folder.join(file).metadata().ok()?.modified().ok() };
    changed("node_modules/.package-lock.json")
        .is_some_and(|installed| changed("package-lock.json").is_some_and(|locked| installed >= locked))
}

fn major(version: &str) -> Option<u32> {
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, File};
    use std::time::Duration;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("unknown"), None);
        assert!(major("unknown") < Some(OLDEST_NODE));
    }

    #[test]
    fn packages_older_than_the_lock_file_are_installed_again() {
        let folder = tempfile::tempdir().unwrap();
        let lock = folder.path().join("package-lock.json");
        fs::write(&lock, "{}").unwrap();
        assert!(!is_installed(folder.path()), "nothing is installed");
        fs::create_dir(folder.path().join("node_modules")).unwrap();
        fs::write(folder.path().join("node_modules/.package-lock.json"), "{}").unwrap();
        assert!(is_installed(folder.path()));
        File::options()
            .append(true)
            .open(&lock)
            .unwrap()
            .set_modified(SystemTime::now() + Duration::from_secs(60))
            .unwrap();
        assert!(!is_installed(folder.path()), "the lock file changed since");
    }
}
