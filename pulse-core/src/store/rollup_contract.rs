//! What segments promise, on each store: whatever happens, they and the loose sessions say what the events say.
#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use futures_util::TryStreamExt;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use tokio::{runtime::Handle, task::block_in_place};

use super::{
    Day, Found, Member, PageMatch, RollupQuery, RollupRow, SegmentId, SessionFilter, Store, StoreError, contract,
    contract::Add as _, day_of, rollup::DAY_MS,
};
use crate::model::{
    Batch, BatchId, BatchParts, Device, Event, EventKind, Millis, MouseMove, Score, Session, SessionId, SessionStart,
};

/// A midnight.
const T: Millis = 20_000 * DAY_MS;

const FIRST: Day = 20_000;

const SESSIONS: u32 = 7;

const DAYS: u32 = 3;

const PAGES: [&str; 4] =
    ["http://shop.test/a", "http://shop.test/a/b", "http://other.test/a", "http://shop.test/what[x]"];

/// A store on which the suite runs.
pub(crate) trait Bench: Send + Sync {
    /// Two servers on one store that holds nothing: the same one twice where there can be one only.
    async fn open(&mut self) -> [Arc<dyn Store>; 2];

    /// Puts another in place of one of them, with or without an orderly end.
    async fn restart(&mut self, stores: &mut [Arc<dyn Store>; 2], which: usize);

    /// Brings totals up to date.
    async fn settle(&self);

    /// Makes a store that spares sessions which were written to lately take all for older ones.
    async fn age(&self) {}

    /// Makes calls fail after some; with or without having done what they were asked to, if `answered` says so.
    async fn fail(&self, _after: u32, _answered: bool) {}

    /// Makes calls work again.
    async fn heal(&self) {}

    /// Clears away what was left of calls that failed.
    async fn sweep(&self) {}
}

/// Sums over sessions: how far each page was moved over on each kind of device.
type Sums = BTreeMap<(String, u16), u64>;

const LAYER: u8 = 3;

fn add(sums: &mut Sums, key: (String, u16), moves: u64) {
    *sums.entry(key).or_default() += moves;
}

async fn fold(store: &dyn Store, session: &Session, sums: &mut Sums) -> Result<(), StoreError> {
    let batches: Vec<Batch> = store.batches(&session.start.session_id).try_collect().await?;
    for batch in batches {
        let page = batch.page_url().unwrap().to_owned();
        add(sums, (page, session.start.device as u16), batch.events().len() as u64);
    }
    Ok(())
}

async fn fold_all(store: &dyn Store, sessions: &[Session]) -> Sums {
    let mut sums = Sums::new();
    for session in sessions {
        fold(store, session, &mut sums).await.unwrap();
    }
    sums
}

fn rows(sums: &Sums) -> Vec<RollupRow> {
    let row = |((page, part), moves): (&(String, u16), &u64)| {
        let body = moves.to_le_bytes().to_vec();
        // Other layers are no part of an answer.
        [LAYER, LAYER + 1].map(|layer| RollupRow { page: page.clone(), part: *part, layer, body: body.clone() })
    };
    sums.iter().flat_map(row).collect()
}

fn moves(body: &[u8]) -> u64 {
    u64::from_le_bytes(body.try_into().unwrap())
}

fn query(page: PageMatch) -> RollupQuery {
    let days = FIRST - 1..=FIRST + DAYS as Day;
    RollupQuery {
        page,
        days,
        from: None,
        to: None,
        parts: None,
        layers: vec![LAYER],
        except: Vec::new(),
        known: Vec::new(),
    }
}

/// What segments and loose sessions say together, and who is loose.
async fn ask(store: &dyn Store, query: &RollupQuery) -> Result<(Sums, HashSet<SessionId>), StoreError> {
    ask_while(store, query, usize::MAX, async {}).await
}

