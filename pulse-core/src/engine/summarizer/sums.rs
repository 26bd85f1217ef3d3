//! Sums over the sessions of hours, and of days that are over.
//!
//! An hour is summed up from the events of its sessions, a day from the sums of its hours, which are dropped then. When
//! a session of such a day changes after all, the hours of that day are made again, and the day after them.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;

use super::{
    Summarizer,
    pace::{self, MANY_CHANGES, STALE},
};
use crate::{
    analyze::{
        Thresholds, Timeline,
        page::{CELL, InvalidSums, Layer, PageSums, Part, Visit},
    },
    engine::{
        EngineError, background::End, cpu::CpuTime, diagnose::diagnose, read_logs::LogReader, read_logs::blocking,
        sums::unreadable,
    },
    error_chain::chain,
    model::{Goals, Millis, Session},
    seldom::Seldom,
    store::{Bucket, BucketState, HOUR_MS, PageMatch, SetId, SumsQuery, SumsRow},
};

/// How often it is looked whether there is something to do.
const EVERY: Duration = Duration::from_secs(5);

/// Bytes of sums in memory before they are written as rows.
const BUDGET: usize = 16 * 1024 * 1024;

/// Pages of one hour that have sums of their own: those with the most sessions, when there are more.
const PAGES: usize = 1000;

/// Bytes of rows that are written at a time.
const ROWS: usize = 1024 * 1024;

pub(super) struct SumsWriter {
    with: Summarizer,
    /// When the last sums of a bucket were begun, and what they cost.
    made: HashMap<Bucket, (Instant, Duration)>,
    /// Whether it rests between two steps.
    is_patient: bool,
}

/// The sums of some sessions by page and part.
type Sums = BTreeMap<(String, Part), PageSums>;

impl SumsWriter {
    pub(super) fn new(with: Summarizer, is_patient: bool) -> Self {
        Self { with, made: HashMap::new(), is_patient }
    }

    pub(super) async fn run(mut self, mut end: End) {
        let mut rest = EVERY.min(self.with.pace.sums);
        while !end.comes_within(rest).await {
            rest = match self.next().await {
                Ok(Some(spent)) => pace::rest(spent, Duration::ZERO),
                Ok(None) => EVERY.min(self.with.pace.sums),
                Err(error) => {
                    static LATER: Seldom = Seldom::new();
                    if let Some(times) = LATER.happened() {
                        tracing::warn!(times, error = %chain(&error), "hours and days are summed up later");
                    }
                    EVERY
                }
            };
        }
    }

    /// Makes the sums of the bucket that is due most; the CPU time that it took without a rest, or none when there is
    /// none.
    pub(super) async fn next(&mut self) -> Result<Option<Duration>, EngineError> {
        let states = self.with.store.buckets(Millis::MIN..Millis::MAX).await?;
        let now = self.with.clock.now();
        let rested = |bucket: Bucket| {
            let is_mine = !self.is_patient || self.with.store.owns(bucket);
            let made = self.made.get(&bucket);
            let has_rested = made.is_none_or(|(at, cost)| at.elapsed() >= self.with.pace.bucket(*cost));
            let is_stale = made.is_none_or(|(at, _)| at.elapsed() >= STALE);
            (is_mine && has_rested).then_some(if is_stale { Age::Stale } else { Age::Fresh })
        };
        let Some(due) = due(&states, now, self.with.pace.over_ms, rested) else { return Ok(None) };
        let bucket = due.state.bucket;
        let began = Instant::now();
        let last = self.made.get(&bucket).map_or(began, |(at, _)| *at);
        let spent = match bucket {
            Bucket::Hour(_) => self.sum_hour(&due.state, last).await?,
            Bucket::Day(_) => self.merge_day(&due.state, due.hours).await?,
        };
        if self.made.len() > 10_000 {
            self.made.clear();
        }
        self.made.insert(bucket, (began, spent));
        let has_rested = self.is_patient && matches!(bucket, Bucket::Hour(_));
        Ok(Some(if has_rested { Duration::ZERO } else { spent }))
    }

