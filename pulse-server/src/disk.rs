//! The disk of an embedded store: its room, and whether a file that is missing can be made.

use std::path::{Path, PathBuf};

/// Less than this is soon full: a busy site stores some 50 MB a day, and the log needs room beside the file.
const LEAST: u64 = 512 * 1024 * 1024;

/// What is free where the SQLite file of a store's address is or will be; none for other stores, whose disk is not this
/// machine's, and where it cannot be told.
pub(crate) fn free(store: &str) -> Option<Result<String, String>> {
    let path = Path::new(store.strip_prefix("sqlite:")?);
    let folder = folder_of(path)?;
    Some(judge(bytes(&folder)?, &folder))
}

/// What a start would do about a file that is missing: it makes it, with its folder. Nothing is made here.
pub(crate) fn will_be_made(file: &Path) -> Result<String, String> {
    let path = std::path::absolute(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let above = path.ancestors().skip(1).find(|above| above.exists()).unwrap_or(&path);
    if above.is_dir() && can_write(above) {
        return Ok(format!("{} will be made at the start", file.display()));
    }
    let (file, above) = (file.display(), above.display());
    Err(format!("{file} is missing, and cannot be made in {above}: give this user rights there, or set another path"))
}

/// The folder of a file, or the nearest one above it that is there.
fn folder_of(file: &Path) -> Option<PathBuf> {
    let file = std::path::absolute(file).ok()?;
    file.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned)
}

#[cfg(unix)]
fn can_write(folder: &Path) -> bool {
    use rustix::fs::Access;
    rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn can_write(folder: &Path) -> bool {
    std::fs::metadata(folder).is_ok_and(|folder| !folder.permissions().readonly())
}

fn judge(bytes: u64, folder: &Path) -> Result<String, String> {
    let told = format!("{} MiB are free at {}", bytes / (1024 * 1024), folder.display());
    if bytes < LEAST {
        return Err(format!("{told}: make room, set --retention-days, or put the store on another disk"));
    }
    Ok(told)
}

#[cfg(unix)]
fn bytes(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LEAST, free, judge, will_be_made};

    #[test]
    fn little_room_is_told_with_what_to_do() {
        let folder = Path::new("/data");
        assert!(judge(LEAST, folder).is_ok());
        assert!(judge(LEAST - 1, folder).is_err_and(|line| line.contains("511 MiB") && line.contains("make room")));
    }

    #[test]
    fn the_disk_is_that_of_the_folder_that_is_there() {
        assert!(free("mongodb://db.test/pulse").is_none());
        #[cfg(unix)]
        assert!(free("sqlite:not/yet/there/pulse.db").is_some());
    }

    #[test]
    fn a_file_that_is_missing_is_made_where_there_can_be_one() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(will_be_made(&folder.path().join("not/yet/pulse.db")).is_ok());
        assert!(!folder.path().join("not").exists());
        std::fs::write(folder.path().join("text"), "").expect("a file");
        let line = will_be_made(&folder.path().join("text/pulse.db")).expect_err("a file is no folder");
        assert!(line.contains("cannot be made"), "{line}");
    }
}
