//! Segments on MongoDB: two servers share them, and calls fail in the middle.

use std::sync::Arc;

use super::{super::tally::Work, *};
use crate::store::{
    Member, Rollups,
    contract::Add,
    day_of,
    rollup_contract::{self, Bench},
};

/// A database of its own for each case, and servers whose totals are brought up to date when they are told to.
struct Cluster {
    server: Mongod,
    databases: u32,
    works: Vec<Work>,
}

impl Cluster {
    async fn start() -> Self {
        Self { server: Mongod::start().await, databases: 0, works: Vec::new() }
    }

    async fn connect(&mut self, which: usize) -> Arc<dyn Store> {
        let uri = format!("{}_{}", self.server.uri(), self.databases);
        let limits = Limits { store_call: Duration::from_secs(20), ..Limits::default() };
        let store = MongoStore::open(&uri, &limits).await.unwrap();
        store.tally.task.lock().await.take().unwrap().abort();
        let work = Work { data: store.data.clone(), ledger: Arc::clone(&store.ledger) };
        match self.works.get_mut(which) {
            Some(known) => *known = work,
            None => self.works.push(work),
        }
        Arc::new(store)
    }

    async fn admin(&self, command: Document) {
        let database = self.works[0].data.database.client().database("admin");
        database.run_command(command).await.unwrap();
    }
}

impl Bench for Cluster {
    async fn open(&mut self) -> [Arc<dyn Store>; 2] {
        self.databases += 1;
        self.works.clear();
        [self.connect(0).await, self.connect(1).await]
    }

    async fn restart(&mut self, stores: &mut [Arc<dyn Store>; 2], which: usize) {
        stores[which] = self.connect(which).await;
        let now = self.works[which].data.clock.now();
        self.works[which].audit(now + 1, false).await.unwrap();
    }

    async fn settle(&self) {
        for work in &self.works {
            work.tick(true).await.unwrap();
        }
    }

    async fn age(&self) {
        // After so long, no server believes to know their documents.
        let ids: Vec<SessionId> = (0..100).map(contract::session).collect();
        self.works.iter().for_each(|work| work.ledger.forget(&ids));
        let age = doc! { "$set": { "touched_at": DateTime::from_millis(0) } };
        self.works[0].data.sessions.update_many(doc! {}, age).await.unwrap();
    }

    async fn fail(&self, after: u32, answered: bool) {
        let commands = ["update", "insert", "delete", "findAndModify", "aggregate", "find", "distinct"];
        let data = match answered {
            // It is done, and the answer says that nobody knows.
            true => doc! { "failCommands": &commands[..4], "writeConcernError": { "code": 64, "errmsg": "too slow" } },
            false => doc! { "failCommands": commands.to_vec(), "closeConnection": true },
        };
        let mode = doc! { "skip": after };
        self.admin(doc! { "configureFailPoint": "failCommand", "mode": mode, "data": data }).await;
    }

    async fn heal(&self) {
        self.admin(doc! { "configureFailPoint": "failCommand", "mode": "off" }).await;
    }

    async fn sweep(&self) {
        let data = &self.works[0].data;
        super::super::rollup::Segments::new(data).sweep(data.clock.now() + 1).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn segments_live_and_die_in_mongodb() {
    let mut cluster = Cluster::start().await;
    rollup_contract::the_life_of_a_segment(&mut cluster).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn sums_in_mongodb_are_those_of_the_events_whatever_happens() {
    let mut cluster = Cluster::start().await;
    rollup_contract::whatever_happens(&mut cluster, 4);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn sums_in_mongodb_are_those_of_the_events_while_everything_happens_at_once() {
    let mut cluster = Cluster::start().await;
    rollup_contract::while_everything_happens_at_once(&mut cluster, Duration::from_secs(6)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn that_a_session_is_summed_up_is_no_news_of_it() {
    let server = Mongod::start_replica_set().await;
    let store = server.connect().await;
    store.add(&contract::batch(1, "view-0001", 0, Vec::new()), &contract::start(1)).await.unwrap();
    while store.session(&contract::session(1)).await.unwrap().unwrap().batches == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    store.put_score(&contract::session(1), &Score { of_batches: 1, ..Score::default() }).await.unwrap();
    let mut changes = store.changes().await.unwrap();
    let ready = store.unrolled(i64::MAX / 2, 10).await.unwrap();
    let day = day_of(ready[0].start.started_at);
    assert!(store.put_segment(day, &[Member::from(&ready[0])], Vec::new()).await.unwrap());
    store.clear_rollups().await.unwrap();
    store.open_session(&contract::start(2)).await.unwrap();
    let told = tokio::time::timeout(Duration::from_secs(20), changes.try_next()).await.unwrap().unwrap();
    assert_eq!(told, Some(contract::session(2)));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn segments_of_another_version_do_not_count_and_are_cleared_away() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    let start = contract::start(0);
    store.add(&contract::batch(0, "view-0001", 0, contract::all_kinds()), &start).await.unwrap();
    let work = Work { data: store.data.clone(), ledger: Arc::clone(&store.ledger) };
    work.tick(true).await.unwrap();
    store.put_score(&start.session_id, &Score { of_batches: 1, ..Score::default() }).await.unwrap();
    let ready = store.unrolled(i64::MAX / 2, 10).await.unwrap();
    let day = day_of(ready[0].start.started_at);
    assert!(store.put_segment(day, &[Member::from(&ready[0])], Vec::new()).await.unwrap());
    assert_eq!(store.segments().await.unwrap().len(), 1);
    let days = store.data.database.collection::<Document>("rollup_days");
    days.update_many(doc! {}, doc! { "$unset": { "segments.0.format": "" } }).await.unwrap();
    assert!(store.segments().await.unwrap().is_empty());
    assert!(store.unrolled(i64::MAX / 2, 10).await.unwrap().is_empty());
    store.segments.sweep(0).await.unwrap();
    assert_eq!(store.unrolled(i64::MAX / 2, 10).await.unwrap(), ready);
    store.close().await;
}
