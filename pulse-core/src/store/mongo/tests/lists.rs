//! Lists use indexes, and what two servers do to a session that one of them deletes.

use std::cmp::Reverse;

use super::{
    super::{active::Pending, query::SHORT_MS, update},
    *,
};
use crate::{
    model::{Counts, Device, Millis},
    wire::SessionSort,
};

/// When the first session began.
const T: Millis = 1_800_000_000_000;

const MINUTE: Millis = 60 * 1000;

/// What the server did to `sessions` for `work`.
async fn profile(store: &MongoStore, work: impl AsyncFnOnce()) -> Vec<Document> {
    let database = &store.work.data.database;
    database.run_command(doc! { "profile": 2 }).await.unwrap();
    work().await;
    database.run_command(doc! { "profile": 0 }).await.unwrap();
    let profile = database.collection::<Document>("system.profile");
    let namespace = doc! { "ns": "pulse_test.sessions" };
    let did: Vec<Document> = profile.find(namespace).await.unwrap().try_collect().await.unwrap();
    profile.drop().await.unwrap();
    assert!(!did.is_empty());
    did
}

fn examined(did: &Document) -> u64 {
    super::super::totals::number(did, "docsExamined").unwrap()
}

/// Sessions straight into the collection: every third on a phone, every 500th with rage, every 600th with an error.
async fn fill(store: &MongoStore) {
    let documents = (0..3000_u32).map(|n| {
        let mut document = SessionDoc::new(&contract::start(n));
        let at = DateTime::from_millis(1_800_000_000_000 + i64::from(n) * 1000);
        (document.started_at, document.last_seen) = (at, at);
        document.device = if n % 3 == 0 { Device::Mobile } else { Device::Desktop };
        document.pages = vec!["http://shop.test/".into(), format!("http://shop.test/item/{}", n % 100)];
        document.paths = vec!["/".into(), format!("/item/{}", n % 100)];
        document.visitor_id = format!("visitor-{}", n % 1000).parse().ok();
        document.score = Score { rage: u32::from(n % 500 == 0), frustration: n % 60, ..Score::default() };
        document.counts = Counts { error: u64::from(n % 600 == 0), ..Counts::default() };
        document
    });
    store.work.data.sessions.insert_many(documents).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn lists_use_indexes_and_sort_no_more_than_a_few() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    fill(&store).await;
    let filter = SessionFilter::default;
    let page = |page: &str| Some(page.to_owned());
    let at = |second: i64| Some(1_800_000_000_000 + second * 1000);
    for (asked, total) in [
        (filter(), 3000),
        (SessionFilter { page: page("/"), ..filter() }, 3000),
        (SessionFilter { page: page("/item/7"), ..filter() }, 30),
        (SessionFilter { page: page("/item/7*"), ..filter() }, 330),
        (SessionFilter { page: page("*/item/*"), ..filter() }, 3000),
        (SessionFilter { device: Some(Device::Mobile), ..filter() }, 1000),
        (SessionFilter { device: Some(Device::Tablet), ..filter() }, 0),
        (SessionFilter { has_rage: Some(true), ..filter() }, 6),
        (SessionFilter { has_rage: Some(false), ..filter() }, 2994),
        (SessionFilter { has_errors: Some(true), ..filter() }, 5),
        (SessionFilter { min_frustration: Some(59), ..filter() }, 50),
        (SessionFilter { from: at(100), to: at(200), ..filter() }, 100),
        (SessionFilter { seen_from: at(2990), ..filter() }, 10),
        (SessionFilter { visitor: "visitor-7".parse().ok(), ..filter() }, 3),
        (SessionFilter { device: Some(Device::Mobile), has_rage: Some(true), page: page("/"), ..filter() }, 2),
    ] {
        for sort in [SessionSort::Recent, SessionSort::Started, SessionSort::Frustration] {
            let mut asked = SessionFilter { sort, limit: 20, ..asked.clone() };
            let did = profile(&store, async || {
                let first = store.sessions(&asked).await.unwrap();
                assert_eq!(first.total, total, "{asked:?}");
                asked.after = first.next;
                store.sessions(&asked).await.unwrap();
            });
            for one in did.await {
                let plan = one.get_str("planSummary").unwrap();
                assert!(!plan.contains("COLLSCAN"), "{asked:?}: {one}");
                let sorted = one.get_bool("hasSortStage").unwrap_or_default();
                assert!(!sorted || examined(&one) <= 330, "{asked:?}: {one}");
                let is_list = one.get_str("op").unwrap() == "query";
                assert!(!is_list || examined(&one) <= 1000, "{asked:?}: {one}");
            }
        }
    }
    store.close().await;
}

