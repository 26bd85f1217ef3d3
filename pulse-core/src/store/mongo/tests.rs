//! The contract on a real MongoDB, and what only this store promises. `$MONGOD` names the server's program;
//! `cargo xtask test` gets one.
#![allow(clippy::unwrap_used)]

mod faults;
mod lists;
mod live;
mod rollup;
mod totals;

use std::sync::Arc;

use futures_util::TryStreamExt;
use mongodb::bson::{self, DateTime};
use pulse_test_util::mongod::TestMongod;

use super::*;
use crate::store::contract::{self, Add as _, Bench};

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

impl Bench for Mongod {
    async fn open(&mut self) -> Arc<dyn Store> {
        Arc::new(self.connect().await)
    }

    async fn age(&self, ids: &[SessionId]) {
        let store = self.connect().await;
        let ids: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let age = doc! { "$set": { "touched_at": DateTime::from_millis(0) } };
        store.data.sessions.update_many(doc! { "_id": { "$in": ids } }, age).await.unwrap();
        store.close().await;
    }
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

    let view = store.data.database.collection::<Document>("events");
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
    let plan = store.data.database.run_command(explain).await.unwrap().to_string();
    assert!(plan.contains("IXSCAN") && !plan.contains("COLLSCAN"), "{plan}");
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn batches_of_an_earlier_version_are_read() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    let start = 1_800_000_000_000;
    let earlier = doc! {
        "_id": { "s": "session-0001", "v": "view-0001", "n": 0_i64 },
        "session_id": "session-0001",
        "start": DateTime::from_millis(start),
        "end": DateTime::from_millis(start + 50),
        "received_at": DateTime::from_millis(start + 60),
        "counts": { "mousemove": 2_i64 },
        "moves": { "t": [0_i64, 50_i64], "x": [3_i64, 5_i64], "y": [4_i64, 6_i64] },
        "events": [],
    };
    store.data.batches.clone_with_type::<Document>().insert_one(earlier).await.unwrap();
    let batches: Vec<Batch> = store.batches(&contract::session(1)).try_collect().await.unwrap();
    let places: Vec<_> = batches[0].events().iter().map(|event| (event.timestamp - start, event.position())).collect();
    assert_eq!(places, [(0, Some((3.0, 4.0))), (50, Some((5.0, 6.0)))]);
    let view = store.data.database.collection::<Document>("events");
    let last = view.find_one(doc! { "timestamp": DateTime::from_millis(start + 50) }).await.unwrap().unwrap();
    assert_eq!(last.get_document("data").unwrap(), &doc! { "x": 5_i64, "y": 6_i64 });
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn what_a_crash_left_uncounted_is_counted_at_the_next_start() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    // As if the server had died right after the insert: the batch is there, the totals know nothing of it.
    let batch = contract::batch(1, "view-0001", 0, Vec::new());
    let ensure = query::ensure(&contract::start(1), &[], store.data.clock.now()).unwrap();
    store.data.sessions.update_one(doc! { "_id": "session-0001" }, ensure).upsert(true).await.unwrap();
    let document = batch::encode(&batch, &Totals::of(&batch).counts).unwrap();
    store.data.batches.clone_with_type::<bson::RawDocumentBuf>().insert_one(document).await.unwrap();
    store.close().await;
    drop(store);

    let store = server.connect().await;
    for _ in 0..100 {
        if store.session(&contract::session(1)).await.unwrap().unwrap().batches == 1 {
            return store.close().await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the batch is not counted");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_view_of_an_older_version_is_brought_up_to_date() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    assert!(setup::is_current(&store.data).await.unwrap());
    let older = doc! { "collMod": "events", "viewOn": "event_batches", "pipeline": [] };
    store.data.database.run_command(older).await.unwrap();
    assert!(!setup::is_current(&store.data).await.unwrap());
    store.close().await;
    let store = server.connect().await;
    assert!(setup::is_current(&store.data).await.unwrap());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn an_index_of_an_older_version_is_dropped() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    let current = store.data.sessions.list_index_names().await.unwrap();
    for keys in [doc! { "score.rage": 1 }, doc! { "somebody's": 1 }] {
        store.data.sessions.create_index(mongodb::IndexModel::builder().keys(keys).build()).await.unwrap();
    }
    store.close().await;
    let store = server.connect().await;
    let names = store.data.sessions.list_index_names().await.unwrap();
    let left: Vec<&String> = names.iter().filter(|name| !current.contains(name)).collect();
    assert_eq!(left, ["somebody's_1"]);
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
