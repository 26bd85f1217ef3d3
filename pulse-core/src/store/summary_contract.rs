//! What every store promises of summaries and sums, as one suite that runs on each of them.
#![allow(clippy::unwrap_used)]

use std::ops::Range;

use futures_util::TryStreamExt;

use super::{
    Bucket, BucketState, PageMatch, SessionFilter, SetId, Store, SumsQuery, SumsRow,
    contract::{
        Add as _, StoreHarness, all_kinds, batch, changed, eventually, session, settled, start, stored, summarize,
    },
};
use crate::model::{Device, Event, EventKind, Millis, MouseMove, Score, Session, SessionStart};

const T: Millis = 1_800_000_000_000;

/// Runs the whole suite, each part on sessions and days of its own.
pub(crate) async fn run(harness: &mut impl StoreHarness) {
    let store = harness.open().await;
    a_summary_is_right_until_the_log_grows(&*store).await;
    what_is_filled_in_asks_for_a_new_summary(&*store).await;
    a_session_that_moves_changes_both_hours(&*store).await;
    sums_are_published_whole(&*store).await;
    an_erasure_takes_sums_away(&*store).await;
    sessions_are_found_by_start_and_page(&*store).await;
    a_log_is_cut(&*store).await;
    everything_can_be_forgotten(&*store).await;
    let kept = published(&*store, day(1)).await;
    store.close().await;
    drop(store);
    let store = harness.open().await;
    assert_eq!(published(&*store, day(1)).await, kept, "what was published is there after a restart");
    store.close().await;
}

/// A day that no other part of the suite uses.
fn day(n: i32) -> Bucket {
    let Bucket::Day(first) = Bucket::day_of(T) else { unreachable!() };
    Bucket::Day(first + n)
}

/// A session that starts at a time of such a day, with one batch.
async fn visit(store: &dyn Store, n: u32, at: Millis, url: &str) {
    let start = SessionStart { started_at: at, page_url: url.into(), ..start(n) };
    let moved = Event { timestamp: at, kind: EventKind::MouseMove(MouseMove { x: 1.0, y: 2.0 }) };
    let parts = batch(n, "view-0001", 0, vec![moved]).into_parts();
    let batch = crate::model::Batch::new(crate::model::BatchParts { page_url: Some(url.into()), ..parts });
    store.add(&batch, &start).await.unwrap();
    settled(store, n, 1).await;
}

fn score(of_batches: u32) -> Score {
    Score {
        of_batches,
        frustration: of_batches * 5,
        completeness: Some(0.75),
        activity: vec![1, 0, 4],
        ..Score::default()
    }
}

async fn bucket(store: &dyn Store, bucket: Bucket) -> Option<BucketState> {
    let states = store.buckets(bucket.span()).await.unwrap();
    assert!(states.iter().all(|state| state.bucket.span().start < bucket.span().end), "{states:?}");
    states.into_iter().find(|state| state.bucket == bucket)
}

/// A bucket once a session in it has a summary.
async fn counted(store: &dyn Store, of: Bucket) -> BucketState {
    eventually(&format!("{of:?} has changed"), async || bucket(store, of).await.filter(|state| state.changes > 0)).await
}

async fn changes(store: &dyn Store, of: Bucket) -> u64 {
    bucket(store, of).await.map_or(0, |state| state.changes)
}

fn rows(bodies: &[(&str, u16, &str)]) -> Vec<SumsRow> {
    let row =
        |&(page, part, body): &(&str, u16, &str)| SumsRow { page: page.into(), part, layer: 1, body: body.into() };
    bodies.iter().map(row).collect()
}

async fn read(store: &dyn Store, sets: &[SetId], page: &str) -> Vec<(String, u16, String)> {
    let query =
        SumsQuery { sets: sets.to_vec(), page: PageMatch::new(page), parts: Some(vec![0, 1]), layers: vec![1, 2] };
    let rows: Vec<(SetId, SumsRow)> = store.sums(query).try_collect().await.unwrap();
    assert!(rows.iter().all(|(set, _)| sets.contains(set)));
    rows.into_iter().map(|(_, row)| (row.page, row.part, String::from_utf8(row.body).unwrap())).collect()
}

