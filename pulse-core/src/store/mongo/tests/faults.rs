//! A server that hangs, and one that is killed: batches are refused in time, nothing that was acknowledged is lost, and
//! all works again without a restart of Pulse.

use std::time::Instant;

use pulse_test_util::process::Signal;

use super::*;

const CALL: Duration = Duration::from_secs(2);

impl Mongod {
    /// A store whose calls end soon, once the server has had time to start.
    async fn connect_impatient(&self) -> MongoStore {
        self.connect().await.close().await;
        self.connect_within(CALL).await
    }
}

fn batch(seq: u32) -> Batch {
    contract::batch(1, "view-0001", seq, contract::all_kinds())
}

/// As a tracker does: again and again, until it is acknowledged.
async fn deliver(store: &MongoStore, seq: u32) {
    let began = Instant::now();
    while store.add(&batch(seq), &contract::start(1)).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "batch {seq} is not taken");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_server_that_hangs_costs_time_and_nothing_else() {
    let server = Mongod::start().await;
    let store = server.connect_impatient().await;
    deliver(&store, 0).await;
    server.0.node.signal(Signal::Stop).unwrap();
    let began = Instant::now();
    for seq in 1..4 {
        let asked = Instant::now();
        // Sent and never answered: it is stored when the server goes on.
        assert!(store.add(&batch(seq), &contract::start(1)).await.is_err());
        assert!(asked.elapsed() < CALL * 2, "{:?}", asked.elapsed());
    }
    assert!(store.check().await.is_err());
    assert!(began.elapsed() < CALL * 5);
    server.0.node.signal(Signal::Continue).unwrap();
    for seq in 0..5 {
        deliver(&store, seq).await;
    }
    store.are_exact(1).await;
    assert_eq!(store.session(&contract::session(1)).await.unwrap().unwrap().batches, 5);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_check_is_a_write_and_leaves_nothing_behind() {
    let server = Mongod::start().await;
    let store = server.connect_impatient().await;
    store.check().await.unwrap();
    let data = &store.work.data;
    assert_eq!(data.database.collection::<Document>("asked").count_documents(doc! {}).await.unwrap(), 0);
    // Reads and pings are answered, and no write is.
    let admin = data.database.client().database("admin");
    admin.run_command(doc! { "fsync": 1, "lock": true }).await.unwrap();
    data.ping().await.unwrap();
    assert!(store.check().await.is_err());
    admin.run_command(doc! { "fsyncUnlock": 1 }).await.unwrap();
    store.check().await.unwrap();
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_server_that_was_killed_is_found_again_with_all_that_was_acknowledged() {
    let mut server = Mongod::start().await;
    let store = server.connect_impatient().await;
    for seq in 0..20 {
        if seq % 8 == 7 {
            // Delivered while it is away: refused, until it is back.
            let (restarted, ()) = tokio::join!(server.0.node.restart(), deliver(&store, seq));
            restarted.unwrap();
        }
        deliver(&store, seq).await;
    }
    let mut stored: Vec<u32> =
        store.batches(&contract::session(1)).map_ok(|batch| batch.id().seq).try_collect().await.unwrap();
    stored.sort_unstable();
    assert_eq!(stored, (0..20).collect::<Vec<_>>());
    store.are_exact(1).await;
    store.close().await;
}

/// The database of a site is dropped as a whole, and not while a server of Pulse uses it.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_site_is_erased_with_its_database() {
    let server = Mongod::start().await;
    let (shop, blog) = ("shop".parse().unwrap(), "blog".parse().unwrap());
    let limits = Limits { store_call: Duration::from_secs(20), ..Limits::default() };
    let names = async || server.0.node.client().list_database_names().await.unwrap();
    for site in [&shop, &blog] {
        let store = MongoStore::open_site(&server.uri(), site, &limits).await.unwrap();
        deliver(&store, 0).await;
        store.work.servers.join(&store.work.data).await.unwrap();
        let erased = MongoStore::erase_site(&server.uri(), site, &limits).await;
        assert!(erased.is_err_and(|error| std::error::Error::source(&error).unwrap().to_string().contains("stop it")));
        store.close().await;
    }
    assert!(names().await.contains(&"pulse_test_shop".to_owned()));
    assert!(MongoStore::erase_site(&server.uri(), &shop, &limits).await.unwrap());
    assert!(!MongoStore::erase_site(&server.uri(), &shop, &limits).await.unwrap(), "there is nothing of it");
    let names = names().await;
    assert!(
        !names.contains(&"pulse_test_shop".to_owned()) && names.contains(&"pulse_test_blog".to_owned()),
        "{names:?}"
    );
}
