//! The contract on a real MongoDB, and what only this store promises. `$MONGOD` names the server's program;
//! `cargo xtask test` gets one.
#![allow(clippy::unwrap_used)]

mod faults;
mod lists;
mod live;
mod protocol;
mod summaries;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use futures_util::TryStreamExt;
use mongodb::bson::{self, DateTime};
use pulse_test_util::mongod::TestMongod;

use super::*;
use crate::{
    model::{Counts, Score},
    store::{
        Changed, SessionLog, SessionSummary, Summaries, Totals as ExactTotals, answer_contract,
        contract::{self, Add as _, StoreHarness},
        problems_contract, summary_contract,
    },
};

/// A server for one test.
struct Mongod(TestMongod);

impl Mongod {
    async fn start() -> Self {
        Self(TestMongod::start().await.unwrap())
    }

    /// As a replica set of one.
    async fn start_replica_set() -> Self {
        Self(TestMongod::start_replica_set().await.unwrap())
    }

    fn uri(&self) -> String {
        self.0.uri()
    }

    async fn connect(&self) -> MongoStore {
        self.connect_within(Duration::from_secs(20)).await
    }

    async fn connect_within(&self, store_call: Duration) -> MongoStore {
        MongoStore::open(&self.uri(), &Limits { store_call, ..Limits::default() }).await.unwrap()
    }
}

/// A clock that stands until it is told to go on.
#[derive(Clone)]
struct TestClock(Arc<AtomicI64>);

impl TestClock {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_800_000_000_000)))
    }

    fn advance(&self, ms: Millis) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    fn clock(&self) -> Clock {
        let Self(now) = self.clone();
        Clock::new(move || now.load(Ordering::Relaxed))
    }
}

impl Mongod {
    async fn connect_at(&self, clock: &TestClock) -> MongoStore {
        let limits = Limits { store_call: Duration::from_secs(20), ..Limits::default() };
        MongoStore::open_with(&self.uri(), None, &limits, clock.clock()).await.unwrap()
    }
}

impl MongoStore {
    /// Dies: what it has not written is lost.
    async fn die(&self) {
        for task in self.background.tasks.lock().await.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }

    /// Makes the summaries that are due, and says how many there were.
    async fn summarize(&self) -> usize {
        let due = self.changed(1000).await.unwrap();
        let summaries = self.fold(&due).await;
        self.put_summaries(summaries).await.unwrap();
        due.len()
    }

    /// The summaries of some sessions.
    async fn fold(&self, due: &[Changed]) -> Vec<(Changed, SessionSummary)> {
        let ids = due.iter().map(|changed| changed.id.clone()).collect();
        fold(due, self.logs(ids, usize::MAX).try_collect().await.unwrap())
    }

    /// What the totals of a session and its batches do not agree on.
    async fn difference(&self, n: u32) -> Option<String> {
        let session = self.session(&contract::session(n)).await.unwrap();
        let batches: Vec<Batch> = Store::batches(self, &contract::session(n)).try_collect().await.unwrap();
        let mut recount = Counts::default();
        batches.iter().for_each(|batch| recount.add(batch.counts()));
        let totals = session.map_or_else(Default::default, |session| (session.batches as usize, session.counts));
        let exact = totals == (batches.len(), recount);
        (!exact).then(|| format!("session {n}: {totals:?} of {} batches, {recount:?}", batches.len()))
    }

    /// Waits until the totals of a session are what its batches add up to, while summaries are made.
    async fn are_exact(&self, n: u32) {
        contract::eventually(&format!("the totals of session {n} are exact"), async || {
            self.summarize().await;
            self.difference(n).await.is_none().then_some(())
        })
        .await;
    }
}

