//! The digest of a folder's sources, kept beside what was built from them.
//!
//! SHA-256 over, for each file in the bytewise order of their paths, `path "\n" hex(sha256(content)) "\n"`. The tracker's
//! build script computes the same.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

/// The digest of `sources`, which are files and folders (with all that is in them) in `base`.
pub(crate) fn of(base: &Path, sources: &[&str]) -> Result<String> {
    let mut digest = Sha256::new();
    for (name, path) in files(base, sources)? {
        let content = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        digest.update(format!("{name}\n{}\n", hex(&Sha256::digest(content))));
    }
    Ok(hex(&digest.finalize()))
}

/// Paths relative to `base`, with `/` on every system, sorted bytewise.
fn files(base: &Path, sources: &[&str]) -> Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    for source in sources {
        for entry in WalkDir::new(base.join(source)) {
            let entry = entry.with_context(|| format!("cannot read the sources in {}", base.display()))?;
            if entry.file_type().is_file() {
                let relative = entry.path().strip_prefix(base).unwrap_or(entry.path());
                let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
                files.insert(parts.join("/"), entry.into_path());
            }
        }
    }
    Ok(files)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("src/b")).unwrap();
        fs::write(folder.path().join("package.json"), "{}").unwrap();
        fs::write(folder.path().join("src/b/c.js"), "c").unwrap();
        fs::write(folder.path().join("src/b.js"), "b").unwrap();
        fs::write(folder.path().join("other.js"), "other").unwrap();
        folder
    }

    #[test]
    fn the_scheme_is_the_documented_one() {
        let folder = folder();
        // "src/b.js" sorts before "src/b/c.js", because '.' is less than '/'.
        let content = |text: &str| hex(&Sha256::digest(text));
        let expected =
            format!("package.json\n{}\nsrc/b.js\n{}\nsrc/b/c.js\n{}\n", content("{}"), content("b"), content("c"));
        assert_eq!(of(folder.path(), &["src", "package.json"]).unwrap(), content(&expected));
        assert_eq!(content(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn any_change_to_a_source_changes_it_and_other_files_do_not() {
        let folder = folder();
        let digest = || of(folder.path(), &["package.json", "src"]).unwrap();
        let first = digest();
        fs::write(folder.path().join("other.js"), "changed").unwrap();
        assert_eq!(digest(), first);
        fs::rename(folder.path().join("src/b.js"), folder.path().join("src/d.js")).unwrap();
        let renamed = digest();
        assert_ne!(renamed, first);
        fs::write(folder.path().join("src/d.js"), "changed").unwrap();
        assert_ne!(digest(), renamed);
    }

    #[test]
    fn a_missing_source_is_an_error() {
        assert!(of(folder().path(), &["static"]).is_err());
    }
}