/// Sessions that began every five minutes, two at a time, and many of which were last seen at the same time. Most were
/// short, some just so, some just not, and some lasted for hours. Every other one has rage, and they are the most
/// frustrated. Each has its last summary.
async fn fill_with_long_ones(store: &MongoStore) {
    let documents: Vec<SessionDoc> = (0..2400_u32)
        .map(|n| {
            let mut document = SessionDoc::new(&contract::start(n));
            let lasted = match n % 50 {
                7 => Millis::from(n % 9) * 60 * MINUTE,
                8 => SHORT_MS,
                9 => SHORT_MS - 1,
                some => Millis::from(some % 4) * 5 * MINUTE,
            };
            let started_at = T + Millis::from(n / 2) * 5 * MINUTE;
            document.started_at = DateTime::from_millis(started_at);
            document.last_seen = DateTime::from_millis(started_at + lasted);
            let rage = n % 2;
            document.score = Score { rage, frustration: rage * 40 + n % 30, ..Score::default() };
            document
        })
        .collect();
    store.work.data.sessions.insert_many(&documents).await.unwrap();
    let put = |document: &SessionDoc| {
        let stamp = update::Stamp { revision: 0, is_last: true };
        let (id, revision) = (document.key.clone(), stamp.pack());
        let changed = Changed { id, batches: 0, is_counted: false, started_at: T, revision };
        update::put_summary(&changed, &SessionSummary { score: document.score.clone(), totals: None }, T).unwrap()
    };
    let updates = documents.iter().map(put).collect();
    store.work.data.update("put summaries", "sessions", updates).await.unwrap().all("put summaries").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_list_passes_over_few_that_are_not_meant() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    fill_with_long_ones(&store).await;
    let (limit, day) = (20, 24 * 60 * MINUTE);
    let filter = || SessionFilter { limit, ..SessionFilter::default() };
    let (from, to) = (Some(T + day), Some(T + 2 * day));
    let calm = SessionFilter { has_rage: Some(false), sort: SessionSort::Frustration, ..filter() };
    for (asked, most) in [
        // Those of an hour behind the time asked for, and those that are not short.
        (SessionFilter { to, ..filter() }, 90),
        (SessionFilter { from, to, ..filter() }, 90),
        (calm, limit as u64 + 1),
    ] {
        for did in profile(&store, async || drop(store.sessions(&asked).await.unwrap())).await {
            assert!(examined(&did) <= most, "{asked:?}: {did}");
        }
    }
    store.close().await;
}