/// Summaries as the engine makes them.
fn fold(due: &[Changed], logs: Vec<SessionLog>) -> Vec<(Changed, SessionSummary)> {
    let summary = |log: SessionLog| {
        let mut totals = ExactTotals { batches: log.batches.len() as u32, ..ExactTotals::default() };
        log.batches.iter().for_each(|batch| totals.counts.add(batch.counts()));
        let score = Score { of_batches: totals.batches, ..Score::default() };
        let changed = due.iter().find(|changed| changed.id == log.id).unwrap().clone();
        (changed, SessionSummary { score, totals: Some(totals) })
    };
    logs.into_iter().map(summary).collect()
}

impl StoreHarness for Mongod {
    async fn open(&mut self) -> Arc<dyn Store> {
        Arc::new(self.connect().await)
    }

    async fn age(&self, ids: &[SessionId]) {
        let store = self.connect().await;
        let ids: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let age = doc! { "$set": { "hold_until": DateTime::from_millis(0) } };
        store.work.data.sessions.update_many(doc! { "_id": { "$in": ids } }, age).await.unwrap();
        store.close().await;
    }
}

/// A server whose stores have a clock that stands: no hold passes, however slow the tests are.
struct Standing(Mongod, TestClock);

impl StoreHarness for Standing {
    async fn open(&mut self) -> Arc<dyn Store> {
        Arc::new(self.0.connect_at(&self.1).await)
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn mongodb_keeps_the_contract_of_answers() {
    answer_contract::run(&mut Mongod::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn mongodb_keeps_the_contract_of_summaries() {
    summary_contract::run(&mut Standing(Mongod::start().await, TestClock::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn mongodb_keeps_the_contract_of_problems() {
    problems_contract::run(&mut Mongod::start().await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn mongodb_keeps_the_contract() {
    let mut server = Mongod::start().await;
    contract::run(&mut server).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn the_view_reads_as_one_document_per_event_and_uses_the_index() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    let parts = contract::batch(1, "view-0001", 0, Vec::new()).into_parts();
    let at = |offset: i64, kind| crate::model::Event { timestamp: 1_800_000_000_000 + offset, kind };
    let moved = crate::model::MouseMove { x: 3.0, y: 4.0 };
    let click = crate::model::Click { x: 5.5, y: 6.0, ..Default::default() };
    let events = vec![
        at(0, crate::model::EventKind::MouseMove(moved)),
        at(50, crate::model::EventKind::MouseMove(moved)),
        at(70, crate::model::EventKind::Click(click)),
    ];
    let batch = Batch::new(crate::model::BatchParts { events, ..parts });
    store.add(&batch, &contract::start(1)).await.unwrap();

    let view = store.work.data.database.collection::<Document>("events");
    let found: Vec<Document> =
        view.find(doc! { "session_id": "session-0001" }).await.unwrap().try_collect().await.unwrap();
    let time = |offset: i64| DateTime::from_millis(1_800_000_000_000 + offset);
    assert_eq!(
        found,
        [
            doc! { "session_id": "session-0001", "type": "mousemove", "timestamp": time(0), "data": { "x": 3, "y": 4 } },
            doc! { "session_id": "session-0001", "type": "mousemove", "timestamp": time(50), "data": { "x": 3, "y": 4 } },
            doc! { "session_id": "session-0001", "type": "click", "timestamp": time(70),
            "data": { "x": 5.5, "y": 6_i64, "button": 0_i32 } },
        ]
    );

    let explain = doc! { "explain": {
        "find": "events", "filter": { "session_id": "session-0001", "type": "click" },
    }, "verbosity": "queryPlanner" };
    let plan = store.work.data.database.run_command(explain).await.unwrap().to_string();
    assert!(plan.contains("IXSCAN") && !plan.contains("COLLSCAN"), "{plan}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_view_of_an_older_version_is_brought_up_to_date() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    assert!(setup::is_current(&store.work.data).await.unwrap());
    let older = doc! { "collMod": "events", "viewOn": "event_batches", "pipeline": [] };
    store.work.data.database.run_command(older).await.unwrap();
    assert!(!setup::is_current(&store.work.data).await.unwrap());
    store.close().await;
    let store = server.connect().await;
    assert!(setup::is_current(&store.work.data).await.unwrap());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    let database = store.work.data.database.clone();
    let meta = database.collection::<Document>("meta");
    assert_eq!(
        meta.find_one(doc! {}).await.unwrap().unwrap(),
        doc! { "_id": "pulse", "schema": 1_i64, "summaries": crate::store::SUMMARY_VERSION }
    );
    meta.update_one(doc! {}, doc! { "$set": { "schema": 2_i64 } }).await.unwrap();
    database.collection::<Document>("events").drop().await.unwrap();
    let error = MongoStore::open(&server.uri(), &Limits::default()).await.unwrap_err();
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert!(why.contains("newer version of Pulse") && why.contains("schema is 2"), "{why}");
    assert!(!database.list_collection_names().await.unwrap().contains(&"events".to_owned()));
    store.close().await;
    assert!(meta.find_one(doc! {}).await.is_err(), "what was closed is not asked any more");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn summaries_of_another_version_are_made_again() {
    let (server, clock) = (Mongod::start().await, TestClock::new());
    let store = server.connect_at(&clock).await;
    store.add(&contract::batch(1, "view-0001", 0, contract::all_kinds()), &contract::start(1)).await.unwrap();
    store.work.flush().await.unwrap();
    store.summarize().await;
    assert!(store.changed(10).await.unwrap().is_empty());
    store.close().await;
    let store = server.connect_at(&clock).await;
    assert!(store.changed(10).await.unwrap().is_empty(), "of this version");
    let meta = store.work.data.database.collection::<Document>("meta");
    meta.update_one(doc! {}, doc! { "$inc": { "summaries": -1_i64 } }).await.unwrap();
    store.close().await;
    let store = server.connect_at(&clock).await;
    assert_eq!(store.changed(10).await.unwrap().len(), 1);
    assert_eq!(store.session(&contract::session(1)).await.unwrap().unwrap().score, Score::default());
    store.close().await;
}

#[tokio::test]
async fn durability_is_not_inherited_from_the_uri() {
    let mut options = ClientOptions::parse("mongodb://127.0.0.1/?w=1&journal=false").await.unwrap();
    setup::configure(&mut options, &Limits::default());
    let concern = options.write_concern.unwrap();
    assert_eq!((concern.w, concern.journal), (Some(mongodb::options::Acknowledgment::Majority), Some(true)));
}

#[tokio::test]
async fn what_is_wrong_with_a_uri_is_said_without_its_parts() {
    for (uri, wrong) in [
        ("mongodb://127.0.0.1:99999/pulse", BadUri::Port),
        ("mongodb://someone:example-password", BadUri::Port),
        ("mongodb+srv://db.test:27017/pulse", BadUri::Srv),
        ("mongodb://someone:p@ss:w@127.0.0.1/pulse", BadUri::Form),
        ("mongodb://127.0.0.1/?maxPoolSize=many", BadUri::Options),
        ("mongodb://127.0.0.1/?w=1&w=2", BadUri::Options),
    ] {
        assert_eq!(BadUri::new(&ClientOptions::parse(uri).await.unwrap_err()), wrong, "{uri}");
    }
}

#[tokio::test]
async fn credentials_are_not_shown() {
    let limits = Limits { store_call: Duration::from_millis(600), ..Limits::default() };
    for uri in [
        "mongodb://someone:example-password@127.0.0.1:9/?directConnection=true",
        "mongodb://someone:example-password?x@127.0.0.1:9/db",
        "mongodb://someone:example-password/x@127.0.0.1:9/db",
        "mongodb://127.0.0.1:9/?authMechanism=example-password",
    ] {
        let error = MongoStore::open(uri, &limits).await.unwrap_err();
        let mut said = format!("{error} {error:?}");
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            said.push_str(&next.to_string());
            cause = next.source();
        }
        assert!(!said.contains("example-password"), "{said}");
    }
}