/// The same when something happens after so many findings.
async fn ask_while(
    store: &dyn Store,
    query: &RollupQuery,
    after: usize,
    happens: impl Future<Output = ()>,
) -> Result<(Sums, HashSet<SessionId>), StoreError> {
    let (mut sums, mut loose) = (Sums::new(), HashSet::new());
    let mut found = store.rollups(query.clone());
    let (mut number, mut happens) = (0, Some(happens));
    while let Some(one) = found.try_next().await? {
        number += 1;
        if let Some(happens) = happens.take_if(|_| number > after) {
            happens.await;
        }
        match one {
            Found::Rollup { segment, row } => {
                assert!(
                    query.page.matches(&row.page)
                        && query.layers.contains(&row.layer)
                        && ![&query.except, &query.known].into_iter().any(|passed_over| passed_over.contains(&segment))
                );
                assert!(query.parts.as_ref().is_none_or(|parts| parts.contains(&row.part)));
                add(&mut sums, (row.page, row.part), moves(&row.body));
            }
            Found::Known(segment) => {
                assert!(query.known.contains(&segment) && !query.except.contains(&segment));
                let mut rows = store.segment_rows(&[segment]);
                while let Some(row) = rows.try_next().await? {
                    let is_part = query.parts.as_ref().is_none_or(|parts| parts.contains(&row.part));
                    if is_part && query.page.matches(&row.page) && query.layers.contains(&row.layer) {
                        add(&mut sums, (row.page, row.part), moves(&row.body));
                    }
                }
            }
            Found::Loose(session) => {
                assert!(loose.insert(session.start.session_id.clone()), "twice: {session:?}");
                assert!(session.pages.iter().any(|page| query.page.matches(page)), "{session:?}");
                let mut of_one = Sums::new();
                fold(store, &session, &mut of_one).await?;
                of_one.retain(|(page, part), _| {
                    query.page.matches(page) && query.parts.as_ref().is_none_or(|parts| parts.contains(part))
                });
                of_one.into_iter().for_each(|(key, moves)| add(&mut sums, key, moves));
            }
            Found::Restart => (sums, loose) = Default::default(),
        }
    }
    Ok((sums, loose))
}

/// Queries of one comparison, and the first: all of them together take long.
const SOME: usize = 4;

/// Compares what segments and loose sessions say with what the events say, for some of many queries.
async fn compare(store: &dyn Store, turn: usize) {
    let sessions = store.sessions(&SessionFilter { limit: 1000, ..SessionFilter::default() }).await.unwrap().sessions;
    let mut all = Vec::new();
    for session in sessions {
        let mut sums = Sums::new();
        fold(store, &session, &mut sums).await.unwrap();
        all.push((session, sums));
    }
    let segments = store.segments().await.unwrap();
    let everything: Vec<SegmentId> = segments.iter().map(|segment| segment.id.clone()).collect();
    let some: Vec<SegmentId> = everything.iter().step_by(2).cloned().collect();
    let asked = ["*", "http://shop.test/a", "/a", "/nowhere", "/a*", "http://shop.test/*", "*[*", "*t?*"];
    let mut queries: Vec<RollupQuery> = asked.map(|asked| query(PageMatch::new(asked))).to_vec();
    queries.push(query(PageMatch::Page(PAGES[3].to_owned())));
    for days in [FIRST..=FIRST, FIRST + 1..=FIRST + 2, FIRST + 9..=FIRST + 10] {
        queries.push(RollupQuery { days, ..query(PageMatch::All) });
    }
    queries.push(RollupQuery { parts: Some(vec![Device::Mobile as u16, 99]), ..query(PageMatch::All) });
    queries.push(RollupQuery { parts: Some(Vec::new()), ..query(PageMatch::All) });
    queries.push(RollupQuery { except: some.clone(), ..query(PageMatch::new("/a")) });
    queries.push(RollupQuery { known: some.clone(), ..query(PageMatch::All) });
    let last = everything.last().cloned().into_iter().collect();
    queries.push(RollupQuery { known: everything.clone(), except: last, ..query(PageMatch::new("/a*")) });
    queries.push(RollupQuery { known: some, days: FIRST + 1..=FIRST + 1, ..query(PageMatch::All) });
    for (from, to) in [(Some(T + 3), None), (None, Some(T + 3)), (Some(T + 1), Some(T + DAY_MS + 5))] {
        queries.push(RollupQuery { from, to, except: everything.clone(), ..query(PageMatch::All) });
    }
    for (_, query) in
        queries.into_iter().enumerate().filter(|(place, _)| *place == 0 || (place + turn).is_multiple_of(SOME))
    {
        let mut expected = Sums::new();
        for (session, sums) in &all {
            let at = session.start.started_at;
            let in_time = query.from.is_none_or(|from| from <= at) && query.to.is_none_or(|to| at < to);
            for ((page, part), moves) in sums.iter().filter(|_| in_time && query.days.contains(&day_of(at))) {
                if query.page.matches(page) && query.parts.as_ref().is_none_or(|parts| parts.contains(part)) {
                    add(&mut expected, (page.clone(), *part), *moves);
                }
            }
        }
        let (sums, loose) = ask(store, &query).await.unwrap();
        assert_eq!(sums, expected, "{query:?}");
        if query == self::query(PageMatch::All) {
            // Stale segments may still be listed, but each session is counted once.
            let members: usize = segments.iter().map(|segment| segment.members as usize).sum();
            let with_batches = all.iter().filter(|(session, _)| session.batches > 0).count();
            assert!(loose.len() + members >= with_batches && loose.len() <= with_batches, "{loose:?} {segments:?}");
        }
    }
}

