//! Sums up sessions in the background, so that a map of a page need not read each of them again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use futures_util::TryStreamExt;
use tokio::time::Instant;

use super::{EngineError, background::End, sums::unreadable, timeline::timeline};
use crate::{
    analyze::{
        Thresholds,
        page::{CELL, InvalidSums, Layer, PageSums, Part, Visit},
    },
    clock::Clock,
    error_chain::chain,
    model::{Millis, PageRules, Session},
    store::{Day, Member, RollupRow, Segment, SegmentId, Store, StoreError, day_of},
};

/// A session ends with 30 minutes of nothing. What comes later than that is rare, and costs its segment.
const ENDED_MS: Millis = 30 * 60 * 1000;

/// A session is quiet after this long, and most that are quiet do not go on.
const QUIET_MS: Millis = 5 * 60 * 1000;

/// Sessions in a segment of those that may go on: few, as each that does dissolves it.
const FEW: usize = 16;

/// Sessions in a segment of those that have ended.
const MANY: usize = 256;

/// Sessions in a segment that is not merged any more: its rows are in memory while it is made.
const MOST: u32 = 4096;

/// Bytes of maps in memory before a segment is made of the sessions so far.
const BUDGET: usize = 24 * 1024 * 1024;

/// Segments that are merged at a time, of one day and about equal in size. So each session is merged only as often as
/// the number of its day's sessions has digits.
const FAN: usize = 4;

/// How often it is looked whether there is something to do.
const EVERY: Duration = Duration::from_secs(5);

/// A piece of work is followed by a rest of this many times its length, so that this takes at most a tenth of one core.
const REST: u32 = 9;

/// Longest rest.
const LONGEST_REST: Duration = Duration::from_secs(30);

/// Does it, now and then. A segment that is not kept yet at the end is begun again at the next start.
pub(super) async fn run(roll: Roll, clock: Clock, mut end: End) {
    let mut rest = EVERY;
    while !end.comes_within(rest).await {
        let began = Instant::now();
        let done = roll.some(clock.now()).await;
        rest = (began.elapsed() * REST).min(LONGEST_REST);
        match done {
            Ok(true) => {}
            Ok(false) => rest = rest.max(EVERY),
            Err(error) => {
                tracing::warn!(error = %chain(&error), "sessions are summed up later");
                rest = LONGEST_REST;
            }
        }
    }
}

/// The work itself.
#[derive(Debug, Clone)]
pub(super) struct Roll {
    pub(super) store: Arc<dyn Store>,
    pub(super) pages: Arc<PageRules>,
}

impl Roll {
    /// Makes one segment, or merges some; false when there is nothing to do.
    pub(super) async fn some(&self, now: Millis) -> Result<bool, EngineError> {
        self.store.dissolve_stale().await?;
        Ok(self.ended(now - ENDED_MS).await? > 0 || self.quiet(now).await? > 0 || self.merge(now).await?)
    }

    /// Makes a segment of sessions that were last seen before a time, and says of how many.
    pub(super) async fn ended(&self, before: Millis) -> Result<usize, EngineError> {
        self.put(self.store.unrolled(before, MANY).await?).await
    }

    async fn quiet(&self, now: Millis) -> Result<usize, EngineError> {
        let sessions = self.store.unrolled(now - QUIET_MS, FEW).await?;
        if sessions.len() < FEW { Ok(0) } else { self.put(sessions).await }
    }