async fn published(store: &dyn Store, of: Bucket) -> Vec<(String, u16, String)> {
    let set = bucket(store, of).await.and_then(|state| state.sums).map(|(set, _)| set);
    read(store, set.as_slice(), "*").await
}

async fn a_summary_is_right_until_the_log_grows(store: &dyn Store) {
    for seq in 0..2 {
        store.add(&batch(201, "view-0001", seq, all_kinds()), &start(201)).await.unwrap();
    }
    settled(store, 201, 2).await;
    let listed =
        eventually("it has changed", async || changed(store, 201).await.filter(|listed| listed.batches == 2)).await;
    assert_eq!((listed.batches, listed.started_at), (2, start(201).started_at.min(T)));
    summarize(store, 201, &score(2)).await;
    eventually("the summary is right", async || changed(store, 201).await.is_none().then_some(())).await;
    // One that was begun before and ends later.
    let summary = super::SessionSummary { score: score(1), totals: None };
    store.put_summaries(vec![(listed, summary)]).await.unwrap();
    assert_eq!(store.session(&session(201)).await.unwrap().unwrap().score, score(2));
    store.add(&batch(201, "view-0001", 2, all_kinds()), &start(201)).await.unwrap();
    settled(store, 201, 3).await;
    eventually("it has changed", async || changed(store, 201).await.filter(|listed| listed.batches == 3)).await;
    let cut = Score { cut: true, ..score(3) };
    summarize(store, 201, &cut).await;
    assert_eq!(settled(store, 201, 3).await.counts.click, 6);
    eventually("lists say that it was cut", async || {
        let listed = store.sessions(&SessionFilter { limit: 1000, ..SessionFilter::default() }).await.unwrap().sessions;
        listed.into_iter().find(|of| of.start.session_id == session(201) && of.score == cut)
    })
    .await;
}

async fn what_is_filled_in_asks_for_a_new_summary(store: &dyn Store) {
    visit(store, 202, T + 1, "http://fill.test/").await;
    summarize(store, 202, &score(1)).await;
    eventually("the summary is right", async || changed(store, 202).await.is_none().then_some(())).await;
    store.open_session(&start(202)).await.unwrap();
    assert!(changed(store, 202).await.is_none(), "nothing new");
    store.open_session(&SessionStart { device: Device::Mobile, ..start(202) }).await.unwrap();
    eventually("the device may change the sums", async || changed(store, 202).await).await;
}

async fn a_session_that_moves_changes_both_hours(store: &dyn Store) {
    let (late, early) = (day(9).span().start, day(8).span().end - 1);
    visit(store, 203, late, "http://move.test/").await;
    summarize(store, 203, &score(1)).await;
    for (of, is) in [(Bucket::hour_of(late), true), (day(9), true), (Bucket::hour_of(early), false), (day(8), false)] {
        assert_eq!(changes(store, of).await > 0, is, "{of:?}");
    }
    let before = changes(store, day(9)).await;
    let moved = Event { timestamp: early, kind: EventKind::MouseMove(MouseMove { x: 1.0, y: 2.0 }) };
    store.add(&batch(203, "view-0001", 1, vec![moved]), &start(203)).await.unwrap();
    settled(store, 203, 2).await;
    summarize(store, 203, &score(2)).await;
    for of in [Bucket::hour_of(early), day(8)] {
        assert_eq!(counted(store, of).await.bucket, of);
    }
    assert!(changes(store, day(9)).await > before && changes(store, Bucket::hour_of(late)).await > 0);
}

