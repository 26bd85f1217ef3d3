//! Totals equal a recount, whatever happens on the way.

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use tokio::task::JoinSet;

use super::{
    super::{ledger, tally::Work},
    *,
};
use crate::model::{Counts, PageRules};

/// What the totals of a session and its batches do not agree on.
async fn difference(store: &MongoStore, n: u32) -> Option<String> {
    let session = store.session(&contract::session(n)).await.unwrap();
    let batches: Vec<Batch> = store.batches(&contract::session(n)).try_collect().await.unwrap();
    let mut recount = Counts::default();
    batches.iter().for_each(|batch| recount.add(Counts::of(batch.events())));
    let totals = session.map_or((0, Counts::default()), |session| (session.batches as usize, session.counts));
    let exact = totals == (batches.len(), recount);
    (!exact).then(|| format!("session {n}: {totals:?} of {} batches, {recount:?}", batches.len()))
}

/// Waits until the totals of a session are what its batches add up to.
pub(super) async fn are_exact(store: &MongoStore, n: u32) {
    let mut seen = None;
    for _ in 0..400 {
        seen = difference(store, n).await;
        if seen.is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{seen:?}");
}

/// What happens to two servers that share a database, one after the other, at the seams of the protocol.
#[derive(Debug, Clone, Copy)]
enum Move {
    /// An insert begins.
    Begin,
    /// The oldest insert that is in flight happens.
    Happen,
    /// It is answered.
    Answer,
    /// It is given up.
    GiveUp,
    /// A batch that is stored comes again.
    Repeat,
    /// The server adds and recounts.
    Tick,
    /// It does while batches of the other one are inserted and added.
    TickBoth,
    /// The server dies with all that it has not written; another takes its place.
    Crash,
}

/// A server whose background work is done when it is told to.
struct Manual {
    store: MongoStore,
    work: Work,
    in_flight: std::collections::VecDeque<(ledger::Entry, Option<bson::RawDocumentBuf>)>,
    next: u32,
    view: String,
}

impl Manual {
    async fn new(server: &Mongod, view: String) -> Self {
        let store = server.connect().await;
        store.tally.task.lock().await.take().unwrap().abort();
        let work = Work { data: store.data.clone(), ledger: Arc::clone(&store.ledger) };
        Self { store, work, in_flight: Default::default(), next: 0, view }
    }

    async fn begin(&mut self, session: u32) {
        let events = (0..=self.next).flat_map(|_| contract::all_kinds()).collect();
        let batch = contract::batch(session, &self.view, self.next, events);
        self.next += 1;
        let totals = Totals::of(&batch);
        let pages = batch.pages(&PageRules::default());
        let entry = match self.store.ledger.begin(&batch.id().session, &pages, totals) {
            Some(entry) => entry,
            None => self.store.ensure(&contract::start(session), &pages, totals).await.unwrap(),
        };
        self.in_flight.push_back((entry, Some(batch::encode(&batch, &totals.counts).unwrap())));
    }

    async fn happen(&mut self) {
        let batches = self.store.data.batches.clone_with_type::<bson::RawDocumentBuf>();
        if let Some(document) = self.in_flight.iter_mut().find_map(|(_, document)| document.take()) {
            batches.insert_one(document).await.unwrap();
        }
    }

    async fn take(&mut self) -> Option<ledger::Entry> {
        if self.in_flight.front().is_some_and(|(_, document)| document.is_some()) {
            self.happen().await;
        }
        self.in_flight.pop_front().map(|(entry, _)| entry)
    }
}

async fn play(server: &Mongod, moves: &[(usize, Move)], session: u32) {
    let mut servers = [
        Manual::new(server, format!("view-a-{session:04}")).await,
        Manual::new(server, format!("view-b-{session:04}")).await,
    ];
    for (number, (which, step)) in moves.iter().enumerate() {
        let one = &mut servers[*which];
        match step {
            Move::Begin => one.begin(session).await,
            Move::Happen => one.happen().await,
            Move::Answer => one.take().await.into_iter().for_each(ledger::Entry::stored),
            Move::GiveUp => drop(one.take().await),
            Move::Repeat => {
                if one.next > one.in_flight.len() as u32 {
                    one.begin(session).await;
                    one.next -= 1;
                    one.in_flight.pop_back().into_iter().for_each(|(entry, _)| entry.repeated());
                }
            }
            Move::Tick => one.work.tick(true).await.unwrap(),
            Move::TickBoth => {
                let [a, b] = &mut servers;
                let (one, other) = if *which == 0 { (a, b) } else { (b, a) };
                other.begin(session).await;
                let (of_one, of_other) = (one.work.clone(), other.work.clone());
                let insert_and_add = async {
                    while let Some(entry) = other.take().await {
                        entry.stored();
                    }
                    of_other.tick(true).await
                };
                let (one, other) = tokio::join!(of_one.tick(true), insert_and_add);
                one.and(other).unwrap();
            }
            Move::Crash => {
                while one.take().await.is_some() {}
                *one = Manual::new(server, format!("view-{number}-{session:04}")).await;
                one.work.audit(one.store.data.clock.now() + 1, false).await.unwrap();
            }
        }
    }
    for one in &mut servers {
        while let Some(entry) = one.take().await {
            entry.stored();
        }
    }
    for _ in 0..3 {
        for one in &servers {
            one.work.tick(true).await.unwrap();
        }
    }
    assert_eq!(difference(&servers[0].store, session).await, None);
}

#[test]
#[ignore = "needs MongoDB: cargo xtask test"]
fn they_are_exact_after_every_order_of_events() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Mongod::start());
    let config =
        ProptestConfig { cases: 64, source_file: Some(file!()), max_shrink_time: 60_000, ..ProptestConfig::default() };
    let what = prop_oneof![
        8 => Just(Move::Begin),
        8 => Just(Move::Happen),
        6 => Just(Move::Answer),
        2 => Just(Move::GiveUp),
        3 => Just(Move::Repeat),
        6 => Just(Move::Tick),
        4 => Just(Move::TickBoth),
        1 => Just(Move::Crash),
    ];
    let session = std::cell::Cell::new(1);
    let run = |moves: Vec<(usize, Move)>| {
        runtime.block_on(play(&server, &moves, session.replace(session.get() + 1)));
        Ok(())
    };
    TestRunner::new(config).run(&vec((0..2_usize, what), 5..40), run).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_recount_that_an_addition_has_overtaken_is_done_again() {
    let server = Mongod::start().await;
    let mut one = Manual::new(&server, "view-one".into()).await;
    let mut other = Manual::new(&server, "view-other".into()).await;
    for manual in [&mut one, &mut other] {
        manual.begin(1).await;
        manual.take().await.unwrap().stored();
        manual.work.tick(true).await.unwrap();
    }
    // It has read and counted, and waits before it writes.
    let wait = doc! { "failCommands": ["update"], "blockConnection": true, "blockTimeMS": 1000 };
    server.fail(&one.store, doc! { "times": 1 }.into(), wait).await;
    one.work.ledger.doubt([&contract::session(1)]);
    let work = one.work.clone();
    let recount = tokio::spawn(async move { work.tick(true).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    other.begin(1).await;
    other.take().await.unwrap().stored();
    other.work.tick(true).await.unwrap();
    recount.await.unwrap().unwrap();
    assert_eq!(difference(&one.store, 1).await, None);
    one.work.tick(true).await.unwrap();
    assert_eq!(difference(&one.store, 1).await, None);
}

#[derive(Debug, Clone)]
enum Step {
    Append {
        server: usize,
        session: u32,
        seq: u32,
    },
    /// The next commands of this name are done and reported as failed.
    DoneButFails {
        command: &'static str,
        times: i32,
    },
    /// They are not done, and the connection breaks.
    Breaks {
        command: &'static str,
        times: i32,
    },
    /// A server dies with all that it has not written, and another takes its place.
    Crash {
        server: usize,
    },
    Wait {
        ms: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let write = || prop::sample::select(vec!["insert", "update", "findAndModify"]);
    let any = prop::sample::select(vec!["insert", "update", "aggregate", "find"]);
    prop_oneof![
        30 => (0..2_usize, 0..3_u32, 0..60_u32).prop_map(|(server, session, seq)| Step::Append { server, session, seq }),
        2 => (write(), 1..3_i32).prop_map(|(command, times)| Step::DoneButFails { command, times }),
        2 => (any, 1..3_i32).prop_map(|(command, times)| Step::Breaks { command, times }),
        1 => (0..2_usize).prop_map(|server| Step::Crash { server }),
        6 => (0..700_u64).prop_map(|ms| Step::Wait { ms }),
    ]
}

impl Mongod {
    async fn fail(&self, store: &MongoStore, mode: bson::Bson, data: Document) {
        let command = doc! { "configureFailPoint": "failCommand", "mode": mode, "data": data };
        store.data.database.client().database("admin").run_command(command).await.unwrap();
    }

    /// Runs the steps on sessions that begin with `first`, and checks the totals at the end.
    async fn run(&self, steps: &[Step], first: u32) {
        let mut stores = [Arc::new(self.connect().await), Arc::new(self.connect().await)];
        let mut appends = JoinSet::new();
        for step in steps.iter().cloned() {
            match step {
                Step::Append { server, session, seq } => {
                    let (store, n) = (Arc::clone(&stores[server]), first + session);
                    // As many events of each kind as the number says, so that no two batches pass for each other.
                    let events = (0..seq + 1).flat_map(|_| contract::all_kinds()).collect();
                    let batch = contract::batch(n, "view-0001", seq, events);
                    appends.spawn(async move { store.add(&batch, &contract::start(n)).await.is_ok() });
                    tokio::time::sleep(Duration::from_millis(2)).await;
                }
                Step::DoneButFails { command, times } => {
                    let error = doc! { "code": 64, "codeName": "WriteConcernFailed", "errmsg": "told to fail" };
                    let data = doc! { "failCommands": [command], "writeConcernError": error };
                    self.fail(&stores[0], doc! { "times": times }.into(), data).await;
                }
                Step::Breaks { command, times } => {
                    let data = doc! { "failCommands": [command], "closeConnection": true };
                    self.fail(&stores[0], doc! { "times": times }.into(), data).await;
                }
                Step::Crash { server } => {
                    if let Some(task) = stores[server].tally.task.lock().await.take() {
                        task.abort();
                    }
                    self.fail(&stores[server], "off".into(), doc! {}).await;
                    stores[server] = Arc::new(self.connect().await);
                }
                Step::Wait { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            }
        }
        self.fail(&stores[0], "off".into(), doc! {}).await;
        appends.join_all().await;
        for n in first..first + 3 {
            are_exact(&stores[0], n).await;
        }
        for store in stores {
            store.close().await;
        }
        // What is left to write when a store is closed leaves them as they are.
        let store = self.connect().await;
        for n in first..first + 3 {
            are_exact(&store, n).await;
        }
        store.close().await;
    }
}

#[test]
#[ignore = "needs MongoDB: cargo xtask test"]
fn they_are_exact_whatever_fails() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Mongod::start());
    let config =
        ProptestConfig { cases: 3, source_file: Some(file!()), max_shrink_time: 60_000, ..ProptestConfig::default() };
    let first = std::cell::Cell::new(100);
    let run = |steps: Vec<Step>| {
        runtime.block_on(server.run(&steps, first.replace(first.get() + 3)));
        Ok(())
    };
    TestRunner::new(config).run(&vec(step(), 40..120), run).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn servers_that_share_a_session_add_up() {
    let server = Mongod::start().await;
    let stores = [server.connect().await, server.connect().await];
    for seq in 0..40 {
        let batch = contract::batch(1, "view-0001", seq, contract::all_kinds());
        stores[seq as usize % 2].add(&batch, &contract::start(1)).await.unwrap();
        if seq % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(600)).await;
        }
    }
    are_exact(&stores[0], 1).await;
    // Added and never recounted: the token is still that of the first document.
    let sessions = stores[0].data.sessions.clone_with_type::<Document>();
    let token = async || {
        let found = sessions.find_one(doc! { "_id": "session-0001" }).await.unwrap().unwrap();
        found.get_object_id("tally").unwrap()
    };
    let first = token().await;
    stores[1].add(&contract::batch(1, "view-0001", 40, Vec::new()), &contract::start(1)).await.unwrap();
    for store in &stores {
        store.close().await;
    }
    are_exact(&stores[0], 1).await;
    assert_eq!(token().await, first);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_session_that_was_deleted_does_not_come_back() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    store.add(&contract::batch(1, "view-0001", 0, contract::all_kinds()), &contract::start(1)).await.unwrap();
    // By another server, before this one has written the totals.
    let one = doc! { "session_id": "session-0001" };
    store.data.sessions.delete_one(one.clone()).await.unwrap();
    store.data.batches.delete_many(one).await.unwrap();
    store.close().await;
    assert!(store.session(&contract::session(1)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_session_is_settled_when_its_total_is_right() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    for n in [1, 2] {
        store.add(&contract::batch(n, "view-0001", 0, contract::all_kinds()), &contract::start(n)).await.unwrap();
        are_exact(&store, n).await;
    }
    // Stored by a server that died before it wrote the totals, and a long time ago.
    let lost = contract::batch(2, "view-0001", 1, contract::all_kinds());
    let document = batch::encode(&lost, &Totals::of(&lost).counts).unwrap();
    store.data.batches.clone_with_type::<bson::RawDocumentBuf>().insert_one(document).await.unwrap();
    let old = doc! { "$set": { "touched_at": DateTime::from_millis(0) } };
    store.data.sessions.update_many(doc! {}, old).await.unwrap();

    let work = Work { data: store.data.clone(), ledger: Arc::default() };
    let settled = async || store.data.sessions.count_documents(doc! { "settled": true }).await.unwrap();
    work.audit(store.data.clock.now() - tally::SETTLE_MS, true).await.unwrap();
    assert_eq!(settled().await, 1, "one is right");
    work.tick(false).await.unwrap();
    are_exact(&store, 2).await;
    work.audit(store.data.clock.now() - tally::SETTLE_MS, true).await.unwrap();
    assert_eq!(settled().await, 2);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn the_batches_of_sessions_are_counted_in_the_index_alone() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    store.add(&contract::batch(1, "view-0001", 0, Vec::new()), &contract::start(1)).await.unwrap();
    let pipeline = [doc! { "$match": { "session_id": { "$in": ["session-0001"] } } }, tally::number_of_batches()];
    let aggregate = doc! { "aggregate": "event_batches", "pipeline": pipeline.to_vec(), "cursor": {} };
    let plan = store.data.database.run_command(doc! { "explain": aggregate, "verbosity": "queryPlanner" }).await;
    let plan = plan.unwrap().to_string();
    assert!(plan.contains("IXSCAN") && !plan.contains("FETCH") && !plan.contains("COLLSCAN"), "{plan}");
    store.close().await;
}
