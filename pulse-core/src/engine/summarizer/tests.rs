//! Sums are those of a recount, however they came together.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::TryStreamExt;

use super::{
    summaries::SummaryWriter,
    sums::{Age, SumsWriter, due, fold_all},
    *,
};
use crate::{
    analyze::page::Layer,
    limits::Limits,
    model::{Event, EventKind, Goals, Millis, MouseMove, SessionStart},
    store::{
        Bucket, BucketState, DAY_MS, HOUR_MS, PageMatch, SetId, SqliteStore, SumsQuery, SumsRow,
        contract::{self, Add as _},
    },
};

const DAY: Millis = 20_000 * DAY_MS;

struct Rig {
    with: Summarizer,
    now: Arc<AtomicI64>,
    /// Batches that were stored.
    sent: AtomicI64,
    _folder: tempfile::TempDir,
}

impl Rig {
    /// A store without a background, at the end of a day.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("pulse.db")).unwrap();
        let now = Arc::new(AtomicI64::new(DAY + DAY_MS));
        let clock = Arc::clone(&now);
        let clock = Clock::new(move || clock.load(Ordering::Relaxed));
        let pace = Pace { sums: std::time::Duration::ZERO, ..Pace::default() };
        Self {
            with: Summarizer {
                store,
                pages: Arc::default(),
                goals: Goals::default(),
                clock,
                pace,
                carried: Arc::default(),
                lag: Arc::default(),
            },
            now,
            sent: AtomicI64::new(0),
            _folder: folder,
        }
    }

    /// A batch of a session that starts at a time of the day.
    async fn visit(&self, n: u32, seq: u32, at: Millis) {
        let shift = DAY + at - 1_800_000_000_000 + Millis::from(seq) * 1000;
        let events = contract::all_kinds().into_iter().skip((n + seq) as usize % 4);
        let mut events: Vec<Event> =
            events.map(|event| Event { timestamp: event.timestamp + shift, ..event }).collect();
        events.push(Event {
            timestamp: DAY + at,
            kind: EventKind::MouseMove(MouseMove { x: f64::from(n) * 9.0, y: f64::from(seq) * 30.0 }),
        });
        let start = SessionStart { started_at: DAY + at, ..contract::start(n) };
        self.with.store.add(&contract::batch(n, "view-0001", seq, events), &start).await.unwrap();
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Summaries of all that has changed, once the store lists it.
    async fn summarize(&self) {
        let mut writer = SummaryWriter::new(self.with.clone());
        contract::eventually("all have summaries", async || {
            let sessions = self.sessions().await;
            let batches: i64 = sessions.iter().map(|session| i64::from(session.batches)).sum();
            writer.all_due().await.unwrap();
            let is_done = self.with.store.changed(10).await.unwrap().is_empty();
            (is_done && batches == self.sent.load(Ordering::Relaxed)).then_some(())
        })
        .await;
    }

    async fn sessions(&self) -> Vec<crate::model::Session> {
        let always = std::iter::once(Millis::MIN..Millis::MAX).collect();
        self.with.store.started(always, PageMatch::All).try_collect().await.unwrap()
    }

    /// Makes all sums that are due; how many sets.
    async fn sum(&self) -> usize {
        let mut writer = SumsWriter::new(self.with.clone(), false);
        let mut made = 0;
        while writer.next().await.unwrap().is_some() {
            made += 1;
        }
        made
    }

    async fn states(&self) -> Vec<BucketState> {
        self.with.store.buckets(Millis::MIN..Millis::MAX).await.unwrap()
    }

    async fn published(&self) -> Vec<Bucket> {
        self.states().await.into_iter().filter(BucketState::is_valid).map(|state| state.bucket).collect()
    }

    async fn rows(&self) -> Vec<SumsRow> {
        let sets: Vec<SetId> = self.states().await.into_iter().filter_map(|state| Some(state.sums?.0)).collect();
        let layers = Layer::ALL.map(Layer::number).to_vec();
        let rows = self.with.store.sums(SumsQuery { sets, page: PageMatch::All, parts: None, layers });
        rows.map_ok(|(_, row)| row).try_collect().await.unwrap()
    }

    /// The rows over all sessions, each read from its events.
    async fn recount(&self) -> Vec<SumsRow> {
        let mut rows = fold_all(&*self.with.store, Arc::default(), self.sessions().await).await.unwrap();
        rows.sort_by(|a, b| (&a.page, a.part, a.layer).cmp(&(&b.page, b.part, b.layer)));
        rows
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_summed_up_from_its_hours_and_again_when_it_changes() {
    let rig = Rig::new();
    for n in 0..9 {
        rig.visit(n, 0, HOUR_MS * Millis::from(n % 3 + 1)).await;
    }
    rig.summarize().await;
    rig.now.store(DAY + DAY_MS + rig.with.pace.over_ms, Ordering::Relaxed);
    assert_eq!(rig.sum().await, 3, "the day may still change");
    assert_eq!(rig.published().await.len(), 3);
    rig.now.store(DAY + DAY_MS + HOUR_MS, Ordering::Relaxed);
    assert_eq!(rig.sum().await, 1);
    assert_eq!(rig.published().await, [Bucket::day_of(DAY)], "its hours are dropped");
    let (rows, recount) = (rig.rows().await, rig.recount().await);
    let seen: Vec<_> = rows.iter().map(|row| (&*row.page, row.part, row.layer)).collect();
    assert!(rows.iter().any(|row| row.layer == Layer::Page.number()) && rows.len() > 7, "{seen:?}");
    assert_eq!(rows, recount);

    rig.visit(4, 1, HOUR_MS * 2 + 5).await;
    rig.visit(9, 0, HOUR_MS * 20).await;
    rig.summarize().await;
    assert!(rig.published().await.is_empty(), "the day does not know of these");
    assert_eq!(rig.sum().await, 5, "four hours and the day");
    assert_eq!((rig.rows().await, rig.published().await), (rig.recount().await, vec![Bucket::day_of(DAY)]));

    rig.with.store.erase(&[contract::session(4)]).await.unwrap();
    assert!(rig.rows().await.is_empty(), "nothing of the session is left");
    assert_eq!(rig.sum().await, 5);
    assert_eq!(rig.rows().await, rig.recount().await);
    rig.with.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_without_end_is_cut_and_says_so() {
    let rig = Rig::new();
    // Each some 4 KB of memory: more than one session may take.
    let boxes: Vec<_> = (0..400)
        .map(|n| crate::model::LayoutBox {
            k: "button".into(),
            r: [f64::from(n), 0.0, 9.0, 9.0],
            l: Some("Pay".into()),
        })
        .collect();
    for seq in 0..60 {
        let layout = |n| crate::model::Layout { hash: format!("h{seq}-{n}"), boxes: boxes.clone() };
        let events = (0..10).map(|n| Event { timestamp: DAY + n, kind: EventKind::Layout(layout(n)) }).collect();
        rig.with.store.add(&contract::batch(1, "view-0001", seq, events), &contract::start(1)).await.unwrap();
        rig.sent.fetch_add(1, Ordering::Relaxed);
    }
    rig.summarize().await;
    let session = rig.with.store.session(&contract::session(1)).await.unwrap().unwrap();
    assert!(session.score.cut && session.score.of_batches == 60, "{:?}", session.score);
    rig.with.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_full_says_so_however_its_log_is_read() {
    let mut rig = Rig::new();
    let limits = Limits { session_batches: 3, ..Limits::default() };
    rig.with.carried = Arc::new(Carried::new(Arc::default(), Goals::default(), limits));
    for seq in 0..3 {
        rig.visit(1, seq, i64::from(seq) * 60_000).await;
        // One after the other, in an order that only the whole log tells.
        rig.visit(2, 2 - seq, i64::from(seq) * 60_000).await;
    }
    rig.visit(3, 0, 0).await;
    rig.summarize().await;
    let mut cut: Vec<_> = rig.sessions().await.into_iter().map(|of| (of.start.session_id, of.score.cut)).collect();
    cut.sort();
    assert_eq!(cut, [(contract::session(1), true), (contract::session(2), true), (contract::session(3), false)]);
    rig.with.store.close().await;
}

#[test]
fn hours_that_are_over_come_first_and_days_whose_hours_are_all_known() {
    let state = |bucket, changes, known: Option<u64>| BucketState {
        bucket,
        changes,
        erasures: 0,
        sums: known.map(|known| (SetId::new("set"), known)),
    };
    let (first, second, now) = (Bucket::Hour(480_000), Bucket::Hour(480_001), Bucket::Hour(480_002));
    let at = now.span().start + 11 * 60_000;
    let next = |states: &[BucketState], at| {
        due(states, at, 10 * 60_000, |_| Some(Age::Fresh)).map(|due| (due.state.bucket, due.hours.len()))
    };
    let day = Bucket::Day(20_000);
    let open = [state(first, 1, None), state(second, 2, Some(2)), state(now, 255, None), state(day, 258, None)];
    assert_eq!(next(&open, at), Some((first, 0)), "the hour that runs has not changed much");
    let busy = [state(first, 1, None), state(now, 256, None)];
    assert_eq!(next(&busy, at), Some((now, 0)), "this one has");
    assert_eq!(next(&[state(now, 500, Some(300))], at), None, "it is known well enough");
    let stale = |states: &[BucketState]| due(states, at, 10 * 60_000, |_| Some(Age::Stale)).map(|due| due.state.bucket);
    assert_eq!(stale(&[state(now, 301, Some(300))]), Some(now), "not for a minute");
    assert_eq!(stale(&[state(now, 300, Some(300))]), None, "nothing has changed");
    assert_eq!(stale(&[state(now, 255, None)]), None, "so few sessions are read one by one");
    let all = [state(first, 1, Some(1)), state(second, 2, Some(2)), state(day, 3, None)];
    assert_eq!(next(&all, at), None, "the day is not over");
    assert_eq!(next(&all, day.span().end + HOUR_MS), Some((day, 2)));
    let done = [state(first, 1, None), state(day, 1, Some(1))];
    assert_eq!(next(&done, day.span().end + HOUR_MS), None, "the day has the hour");
    assert!(due(&all, day.span().end + HOUR_MS, 0, |_| Some(Age::Fresh)).is_some());
    assert!(
        due(&open, at, 0, |bucket| (bucket != first && bucket != now).then_some(Age::Stale)).is_none(),
        "they were just made"
    );
}
