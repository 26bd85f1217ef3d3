//! Lists use indexes, and what two servers do to a session that one of them deletes.

use super::*;
use crate::{
    model::{Counts, Device},
    wire::SessionSort,
};

/// Sessions straight into the collection: every third on a phone, every 500th with rage, every 600th with an error.
async fn fill(store: &MongoStore) {
    let documents = (0..3000_u32).map(|n| {
        let mut document = SessionDoc::new(&contract::start(n), 0);
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
    store.data.sessions.insert_many(documents).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_use_indexes_and_sort_no_more_than_a_few() {
    let Some(server) = Mongod::start() else { return };
    let store = server.connect().await;
    fill(&store).await;
    let database = &store.data.database;
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
            database.run_command(doc! { "profile": 2 }).await.unwrap();
            let first = store.sessions(&asked).await.unwrap();
            asked.after = first.next;
            store.sessions(&asked).await.unwrap();
            database.run_command(doc! { "profile": 0 }).await.unwrap();
            assert_eq!(first.total, total, "{asked:?}");
            let profile = database.collection::<Document>("system.profile");
            let namespace = doc! { "ns": "pulse_test.sessions" };
            let did: Vec<Document> = profile.find(namespace).await.unwrap().try_collect().await.unwrap();
            assert!(!did.is_empty());
            for one in did {
                let plan = one.get_str("planSummary").unwrap();
                assert!(!plan.contains("COLLSCAN"), "{asked:?}: {one}");
                let sorted = one.get_bool("hasSortStage").unwrap_or_default();
                let examined = super::super::totals::number(&one, "docsExamined").unwrap();
                assert!(!sorted || examined <= 330, "{asked:?}: {one}");
                let is_list = one.get_str("op").unwrap() == "query";
                assert!(!is_list || examined <= 1000, "{asked:?}: {one}");
            }
            profile.drop().await.unwrap();
        }
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pattern_for_more_pages_than_can_be_named_is_compared() {
    let Some(server) = Mongod::start() else { return };
    let store = server.connect().await;
    let documents = (0..1500_u32).map(|n| {
        let paths = vec![format!("/item/{n}.html"), format!("/item/{n}xhtml")];
        SessionDoc { paths, ..SessionDoc::new(&contract::start(n), 0) }
    });
    store.data.sessions.insert_many(documents).await.unwrap();
    let filter = SessionFilter { page: Some("/item/*.html".into()), limit: 10, ..SessionFilter::default() };
    let page = store.sessions(&filter).await.unwrap();
    assert_eq!((page.total, page.sessions.len()), (1500, 10));
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_another_server_deletes_is_not_half_there() {
    let Some(server) = Mongod::start() else { return };
    let (writing, erasing) = (server.connect().await, server.connect().await);
    let batch = |seq| contract::batch(1, "view-0001", seq, contract::all_kinds());
    let stored = || async { writing.batches(&contract::session(1)).try_collect::<Vec<Batch>>().await.unwrap() };
    writing.add(&batch(0), &contract::start(1)).await.unwrap();
    super::totals::are_exact(&writing, 1).await;
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
    super::totals::are_exact(&writing, 1).await;
    writing.close().await;
    erasing.close().await;
}