fn start(n: u32) -> SessionStart {
    let started_at = T + Millis::from(n % DAYS) * DAY_MS + Millis::from(n);
    SessionStart { started_at, page_url: PAGES[0].into(), ..contract::start(n) }
}

/// A batch of as many positions as its number says, and some more.
fn batch(n: u32, seq: u32) -> Batch {
    let start = start(n).started_at + Millis::from(seq);
    let event = |_| Event { timestamp: start, kind: EventKind::MouseMove(MouseMove { x: 1.0, y: 2.0 }) };
    Batch::new(BatchParts {
        id: BatchId { session: contract::session(n), view: "view-0001".parse().unwrap(), seq },
        received_at: start + 1,
        page_url: Some(PAGES[(n + seq) as usize % PAGES.len()].into()),
        title: None,
        shifted_ms: 0,
        events: (0..=seq + n).map(event).collect(),
    })
}

async fn score(store: &dyn Store) {
    for id in store.unscored(1000).await.unwrap() {
        let of_batches = store.session(&id).await.unwrap().unwrap().batches;
        store.put_score(&id, &Score { of_batches, ..Score::default() }).await.unwrap();
    }
}

/// What a roller does: some loose sessions become a segment. None when there are none.
async fn put(store: &dyn Store, limit: usize) -> Result<Option<bool>, StoreError> {
    let sessions = store.unrolled(Millis::MAX / 2, limit).await?;
    let Some(day) = sessions.first().map(|session| day_of(session.start.started_at)) else { return Ok(None) };
    let mut sums = Sums::new();
    for session in &sessions {
        fold(store, session, &mut sums).await?;
    }
    let members: Vec<Member> = sessions.iter().map(Member::from).collect();
    store.put_segment(day, &members, rows(&sums)).await.map(Some)
}

/// The segments of the day that has most, if that has more than one.
async fn to_merge(store: &dyn Store) -> Result<Vec<SegmentId>, StoreError> {
    let mut days: BTreeMap<Day, Vec<SegmentId>> = BTreeMap::new();
    for segment in store.segments().await? {
        days.entry(segment.day).or_default().push(segment.id);
    }
    Ok(days.into_values().max_by_key(Vec::len).filter(|ids| ids.len() > 1).unwrap_or_default())
}

async fn merged(store: &dyn Store, ids: &[SegmentId]) -> Result<Vec<RollupRow>, StoreError> {
    let mut sums = Sums::new();
    let mut found = store.segment_rows(ids);
    while let Some(row) = found.try_next().await? {
        if row.layer == LAYER {
            add(&mut sums, (row.page, row.part), moves(&row.body));
        }
    }
    Ok(rows(&sums))
}

/// One step, by one of two servers.
#[derive(Debug, Clone, Copy)]
enum Step {
    Append(u32),
    Repeat(u32),
    /// A batch that began on the day before.
    Earlier(u32),
    FillIn(u32),
    Put(usize),
    /// A member changes while it is summed up.
    PutLate(usize),
    /// More becomes known of one.
    PutFilledIn(usize),
    Merge,
    /// A part of it is dissolved while it is made.
    MergeLate,
    DissolveStale,
    /// The sessions of the first days go.
    Expire(u32),
    Erase(u32),
    Clear,
    Restart,
    /// Something is given up in the middle.
    Fail(Task, u32, bool),
    /// Something happens while a query is answered.
    Overtake(Task, usize),
    Sweep,
}