    /// Keeps the sums over some sessions of one day, as many as fit, and says over how many.
    async fn put(&self, sessions: Vec<Session>) -> Result<usize, EngineError> {
        let Some(day) = sessions.first().map(|session| day_of(session.start.started_at)) else { return Ok(0) };
        let mut sums: BTreeMap<(String, Part), PageSums> = BTreeMap::new();
        let mut members: Vec<Member> = Vec::with_capacity(sessions.len());
        for session in &sessions {
            let timeline = match timeline(&*self.store, &self.pages, &session.start.session_id).await {
                Ok(timeline) => timeline,
                // It stays as it is, and must not keep the others from being summed up.
                Err(error @ StoreError::Corrupt { .. }) => {
                    tracing::warn!(error = %chain(&error), session = %session.start.session_id, "not summed up");
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if timeline.batches() != session.batches as usize {
                // More has come since: next time.
                continue;
            }
            for visit in Visit::all(session, &timeline, &Thresholds::default()) {
                let place = (visit.page().to_owned(), visit.part());
                sums.entry(place).or_insert_with(|| PageSums::new(&Layer::ALL, CELL)).add(&visit);
            }
            members.push(Member::from(session));
            if sums.values().map(PageSums::size).sum::<usize>() > BUDGET {
                break;
            }
        }
        let mut wholes: BTreeMap<&str, PageSums> = BTreeMap::new();
        for ((page, _), sums) in &sums {
            wholes.entry(page).or_insert_with(|| PageSums::new(&[], CELL)).merge(sums);
        }
        let parts = sums.iter().map(|((page, part), sums)| (&**page, part.number(), sums));
        let wholes = wholes.iter().map(|(page, sums)| (*page, Part::WHOLE, sums));
        let kept = self.store.put_segment(day, &members, parts.chain(wholes).flat_map(rows).collect()).await?;
        Ok(if kept { members.len() } else { 0 })
    }

    /// Merges segments of one day that will not change any more: all of them when the day is over, and else those that
    /// are about equal in size, when there are enough.
    pub(super) async fn merge(&self, now: Millis) -> Result<bool, EngineError> {
        let today = day_of(now - ENDED_MS);
        let mut alike: HashMap<(Day, u32), (Vec<SegmentId>, u32)> = HashMap::new();
        for Segment { id, day, members, last_seen } in self.store.segments().await? {
            if last_seen >= now - ENDED_MS {
                continue;
            }
            let size = if day < today { 0 } else { members.ilog(FAN as u32) + 1 };
            let (same, sum) = alike.entry((day, size)).or_default();
            if sum.saturating_add(members) > MOST {
                continue;
            }
            *sum += members;
            same.push(id);
            if same.len() == FAN {
                return self.merge_these(same).await;
            }
        }
        // Of a day that is over there are no more to come.
        match alike.into_iter().find(|((day, _), (same, _))| *day < today && same.len() > 1) {
            Some((_, (same, _))) => self.merge_these(&same).await,
            None => Ok(false),
        }
    }

    async fn merge_these(&self, ids: &[SegmentId]) -> Result<bool, EngineError> {
        let mut bodies: BTreeMap<(String, u16, u8), Vec<Vec<u8>>> = BTreeMap::new();
        let mut rows = self.store.segment_rows(ids);
        while let Some(row) = rows.try_next().await? {
            bodies.entry((row.page, row.part, row.layer)).or_default().push(row.body);
        }
        let mut merged = Vec::with_capacity(bodies.len());
        for ((page, part, number), bodies) in bodies {
            let layer = Layer::from_number(number).ok_or_else(|| unreadable(InvalidSums::default()))?;
            let mut sums = PageSums::new(&[], CELL);
            for body in &bodies {
                sums.add_bytes(layer, body).map_err(unreadable)?;
            }
            merged.push(RollupRow { page, part, layer: number, body: sums.to_bytes(layer) });
        }
        Ok(self.store.merge_segments(ids, merged).await?)
    }
}

/// What is kept of the sums of a page, or of one part of it.
fn rows((page, part, sums): (&str, u16, &PageSums)) -> Vec<RollupRow> {
    let full = Layer::ALL.into_iter().filter(|layer| !sums.is_empty(*layer));
    let row =
        |layer: Layer| RollupRow { page: page.to_owned(), part, layer: layer.number(), body: sums.to_bytes(layer) };
    full.map(row).collect()
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{
        analyze::score,
        store::{
            Found, PageMatch, RollupQuery, SqliteStore,
            contract::{self, Add as _},
        },
    };

    /// A store with some scored sessions of one day.
    async fn filled(folder: &tempfile::TempDir) -> (Roll, Vec<Session>) {
        let store = Arc::new(SqliteStore::open(&folder.path().join("pulse.db")).unwrap());
        let mut sessions = Vec::new();
        for n in 0..9 {
            let events = contract::all_kinds().into_iter().skip(n as usize % 4).collect();
            store.add(&contract::batch(n, "view-0001", 0, events), &contract::start(n)).await.unwrap();
            let id = contract::session(n);
            let read = timeline(&*store, &PageRules::default(), &id).await.unwrap();
            store.put_score(&id, &score(&read, &Thresholds::default())).await.unwrap();
            sessions.push(store.session(&id).await.unwrap().unwrap());
        }
        (Roll { store, pages: Arc::default() }, sessions)
    }

    async fn rows(roll: &Roll) -> Vec<RollupRow> {
        let all = RollupQuery {
            page: PageMatch::All,
            days: Day::MIN..=Day::MAX,
            from: None,
            to: None,
            parts: None,
            layers: Layer::ALL.map(Layer::number).to_vec(),
            except: Vec::new(),
            known: Vec::new(),
        };
        let found: Vec<Found> = roll.store.rollups(all).try_collect().await.unwrap();
        let row = |found| match found {
            Found::Rollup { row, .. } => row,
            other => panic!("{other:?}"),
        };
        let mut rows: Vec<RollupRow> = found.into_iter().map(row).collect();
        rows.sort_by(|a, b| (&a.page, a.part, a.layer).cmp(&(&b.page, b.part, b.layer)));
        rows
    }

    #[tokio::test]
    async fn merged_segments_say_what_one_segment_says() {
        let (one, many) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (at_once, sessions) = filled(&one).await;
        assert_eq!(at_once.put(sessions.clone()).await.unwrap(), 9);
        let (by_and_by, _) = filled(&many).await;
        for session in sessions.chunks(2) {
            assert_eq!(by_and_by.put(session.to_vec()).await.unwrap(), session.len());
        }
        let last = sessions.iter().map(|session| session.last_seen).max().unwrap();
        assert!(!by_and_by.merge(last).await.unwrap(), "they may still change");
        assert!(by_and_by.merge(last + ENDED_MS + 1).await.unwrap(), "four are alike");
        assert!(!by_and_by.merge(last + ENDED_MS + 1).await.unwrap(), "and more may come today");
        assert_eq!(by_and_by.store.segments().await.unwrap().len(), 2);
        assert!(by_and_by.merge(last + 24 * 3600 * 1000).await.unwrap());
        assert_eq!(by_and_by.store.segments().await.unwrap().len(), 1);
        let (one, merged) = (rows(&at_once).await, rows(&by_and_by).await);
        let text = |row: &RollupRow| {
            let body = String::from_utf8_lossy(&row.body).into_owned();
            (row.page.clone(), row.part, row.layer, body)
        };
        assert_eq!(merged.iter().map(text).collect::<Vec<_>>(), one.iter().map(text).collect::<Vec<_>>());
        assert!(one.iter().any(|row| row.layer == Layer::Page.number()), "{one:?}");
        at_once.store.close().await;
        by_and_by.store.close().await;
    }
}
