//! Segments on SQLite, and what only this store promises of them.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use crate::{
    model::Score,
    store::{
        Member, Rollups, SqliteStore, Store,
        contract::{self, Add as _},
        day_of,
        rollup_contract::{self, Bench},
    },
};

#[derive(Default)]
struct File(Option<tempfile::TempDir>);

impl File {
    fn again(&self) -> [Arc<dyn Store>; 2] {
        let store = Arc::new(SqliteStore::open(&self.0.as_ref().unwrap().path().join("pulse.db")).unwrap());
        [store.clone(), store]
    }
}

impl Bench for File {
    async fn open(&mut self) -> [Arc<dyn Store>; 2] {
        self.0 = Some(tempfile::tempdir().unwrap());
        self.again()
    }

    async fn restart(&mut self, stores: &mut [Arc<dyn Store>; 2], which: usize) {
        if which == 0 {
            stores[0].close().await;
        }
        *stores = self.again();
    }

    /// Readers see to it themselves.
    async fn settle(&self) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn segments_live_and_die_in_sqlite() {
    rollup_contract::the_life_of_a_segment(&mut File::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_in_sqlite_are_those_of_the_events_whatever_happens() {
    rollup_contract::whatever_happens(&mut File::default(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_in_sqlite_are_those_of_the_events_while_everything_happens_at_once() {
    rollup_contract::while_everything_happens_at_once(&mut File::default(), Duration::from_secs(4)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sums_of_version_3_are_made_anew() {
    let mut file = File::default();
    let [store, _] = file.open().await;
    let start = contract::start(0);
    store.add(&contract::batch(0, "view-0001", 0, contract::all_kinds()), &start).await.unwrap();
    store.put_score(&start.session_id, &Score { of_batches: 1, ..Score::default() }).await.unwrap();
    let ready = store.unrolled(i64::MAX, 10).await.unwrap();
    let day = day_of(ready[0].start.started_at);
    assert!(store.put_segment(day, &[Member::from(&ready[0])], Vec::new()).await.unwrap());
    assert_eq!((store.segments().await.unwrap().len(), store.unrolled(i64::MAX, 10).await.unwrap().len()), (1, 0));
    store.close().await;
    let db = rusqlite::Connection::open(file.0.as_ref().unwrap().path().join("pulse.db")).unwrap();
    db.pragma_update(None, "user_version", 3).unwrap();
    drop(db);
    let [store, _] = file.again();
    assert_eq!((store.segments().await.unwrap().len(), store.unrolled(i64::MAX, 10).await.unwrap().len()), (0, 1));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_version_2_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pulse.db");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(include_str!("../v2.sql")).unwrap();
    db.execute_batch(
        "PRAGMA user_version = 2;
         INSERT INTO sessions (session_id, started_at, last_seen, page_url, device, batches, scored_batches)
         VALUES ('session-0001', 1000, 1050, 'http://a.test/', 'desktop', 2, 2);",
    )
    .unwrap();
    drop(db);
    let store = SqliteStore::open(&path).unwrap();
    let ready = store.unrolled(i64::MAX, 10).await.unwrap();
    assert_eq!(ready.iter().map(Member::from).map(|member| member.batches).collect::<Vec<_>>(), [2]);
    assert!(store.put_segment(0, &[Member::from(&ready[0])], Vec::new()).await.unwrap());
    assert!(store.unrolled(i64::MAX, 10).await.unwrap().is_empty());
    store.close().await;
}
