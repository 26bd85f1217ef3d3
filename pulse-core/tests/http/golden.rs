//! Golden sessions: small, checked by hand, and answered byte for byte alike by both stores.
//!
//! Each file of `golden/` says what is sent, why the figures are what they are, and what is answered. When an answer gets
//! a new field, `PULSE_GOLDEN=write cargo test -p pulse-core --test http golden` writes the answers anew; the figures are
//! then to be checked by hand again.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use http::Request;
use pulse_core::{Access, Clock, Limits, Pulse, http::PulseService, store};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::support::call;
use pulse_test_util::mongod::TestMongod;

/// The time at which everything is sent and asked for.
const NOW: i64 = 1_790_000_060_000;

/// How long totals may follow the events.
const SETTLE: Duration = Duration::from_secs(20);

#[derive(Deserialize, Serialize)]
struct Golden {
    /// Why the figures are what they are.
    by_hand: Box<RawValue>,
    requests: Vec<Sent>,
    /// By path.
    answers: BTreeMap<String, Box<RawValue>>,
}

#[derive(Deserialize, Serialize)]
struct Sent {
    path: String,
    body: Box<RawValue>,
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/golden");
    let mut files: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn read(file: &Path) -> Golden {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// JSON without the spaces between its parts.
fn compact(json: &str) -> String {
    let (mut out, mut quoted, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        if quoted || !c.is_whitespace() {
            out.push(c);
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

async fn get(service: &PulseService, path: &str) -> String {
    let answer = call(service, Request::get(path).body(String::new()).unwrap()).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text
}

/// Sends all sessions to a Pulse on this store, and compares what it answers.
async fn compare(address: &str) {
    let store = store::open(address, &Limits::default()).await.unwrap();
    let pulse = Pulse::builder(store).clock(Clock::new(|| NOW)).access(Access::loopback()).build();
    let service = pulse.service();
    let goldens: Vec<(PathBuf, Golden)> = files().into_iter().map(|file| (file.clone(), read(&file))).collect();
    for sent in goldens.iter().flat_map(|(_, golden)| &golden.requests) {
        let answer = call(&service, Request::post(&sent.path).body(sent.body.get().to_owned()).unwrap()).await;
        assert!(answer.status.is_success() && !answer.text.contains("\"reason\""), "{}", answer.text);
    }
    for (file, mut golden) in goldens {
        let write = std::env::var("PULSE_GOLDEN").is_ok_and(|what| what == "write");
        for (path, expected) in &mut golden.answers {
            let (began, wanted) = (Instant::now(), compact(expected.get()));
            let mut found = get(&service, path).await;
            while found != wanted && began.elapsed() < SETTLE && !write {
                tokio::time::sleep(Duration::from_millis(100)).await;
                found = get(&service, path).await;
            }
            if write {
                *expected = RawValue::from_string(found).unwrap();
                continue;
            }
            assert_eq!(lay_out(&found, 0), lay_out(&wanted, 0), "{} on {address}", file.display());
            assert_eq!(found, wanted);
        }
        if write {
            let text = lay_out(&compact(&serde_json::to_string(&golden).unwrap()), 0);
            std::fs::write(&file, text + "\n").unwrap();
        }
    }
    pulse.close().await;
}

/// JSON that a person can read and compare line by line: what fits into a line stays in one.
fn lay_out(json: &str, indent: usize) -> String {
    let is_container = json.ends_with(['}', ']']) && json.len() > 2;
    if !is_container || indent + json.len() <= 180 {
        return json.to_owned();
    }
    let pad = " ".repeat(indent + 2);
    let lines: Vec<String> = children(&json[1..json.len() - 1])
        .into_iter()
        .map(|child| match child.split_once("\":") {
            Some((key, value)) if json.starts_with('{') => format!("{pad}{key}\": {}", lay_out(value, indent + 2)),
            _ => format!("{pad}{}", lay_out(child, indent + 2)),
        })
        .collect();
    let mut out = String::new();
    let _ = write!(out, "{}\n{}\n{}{}", &json[..1], lines.join(",\n"), &pad[2..], &json[json.len() - 1..]);
    out
}

/// What stands between the commas of an object or a list.
fn children(inside: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut escaped, mut from) = (0_i32, false, false, 0);
    let mut found = Vec::new();
    for (at, c) in inside.char_indices() {
        match c {
            '[' | '{' if !quoted => depth += 1,
            ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(&inside[from..at]);
                from = at + 1;
            }
            _ => {}
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    found.push(&inside[from..]);
    found
}

#[tokio::test]
async fn golden_sessions_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    compare(&format!("sqlite:{}", folder.path().join("pulse.db").display())).await;
}

#[tokio::test]
#[ignore = "needs MongoDB: cargo xtask test"]
async fn golden_sessions_on_mongodb() {
    let server = TestMongod::start().await.unwrap();
    compare(&server.uri()).await;
}

#[test]
fn a_layout_changes_spaces_only() {
    for file in files() {
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(compact(&lay_out(&compact(&text), 0)), compact(&text));
    }
    assert_eq!(compact("{ \"a b\" : [1,\n \"\\\" ,\"] }"), "{\"a b\":[1,\"\\\" ,\"]}");
}
