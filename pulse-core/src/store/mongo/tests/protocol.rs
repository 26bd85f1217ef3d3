//! Totals and summaries are exact in the end, in whatever order the steps of several servers happen, and whatever
//! fails.

use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use tokio::task::JoinSet;

use super::{super::update::HOLD_MS, *};

/// A step of one of two servers that share a database.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A batch is announced, if it has to be.
    Announce,
    /// The oldest batch that is announced is inserted.
    Insert,
    /// It is inserted, and the answer gets lost.
    InsertUnanswered,
    /// What is pending is added to the totals.
    Add,
    /// It is added, and the answer gets lost.
    AddTwice,
    /// Sessions that are due are listed.
    List,
    /// Their logs are read.
    Read,
    /// Both at once.
    ListAndRead,
    /// A batch is announced and inserted.
    AnnounceAndInsert,
    /// The summaries are put.
    Put,
    /// The server dies with all that it has not written; another takes its place.
    Crash,
    /// The session is deleted.
    Erase,
    /// Time passes: so many seconds.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Announce),
        5 => Just(Step::Insert),
        1 => Just(Step::InsertUnanswered),
        5 => Just(Step::Add),
        1 => Just(Step::AddTwice),
        2 => Just(Step::List),
        2 => Just(Step::Read),
        6 => Just(Step::ListAndRead),
        6 => Just(Step::AnnounceAndInsert),
        5 => Just(Step::Put),
        1 => Just(Step::Crash),
        1 => Just(Step::Erase),
        4 => (1..9_i64).prop_map(Step::Wait),
    ]
}

/// A server whose steps are taken when it is told to.
struct Manual {
    store: MongoStore,
    view: String,
    announced: std::collections::VecDeque<Batch>,
    next: u32,
    listed: Vec<Changed>,
    read: Vec<(Changed, SessionSummary)>,
}

impl Manual {
    async fn new(server: &Mongod, clock: &TestClock, view: String) -> Self {
        let store = server.connect_at(clock).await;
        store.die().await;
        Self { store, view, announced: Default::default(), next: 0, listed: Vec::new(), read: Vec::new() }
    }

    async fn announce(&mut self, n: u32) {
        // As many events as the number says, so that no two batches pass for each other.
        let events = (0..=self.next).flat_map(|_| contract::all_kinds()).collect();
        let batch = contract::batch(n, &self.view, self.next, events);
        self.next += 1;
        let (id, now) = (contract::session(n), self.store.work.data.clock.now());
        let pages = batch.pages(&crate::model::PageRules::default());
        if !self.store.work.active.is_announced(&id, &pages, now) {
            self.store.announce(&contract::start(n), &pages).await.unwrap();
        }
        self.announced.push_back(batch);
    }

    async fn insert(&mut self, is_answered: bool) {
        let Some(batch) = self.announced.pop_front() else { return };
        let totals = Totals::of(&batch);
        let batches = self.store.work.data.batches.clone_with_type::<bson::RawDocumentBuf>();
        batches.insert_one(batch::encode(&batch, &totals.counts).unwrap()).await.unwrap();
        let counted = if is_answered { totals } else { Totals::default() };
        self.store.work.active.add(&batch.id().session, counted);
    }

    async fn list(&mut self) {
        // It does not know of the other one: both make the same summaries.
        self.store.forget_servers().await;
        self.listed = self.store.changed(1000).await.unwrap();
    }

    async fn read(&mut self) {
        self.read = self.store.fold(&self.listed).await;
    }

    async fn insert_all(&mut self) {
        while !self.announced.is_empty() {
            self.insert(true).await;
        }
    }
}

impl MongoStore {
    /// The clock begins anew: nobody is to see the servers of the time before.
    async fn forget_servers(&self) {
        self.work.data.database.collection::<Document>("servers").delete_many(doc! {}).await.unwrap();
    }
}

impl Work {
    fn has_erased(&self) -> bool {
        !self.erased.lock().unwrap().is_empty()
    }
}