#[derive(Debug, Clone, Copy)]
enum Task {
    Put,
    Merge,
    DissolveStale,
    Erase,
    Clear,
}

impl Task {
    async fn run(self, store: &dyn Store, ids: &[SegmentId], rows: Vec<RollupRow>) -> Result<(), StoreError> {
        match self {
            Self::Put => put(store, 3).await.map(drop),
            Self::Merge => store.merge_segments(ids, rows).await.map(drop),
            Self::DissolveStale => store.dissolve_stale().await.map(drop),
            Self::Erase => store.erase(&[0, 3].map(contract::session)).await.map(drop),
            Self::Clear => store.clear_rollups().await,
        }
    }
}

struct Play<'a, B> {
    bench: &'a mut B,
    stores: [Arc<dyn Store>; 2],
    next: [u32; SESSIONS as usize],
}

impl<B: Bench> Play<'_, B> {
    async fn append(&mut self, which: usize, n: u32) {
        let seq = &mut self.next[n as usize];
        self.stores[which].add(&batch(n, *seq), &start(n)).await.unwrap();
        *seq += 1;
        self.bench.settle().await;
    }

    async fn step(&mut self, which: usize, step: Step) {
        let store = Arc::clone(&self.stores[which]);
        // Else most have nothing to do.
        if !matches!(step, Step::Append(_) | Step::Repeat(_) | Step::Earlier(_) | Step::Restart) {
            score(&*store).await;
        }
        match step {
            Step::Append(n) => self.append(which, n).await,
            Step::Repeat(n) => {
                for seq in self.next[n as usize].saturating_sub(2)..self.next[n as usize] {
                    store.add(&batch(n, seq), &start(n)).await.unwrap();
                }
            }
            Step::Earlier(n) => {
                let mut parts = batch(n, self.next[n as usize]).into_parts();
                parts.events.iter_mut().for_each(|event| event.timestamp -= DAY_MS);
                store.add(&Batch::new(parts), &start(n)).await.unwrap();
                self.next[n as usize] += 1;
            }
            Step::FillIn(n) => {
                store.open_session(&SessionStart { device: Device::Mobile, ..start(n) }).await.unwrap();
            }
            Step::Put(limit) => assert_ne!(put(&*store, limit).await.unwrap(), Some(false)),
            Step::PutLate(limit) | Step::PutFilledIn(limit) => {
                let sessions = store.unrolled(Millis::MAX / 2, limit).await.unwrap();
                let Some(last) = sessions.last() else { return };
                let sums = fold_all(&*store, &sessions).await;
                let n: u32 = last.start.session_id.as_str().rsplit('-').next().unwrap().parse().unwrap();
                if matches!(step, Step::PutLate(_)) {
                    self.append(1 - which, n).await;
                } else if last.start.title.is_none() {
                    let title = Some("So".to_owned());
                    self.stores[1 - which].open_session(&SessionStart { title, ..start(n) }).await.unwrap();
                } else {
                    return;
                }
                let day = day_of(last.start.started_at);
                let members: Vec<Member> = sessions.iter().map(Member::from).collect();
                assert!(!store.put_segment(day, &members, rows(&sums)).await.unwrap());
                assert!(!store.put_segment(day - 1, &members, rows(&sums)).await.unwrap());
            }
            Step::Merge => {
                let ids = to_merge(&*store).await.unwrap();
                if !ids.is_empty() {
                    let before = store.segments().await.unwrap().len();
                    let rows = merged(&*store, &ids).await.unwrap();
                    assert!(store.merge_segments(&ids, rows).await.unwrap());
                    assert_eq!(self.stores[1 - which].segments().await.unwrap().len(), before + 1 - ids.len());
                }
            }
            Step::MergeLate => {
                let ids = to_merge(&*store).await.unwrap();
                let rows = merged(&*store, &ids).await.unwrap();
                self.stores[1 - which].clear_rollups().await.unwrap();
                assert!(!store.merge_segments(&ids, rows).await.unwrap());
            }
            Step::DissolveStale => {
                store.dissolve_stale().await.unwrap();
                assert_eq!(self.stores[1 - which].dissolve_stale().await.unwrap(), 0);
            }
            Step::Expire(days) => {
                self.bench.age().await;
                let before = T + Millis::from(days) * DAY_MS;
                while store.expire(before, 2).await.unwrap() == 2 {}
            }
            Step::Erase(n) => {
                let known = store.session(&contract::session(n)).await.unwrap();
                let erased = store.erase(&[contract::session(n)]).await.unwrap();
                assert_eq!(erased, usize::from(known.is_some()));
            }
            Step::Clear => {
                store.clear_rollups().await.unwrap();
                assert!(self.stores[1 - which].segments().await.unwrap().is_empty());
            }
            Step::Restart => self.bench.restart(&mut self.stores, which).await,
            Step::Fail(task, after, answered) => {
                self.bench.age().await;
                let ids = to_merge(&*store).await.unwrap();
                let rows = merged(&*store, &ids).await.unwrap();
                self.bench.fail(after, answered).await;
                // What becomes of it is not known; only that nothing is counted wrong.
                let _ = task.run(&*store, &ids, rows).await;
                self.bench.heal().await;
            }
            Step::Overtake(task, after) => {
                let ids = to_merge(&*store).await.unwrap();
                let rows = merged(&*store, &ids).await.unwrap();
                let (before, _) = ask(&*store, &query(PageMatch::All)).await.unwrap();
                let happens = async { task.run(&*store, &ids, rows).await.unwrap() };
                let asked = &*self.stores[1 - which];
                let (sums, _) = ask_while(asked, &query(PageMatch::All), after, happens).await.unwrap();
                assert_eq!(sums, before);
            }
            Step::Sweep => self.bench.sweep().await,
        }
        self.bench.settle().await;
    }
}

