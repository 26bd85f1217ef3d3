//! Nothing of what was erased is left in any file.
#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use super::*;
use crate::{
    model::{
        BatchId, BatchParts, Click, Custom, Element, Event, EventKind, Layout, LayoutBox, Navigation, PageError, Prop,
    },
    store::Summaries as _,
};

/// A text that is nowhere else, of one session in one field.
fn planted(session: usize, field: usize) -> String {
    format!("planted-{session:03}-{field:02}-x")
}

fn start(n: usize) -> SessionStart {
    SessionStart {
        session_id: format!("session-{n:04}").parse().unwrap(),
        visitor_id: Some(format!("visitor-{}", planted(n, 0)).parse().unwrap()),
        started_at: 1_000_000 + n as i64,
        page_url: format!("http://shop.test/{}", planted(n, 1)),
        title: Some(planted(n, 2)),
        referrer: Some(planted(n, 3)),
        device: crate::model::Device::Desktop,
        viewport: None,
        excluded: None,
    }
}

fn batch(n: usize, seq: u32) -> Batch {
    let event = |kind| Event { timestamp: 1_000_000 + i64::from(seq), kind };
    let element = Element { path: planted(n, 4), label: Some(planted(n, 5)), ..Element::default() };
    let boxes = vec![LayoutBox { k: "t".into(), r: [0.0; 4], l: Some(planted(n, 6)) }];
    let click = Click { element: Some(Box::new(element)), ..Click::default() };
    let props = BTreeMap::from([(planted(n, 8), Prop::Text(planted(n, 9)))]);
    let from = Some(planted(n, 7));
    Batch::new(BatchParts {
        id: BatchId { session: start(n).session_id, view: "view-0001".parse().unwrap(), seq },
        received_at: 1_000_000,
        page_url: Some(start(n).page_url),
        title: start(n).title,
        shifted_ms: 0,
        moves: Vec::new(),
        events: vec![
            event(EventKind::Click(click)),
            event(EventKind::Layout(Layout { hash: "h".into(), boxes })),
            event(EventKind::Navigation(Navigation { url: start(n).page_url, from, kind: Default::default() })),
            event(EventKind::Error(PageError { name: planted(n, 10), message: planted(n, 11) })),
            event(EventKind::Custom(Custom { name: planted(n, 12), props })),
        ],
    })
}

async fn fill(store: &SqliteStore, sessions: std::ops::Range<usize>) {
    for n in sessions {
        store.open_session(&start(n)).await.unwrap();
        for seq in 0..5 {
            store.append(&batch(n, seq), &[start(n).page_url], &start(n)).await.unwrap();
        }
    }
}

/// How often a text stands in the files of a folder.
fn found(folder: &Path, text: &str) -> usize {
    let count = |entry: std::io::Result<std::fs::DirEntry>| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
    };
    std::fs::read_dir(folder).unwrap().map(count).sum()
}

/// Waits until a text is in no file any more.
async fn gone(folder: &Path, text: &str) {
    let began = Instant::now();
    while found(folder, text) > 0 {
        assert!(began.elapsed() < Duration::from_secs(5), "{text}: {} left", found(folder, text));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_is_in_no_file_and_the_rest_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("pulse.db")).unwrap();
    fill(&store, 0..60).await;
    // Rows move between pages when others come between them: what they leave behind counts as well.
    store.writer.run("settle", |ledger, db| ledger.settle_all(db)).await.unwrap();
    assert!(found(folder.path(), "planted-007-01-x") > 0, "the search is blind");
    let erased: Vec<SessionId> = (0..60).filter(|n| n % 6 != 0).map(|n| start(n).session_id).collect();
    assert_eq!(store.erase(&erased).await.unwrap(), 50);
    for n in 0..60 {
        if n % 6 == 0 {
            assert!(found(folder.path(), &format!("planted-{n:03}-")) > 0, "{n}");
        } else {
            gone(folder.path(), &format!("planted-{n:03}-")).await;
        }
    }
    assert!(store.buckets(0..i64::MAX).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_meanwhile_only_delays_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pulse.db");
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 0..2).await;
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM sessions;").unwrap();
    assert_eq!(store.erase(&[start(0).session_id]).await.unwrap(), 1);
    assert!(found(folder.path(), "planted-000-") > 0, "the reader still sees it");
    reader.execute_batch("COMMIT").unwrap();
    gone(folder.path(), "planted-000-").await;
}

/// The process dies after the erasure was committed and before the log was emptied.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_in_the_middle_leaves_nothing_after_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pulse.db");
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 0..10).await;
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM sessions;").unwrap();
    assert_eq!(store.erase(&[start(3).session_id]).await.unwrap(), 1);
    let dead = tempfile::tempdir().unwrap();
    for file in ["pulse.db", "pulse.db-wal"] {
        std::fs::copy(folder.path().join(file), dead.path().join(file)).unwrap();
    }
    assert!(found(dead.path(), "planted-003-") > 0, "it died too late");
    let again = SqliteStore::open(&dead.path().join("pulse.db")).unwrap();
    assert_eq!(found(dead.path(), "planted-003-"), 0);
    assert!(again.session(&start(4).session_id).await.unwrap().is_some());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn files_are_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/pulse.db");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let store = SqliteStore::open(&path).unwrap();
    fill(&store, 0..1).await;
    let files = || std::fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    assert!(files().count() >= 3);
    for file in files() {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    store.close().await;
    drop(store);
    // A file that was made before is closed, too.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let _store = SqliteStore::open(&path).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_has_one_store_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pulse.db");
    let store = SqliteStore::open(&path).unwrap();
    let refused = SqliteStore::open(&path).unwrap_err();
    let StoreError::Unavailable { source, .. } = refused else { panic!("{refused:?}") };
    assert!(source.to_string().contains("another process has this file open"), "{source}");
    store.close().await;
    assert!(SqliteStore::open(&path).is_ok());
}
