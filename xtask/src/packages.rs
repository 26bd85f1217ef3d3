//! `cargo xtask packages`: every crate that is meant for crates.io packs, with all that it includes and its licences.

use anyhow::{Context as _, Result, ensure};

use crate::process::{ask, program, show};
use crate::workspace;

/// A crate that is meant to be published, and files without which its package does not compile.
struct Package {
    name: &'static str,
    files: &'static [&'static str],
}

/// In the order in which they would be published.
const PACKAGES: [Package; 5] = [
    Package {
        name: "pulse-tracker",
        files: &["dist/pulse.js", "dist/pulse.js.br", "dist/pulse.js.gz", "dist/overlay.js", "dist/overlay.js.br"],
    },
    Package {
        name: "pulse-dashboard-assets",
        files: &["dist/index.html", "dist/dashboard_bg.wasm", "dist/dashboard_bg.wasm.br", "dist/style.css.gz"],
    },
    Package {
        name: workspace::LIBRARY,
        files: &["src/lib.rs", "src/store/sqlite/schema.sql", "src/http/missing.html"],
    },
    Package { name: "demo-shop", files: &["static/shop.js", "templates/layout.html", "art/arc-lamp.svg"] },
    Package { name: "pulse-server", files: &["src/main.rs"] },
];

/// What every package has.
const EVERYWHERE: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

impl Package {
    /// The required files that a listing lacks.
    fn missing<'a>(&'a self, listing: &str) -> Vec<&'a str> {
        let listed: Vec<&str> = listing.lines().collect();
        EVERYWHERE.iter().chain(self.files).copied().filter(|file| !listed.contains(file)).collect()
    }
}

/// Lists and packs each of them. The lock file is left out: it would name the packages among them that are not on
/// crates.io yet.
pub(crate) fn check() -> Result<()> {
    for package in &PACKAGES {
        let mut list = program("cargo");
        list.args(["package", "--quiet", "--list", "--allow-dirty", "-p", package.name]);
        let listing =
            ask(list.current_dir(workspace::root())).with_context(|| format!("{} does not pack", package.name))?;
        let missing = package.missing(&listing);
        ensure!(missing.is_empty(), "the package {} lacks {}", package.name, missing.join(", "));
    }
    let mut pack = program("cargo");
    pack.args(["package", "--quiet", "--no-verify", "--allow-dirty", "--exclude-lockfile"]);
    show(pack.args(PACKAGES.iter().flat_map(|package| ["-p", package.name])).current_dir(workspace::root()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_lacks_is_named() {
        let package = Package { name: "x", files: &["dist/a.js"] };
        assert_eq!(package.missing("Cargo.toml\nLICENSE-MIT\nREADME.md\n"), ["LICENSE-APACHE", "dist/a.js"]);
        assert!(package.missing("LICENSE-APACHE\nLICENSE-MIT\nREADME.md\ndist/a.js\n").is_empty());
    }

    #[test]
    fn licences_are_those_of_the_workspace() {
        let read = |path: &str| std::fs::read_to_string(workspace::root().join(path)).unwrap();
        let folders =
            ["pulse-tracker", "pulse-yew-dashboard/assets", "pulse-core", "examples/demo-shop", "pulse-server"];
        for folder in folders {
            for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
                assert!(read(&format!("{folder}/{licence}")) == read(licence), "{folder}/{licence}");
            }
        }
    }
}
