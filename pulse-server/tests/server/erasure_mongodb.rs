//! Erasure on MongoDB, also when the process dies before any write of it: then every document of every collection is
//! searched.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use mongodb::{
    Client, Database,
    bson::{DateTime, Document, RawDocumentBuf, doc},
};
use pulse_test_util::mongod::TestMongod;
use tempfile::TempDir;

use crate::{
    erasure::{PLANTED, plant, send},
    process::{Server, command, get},
};

/// A program on a database.
fn program(folder: &TempDir, uri: &str) -> Command {
    let mut command = command(folder);
    command.env("PULSE_STORE", uri);
    command
}

fn start(uri: &str, arguments: &[&str]) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(&folder, uri);
    command.args(arguments);
    Server::started(folder, command)
}

/// How often a text stands in the documents of a database.
async fn found_in(database: &Database, text: &str) -> usize {
    let mut count = 0;
    for name in database.list_collection_names().await.unwrap() {
        let mut documents = database.collection::<RawDocumentBuf>(&name).find(doc! {}).await.unwrap();
        while documents.advance().await.unwrap() {
            let bytes = documents.current().as_bytes();
            count += bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
        }
    }
    count
}

/// The same in all databases.
async fn found(client: &Client, text: &str) -> usize {
    let mut count = 0;
    for name in client.list_database_names().await.unwrap() {
        count += found_in(&client.database(&name), text).await;
    }
    count
}