async fn play(server: &Mongod, steps: &[(usize, Step)], dies: bool, n: u32) -> Result<(), TestCaseError> {
    let clock = TestClock::new();
    let view = |number: usize| format!("view-{number}-{n:04}");
    let mut servers = [Manual::new(server, &clock, view(1000)).await, Manual::new(server, &clock, view(1001)).await];
    servers[0].store.forget_servers().await;
    for (number, (which, step)) in steps.iter().enumerate() {
        let one = &mut servers[*which];
        match step {
            Step::Announce => one.announce(n).await,
            Step::Insert => one.insert(true).await,
            Step::InsertUnanswered => one.insert(false).await,
            Step::Add => {
                one.store.work.flush().await.unwrap();
                one.store.work.clear_erased().await.unwrap();
            }
            Step::AddTwice => {
                let pending = one.store.work.active.take();
                for _ in 0..2 {
                    pending.iter().for_each(|some| one.store.work.active.add(&some.id, some.totals));
                    one.store.work.flush().await.unwrap();
                }
            }
            Step::List => one.list().await,
            Step::Read => one.read().await,
            Step::ListAndRead => {
                one.list().await;
                one.read().await;
            }
            Step::AnnounceAndInsert => {
                one.announce(n).await;
                one.insert(true).await;
            }
            Step::Put => one.store.put_summaries(std::mem::take(&mut one.read)).await.unwrap(),
            // What the other one stored of a session that this one has erased is deleted as long as one of them lives.
            Step::Crash if one.store.work.has_erased() => {}
            Step::Crash => {
                one.insert_all().await;
                *one = Manual::new(server, &clock, view(number)).await;
            }
            Step::Erase => drop(Store::erase(&one.store, &[contract::session(n)]).await.unwrap()),
            Step::Wait(seconds) => {
                // An insert takes no longer than an announcement counts.
                for one in &mut servers {
                    one.insert_all().await;
                }
                clock.advance(seconds * 1000);
            }
        }
    }
    // Both may die with what they have not added. What each has read and not put comes last of all.
    for one in &mut servers {
        one.insert_all().await;
        if dies {
            one.store.work.active.take();
        }
        one.store.work.flush().await.unwrap();
    }
    for one in &mut servers {
        one.store.put_summaries(std::mem::take(&mut one.read)).await.unwrap();
    }
    for _ in 0..3 {
        clock.advance(HOLD_MS);
        for one in &servers {
            one.store.work.flush().await.unwrap();
            one.store.work.clear_erased().await.unwrap();
            one.store.work.servers.meet(&one.store.work.data).await.unwrap();
            one.store.summarize().await;
        }
    }
    prop_assert!(servers[0].store.changed(1000).await.unwrap().is_empty(), "a summary is never the last one");
    prop_assert_eq!(servers[0].store.difference(n).await, None);
    if let Some(session) = servers[0].store.session(&contract::session(n)).await.unwrap() {
        prop_assert_eq!(session.score.of_batches, session.batches);
    }
    Ok(())
}

#[test]
#[ignore = "needs MongoDB: cargo xtask test"]
fn totals_are_exact_after_every_order_of_steps() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Mongod::start());
    let config =
        ProptestConfig { cases: 96, source_file: Some(file!()), max_shrink_time: 60_000, ..ProptestConfig::default() };
    let n = std::cell::Cell::new(1);
    let run = |(steps, dies): (Vec<(usize, Step)>, bool)| {
        runtime.block_on(play(&server, &steps, dies, n.replace(n.get() + 1)))
    };
    TestRunner::new(config).run(&(vec((0..2_usize, step()), 5..40), any::<bool>()), run).unwrap();
}