async fn sums_are_published_whole(store: &dyn Store) {
    visit(store, 204, day(1).span().start, "http://sums.test/a").await;
    summarize(store, 204, &score(1)).await;
    let seen = counted(store, day(1)).await;
    let first = store.begin_sums(day(1)).await.unwrap();
    store.add_sums(&first, rows(&[("http://sums.test/b", 0, "b"), ("http://sums.test/a", 1, "a1")])).await.unwrap();
    store
        .add_sums(&first, rows(&[("http://sums.test/a", 0, "a0"), ("http://sums.test/a", 7, "not asked for")]))
        .await
        .unwrap();
    assert!(published(store, day(1)).await.is_empty() && !bucket(store, day(1)).await.unwrap().is_valid());
    assert!(store.publish_sums(first.clone(), &seen).await.unwrap());
    let state = bucket(store, day(1)).await.unwrap();
    assert!(state.is_valid() && state.sums == Some((first.clone(), seen.changes)));
    let text = |page: &str, part, body: &str| (format!("http://sums.test/{page}"), part, body.to_owned());
    let all = [text("a", 0, "a0"), text("a", 1, "a1"), text("b", 0, "b")];
    assert_eq!(published(store, day(1)).await, all);
    for (page, expected) in
        [("http://sums.test/a", &all[..2]), ("/b", &all[2..]), ("/*", &all), ("*/a", &all[..2]), ("/c", &[])]
    {
        assert_eq!(read(store, std::slice::from_ref(&first), page).await, expected, "{page}");
    }
    // Another of the same state comes too late.
    let same = store.begin_sums(day(1)).await.unwrap();
    store.add_sums(&same, rows(&[("http://sums.test/a", 0, "late")])).await.unwrap();
    assert!(!store.publish_sums(same.clone(), &seen).await.unwrap());
    assert!(read(store, &[same], "*").await.is_empty(), "what is refused is dropped");
    // A newer one takes its place, also when more has changed since it was begun.
    summarize_again(store, 204, day(1).span().start).await;
    let newer = counted(store, day(1)).await;
    assert!(newer.changes > seen.changes && !newer.is_valid());
    summarize_again(store, 204, day(1).span().start).await;
    let second = store.begin_sums(day(1)).await.unwrap();
    store.add_sums(&second, rows(&[("http://sums.test/a", 0, "second")])).await.unwrap();
    assert!(store.publish_sums(second.clone(), &newer).await.unwrap());
    assert_eq!(published(store, day(1)).await, [text("a", 0, "second")]);
    assert!(read(store, &[first], "*").await.is_empty(), "what was replaced is dropped");
    assert!(!bucket(store, day(1)).await.unwrap().is_valid(), "it knows of one change too few");
    // An hour's sums can be dropped without others in their place.
    let hour = Bucket::hour_of(day(1).span().start);
    let set = store.begin_sums(hour).await.unwrap();
    store.add_sums(&set, rows(&[("http://sums.test/a", 0, "hour")])).await.unwrap();
    assert!(store.publish_sums(set.clone(), &counted(store, hour).await).await.unwrap());
    store.drop_sums(std::slice::from_ref(&set)).await.unwrap();
    assert!(bucket(store, hour).await.unwrap().sums.is_none() && read(store, &[set], "*").await.is_empty());
}

/// One batch more, and a summary of it.
async fn summarize_again(store: &dyn Store, n: u32, at: Millis) {
    let seq = stored(store, n).await.len() as u32;
    let moved = Event { timestamp: at, kind: EventKind::MouseMove(MouseMove { x: 1.0, y: 2.0 }) };
    store.add(&batch(n, "view-0001", seq, vec![moved]), &start(n)).await.unwrap();
    settled(store, n, seq + 1).await;
    summarize(store, n, &score(seq + 1)).await;
}

async fn an_erasure_takes_sums_away(store: &dyn Store) {
    for n in [205, 206] {
        visit(store, n, day(2).span().start, "http://erase.test/").await;
        summarize(store, n, &score(1)).await;
    }
    let seen = counted(store, day(2)).await;
    let set = store.begin_sums(day(2)).await.unwrap();
    store.add_sums(&set, rows(&[("http://erase.test/", 0, "both")])).await.unwrap();
    assert!(store.publish_sums(set.clone(), &seen).await.unwrap());
    // Begun before the erasure, ended after it.
    let begun = store.begin_sums(day(2)).await.unwrap();
    store.add_sums(&begun, rows(&[("http://erase.test/", 0, "both again")])).await.unwrap();
    let seen = BucketState { changes: seen.changes + 1000, ..seen };
    assert_eq!(store.erase(&[session(205)]).await.unwrap(), 1);
    let state = bucket(store, day(2)).await.unwrap();
    assert!(state.sums.is_none() && state.erasures > seen.erasures);
    assert!(!store.publish_sums(begun.clone(), &seen).await.unwrap());
    assert!(read(store, &[set, begun], "*").await.is_empty(), "nothing of the erased session is left");
}