fn step() -> impl Strategy<Value = (usize, Step)> {
    let harmless = prop_oneof![
        4 => Just(Task::Put),
        3 => Just(Task::Merge),
        1 => Just(Task::DissolveStale),
        1 => Just(Task::Clear),
    ];
    let task = prop_oneof![8 => harmless.clone(), 1 => Just(Task::Erase)];
    let step = prop_oneof![
        6 => (0..SESSIONS).prop_map(Step::Append),
        1 => (0..SESSIONS).prop_map(Step::Repeat),
        2 => (0..SESSIONS).prop_map(Step::Earlier),
        2 => (0..SESSIONS).prop_map(Step::FillIn),
        8 => (1_usize..3).prop_map(Step::Put),
        1 => (1_usize..4).prop_map(Step::PutLate),
        1 => (1_usize..4).prop_map(Step::PutFilledIn),
        3 => Just(Step::Merge),
        1 => Just(Step::MergeLate),
        1 => Just(Step::DissolveStale),
        1 => (0..DAYS + 1).prop_map(Step::Expire),
        1 => (0..SESSIONS).prop_map(Step::Erase),
        1 => Just(Step::Clear),
        1 => Just(Step::Restart),
        6 => (task, 0_u32..12, any::<bool>()).prop_map(|(task, after, answered)| Step::Fail(task, after, answered)),
        6 => (harmless, 0_usize..16).prop_map(|(task, after)| Step::Overtake(task, after)),
        1 => Just(Step::Sweep),
    ];
    (0_usize..2, step)
}

/// Random steps, and after each a comparison with the events.
pub(crate) fn whatever_happens(bench: &mut impl Bench, cases: u32) {
    let mut runner = TestRunner::new(ProptestConfig {
        cases,
        // Failing seeds are kept beside this file.
        source_file: Some(file!()),
        // A step takes as long as the database does.
        max_shrink_time: 60_000,
        ..ProptestConfig::default()
    });
    let bench = std::cell::RefCell::new(bench);
    let ran = runner.run(&vec(step(), 20..60), |steps| {
        let mut bench = bench.borrow_mut();
        block_in_place(|| Handle::current().block_on(play(&mut **bench, &steps)));
        Ok(())
    });
    ran.unwrap_or_else(|failed| panic!("{failed}"));
}

async fn play(bench: &mut impl Bench, steps: &[(usize, Step)]) {
    let stores = bench.open().await;
    let mut play = Play { bench, stores, next: [0; SESSIONS as usize] };
    for (turn, (which, step)) in steps.iter().enumerate() {
        play.step(*which, *step).await;
        compare(&*play.stores[1 - which], turn).await;
    }
    for store in play.stores {
        store.close().await;
    }
}

