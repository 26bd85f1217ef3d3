//! The look's rules that can be read off the files: everything that the dashboard and the demo shop serve is checked.

mod css;
mod findings;
mod markup;
mod rules;
mod text;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use walkdir::{DirEntry, WalkDir};

use crate::workspace;
use findings::Finding;

/// Folders that serve nothing. This crate is among them: it names what it looks for.
const NOT_SERVED: [&str; 7] = ["node_modules", "target", "xtask", "e2e", "test", "tests", ".git"];

/// Preferences of the visitor that the style sheets of each folder answer.
const PREFERENCES: [&str; 3] = ["prefers-color-scheme", "prefers-reduced-motion", "prefers-contrast"];

/// Checks the workspace, and says so.
pub(crate) fn check_all() -> Result<()> {
    let files = served(workspace::root());
    let findings = check(workspace::root(), &files)?;
    ensure!(findings.is_empty(), "the look's rules are broken:\n{}", findings.join("\n"));
    println!("  {} files keep the look's rules", files.len());
    Ok(())
}

/// One line for each finding: where it is and what is wrong.
fn check(root: &Path, files: &[PathBuf]) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    let mut answered: BTreeMap<PathBuf, String> = BTreeMap::new();
    for path in files {
        let content = std::fs::read_to_string(path)?;
        let name = path.strip_prefix(root).unwrap_or(path).display();
        let mut findings = text::check(&content);
        match extension(path) {
            Some("css") => {
                let sheet = css::parse(&content);
                findings.extend(rules::check(&sheet));
                let folder = path.parent().unwrap_or(root).to_owned();
                answered.entry(folder).or_default().push_str(&sheet.media());
            }
            Some("html" | "svg") => findings.extend(markup::check_page(&content)),
            Some("rs") => findings.extend(markup::check_styles(&content)),
            _ => {}
        }
        lines.extend(findings.iter().map(|Finding { line, message }| format!("{name}:{line}: {message}")));
    }
    for (folder, media) in answered {
        let name = folder.strip_prefix(root).unwrap_or(&folder).display();
        let missing = PREFERENCES.iter().filter(|preference| !media.contains(*preference));
        lines.extend(missing.map(|preference| format!("{name}: no style sheet here answers `{preference}`")));
    }
    Ok(lines)
}

fn served(root: &Path) -> Vec<PathBuf> {
    let is_served = |entry: &DirEntry| !NOT_SERVED.iter().any(|name| entry.file_name() == *name);
    let walk = WalkDir::new(root).sort_by_file_name().into_iter().filter_entry(is_served);
    let files = walk.flatten().filter(|entry| entry.file_type().is_file()).map(DirEntry::into_path);
    files.filter(|path| matches!(extension(path), Some("css" | "html" | "svg" | "js" | "mjs" | "rs"))).collect()
}

fn extension(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_served_file_keeps_the_rules() {
        if let Err(error) = check_all() {
            panic!("{error:#}");
        }
    }

    #[test]
    fn a_bad_file_is_found_wherever_it_lies_and_told_by_line() {
        let root = tempfile::tempdir().unwrap();
        let put = |path: &str, content: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        put("shop/static/shop.css", "a { color: red }\n.tile:hover { transform: scale(1.02) }\n");
        put("shop/templates/home.html", "<p style=\"box-shadow: 0 8px 24px #000\">hello</p>");
        put("dashboard/src/draw.rs", "context.create_linear_gradient(0., 0., 1., 1.);");
        put("dashboard/dist/dashboard.js", "c.createRadialGradient(0, 0, 1, 0, 0, 2)");
        put("tracker/node_modules/a/a.css", "a { background: linear-gradient(red, blue) }");

        let findings = check(root.path(), &served(root.path())).unwrap();
        for place in ["shop/static/shop.css:2:", "shop/templates/home.html:1:", "draw.rs:1:", "dashboard.js:1:"] {
            assert!(findings.iter().any(|line| line.contains(place)), "{place} is missing in {findings:?}");
        }
        assert!(!findings.iter().any(|line| line.contains("node_modules")), "{findings:?}");
        let unanswered = findings.iter().filter(|line| line.contains("no style sheet here answers"));
        assert_eq!(unanswered.count(), PREFERENCES.len());
    }
}
