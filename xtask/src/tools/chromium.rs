//! A real browser: `$CHROME`, else one on the PATH, else Debian's.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::process::{ask, program, quiet};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const HOW: &str = "install Chromium or Chrome and set CHROME=/path/to/it (on Debian, as root: apt-get install chromium \
                   fonts-inter), or leave the tests in a browser out with `--skip browser`";

/// Gives back the path of a browser that runs.
pub(crate) fn get() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROME").filter(|path| !path.is_empty()) {
        let path = PathBuf::from(path);
        let version = version(&path).with_context(|| format!("CHROME={} does not run", path.display()))?;
        println!("  $CHROME is {version}");
        return Ok(path);
    }
    if let Some(found) = on_path() {
        return Ok(found);
    }
    ensure!(can_install(), "no browser on the PATH: {HOW}");
    install().map_err(|error| anyhow!("{error:#}\n{HOW}"))?;
    on_path().with_context(|| format!("the installed Chromium does not run: {HOW}"))
}

fn on_path() -> Option<PathBuf> {
    NAMES.iter().filter_map(|name| which::which(name).ok()).find(|path| {
        let version = version(path);
        if let Some(version) = &version {
            println!("  {} is {version}", path.display());
        }
        version.is_some()
    })
}

fn version(browser: &Path) -> Option<String> {
    ask(program(browser).arg("--version")).filter(|version| version.contains("Chrom"))
}

/// Debian has a Chromium of its own, and root may install it.
fn can_install() -> bool {
    which::which("apt-get").is_ok() && ask(program("id").arg("-u")).as_deref() == Some("0")
}

fn install() -> Result<()> {
    quiet("reading Debian's package lists", program("apt-get").args(["-qq", "update"]))?;
    let mut apt = program("apt-get");
    // The Mac's font is not free; Inter is the nearest for screenshots.
    apt.args(["-qq", "-y", "install", "--no-install-recommends", "chromium", "fonts-inter"]);
    quiet("installing Chromium", apt.env("DEBIAN_FRONTEND", "noninteractive")).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_answers_something_else_is_no_browser() {
        assert_eq!(version(Path::new("/bin/true")), None);
        assert_eq!(version(Path::new("/no/such/chromium")), None);
    }
}
