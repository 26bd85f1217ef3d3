//! The contract on SQLite, and what only this store promises.
#![allow(clippy::unwrap_used)]

use futures_util::TryStreamExt;

use super::*;
use crate::store::{
    Summaries as _, answer_contract,
    contract::{self, Add as _, StoreHarness},
    problems_contract, summary_contract,
};

struct File(tempfile::TempDir);

impl File {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("new/folder/pulse.db")
    }
}

impl StoreHarness for File {
    async fn open(&mut self) -> Arc<dyn Store> {
        SqliteStore::open(&self.path()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    contract::run(&mut File::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract_of_answers() {
    answer_contract::run(&mut File::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract_of_summaries() {
    summary_contract::run(&mut File::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract_of_problems() {
    problems_contract::run(&mut File::new()).await;
}

/// The writer hangs, as in an fsync that takes long. Reads answer all the same, and say what was acknowledged.
#[tokio::test(flavor = "multi_thread")]
async fn reads_do_not_wait_for_the_writer() {
    let file = File::new();
    let store = SqliteStore::open(&file.path()).unwrap();
    for seq in 0..3 {
        store.add(&contract::batch(1, "view-0001", seq, contract::all_kinds()), &contract::start(1)).await.unwrap();
    }
    let (hung, is_hung) = tokio::sync::oneshot::channel();
    let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
    let mut hung = Some(hung);
    let hang = store.writer.run("hang", move |_, _| {
        hung.take().unwrap().send(()).unwrap();
        goes_on.recv().unwrap();
        Ok(())
    });
    let reads = async {
        is_hung.await.unwrap();
        let id = contract::session(1);
        assert_eq!(store.session(&id).await.unwrap().unwrap().batches, 3);
        let batches: Vec<Batch> = store.batches(&id).try_collect().await.unwrap();
        let logs: Vec<_> = store.logs(vec![id.clone()], usize::MAX).try_collect().await.unwrap();
        assert_eq!((batches.len(), logs[0].batches.len()), (3, 3));
        store.sessions(&SessionFilter { limit: 10, ..SessionFilter::default() }).await.unwrap();
        store.changed(10).await.unwrap();
        store.buckets(0..i64::MAX).await.unwrap();
        let started = store.started(std::iter::once(0..i64::MAX).collect(), crate::store::PageMatch::All);
        assert_eq!(started.try_collect::<Vec<_>>().await.unwrap().len(), 1);
        go_on.send(()).unwrap();
    };
    let (hung, ()) = tokio::join!(hang, reads);
    hung.unwrap();
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_version_made_of_the_log_is_made_again() {
    let mut file = File::new();
    let store = file.open().await;
    store.add(&contract::batch(1, "view-0001", 0, contract::all_kinds()), &contract::start(1)).await.unwrap();
    contract::summarize(&*store, 1, &crate::model::Score { of_batches: 1, ..Default::default() }).await;
    store.close().await;
    drop(store);
    let db = Connection::open(file.path()).unwrap();
    db.execute("UPDATE ledger SET summaries = 99", []).unwrap();
    // And a set that a crash has left before it was published.
    db.execute("INSERT INTO sums VALUES (77, 'http://a.test/', '/', 0, 0, x'')", []).unwrap();
    let store = file.open().await;
    assert!(contract::changed(&*store, 1).await.is_some());
    assert_eq!(db.query_row("SELECT count(*) FROM sums", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    store.close().await;
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
    store.add(&batch, &contract::start(1)).await.unwrap();
    assert_eq!(store.expire(i64::MAX, 10).await.unwrap(), 1);
    let db = Connection::open(file.path()).unwrap();
    for table in ["sessions", "session_pages", "pages", "views", "batches", "sums"] {
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
    store.add(&batch, &contract::start(1)).await.unwrap();
    assert_eq!(db.query_row("SELECT count(*) FROM batches", [], |row| row.get::<_, i64>(0)).unwrap(), 1);
    store.close().await;
}

/// The path of a new file, and a store on it that holds two batches of session 1, of which the tables know nothing yet.
async fn left_by_a_crash(file: &mut File) {
    let store = SqliteStore::open(&file.path()).unwrap();
    store.add(&contract::batch(1, "view-0001", 0, contract::all_kinds()), &contract::start(1)).await.unwrap();
    store.add(&contract::batch(1, "view-0001", 1, contract::all_kinds()), &contract::start(1)).await.unwrap();
    // Not closed: the thread ends without bringing the tables up to date.
    let ended = store.writer.ended().await;
    drop(store);
    ended.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_uncounted_is_counted_when_the_file_is_opened() {
    let mut file = File::new();
    left_by_a_crash(&mut file).await;
    let raw = Connection::open(file.path()).unwrap();
    let batches = || raw.query_row("SELECT batches FROM sessions", [], |row| row.get::<_, u32>(0)).unwrap();
    assert!(batches() < 2, "the test is blind: everything is counted already");

    let store = file.open().await;
    let again = contract::batch(1, "view-0001", 1, contract::all_kinds());
    assert_eq!(store.add(&again, &contract::start(1)).await.unwrap(), Appended::Duplicate);
    let session = store.session(&contract::session(1)).await.unwrap().unwrap();
    let mut recount = contract::batch(1, "view-0001", 0, contract::all_kinds()).counts();
    recount.add(recount);
    assert_eq!((session.batches, session.counts), (2, recount));
    contract::eventually("the row is up to date", async || (batches() == 2).then_some(())).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_forgotten_when_there_is_room() {
    let file = File::new();
    let store = SqliteStore::open(&file.path()).unwrap();
    let pages = async |most: i64| {
        let set = move |_: &mut Ledger, db: &Connection| Ok(db.pragma_update(None, "max_page_count", most)?);
        store.writer.run("limit", set).await.unwrap();
    };
    store.add(&contract::batch(1, "view-0001", 0, contract::all_kinds()), &contract::start(1)).await.unwrap();
    pages(1).await;
    let mut seq = 1;
    let full = loop {
        let batch = contract::batch(1, "view-0001", seq, contract::all_kinds());
        match store.add(&batch, &contract::start(1)).await {
            Ok(Appended::Stored) => seq += 1,
            Ok(Appended::Duplicate) => panic!("batch {seq} is new"),
            Err(error) => break error,
        }
        assert!(seq < 1000, "the file does not fill up");
    };
    assert!(matches!(full, StoreError::Unavailable { .. }), "{full}");
    pages(1_000_000).await;
    // The same batch again: what failed left no trace that would make it pass for a repeat.
    let batch = contract::batch(1, "view-0001", seq, contract::all_kinds());
    assert_eq!(store.add(&batch, &contract::start(1)).await.unwrap(), Appended::Stored);
    let session = store.session(&contract::session(1)).await.unwrap().unwrap();
    assert_eq!(session.batches, seq + 1);
    let stored: Vec<Batch> = store.batches(&contract::session(1)).try_collect().await.unwrap();
    assert_eq!(stored.len() as u32, seq + 1);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_batch_is_noticed_and_can_be_deleted() {
    let mut file = File::new();
    left_by_a_crash(&mut file).await;
    let db = Connection::open(file.path()).unwrap();
    db.execute(
        "UPDATE batches SET body = CAST(x'00' || substr(body, 2) AS BLOB) WHERE id = 2 AND substr(body, 1, 1) <> x'00'",
        [],
    )
    .unwrap();
    let changed = db.changes();
    let store = file.open().await;
    let read: Result<Vec<Batch>, _> = store.batches(&contract::session(1)).try_collect().await;
    // Behind the altered batch that is not counted, the one before it is read as the last.
    assert_eq!((changed, read.unwrap().len()), (1, 1));
    db.execute("UPDATE batches SET body = substr(body, 2) WHERE id = 1", []).unwrap();
    let read: Result<Vec<Batch>, _> = store.batches(&contract::session(1)).try_collect().await;
    assert!(matches!(read, Err(StoreError::Corrupt { .. })), "{read:?}");

    assert_eq!(store.expire(i64::MAX, 10).await.unwrap(), 1);
    assert_eq!(db.query_row("SELECT count(*) FROM batches", [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_equal_a_recount_however_often_they_are_swept() {
    let mut file = File::new();
    let store = file.open().await;
    let mut expected = std::collections::HashMap::new();
    for n in 0..400_u32 {
        let session = n % 7 + 1;
        let batch = contract::batch(session, ["view-0001", "view-0002"][n as usize % 2], n, contract::all_kinds());
        store.add(&batch, &contract::start(session)).await.unwrap();
        *expected.entry(session).or_insert(0) += 1;
        if n % 50 == 0 {
            store.sessions(&SessionFilter { limit: 10, ..SessionFilter::default() }).await.unwrap();
        }
    }
    for (session, batches) in expected {
        let known = store.session(&contract::session(session)).await.unwrap().unwrap();
        let stored: Vec<Batch> = store.batches(&contract::session(session)).try_collect().await.unwrap();
        assert_eq!((known.batches, stored.len()), (batches, batches as usize));
        assert_eq!(known.counts.click, 2 * u64::from(batches));
        // In the order of the log, each with what the one before it said.
        assert!(stored.is_sorted_by_key(|batch| batch.id().seq));
        assert!(stored.iter().all(|batch| batch.title() == Some("Halo — ünïcode")));
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_nobody_waits_for_any_more_ends() {
    let mut folder = File::new();
    drop(folder.open().await);
    let store = SqliteStore::open(&folder.path()).unwrap();
    let (end, ended) = tokio::sync::oneshot::channel();
    let endless = store.read("count", move |db| {
        let count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
        let counted = db.query_row(count, [], |row| row.get::<_, i64>(0));
        end.send(counted.is_err()).unwrap();
        Ok(counted?)
    });
    let wait = std::time::Duration::from_millis;
    assert!(tokio::time::timeout(wait(100), endless).await.is_err());
    assert!(tokio::time::timeout(wait(10_000), ended).await.unwrap().unwrap());
    // The connection is as good as new.
    assert_eq!(store.sessions(&SessionFilter { limit: 1, ..SessionFilter::default() }).await.unwrap().total, 0);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_from_indexes_alone() {
    let mut file = File::new();
    let store = file.open().await;
    let db = Connection::open(file.path()).unwrap();
    for (order, index) in
        [("last_seen", "sessions_recent"), ("started_at", "sessions_started"), ("frustration", "sessions_frustration")]
    {
        let list = format!(
            "EXPLAIN QUERY PLAN SELECT s.id FROM sessions s INDEXED BY {index}
             WHERE s.device = 'mobile' AND s.rage > 0 AND s.errors = 0 AND s.frustration >= 5 AND s.started_at < 9
             ORDER BY s.{order} DESC, s.session_id LIMIT 9"
        );
        let mut plan = db.prepare(&list).unwrap();
        let plan: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert!(plan[0].contains(&format!("USING COVERING INDEX {index}")), "{plan:?}");
    }
    store.close().await;
}
