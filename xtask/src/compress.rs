//! The compressed siblings of served files: made with the dashboard, checked for every dist.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use flate2::read::GzDecoder;
use walkdir::WalkDir;

/// Checks that every compressed file of a folder is its plain sibling, compressed; gives back how many there are.
pub(crate) fn check(folder: &Path) -> Result<usize> {
    let mut checked = 0;
    for entry in WalkDir::new(folder) {
        let path = entry?.into_path();
        let packed = || std::fs::read(&path);
        let mut unpacked = Vec::new();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("br") => brotli::BrotliDecompress(&mut packed()?.as_slice(), &mut unpacked),
            Some("gz") => GzDecoder::new(packed()?.as_slice()).read_to_end(&mut unpacked).map(drop),
            _ => continue,
        }
        .with_context(|| format!("{} cannot be decompressed", path.display()))?;
        let plain = path.with_extension("");
        let Ok(content) = std::fs::read(&plain) else { bail!("{} has no {}", path.display(), plain.display()) };
        ensure!(content == unpacked, "{} is not {}", path.display(), plain.display());
        checked += 1;
    }
    Ok(checked)
}

/// Puts `file.br` and `file.gz` beside a file, as small as they get: they are made once and sent often.
#[cfg(any(test, feature = "dashboard"))]
pub(crate) fn beside(file: &Path) -> Result<()> {
    use std::io::Write as _;

    let plain = std::fs::read(file)?;
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: plain.len(), ..Default::default() };
    brotli::BrotliCompress(&mut plain.as_slice(), &mut packed, &params)?;
    std::fs::write(sibling(file, ".br"), packed)?;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&plain)?;
    std::fs::write(sibling(file, ".gz"), packer.finish()?)?;
    Ok(())
}

#[cfg(any(test, feature = "dashboard"))]
fn sibling(file: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_passes_and_what_differs_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.js");
        std::fs::write(&file, "export const a = 1;".repeat(50)).unwrap();
        beside(&file).unwrap();
        assert_eq!(check(folder.path()).unwrap(), 2);

        std::fs::write(&file, "changed").unwrap();
        assert!(check(folder.path()).unwrap_err().to_string().contains("is not"));
        std::fs::remove_file(&file).unwrap();
        assert!(check(folder.path()).unwrap_err().to_string().contains("has no"));
        std::fs::write(&file, "export").unwrap();
        std::fs::write(folder.path().join("a.js.br"), [0xff; 9]).unwrap();
        std::fs::remove_file(folder.path().join("a.js.gz")).unwrap();
        assert!(check(folder.path()).unwrap_err().to_string().contains("cannot be decompressed"));
    }

    #[test]
    fn the_same_file_gives_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = |name: &str| {
            let file = folder.path().join(name);
            std::fs::write(&file, "body { color: #1d1d1f }".repeat(99)).unwrap();
            beside(&file).unwrap();
            (std::fs::read(sibling(&file, ".br")).unwrap(), std::fs::read(sibling(&file, ".gz")).unwrap())
        };
        assert_eq!(bytes("a.css"), bytes("b.css"));
    }
}
