//! A store is moved to MongoDB and back, and each way the program that moves it is killed in the middle: begun anew, the
//! move goes on, and in the end all three stores hold the same.
#![allow(clippy::unwrap_used)]

mod settings;

use std::{
    fmt::Write as _,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use mongodb::bson::Document;
use pulse_test_util::mongod::TestMongod;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// Events that are moved, when `MIGRATE_EVENTS` does not say another number.
const EVENTS: u64 = 20_000;

/// Events of a batch, which is what two seconds of a visit are.
const BATCH: u64 = 50;

/// Batches of a session.
const BATCHES: u64 = 20;

fn pulse(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pulse-server"));
    settings::unset(&mut command);
    command.args(arguments).current_dir(folder).env("PULSE_LOG", "error");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What a subcommand printed, which has to end well.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let output = pulse(folder, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn moved(folder: &Path, from: &str, to: &str) -> Value {
    serde_json::from_str(&printed(folder, &["migrate", "--from", from, "--to", to, "--json"])).unwrap()
}

/// Rows of an import: sessions with movement, clicks and scrolling.
fn rows(events: u64) -> String {
    let mut rows = String::new();
    for n in 0..events {
        let (session, seq) = (n / BATCH / BATCHES, n / BATCH % BATCHES);
        let at = 1_700_000_000_000 + session * 60_000 + n % (BATCH * BATCHES) * 40;
        let (kind, data) = match n % BATCH {
            0 => ("scroll", format!(r#"{{"depth":{},"y":{}}}"#, n % 100, n % 3000)),
            1 => ("click", format!(r##"{{"x":{},"y":{},"element":{{"path":"#pay"}}}}"##, n % 1200, n % 900)),
            _ => ("mousemove", format!(r#"{{"x":{},"y":{}}}"#, n % 1280, n % 1999)),
        };
        writeln!(
            rows,
            r#"{{"session_id":"session-{session:06}","view_id":"view-0001","seq":{seq},"page_url":"http://shop.test/{}","type":"{kind}","timestamp":{at},"data":{data}}}"#,
            session % 7,
        )
        .unwrap();
    }
    rows
}

/// Begins a move and kills it as soon as something has arrived.
async fn kill_in_the_middle(folder: &Path, from: &str, to: &str, has_arrived: impl AsyncFn() -> bool) {
    let mut process = pulse(folder, &["migrate", "--from", from, "--to", to]).spawn().unwrap();
    while !has_arrived().await {
        assert!(process.try_wait().unwrap().is_none(), "the move ended before it was killed");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Batches in a SQLite store, whose ids count them from 1; none when there is no store yet.
fn batches_in(file: &Path) -> u64 {
    // Before there is a log, the move sets up the store, and another connection could be in its way.
    if !file.with_extension("db-wal").metadata().is_ok_and(|log| log.len() > 0) {
        return 0;
    }
    let count = || -> rusqlite::Result<u64> {
        let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let count: i64 = db.query_row("SELECT coalesce(max(id), 0) FROM batches", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    };
    count().unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn a_move_that_is_killed_goes_on_and_loses_nothing() {
    let events = std::env::var("MIGRATE_EVENTS").map_or(EVENTS, |events| events.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("rows.ndjson"), rows(events)).unwrap();
    let imported = printed(here, &["--store", "sqlite:first.db", "import", "rows.ndjson", "--json"]);
    assert!(imported.contains(&format!("\"events\":{events}")), "{imported}");
    let mongod = TestMongod::start().await.unwrap();
    let mongo = mongod.uri();
    let batches = mongod.node.client().database("pulse_test").collection::<Document>("event_batches");

    let some = events / BATCH / 10;
    kill_in_the_middle(here, "sqlite:first.db", &mongo, async || {
        batches.estimated_document_count().await.is_ok_and(|count| count >= some)
    })
    .await;
    let there = moved(here, "sqlite:first.db", &mongo);
    let copied = there["copied"].as_u64().unwrap();
    assert!(copied > 0 && copied <= events / BATCH - some, "{there}");
    assert_eq!(there["events"], events);

    let second = here.join("second.db");
    kill_in_the_middle(here, &mongo, "sqlite:second.db", async || batches_in(&second) >= some).await;
    let back = moved(here, &mongo, "sqlite:second.db");
    let copied = back["copied"].as_u64().unwrap();
    assert!(copied > 0 && copied <= events / BATCH - some, "{back}");

    for count in ["sessions", "batches", "events", "marks", "sha256"] {
        assert_eq!(there[count], back[count], "{count}");
    }
    let export = |store: &str| {
        let mut rows: Vec<String> = printed(here, &["--store", store, "export"]).lines().map(str::to_owned).collect();
        rows.sort_unstable();
        rows
    };
    let (first, last) = (export("sqlite:first.db"), export("sqlite:second.db"));
    assert!(first == last, "the rows that go out are not the same");
    assert!(first.len() as u64 >= events);
}