/// What happens to servers that do all of it at once.
#[derive(Debug, Clone)]
enum Event {
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
    Summarize {
        server: usize,
    },
    /// A server dies with all that it has not written, and another takes its place.
    Crash {
        server: usize,
    },
    Wait {
        ms: i64,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let write = || prop::sample::select(vec!["insert", "update", "findAndModify"]);
    let any = prop::sample::select(vec!["insert", "update", "find"]);
    prop_oneof![
        30 => (0..2_usize, 0..3_u32, 0..60_u32)
            .prop_map(|(server, session, seq)| Event::Append { server, session, seq }),
        2 => (write(), 1..3_i32).prop_map(|(command, times)| Event::DoneButFails { command, times }),
        2 => (any, 1..3_i32).prop_map(|(command, times)| Event::Breaks { command, times }),
        4 => (0..2_usize).prop_map(|server| Event::Summarize { server }),
        1 => (0..2_usize).prop_map(|server| Event::Crash { server }),
        6 => (0..3000_i64).prop_map(|ms| Event::Wait { ms }),
    ]
}

impl Mongod {
    async fn fail(&self, store: &MongoStore, mode: bson::Bson, data: Document) {
        let command = doc! { "configureFailPoint": "failCommand", "mode": mode, "data": data };
        let admin = store.work.data.database.client().database("admin");
        // A connection that a failure before has broken breaks this, too.
        for _ in 0..10 {
            if admin.run_command(command.clone()).await.is_ok() {
                return;
            }
        }
        admin.run_command(command).await.unwrap();
    }

    /// Runs the events on sessions that begin with `first`, and checks the totals at the end.
    async fn run(&self, events: &[Event], first: u32) {
        let clock = TestClock::new();
        let mut stores = [Arc::new(self.connect_at(&clock).await), Arc::new(self.connect_at(&clock).await)];
        stores[0].forget_servers().await;
        let mut appends = JoinSet::new();
        for event in events.iter().cloned() {
            match event {
                Event::Append { server, session, seq } => {
                    let (store, n) = (Arc::clone(&stores[server]), first + session);
                    let events = (0..seq + 1).flat_map(|_| contract::all_kinds()).collect();
                    let batch = contract::batch(n, "view-0001", seq, events);
                    appends.spawn(async move { store.add(&batch, &contract::start(n)).await.is_ok() });
                }
                Event::DoneButFails { command, times } => {
                    let error = doc! { "code": 64, "codeName": "WriteConcernFailed", "errmsg": "told to fail" };
                    let data = doc! { "failCommands": [command], "writeConcernError": error };
                    self.fail(&stores[0], doc! { "times": times }.into(), data).await;
                }
                Event::Breaks { command, times } => {
                    let data = doc! { "failCommands": [command], "closeConnection": true };
                    self.fail(&stores[0], doc! { "times": times }.into(), data).await;
                }
                Event::Summarize { server } => {
                    let store = &stores[server];
                    if let Ok(due) = store.changed(1000).await {
                        let ids = due.iter().map(|changed| changed.id.clone()).collect();
                        if let Ok(logs) = store.logs(ids, usize::MAX).try_collect::<Vec<_>>().await
                            && logs.len() == due.len()
                        {
                            let summaries = fold(&due, logs);
                            let _ = store.put_summaries(summaries).await;
                        }
                    }
                }
                Event::Crash { server } => {
                    stores[server].die().await;
                    self.fail(&stores[server], "off".into(), doc! {}).await;
                    stores[server] = Arc::new(self.connect_at(&clock).await);
                }
                Event::Wait { ms } => {
                    // No insert may take longer than its announcement counts.
                    while appends.join_next().await.is_some() {}
                    clock.advance(ms);
                }
            }
        }
        self.fail(&stores[0], "off".into(), doc! {}).await;
        while appends.join_next().await.is_some() {}
        for store in &stores {
            store.close().await;
        }
        let store = self.connect_at(&clock).await;
        for _ in 0..2 {
            clock.advance(HOLD_MS);
            store.summarize().await;
        }
        assert!(store.changed(1000).await.unwrap().is_empty());
        for n in first..first + 3 {
            assert_eq!(store.difference(n).await, None);
        }
        store.close().await;
    }
}

#[test]
#[ignore = "needs MongoDB: cargo xtask test"]
fn totals_are_exact_whatever_fails() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let server = runtime.block_on(Mongod::start());
    let config =
        ProptestConfig { cases: 4, source_file: Some(file!()), max_shrink_time: 60_000, ..ProptestConfig::default() };
    let first = std::cell::Cell::new(100);
    let run = |events: Vec<Event>| {
        runtime.block_on(server.run(&events, first.replace(first.get() + 3)));
        Ok(())
    };
    TestRunner::new(config).run(&vec(event(), 40..120), run).unwrap();
}