/// One of everything, told in order.
pub(crate) async fn the_life_of_a_segment(bench: &mut impl Bench) {
    let stores = bench.open().await;
    let mut play = Play { bench, stores, next: [0; SESSIONS as usize] };
    let store = Arc::clone(&play.stores[0]);
    assert_eq!(put(&*store, 10).await.unwrap(), None);
    for n in [0, 3, 6, 1] {
        play.append(0, n).await;
    }
    assert_eq!(put(&*store, 10).await.unwrap(), None, "they are not scored");
    score(&*store).await;
    assert!(store.unrolled(T, 10).await.unwrap().is_empty(), "they were in use after that");
    let two = store.unrolled(Millis::MAX / 2, 2).await.unwrap();
    assert_eq!((two.len(), day_of(two[0].start.started_at)), (2, FIRST));
    assert_eq!(put(&*store, 2).await.unwrap(), Some(true));
    assert_eq!(put(&*store, 10).await.unwrap(), Some(true));
    assert_eq!(put(&*store, 10).await.unwrap(), Some(true));
    assert_eq!(put(&*store, 10).await.unwrap(), None);
    let segments = store.segments().await.unwrap();
    let mut shape: Vec<_> = segments.iter().map(|segment| (segment.day - FIRST, segment.members)).collect();
    shape.sort_unstable();
    assert_eq!(shape, [(0, 1), (0, 2), (1, 1)]);
    let last_seen = segments.iter().map(|segment| segment.last_seen).max();
    assert_eq!(last_seen, Some(start(1).started_at));
    let (_, loose) = ask(&*store, &query(PageMatch::All)).await.unwrap();
    assert!(loose.is_empty());

    // None is put twice, and no segments of two days are merged.
    let again = [Member::from(&store.session(&contract::session(0)).await.unwrap().unwrap())];
    assert!(!store.put_segment(FIRST, &again, Vec::new()).await.unwrap());
    assert!(!store.put_segment(FIRST, &[], Vec::new()).await.unwrap());
    let ids: Vec<SegmentId> = segments.iter().map(|segment| segment.id.clone()).collect();
    assert!(!store.merge_segments(&ids, Vec::new()).await.unwrap());
    assert!(!store.merge_segments(&[], Vec::new()).await.unwrap());
    compare(&*store, 0).await;

    let first: Vec<SegmentId> =
        segments.iter().filter(|segment| segment.day == FIRST).map(|segment| segment.id.clone()).collect();
    let rows = merged(&*store, &first).await.unwrap();
    assert!(store.merge_segments(&first, rows.clone()).await.unwrap());
    assert!(!store.merge_segments(&first, rows).await.unwrap());
    let left = store.segments().await.unwrap();
    assert_eq!(left.iter().map(|segment| segment.members).sum::<u32>(), 4);
    compare(&*store, 1).await;

    // A batch of one of its members makes all of these loose.
    play.append(0, 3).await;
    compare(&*store, 2).await;
    let (_, loose) = ask(&*store, &query(PageMatch::All)).await.unwrap();
    assert_eq!(loose, [0, 3, 6].map(contract::session).into_iter().collect());
    assert_eq!(store.dissolve_stale().await.unwrap(), 1);
    assert_eq!(store.dissolve_stale().await.unwrap(), 0);
    assert_eq!(store.segments().await.unwrap().len(), 1);
    compare(&*store, 3).await;

    // One that turns out to have started on the day before is loose there, and what it was summed up in counts no more.
    play.step(0, Step::Earlier(1)).await;
    for (day, moves) in [(FIRST, true), (FIRST + 1, false)] {
        let of_day = RollupQuery { days: day..=day, ..query(PageMatch::All) };
        let (_, loose) = ask(&*store, &of_day).await.unwrap();
        assert_eq!(loose.contains(&contract::session(1)), moves, "{day}");
    }
    compare(&*store, 2).await;

    // A session that is deleted leaves the sums, and so it does when it comes back with as many batches.
    play.step(0, Step::Put(10)).await;
    play.step(0, Step::Expire(1)).await;
    assert!(store.session(&contract::session(0)).await.unwrap().is_none());
    compare(&*store, 4).await;
    play.next[3] = 2;
    play.append(0, 3).await;
    play.append(0, 3).await;
    compare(&*store, 5).await;

    // A query finds each session once although what it reads changes while it does.
    for n in [0, 3, 6].repeat(4) {
        play.append(0, n).await;
    }
    for task in [Task::Put, Task::Merge, Task::DissolveStale, Task::Clear] {
        for _ in 0..3 {
            play.step(0, Step::Put(1)).await;
        }
        play.step(1, Step::Overtake(task, 0)).await;
    }
    for store in play.stores {
        store.close().await;
    }
}

