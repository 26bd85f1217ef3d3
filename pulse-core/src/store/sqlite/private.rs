//! The file is for this user alone, and for one process at a time.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::store::StoreError;

/// How long a store that is just being closed may keep the file.
const CLOSES: Duration = Duration::from_secs(2);

/// Between two looks whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// Keeps other processes from the file until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "held, and never used")] File);

#[derive(Debug, thiserror::Error)]
#[error("another process has this file open: stop it, or name another file with --store")]
struct InUse;

impl Lock {
    /// Locks the file at `path`, in a folder that is made for it.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_folder(folder).map_err(|e| StoreError::unavailable("make the folder")(e.into()))?;
        }
        // A file of its own: whoever closes a file gives up the locks that SQLite has on it.
        let file = open(&beside(path, "-lock")).map_err(|e| StoreError::unavailable("lock the file")(e.into()))?;
        let began = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if began.elapsed() < CLOSES => thread::sleep(LOOK),
                Err(TryLockError::WouldBlock) => return Err(StoreError::unavailable("open the file")(InUse.into())),
                Err(TryLockError::Error(error)) => {
                    tracing::warn!(%error, "sqlite: this file system has no locks; run one process on the file");
                    return Ok(Self(file));
                }
            }
        }
    }
}

/// Makes the file when it is not there, and lets nobody but this user read it, its log and its index.
pub(super) fn make(path: &Path) -> io::Result<()> {
    drop(open(path)?);
    for path in files(path) {
        if path.exists() {
            close_to_others(&path)?;
        }
    }
    Ok(())
}

/// The log, its index and the file itself.
pub(super) fn files(path: &Path) -> [PathBuf; 3] {
    [beside(path, "-wal"), beside(path, "-shm"), path.to_owned()]
}

/// Deletes the file, its log and its index. Whoever holds the lock may call it. The log goes first: a log without its
/// file would be taken for the log of the next one.
pub(super) fn delete(path: &Path) -> io::Result<()> {
    for file in files(path) {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    // The names are gone from the disk, too.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut beside = path.as_os_str().to_owned();
    beside.push(ending);
    beside.into()
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = std::fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    permissions.set_mode(permissions.mode() & 0o700);
    std::fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> io::Result<()> {
    Ok(())
}
