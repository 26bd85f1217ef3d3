//! Crashes, several servers, and erasures, at the seams of the protocol of `update` and `sums`.

use std::collections::BTreeSet;

use super::{super::update::HOLD_MS, *};
use crate::store::{Bucket, PageMatch, SumsQuery, SumsRow};

fn batch(n: u32, seq: u32) -> Batch {
    contract::batch(n, "view-0001", seq, contract::all_kinds())
}

impl MongoStore {
    async fn store(&self, n: u32, seq: u32) {
        self.add(&batch(n, seq), &contract::start(n)).await.unwrap();
    }

    async fn batches_counted(&self, n: u32) -> u32 {
        self.session(&contract::session(n)).await.unwrap().unwrap().batches
    }

    async fn ids_changed(&self) -> BTreeSet<SessionId> {
        self.changed(1000).await.unwrap().into_iter().map(|changed| changed.id).collect()
    }

    /// The collections that hold a document with this text.
    async fn holding(&self, text: &str) -> Vec<String> {
        let mut holding = Vec::new();
        for name in self.work.data.database.list_collection_names().await.unwrap() {
            if name.starts_with("system.") {
                continue;
            }
            let all = self.work.data.database.collection::<Document>(&name).find(doc! {}).await.unwrap();
            let all: Vec<Document> = all.try_collect().await.unwrap();
            let has = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part == text.as_bytes());
            if all.iter().any(|document| has(&bson::serialize_to_vec(document).unwrap())) {
                holding.push(name);
            }
        }
        holding.sort();
        holding
    }

    async fn state(&self, bucket: Bucket) -> crate::store::BucketState {
        let states = self.buckets(bucket.span()).await.unwrap();
        states.into_iter().find(|state| state.bucket == bucket).unwrap()
    }

    async fn set_with(&self, bucket: Bucket, text: &str) -> crate::store::SetId {
        let set = self.begin_sums(bucket).await.unwrap();
        let row = SumsRow { page: text.into(), part: 0, layer: 1, body: text.into() };
        self.add_sums(&set, vec![row]).await.unwrap();
        set
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_damaged_batch_takes_its_own_session_out_of_the_logs_and_no_other() {
    use futures_util::StreamExt as _;

    let server = Mongod::start().await;
    let store = server.connect().await;
    for n in 1..=4 {
        store.store(n, 0).await;
        store.store(n, 1).await;
    }
    let damage = bson::doc! { "$set": { "events": "none" } };
    for (n, seq) in [(2, 1), (3, 0)] {
        let of = bson::doc! { "session_id": contract::session(n).as_str(), "_id.n": seq };
        let damaged = store.work.data.batches.update_one(of, damage.clone()).await.unwrap();
        assert_eq!(damaged.modified_count, 1);
    }
    let ids = (1..=4).map(contract::session).collect();
    let logs: Vec<_> = store.logs(ids, usize::MAX).collect().await;
    let mut read = Vec::new();
    for log in logs {
        match log {
            Ok(log) => read.push(Some((log.id, log.batches.len()))),
            Err(error) => {
                assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
                read.push(None);
            }
        }
    }
    assert_eq!(read, [Some((contract::session(1), 2)), None, None, Some((contract::session(4), 2))]);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn what_a_server_stored_before_it_died_is_counted_when_its_hold_has_passed() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let (dying, other) = (server.connect_at(&clock).await, server.connect_at(&clock).await);
    dying.die().await;
    other.die().await;
    // As in the table of `update`: two batches are added and summarized, and a third is only stored.
    dying.store(1, 0).await;
    dying.store(1, 1).await;
    assert!(other.ids_changed().await.is_empty(), "not before its sums are added, or its hold has passed");
    clock.advance(500);
    dying.work.flush().await.unwrap();
    clock.advance(500);
    assert_eq!(other.summarize().await, 1);
    assert!(other.ids_changed().await.is_empty());
    clock.advance(1000);
    dying.store(1, 2).await;
    // A session that nobody else knows of.
    dying.store(2, 0).await;
    drop(dying);
    assert_eq!((other.batches_counted(1).await, other.batches_counted(2).await), (2, 0));
    clock.advance(6499);
    assert!(other.ids_changed().await.is_empty(), "the hold lasts");
    clock.advance(1);
    assert_eq!(other.summarize().await, 1, "the hold is over");
    assert_eq!(other.batches_counted(1).await, 3);
    clock.advance(1500);
    assert_eq!(other.summarize().await, 1);
    for n in [1, 2] {
        assert_eq!(other.difference(n).await, None);
    }
    clock.advance(HOLD_MS);
    assert!(other.ids_changed().await.is_empty(), "that was the last summary");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn servers_share_the_work_and_take_over_from_one_that_died() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let stores = [server.connect_at(&clock).await, server.connect_at(&clock).await, server.connect_at(&clock).await];
    for n in 0..60 {
        stores[n as usize % 3].store(n, 0).await;
    }
    let meet = async |stores: &[MongoStore]| {
        for _ in 0..2 {
            for store in stores {
                store.work.servers.join(&store.work.data).await.unwrap();
                store.work.servers.meet(&store.work.data).await.unwrap();
            }
        }
    };
    for store in &stores {
        store.work.flush().await.unwrap();
    }
    let all: BTreeSet<SessionId> = (0..60).map(contract::session).collect();
    meet(&stores).await;
    let mut parts = Vec::new();
    for store in &stores {
        parts.push(store.ids_changed().await);
    }
    assert!(parts.iter().all(|part| part.len() > 5), "{parts:?}");
    assert_eq!(parts.iter().map(BTreeSet::len).sum::<usize>(), 60);
    assert_eq!(parts.iter().flatten().cloned().collect::<BTreeSet<_>>(), all);

    // One dies, and the others notice after six seconds; one leaves, and the last one notices at once.
    let [dead, leaving, last] = stores;
    dead.die().await;
    clock.advance(6_000);
    let rest = [leaving, last];
    meet(&rest).await;
    let [leaving, last] = rest;
    let (some, others) = (leaving.ids_changed().await, last.ids_changed().await);
    assert!(some.is_disjoint(&others));
    assert_eq!(&some | &others, all);
    leaving.close().await;
    last.work.servers.meet(&last.work.data).await.unwrap();
    assert_eq!(last.ids_changed().await, all);
    last.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_summary_and_an_addition_that_overtake_each_other_count_nothing_twice() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let store = server.connect_at(&clock).await;
    store.die().await;
    store.store(1, 0).await;
    store.work.flush().await.unwrap();
    // The log is read, then a batch is stored and added, then the summary is put.
    let due = store.changed(10).await.unwrap();
    let summaries = store.fold(&due).await;
    store.store(1, 1).await;
    store.work.flush().await.unwrap();
    store.put_summaries(summaries).await.unwrap();
    assert_eq!(store.difference(1).await, None, "the totals are newer than the summary");
    assert_eq!(store.ids_changed().await.len(), 1, "and the summary has to be made again");
    // A batch is stored, found by the summary, and added after it.
    store.store(1, 2).await;
    assert_eq!(store.summarize().await, 1);
    assert_eq!(store.batches_counted(1).await, 2, "it is still to be added");
    store.work.flush().await.unwrap();
    assert_eq!(store.difference(1).await, None);
    // An answer was lost, and the same sums are added again.
    store.work.active.add(&contract::session(1), Totals::of(&batch(1, 0)));
    store.work.flush().await.unwrap();
    assert_eq!(store.batches_counted(1).await, 4);
    assert_eq!(store.summarize().await, 1);
    assert_eq!(store.difference(1).await, None);
    // The hold passes, and a batch is announced between the last listing and its summary.
    clock.advance(HOLD_MS);
    let due = store.changed(10).await.unwrap();
    let summaries = store.fold(&due).await;
    store.store(1, 3).await;
    store.put_summaries(summaries).await.unwrap();
    clock.advance(HOLD_MS);
    assert_eq!(store.summarize().await, 1, "that summary was not the last");
    assert_eq!(store.batches_counted(1).await, 4);
    store.work.flush().await.unwrap();
    clock.advance(HOLD_MS);
    store.summarize().await;
    assert_eq!(store.difference(1).await, None);
    assert!(store.ids_changed().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn an_erasure_leaves_no_text_in_any_collection() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let store = server.connect_at(&clock).await;
    store.die().await;
    let secret = "http://shop.test/secret";
    let hour = 60 * 60 * 1000;
    let late = 1_800_000_000_000 + hour;
    let append = async |seq, at| {
        let parts = contract::batch(1, "view-0001", seq, Vec::new()).into_parts();
        let parts = crate::model::BatchParts { page_url: Some(secret.into()), received_at: at, ..parts };
        let start = SessionStart { started_at: at, page_url: secret.into(), ..contract::start(1) };
        store.add(&Batch::new(parts), &start).await.unwrap();
        store.work.flush().await.unwrap();
    };
    // It is counted in one hour, and then in another: a batch of before came late.
    append(0, late).await;
    store.summarize().await;
    let (first, second) = (Bucket::hour_of(late), Bucket::hour_of(late - hour));
    let set = store.set_with(first, secret).await;
    assert!(store.publish_sums(set, &store.state(first).await).await.unwrap());
    append(1, late - hour).await;
    let moved = &store.changed(1).await.unwrap()[0];
    assert_eq!(moved.started_at, late - hour);
    store.summarize().await;
    assert!(store.state(first).await.sums.is_none(), "the hour that it has left has no sums");
    let (day, seen) = (Bucket::day_of(late), store.state(second).await);
    for bucket in [second, day] {
        let set = store.set_with(bucket, secret).await;
        assert!(store.publish_sums(set, &store.state(bucket).await).await.unwrap());
    }
    let begun = store.set_with(second, secret).await;
    assert_eq!(store.holding(secret).await, ["event_batches", "sessions", "sums"]);
    assert_eq!(Store::erase(&store, &[contract::session(1)]).await.unwrap(), 1);
    let seen = crate::store::BucketState { changes: seen.changes + 1000, ..seen };
    assert!(!store.publish_sums(begun, &seen).await.unwrap(), "it may have read the session");
    assert_eq!(store.holding(secret).await, [""; 0]);
    for bucket in [second, day] {
        assert!(store.state(bucket).await.sums.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_batch_of_an_erased_session_is_deleted_also_when_its_server_has_died() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let (erasing, dying) = (server.connect_at(&clock).await, server.connect_at(&clock).await);
    erasing.die().await;
    dying.die().await;
    dying.store(1, 0).await;
    dying.work.flush().await.unwrap();
    assert_eq!(Store::erase(&erasing, &[contract::session(1)]).await.unwrap(), 1);
    // It believes the session to be there.
    dying.store(1, 1).await;
    let stored = async || erasing.work.data.batches.count_documents(doc! {}).await.unwrap();
    assert_eq!(stored().await, 1);
    drop(dying);
    erasing.work.clear_erased().await.unwrap();
    assert_eq!(stored().await, 1, "not yet");
    clock.advance(HOLD_MS);
    erasing.work.clear_erased().await.unwrap();
    assert_eq!(stored().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn rows_that_no_bucket_names_are_swept_after_ten_minutes() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let store = server.connect_at(&clock).await;
    store.die().await;
    store.store(1, 0).await;
    store.work.flush().await.unwrap();
    store.summarize().await;
    let bucket = Bucket::day_of(contract::start(1).started_at);
    let named = store.set_with(bucket, "named").await;
    assert!(store.publish_sums(named.clone(), &store.state(bucket).await).await.unwrap());
    let left = store.set_with(bucket, "left by a crash").await;
    let late = store.set_with(bucket, "began too early").await;
    clock.advance(10 * 60 * 1000);
    let making = store.set_with(bucket, "in the making").await;
    let texts = async || {
        let sets = vec![named.clone(), left.clone(), late.clone(), making.clone()];
        let query = SumsQuery { sets, page: PageMatch::All, parts: None, layers: vec![1] };
        let rows: Vec<_> = store.sums(query).try_collect().await.unwrap();
        rows.into_iter().map(|(_, row)| row.page).collect::<Vec<_>>()
    };
    store.work.data.sweep().await.unwrap();
    assert_eq!(texts().await.len(), 4, "a minute of them is too young by the second");
    let seen = store.state(bucket).await;
    let seen = crate::store::BucketState { changes: seen.changes + 1, ..seen };
    assert!(!store.publish_sums(late.clone(), &seen).await.unwrap(), "its rows may be swept at any moment");
    clock.advance(1000);
    store.work.data.sweep().await.unwrap();
    assert_eq!(texts().await, ["in the making", "named"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn the_pages_of_a_session_are_bounded_however_often_it_is_announced() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let store = server.connect_at(&clock).await;
    store.die().await;
    for round in 0..6 {
        let pages: Vec<String> = (0..90).map(|n| format!("http://many.test/{round}/{n}")).collect();
        store.append(&batch(1, round), &pages, &contract::start(1)).await.unwrap();
        clock.advance(HOLD_MS);
    }
    let session = store.session(&contract::session(1)).await.unwrap().unwrap();
    assert_eq!(session.pages.len(), 270, "those of the batch that passes 200 are named, and no more");
    store.work.flush().await.unwrap();
    assert_eq!(store.difference(1).await, None);
}
