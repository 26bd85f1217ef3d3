//! Room on the disk of an embedded store.

use std::path::Path;

/// Less than this is soon full: a busy site stores some 50 MB a day, and the log needs room beside the file.
const LEAST: u64 = 512 * 1024 * 1024;

/// What is free where the SQLite file of a store's address is or will be; none for other stores, whose disk is not this
/// machine's, and where it cannot be told.
pub(crate) fn free(store: &str) -> Option<Result<String, String>> {
    let path = Path::new(store.strip_prefix("sqlite:")?);
    let folder = std::path::absolute(path).ok()?;
    let folder = folder.ancestors().skip(1).find(|folder| folder.is_dir())?;
    Some(judge(bytes(folder)?, folder))
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

    use super::{LEAST, free, judge};

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
}