/// Waits until no planted text is in any document, and sees that the rest is still there.
async fn gone(client: &Client, server: &Server) {
    let began = Instant::now();
    while found(client, "planted-").await + found(client, "visitor-gone").await > 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "{} texts are left", found(client, "planted-").await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(found(client, "kept").await > 0, "what nobody erased is there");
    assert!(get(&server.dashboard, "/api/sessions").contains(r#""visitor_id":"visitor-here""#));
}

/// A server on a database in which sessions are planted, and all that is made from sessions: summaries, sums, an insight
/// and a decision about a page.
async fn filled(database: &Database, uri: &str, planted: usize) -> Server {
    let mut server = start(uri, &[]);
    plant(&server.api, "", planted);
    assert!(send(&server.dashboard, "POST", "/api/analyze/session-0000", "").starts_with("HTTP/1.1 200"));
    // A server makes sums when an hour is over; `rebuild` makes its share of them at once, and alone that is all.
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    assert!(program(&server.folder, uri).arg("rebuild").output().unwrap().status.success());
    let sessions = database.collection::<Document>("sessions");
    let first = sessions.find_one(doc! { "_id": "session-0000" }).await.unwrap().unwrap();
    let page = first.get_array("pages").unwrap()[0].clone();
    let mark = doc! {
        "_id": "0123456789abcdef", "page": page, "status": "ignored", "note": "planted-00", "at": DateTime::now(),
        "hit": 1_i64, "visits": 1_i64,
    };
    database.collection::<Document>("problems").insert_one(mark).await.unwrap();
    for name in ["sessions", "event_batches", "answers", "sums", "problems"] {
        let documents = database.collection::<Document>(name).count_documents(doc! {}).await.unwrap();
        assert!(documents > 0, "nothing is planted in {name}");
    }
    assert!(found_in(database, "planted-").await > 5 * planted, "the search is blind");
    let server = start(uri, &[]);
    until_sums_are_made(database).await;
    server
}

/// Waits until no sums are being made. Who is killed while making some leaves rows that nobody reads, which are deleted
/// after ten minutes: that is another matter than an erasure that breaks off.
async fn until_sums_are_made(database: &Database) {
    let (buckets, sums) = (database.collection::<Document>("buckets"), database.collection::<Document>("sums"));
    let behind = doc! { "set": { "$exists": true }, "$expr": { "$ne": ["$set_changes", "$changes"] } };
    let began = Instant::now();
    loop {
        let named = buckets.distinct("set", doc! {}).await.unwrap();
        let made = sums.distinct("set", doc! {}).await.unwrap();
        let is_known = buckets.count_documents(behind.clone()).await.unwrap() == 0;
        if is_known && made.iter().all(|set| named.contains(set)) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "sums are being made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn nothing_of_a_visitor_or_a_session_is_left_in_any_document() {
    let mongod = TestMongod::start().await.unwrap();
    let client = mongod.node.client();
    let server = filled(&client.database("pulse_test"), &mongod.uri(), PLANTED).await;
    assert!(send(&server.dashboard, "DELETE", "/api/sessions/session-0000", "").starts_with("HTTP/1.1 204"));
    assert_eq!(found(client, "planted-00").await, 0);
    assert!(send(&server.dashboard, "DELETE", "/api/visitors/visitor-gone", "").starts_with("HTTP/1.1 204"));
    gone(client, &server).await;
}

/// Nobody who was answered has to ask again, and who was not can: whichever write of the erasure was the first that did
/// not happen.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn nor_when_the_process_is_killed_before_any_write_of_the_erasure() {
    let mongod = TestMongod::start().await.unwrap();
    let client = mongod.node.client();
    let mut writes = 0;
    loop {
        let name = format!("pulse_test_{writes}");
        let uri = format!("mongodb://{}/{name}", mongod.node.host());
        let mut server = filled(&client.database(&name), &uri, 3).await;
        let refused = doc! {
            "failCommands": ["insert", "update", "delete", "findAndModify"], "appName": "pulse", "errorCode": 2,
        };
        let refuse = doc! { "configureFailPoint": "failCommand", "mode": { "skip": writes }, "data": refused };
        mongod.node.command(refuse).await.unwrap();
        let erase = |server: &Server| send(&server.dashboard, "DELETE", "/api/visitors/visitor-gone", "");
        let is_done = erase(&server).starts_with("HTTP/1.1 204");
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        mongod.node.command(doc! { "configureFailPoint": "failCommand", "mode": "off" }).await.unwrap();
        let server = start(&uri, &[]);
        if !is_done {
            let again = erase(&server);
            assert!(again.starts_with("HTTP/1.1 204") || again.starts_with("HTTP/1.1 404"), "{again}");
        }
        gone(client, &server).await;
        if is_done {
            break;
        }
        writes += 1;
    }
    assert!(writes > 10, "{writes} writes are not those of an erasure");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn nothing_that_is_past_its_retention_is_left_in_any_document() {
    let mongod = TestMongod::start().await.unwrap();
    let (client, folder) = (mongod.node.client(), tempfile::tempdir().unwrap());
    // A day is the shortest retention: an import brings what is older.
    let old: String = (0..PLANTED)
        .map(|n| {
            let head =
                format!(r#""session_id":"session-9{n:03}","view_id":"view-0001","seq":0,"timestamp":1000000000000"#);
            format!(
                "{{{head},\"type\":\"session\",\"page_url\":\"http://localhost/planted-{n:02}\",\"data\":{{}}}}\n\
                 {{{head},\"type\":\"click\",\"data\":{{\"x\":1,\"y\":2,\"element\":{{\"path\":\"planted-{n:02}\"}}}}}}\n"
            )
        })
        .collect();
    std::fs::write(folder.path().join("old.ndjson"), old).unwrap();
    let imported = program(&folder, &mongod.uri()).args(["import", "old.ndjson"]).output().unwrap();
    assert!(String::from_utf8(imported.stdout).unwrap().contains("Stored 50 events in 50 batches"));
    assert!(found(client, "planted-").await > PLANTED, "the search is blind");
    // As if it had been imported long ago: what was written to in the last seconds is spared.
    let sessions = client.database("pulse_test").collection::<Document>("sessions");
    let held = doc! { "$set": { "hold_until": DateTime::from_millis(0) } };
    assert!(sessions.update_many(doc! {}, held).await.unwrap().matched_count == PLANTED as u64);
    let server = start(&mongod.uri(), &["--retention-days", "1"]);
    // What is younger stays.
    plant(&server.api, "", 0);
    gone(client, &server).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn nothing_of_a_site_is_left_in_any_document() {
    let mongod = TestMongod::start().await.unwrap();
    let client = mongod.node.client();
    let sites = ["--site", "shop=https://shop.example", "--site", "blog=https://blog.example"];
    let mut server = start(&mongod.uri(), &sites);
    plant(&server.api, "/sites/shop", PLANTED);
    plant(&server.api, "/sites/blog", 0);
    assert!(found(client, "planted-").await > PLANTED, "the search is blind");
    server.terminate();
    assert!(server.process.wait().unwrap().success());
    let erased = program(&server.folder, &mongod.uri()).args(["erase", "--site", "shop"]).output().unwrap();
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    assert_eq!(found(client, "planted-").await + found(client, "visitor-gone").await, 0);
    assert!(found_in(&client.database("pulse_test_blog"), "kept").await > 0, "the other site is as it was");
}
