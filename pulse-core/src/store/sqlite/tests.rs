//! The contract on SQLite, and what only this store promises.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::store::contract::{self, Bench};

struct File(tempfile::TempDir);

impl File {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("new/folder/pulse.db")
    }
}

impl Bench for File {
    async fn open(&mut self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&self.path()).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    contract::run(&mut File::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_says_so() {
    let mut file = File::new();
    let store = file.open().await;
    store.close().await;
    assert!(matches!(store.check().await, Err(StoreError::Unavailable { .. })));
    store.close().await;
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(&text, "not a database, and long enough to tell ".repeat(50)).unwrap();
    assert!(matches!(SqliteStore::open(&text), Err(StoreError::Corrupt { .. })));

    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE theirs (id INTEGER)").unwrap();
    assert!(matches!(SqliteStore::open(&foreign), Err(StoreError::Corrupt { .. })));

    let newer = folder.path().join("newer.db");
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert!(matches!(SqliteStore::open(&newer), Err(StoreError::Corrupt { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_deleted_session_is_left_in_the_file() {
    let mut file = File::new();
    let store = file.open().await;
    let parts = contract::batch(1, "view-0001", 0, Vec::new()).into_parts();
    let secret = |what: &str| Some(format!("http://a.test/patient/Jane-Doe-{what}"));
    let batch = Batch::new(crate::model::BatchParts { page_url: secret("page"), title: secret("title"), ..parts });
    store.append(&batch, &contract::start(1)).await.unwrap();
    assert_eq!(store.expire(i64::MAX, 10).await.unwrap(), 1);
    let db = Connection::open(file.path()).unwrap();
    for table in ["sessions", "session_pages", "pages", "views", "batches"] {
        let rows: i64 = db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    drop(db);
    store.close().await;
    drop(store);
    let bytes = std::fs::read(file.path()).unwrap();
    assert!(!bytes.windows(8).any(|part| part == b"Jane-Doe"));
}

#[tokio::test]
async fn a_database_in_memory_is_refused() {
    for address in ["sqlite::memory:", "sqlite:file:x?mode=memory", "sqlite:"] {
        assert!(crate::store::open(address, &crate::Limits::default()).await.is_err(), "{address}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_reach_the_disk_before_the_answer() {
    let mut file = File::new();
    let store = file.open().await;
    let db = Connection::open(file.path()).unwrap();
    let mode: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    // Another connection sees a batch as soon as it is answered.
    let batch = contract::batch(1, "view-0001", 0, Vec::new());
    store.append(&batch, &contract::start(1)).await.unwrap();
    assert_eq!(db.query_row("SELECT count(*) FROM batches", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    store.close().await;
}
