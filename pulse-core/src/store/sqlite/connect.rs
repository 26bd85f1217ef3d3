//! Connections to the file: one that writes, and a pool of some that read.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::{list, migrate, private};
use crate::store::{DriverError, StoreError};

/// Idle readers that are kept.
const READERS: usize = 8;

/// Longest wait for another connection.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// Steps of a query, each well below a microsecond, between two looks whether somebody still waits for it.
const LOOK: i32 = 10_000;

/// How the name of a store in memory begins: SQLite's own file system in memory, whose files every connection of the
/// process can open.
const IN_MEMORY: &str = "file:/pulse-";

/// The name of another store in memory.
pub(super) fn in_memory() -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{IN_MEMORY}{}?vfs=memdb", NEXT.fetch_add(1, Ordering::Relaxed)).into()
}

pub(super) fn is_in_memory(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.starts_with(IN_MEMORY))
}

/// The file does not end with a page.
#[derive(Debug, thiserror::Error)]
#[error("the file was cut short")]
struct CutShort;

/// The file does not begin as each database does.
#[derive(Debug, thiserror::Error)]
#[error("it is no SQLite database")]
struct NoDatabase;

/// How each file of SQLite begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// Whether a file that holds something holds something else than a database.
fn is_foreign(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head));
    read.is_ok() && !head.is_empty() && head != MAGIC
}

impl DriverError for rusqlite::Error {
    fn told(self) -> StoreError {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match self.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => StoreError::corrupt("the database file", self),
            _ => StoreError::unavailable("sqlite")(self.into()),
        }
    }
}

/// Opens the file for writing, with the schema in place. The folder and the lock are there already.
pub(super) fn writer(path: &Path) -> Result<Connection, StoreError> {
    if !is_in_memory(path) {
        private::make(path).map_err(|e| StoreError::unavailable("make the file")(e.into()))?;
    }
    let mut db = Connection::open(path)?;
    // SQLite takes a page that is cut short for whole, with zeros at its end. While there is a log, that may hold it.
    let length = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let page: u32 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    if length(Path::new(&log)) == 0 && is_foreign(path) {
        return Err(StoreError::corrupt("the database file", NoDatabase));
    }
    if length(Path::new(&log)) == 0 && !length(path).is_multiple_of(page.into()) {
        return Err(StoreError::corrupt("the database file", CutShort));
    }
    db.busy_timeout(BUSY)?;
    // Of a new file alone. A commit writes each page that it touched, whatever changed on it: half the usual size.
    db.pragma_update(None, "page_size", 2048)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // A commit returns when the log is on disk: what is acknowledged survives a power cut.
    db.pragma_update(None, "synchronous", "FULL")?;
    // What is deleted is overwritten, so that nothing of it can be found in the file.
    db.pragma_update(None, "secure_delete", true)?;
    // The log is 16 MiB before it is copied into the file: pages that change often are copied once for many times.
    db.pragma_update(None, "wal_autocheckpoint", 8192)?;
    // 16 MiB of pages, so that the rows of the sessions that are live need not be read for each sweep.
    db.pragma_update(None, "cache_size", -16 * 1024)?;
    migrate::bring_up_to_date(&mut db)?;
    // What was erased right before a crash may stand in the log still.
    empty_log(&db)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Copies the log into the file and cuts it off, so that nothing that was deleted is left in it. False while somebody
/// reads from it.
pub(super) fn empty_log(db: &Connection) -> Result<bool, StoreError> {
    let is_busy: i64 = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(is_busy == 0)
}

/// Connections that read.
#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), idle: Mutex::default() }
    }

    /// Runs `work` on a connection of its own, and breaks it off when nobody waits for it any more. Blocks.
    pub(super) fn with<T>(
        &self,
        gave_up: impl Fn() -> bool + Send + 'static,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut db = match idle {
            Some(db) => db,
            None => self.connect()?,
        };
        db.progress_handler(LOOK, Some(gave_up))?;
        let done = work(&db);
        db.progress_handler(0, None::<fn() -> bool>)?;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < READERS {
            idle.push(db);
        }
        done
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_URI, is_in_memory(&self.path));
        let db = Connection::open_with_flags(&self.path, flags)?;
        db.busy_timeout(BUSY)?;
        db.pragma_update(None, "query_only", true)?;
        list::add_functions(&db)?;
        db.set_prepared_statement_cache_capacity(32);
        Ok(db)
    }
}