    /// Sums up the sessions that started in an hour, whose last sums were begun at a time.
    async fn sum_hour(&self, state: &BucketState, last: Instant) -> Result<Duration, EngineError> {
        let store = &self.with.store;
        let mut sessions: Vec<Session> = store.started(vec![state.bucket.span()], PageMatch::All).try_collect().await?;
        // They have no visits: a flood of them is not even read.
        sessions.retain(|session| session.start.excluded.is_none());
        let set = store.begin_sums(state.bucket).await?;
        let mut reader = LogReader::of_store(&**store, self.with.pages.clone(), sessions, |_, timeline| timeline);
        let goals = &self.with.goals;
        let (mut all, mut spent) = (Sums::new(), Duration::ZERO);
        while let Some(some) = reader.next().await? {
            let goals = goals.clone();
            let (added, cost) = blocking(move || {
                let began = CpuTime::now();
                some.iter().for_each(|(session, timeline)| add(&mut all, session, timeline, &goals));
                (all, began.elapsed())
            })
            .await?;
            // To read a session and put it in order takes about as long as to add it.
            (all, spent) = (added, spent + cost * 2);
            if self.is_patient {
                tokio::time::sleep(pace::rest_of_sums(cost * 2, last.elapsed())).await;
            }
            if all.values().map(PageSums::size).sum::<usize>() > BUDGET {
                self.write(&set, std::mem::take(&mut all)).await?;
            }
        }
        self.write(&set, all).await?;
        store.publish_sums(set, state).await?;
        Ok(spent)
    }

    async fn write(&self, set: &SetId, sums: Sums) -> Result<(), EngineError> {
        let rows = blocking(move || rows_of(sums)).await?;
        if !rows.is_empty() {
            self.with.store.add_sums(set, rows).await?;
        }
        Ok(())
    }

    /// Adds up the sums of the hours of a day, row by row, and drops these.
    async fn merge_day(&self, state: &BucketState, hours: Vec<SetId>) -> Result<Duration, EngineError> {
        let store = &self.with.store;
        let set = store.begin_sums(state.bucket).await?;
        let layers = Layer::ALL.map(Layer::number).to_vec();
        let query = SumsQuery { sets: hours.clone(), page: PageMatch::All, parts: None, layers };
        let mut rows = store.sums(query);
        let (mut same, mut merged, mut bytes, mut spent): (Vec<SumsRow>, Vec<SumsRow>, usize, Duration) =
            (Vec::new(), Vec::new(), 0, Duration::ZERO);
        loop {
            let row = rows.try_next().await?.map(|(_, row)| row);
            let is_next = |same: &[SumsRow], row: &SumsRow| {
                same.first().is_some_and(|of| (&of.page, of.part, of.layer) != (&row.page, row.part, row.layer))
            };
            if row.as_ref().is_none_or(|row| is_next(&same, row)) && !same.is_empty() {
                let some = std::mem::take(&mut same);
                let (row, cost) = blocking(move || {
                    let began = CpuTime::now();
                    (merge_rows(some), began.elapsed())
                })
                .await?;
                let row = row.map_err(unreadable)?;
                (bytes, spent) = (bytes + row.body.len(), spent + cost);
                merged.push(row);
            }
            if bytes > ROWS || (row.is_none() && !merged.is_empty()) {
                store.add_sums(&set, std::mem::take(&mut merged)).await?;
                bytes = 0;
            }
            match row {
                Some(row) => same.push(row),
                None => break,
            }
        }
        if store.publish_sums(set, state).await? {
            store.drop_sums(&hours).await?;
        }
        Ok(spent)
    }
}

/// Adds the visits of a session.
fn add(all: &mut Sums, session: &Session, timeline: &Timeline, goals: &Goals) {
    let mut visits = Visit::all(session, timeline, &Thresholds::default());
    Visit::tell(&mut visits, diagnose(session, timeline, goals));
    for visit in &visits {
        let place = (visit.page().to_owned(), visit.part());
        all.entry(place).or_insert_with(|| PageSums::new(&Layer::ALL, CELL)).add(visit);
    }
}

/// The rows over some sessions, without a set.
#[cfg(test)]
pub(super) async fn fold_all(
    store: &dyn crate::store::Store,
    pages: std::sync::Arc<crate::model::PageRules>,
    sessions: Vec<Session>,
) -> Result<Vec<SumsRow>, EngineError> {
    let mut reader = LogReader::of_store(store, pages, sessions, |_, timeline| timeline);
    let mut all = Sums::new();
    while let Some(some) = reader.next().await? {
        some.iter().for_each(|(session, timeline)| add(&mut all, session, timeline, &Goals::default()));
    }
    Ok(rows_of(all))
}

/// How long ago the last sums of a bucket were begun that may be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Fresh,
    Stale,
}

/// A bucket whose sums are to be made, and for a day the sets of its hours.
pub(super) struct Due {
    pub(super) state: BucketState,
    pub(super) hours: Vec<SetId>,
}