async fn sessions_are_found_by_start_and_page(store: &dyn Store) {
    let at = day(3).span().start;
    for (n, page) in [(210, "http://here.test/a"), (211, "http://here.test/b"), (212, "http://there.test/a")] {
        visit(store, n, at + Millis::from(n), page).await;
    }
    let started = async |spans: &[Range<Millis>], page: &str| -> Vec<Session> {
        store.started(spans.to_vec(), PageMatch::new(page)).try_collect().await.unwrap()
    };
    eventually("the rows are up to date", async || {
        started(&[day(3).span()], "*").await.iter().all(|found| found.batches == 1).then_some(())
    })
    .await;
    let found = async |spans: &[Range<Millis>], page: &str| -> Vec<u32> {
        let sessions = started(spans, page).await;
        assert!(sessions.iter().all(|found| found.pages.is_empty()));
        let number = |id: &crate::model::SessionId| (210..213).find(|n| session(*n) == *id).unwrap();
        sessions.iter().map(|found| number(&found.start.session_id)).collect()
    };
    let all = [day(3).span()];
    for (page, expected) in [
        ("*", &[210, 211, 212][..]),
        ("http://here.test/a", &[210]),
        ("/a", &[210, 212]),
        ("/*", &[210, 211, 212]),
        ("http://here.test/*", &[210, 211]),
        ("/c", &[]),
    ] {
        assert_eq!(found(&all, page).await, expected, "{page}");
    }
    assert_eq!(found(&[at + 210..at + 211, at + 212..at + 213], "*").await, [210, 212], "ends are exclusive");
    assert!(found(&[], "*").await.is_empty());
}

async fn a_log_is_cut(store: &dyn Store) {
    let opened = start(222);
    store.open_session(&opened).await.unwrap();
    for seq in 0..5 {
        store.add(&batch(220, "view-0001", seq, all_kinds()), &start(220)).await.unwrap();
    }
    store.add(&batch(221, "view-0001", 0, all_kinds()), &start(221)).await.unwrap();
    settled(store, 220, 5).await;
    settled(store, 221, 1).await;
    let logs = async |most| {
        let ids = vec![session(220), session(221), session(222), session(9999)];
        let mut logs: Vec<_> = store.logs(ids, most).try_collect().await.unwrap();
        logs.sort_by(|a, b| a.id.cmp(&b.id));
        logs
    };
    let whole = logs(usize::MAX).await;
    let sizes = |logs: &[super::SessionLog]| -> Vec<(usize, bool)> {
        logs.iter().map(|log| (log.batches.len(), log.is_cut)).collect()
    };
    assert_eq!(sizes(&whole[..2]), [(5, false), (1, false)]);
    assert!(whole[2..].iter().all(|log| log.id == session(222) && log.batches.is_empty() && !log.is_cut));
    let mut batches = whole[0].batches.clone();
    batches.sort_by_key(|batch| batch.id().seq);
    assert_eq!(batches, stored(store, 220).await);
    let weight = batches[0].weight();
    assert_eq!(sizes(&logs(weight * 5 / 2).await[..2]), [(2, true), (1, false)]);
    assert_eq!(sizes(&logs(1).await[..2]), [(1, true), (1, false)], "never less than one batch");
}

async fn everything_can_be_forgotten(store: &dyn Store) {
    visit(store, 230, day(5).span().start, "http://forget.test/").await;
    summarize(store, 230, &score(1)).await;
    let seen = counted(store, day(5)).await;
    let set = store.begin_sums(day(5)).await.unwrap();
    assert!(store.publish_sums(set, &seen).await.unwrap());
    eventually("the summary is right", async || changed(store, 230).await.is_none().then_some(())).await;
    store.forget_summaries().await.unwrap();
    eventually("it has changed", async || changed(store, 230).await).await;
    assert!(store.buckets(Millis::MIN..Millis::MAX).await.unwrap().iter().all(|state| state.sums.is_none()));
    summarize(store, 230, &score(1)).await;
}
