//! What every store promises of the status of problems, as one suite that runs on each of them.
#![allow(clippy::unwrap_used)]

use super::contract::StoreHarness;
use crate::analyze::problems::{Hits, ProblemMark, ProblemStatus};

/// Runs the suite on a store that holds no problems yet.
pub(crate) async fn run(harness: &mut impl StoreHarness) {
    let mark = |id: &str, status, note: Option<&str>| ProblemMark {
        id: id.parse().unwrap(),
        page: "http://shop.test/a b".into(),
        status,
        note: note.map(str::to_owned),
        at: 1_800_000_000_123,
        before: Hits { hit: 40, visits: 1 << 40 },
    };
    let first = mark("00000000000000ff", ProblemStatus::Fixed, Some("the “Pay” button, $a.b \u{1F4B3}"));
    let second = mark("0000000000000001", ProblemStatus::Ignored, None);
    let store = harness.open().await;
    assert!(store.problem_marks().await.unwrap().is_empty());
    store.mark_problem(&first).await.unwrap();
    store.mark_problem(&second).await.unwrap();
    assert_eq!(store.problem_marks().await.unwrap(), [second.clone(), first.clone()], "by id");
    let again = ProblemMark { status: ProblemStatus::Open, note: None, at: -5, before: Hits::default(), ..first };
    store.mark_problem(&again).await.unwrap();
    store.mark_problem(&again).await.unwrap();
    store.forget_summaries().await.unwrap();
    store.close().await;
    drop(store);
    let store = harness.open().await;
    assert_eq!(store.problem_marks().await.unwrap(), [second, again], "they are there after a restart");
    store.close().await;
}