/// Batches come, sessions are summed up, merged, dissolved and asked for, all at once.
pub(crate) async fn while_everything_happens_at_once(bench: &mut impl Bench, lasts: Duration) {
    const LIVE: u32 = 24;
    let stores = bench.open().await;
    let begun: Arc<[AtomicU64]> = (0..LIVE).map(|_| AtomicU64::new(0)).collect();
    let stored: Arc<[AtomicU64]> = (0..LIVE).map(|_| AtomicU64::new(0)).collect();
    let stop = Arc::new(AtomicBool::new(false));
    // Segments that were put, and merged.
    let made: Arc<[AtomicU64; 2]> = Arc::default();
    let one = |n: u32, seq: u32| {
        let mut parts = batch(n, seq).into_parts();
        parts.page_url = Some(format!("http://live.test/{n}"));
        parts.events.truncate(1);
        Batch::new(parts)
    };
    let mut tasks = tokio::task::JoinSet::new();
    for which in 0..2_u32 {
        let (store, begun, stored, stop) =
            (Arc::clone(&stores[which as usize]), Arc::clone(&begun), Arc::clone(&stored), Arc::clone(&stop));
        tasks.spawn(async move {
            // Sessions rest between their batches, so that some are summed up whenever others change.
            let mut turn = 0_u32;
            while !stop.load(SeqCst) {
                let n = (turn * 7 + turn / 5) % (LIVE / 2) * 2 + which;
                let seq = begun[n as usize].fetch_add(1, SeqCst) as u32;
                store.add(&one(n, seq), &start(n)).await.unwrap();
                stored[n as usize].fetch_add(1, SeqCst);
                turn += 1;
                tokio::time::sleep(Duration::from_millis(3)).await;
            }
        });
    }
    for store in &stores {
        let (store, stop, made) = (Arc::clone(store), Arc::clone(&stop), Arc::clone(&made));
        tasks.spawn(async move {
            let mut turn = 0;
            while !stop.load(SeqCst) {
                score(&*store).await;
                made[0].fetch_add(u64::from(put(&*store, 3).await.unwrap() == Some(true)), SeqCst);
                let ids = to_merge(&*store).await.unwrap();
                let rows = merged(&*store, &ids).await.unwrap();
                made[1].fetch_add(u64::from(store.merge_segments(&ids, rows).await.unwrap()), SeqCst);
                turn += 1;
                if turn % 5 == 0 {
                    store.dissolve_stale().await.unwrap();
                }
                if turn % 40 == 0 {
                    store.clear_rollups().await.unwrap();
                }
            }
        });
    }
    let (began, mut asked) = (std::time::Instant::now(), 0);
    // Longer on a busy machine, until it is no blind test.
    while began.elapsed() < lasts || asked <= 5 || made.iter().any(|made| made.load(SeqCst) < 3) {
        assert!(began.elapsed() < lasts * 10, "the test is blind: {asked} answers, {made:?}");
        let store = &stores[asked % 2];
        let least: Vec<u64> = stored.iter().map(|n| n.load(SeqCst)).collect();
        bench.settle().await;
        let answer = ask(&**store, &query(PageMatch::new("http://live.test/*"))).await;
        let most: Vec<u64> = begun.iter().map(|n| n.load(SeqCst)).collect();
        let (sums, _) = match answer {
            Ok(answer) => answer,
            // It may have changed each time that it was looked at.
            Err(StoreError::Unavailable { .. }) => continue,
            Err(error) => panic!("{error}"),
        };
        asked += 1;
        for n in 0..LIVE {
            let sum: u64 = (0..4)
                .map(|part| sums.get(&(format!("http://live.test/{n}"), part)).copied().unwrap_or_default())
                .sum();
            let range = least[n as usize]..=most[n as usize];
            assert!(range.contains(&sum), "session {n}: {sum}, and it is {range:?}");
        }
    }
    stop.store(true, SeqCst);
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    bench.settle().await;
    compare(&*stores[0], 0).await;
    for store in stores {
        store.close().await;
    }
}