/// Every page of lists by activity, against what is easy to see to be right.
async fn lists_are_right(store: &MongoStore) {
    let all: Vec<SessionDoc> = store.work.data.sessions.find(doc! {}).await.unwrap().try_collect().await.unwrap();
    let mut all: Vec<Session> = all.into_iter().map(|session| session.try_into().unwrap()).collect();
    all.sort_by_key(|session| (Reverse(session.last_seen), session.start.session_id.clone()));
    let hour = |hour: i64| Some(T + hour * 60 * MINUTE);
    for (from, to) in [
        (None, 0),
        (None, 30),
        (None, 99),
        (None, 120),
        (Some(10), 11),
        (Some(20), 60),
        (Some(50), 98),
        (Some(90), 200),
    ] {
        let (from, to) = (from.and_then(hour), hour(to));
        let meant = |s: &&Session| from <= Some(s.start.started_at) && Some(s.start.started_at) < to;
        let expected: Vec<&SessionId> = all.iter().filter(meant).map(|s| &s.start.session_id).collect();
        for limit in [7, 5000] {
            let mut asked = SessionFilter { from, to, limit, ..SessionFilter::default() };
            let mut got = Vec::new();
            loop {
                let page = store.sessions(&asked).await.unwrap();
                assert!(page.sessions.len() <= limit);
                assert_eq!(page.total, expected.len() as u64);
                got.extend(page.sessions.into_iter().map(|session| session.start.session_id));
                asked.after = page.next;
                // Small pages are many: those with the long ones, and some behind them, are enough.
                if asked.after.is_none() || got.len() >= 20 * limit {
                    break;
                }
            }
            let whole = if asked.after.is_none() { expected.len() } else { got.len() };
            assert_eq!(got.iter().collect::<Vec<_>>(), expected[..whole], "{asked:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_list_by_activity_has_short_sessions_and_long_ones_in_their_order() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    fill_with_long_ones(&store).await;
    let marked = async || store.work.data.sessions.count_documents(doc! { "short": true }).await.unwrap();
    // Of each fifty, one lasted an hour, and one an hour or more with eight in nine.
    assert_eq!(marked().await, 2400 - 48 - 48 * 8 / 9 - 1);
    lists_are_right(&store).await;
    // More comes of some: short ones become long, before their summaries are made again.
    let later = |n: u32| {
        let at = T + Millis::from(n / 2) * 5 * MINUTE + Millis::from(n % 5) * 60 * MINUTE;
        let more = Totals { batches: 0, span: Some((at, at)), ..Totals::default() };
        update::add(&Pending { id: contract::session(n), totals: more, started_at: Some(0) }, T)
    };
    let updates: Vec<Document> = (0..2400).step_by(30).map(later).collect();
    let before = marked().await;
    store.work.data.update("add totals", "sessions", updates).await.unwrap();
    assert!(marked().await < before - 70);
    lists_are_right(&store).await;
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_pattern_for_more_pages_than_can_be_named_is_compared() {
    let server = Mongod::start().await;
    let store = server.connect().await;
    let documents = (0..1500_u32).map(|n| {
        let paths = vec![format!("/item/{n}.html"), format!("/item/{n}xhtml")];
        SessionDoc { paths, ..SessionDoc::new(&contract::start(n)) }
    });
    store.work.data.sessions.insert_many(documents).await.unwrap();
    let filter = SessionFilter { page: Some("/item/*.html".into()), limit: 10, ..SessionFilter::default() };
    let page = store.sessions(&filter).await.unwrap();
    assert_eq!((page.total, page.sessions.len()), (1500, 10));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_session_that_another_server_deletes_is_not_half_there() {
    let server = Mongod::start().await;
    let (writing, erasing) = (server.connect().await, server.connect().await);
    let batch = |seq| contract::batch(1, "view-0001", seq, contract::all_kinds());
    let stored = || async { writing.batches(&contract::session(1)).try_collect::<Vec<Batch>>().await.unwrap() };
    writing.add(&batch(0), &contract::start(1)).await.unwrap();
    writing.are_exact(1).await;
    assert_eq!(Store::erase(&erasing, &[contract::session(1)]).await.unwrap(), 1);
    // The other one does not know yet, and finds out soon.
    let mut seq = 1;
    while writing.session(&contract::session(1)).await.unwrap().is_none() {
        assert!(seq < 50, "the session is not made anew");
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(writing.add(&batch(seq), &contract::start(1)).await.unwrap(), Appended::Stored);
        seq += 1;
    }
    assert!(stored().await.contains(&batch(seq - 1)));
    writing.are_exact(1).await;
    writing.close().await;
    erasing.close().await;
}