/// The bucket that is to be summed up next: the latest hour that is over, has changed much, or is shown from sums that
/// are stale, and a day when it is over and all its hours are summed up. `rested` says which buckets may be.
pub(super) fn due(
    states: &[BucketState],
    now: Millis,
    over_ms: Millis,
    rested: impl Fn(Bucket) -> Option<Age>,
) -> Option<Due> {
    let is_over = |bucket: Bucket| bucket.span().end + over_ms <= now;
    let days: HashMap<Bucket, &BucketState> = states
        .iter()
        .filter(|state| matches!(state.bucket, Bucket::Day(_)))
        .map(|state| (state.bucket, state))
        .collect();
    let day_of = |hour: Bucket| Bucket::day_of(hour.span().start);
    let is_summed = |state: &BucketState| days.get(&day_of(state.bucket)).is_some_and(|day| day.is_valid());
    let wants = |state: &&BucketState| {
        let Some(age) = rested(state.bucket).filter(|_| !state.is_valid()) else { return false };
        let unknown = state.changes - state.sums.as_ref().map_or(0, |(_, changes)| (*changes).min(state.changes));
        let is_stale = age == Age::Stale && state.sums.is_some();
        is_over(state.bucket) || unknown >= MANY_CHANGES || is_stale
    };
    let is_hour = |state: &&BucketState| matches!(state.bucket, Bucket::Hour(_));
    let hours = || states.iter().filter(is_hour);
    if let Some(hour) = hours().filter(|hour| !is_summed(hour)).filter(wants).max_by_key(|hour| hour.bucket) {
        return Some(Due { state: hour.clone(), hours: Vec::new() });
    }
    let mut of_days: HashMap<Bucket, Vec<&BucketState>> = HashMap::new();
    hours().for_each(|hour| of_days.entry(day_of(hour.bucket)).or_default().push(hour));
    let is_ready = |day: &&&BucketState| {
        !day.is_valid()
            && rested(day.bucket).is_some()
            && day.bucket.span().end + HOUR_MS.max(over_ms) <= now
            && of_days.get(&day.bucket).is_some_and(|hours| hours.iter().all(|hour| hour.is_valid()))
    };
    let day = days.values().filter(is_ready).max_by_key(|day| day.bucket)?;
    let sets = of_days.get(&day.bucket)?.iter().filter_map(|hour| Some(hour.sums.as_ref()?.0.clone())).collect();
    Some(Due { state: (*day).clone(), hours: sets })
}

/// The rows of some sums: those of each part, and those over all parts of a page, as most questions are about these.
/// Sums are given up page by page, as their rows are made: those of 16 MiB would else be in memory twice.
fn rows_of(mut sums: Sums) -> Vec<SumsRow> {
    let is_kept = most_visited(&sums);
    sums.retain(|(page, _), _| is_kept.contains(page));
    let mut rows = Vec::new();
    let mut whole: Option<(String, PageSums)> = None;
    for ((page, part), sums) in sums {
        if let Some((last, whole)) = whole.take_if(|(last, _)| *last != page) {
            push_rows(&mut rows, &last, Part::WHOLE, &whole);
        }
        push_rows(&mut rows, &page, part.number(), &sums);
        whole.get_or_insert_with(|| (page, PageSums::new(&[], CELL))).1.merge(&sums);
    }
    if let Some((last, whole)) = whole {
        push_rows(&mut rows, &last, Part::WHOLE, &whole);
    }
    rows
}

/// The pages with the most sessions: [`PAGES`] of them, when there are more.
fn most_visited(sums: &Sums) -> HashSet<String> {
    let mut sessions: BTreeMap<&str, u64> = BTreeMap::new();
    sums.iter().for_each(|((page, _), sums)| *sessions.entry(page).or_default() += sums.sessions());
    let mut pages: Vec<(&str, u64)> = sessions.into_iter().collect();
    pages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    pages.truncate(PAGES);
    pages.into_iter().map(|(page, _)| page.to_owned()).collect()
}

/// Adds a row for each layer in which there is anything.
fn push_rows(rows: &mut Vec<SumsRow>, page: &str, part: u16, sums: &PageSums) {
    let full = Layer::ALL.into_iter().filter(|layer| !sums.is_empty(*layer));
    let row = |layer: Layer| SumsRow { page: page.to_owned(), part, layer: layer.number(), body: sums.to_bytes(layer) };
    rows.extend(full.map(row).filter(|row| row.body.len() <= SumsRow::BODY));
}

/// Adds up rows of one page, part and layer.
fn merge_rows(mut rows: Vec<SumsRow>) -> Result<SumsRow, InvalidSums> {
    let Some(last) = rows.pop() else { return Err(InvalidSums::default()) };
    if rows.is_empty() {
        return Ok(last);
    }
    let layer = Layer::from_number(last.layer).ok_or_else(InvalidSums::default)?;
    let mut sums = PageSums::new(&[], CELL);
    rows.iter().chain([&last]).try_for_each(|row| sums.add_bytes(layer, &row.body))?;
    Ok(SumsRow { body: sums.to_bytes(layer), ..last })
}
