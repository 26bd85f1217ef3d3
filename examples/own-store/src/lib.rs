//! A store of one's own: everything in memory, behind one lock. It shows what a [`Store`] has to do, and keeps the whole
//! contract (`tests/contract.rs`). A real one would keep `State` in a database.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use futures_util::{StreamExt, stream, stream::BoxStream};
use pulse_core::{
    analyze::problems::{ProblemId, ProblemMark},
    model::{Batch, BatchId, KeptAnswer, Millis, Score, Session, SessionId, SessionStart, Subject},
    store::{
        Answers, Appended, Bucket, BucketState, Changed, Opened, PageMatch, ProblemMarks, SessionFilter, SessionLog,
        SessionPage, SessionSummary, SetId, Store, StoreError, Summaries, SumsQuery, SumsRow,
    },
};

/// Sessions in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    sessions: BTreeMap<SessionId, (Session, BTreeMap<BatchId, Batch>)>,
    /// Sessions whose summary is older than their log.
    changed: BTreeSet<SessionId>,
    /// Starts that a session had before, whose buckets change with its next summary.
    left: BTreeMap<SessionId, Millis>,
    buckets: BTreeMap<Bucket, BucketState>,
    sets: BTreeMap<SetId, (Bucket, Vec<SumsRow>)>,
    answers: BTreeMap<(String, String), KeptAnswer>,
    requests: BTreeMap<(i64, String), u32>,
    marks: BTreeMap<ProblemId, ProblemMark>,
    next_set: u64,
}

impl MemoryStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn open(&mut self, start: &SessionStart) -> Opened {
        let id = start.session_id.clone();
        let created = !self.sessions.contains_key(&id);
        let (session, _) =
            self.sessions.entry(id.clone()).or_insert_with(|| (Session::new(start.clone()), BTreeMap::new()));
        if session.start.fill_in(start) && session.batches > 0 {
            self.changed.insert(id);
        }
        Opened { created, started_at: session.start.started_at }
    }

    fn bucket(&mut self, bucket: Bucket) -> &mut BucketState {
        self.buckets.entry(bucket).or_insert(BucketState { bucket, changes: 0, erasures: 0, sums: None })
    }

    fn erase(&mut self, id: &SessionId) -> bool {
        let Some((session, _)) = self.sessions.remove(id) else { return false };
        self.changed.remove(id);
        for at in [Some(session.start.started_at), self.left.remove(id)].into_iter().flatten() {
            for bucket in [Bucket::hour_of(at), Bucket::day_of(at)] {
                let state = self.bucket(bucket);
                state.erasures += 1;
                if let Some((set, _)) = state.sums.take() {
                    self.sets.remove(&set);
                }
            }
        }
        self.answers.retain(|_, answer| !answer.sessions().contains(&id));
        true
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError> {
        Ok(self.state().open(start))
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        let mut state = self.state();
        state.open(start);
        let id = batch.id().session.clone();
        let Some((session, log)) = state.sessions.get_mut(&id) else { return Ok(Appended::Duplicate) };
        if log.contains_key(batch.id()) {
            return Ok(Appended::Duplicate);
        }
        let before = session.start.started_at;
        log.insert(batch.id().clone(), batch.clone());
        session.add(batch, pages);
        if session.start.started_at < before {
            state.left.entry(id.clone()).or_insert(before);
        }
        state.changed.insert(id);
        Ok(Appended::Stored)
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        Ok(self.state().sessions.get(id).map(|(session, _)| session.clone()))
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        Ok(SessionPage::of(self.state().sessions.values().map(|(session, _)| session.clone()), filter))
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        let log = self.state().sessions.get(id).map(|(_, log)| log.clone()).unwrap_or_default();
        stream::iter(log.into_values().map(Ok)).boxed()
    }

    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        let mut state = self.state();
        Ok(ids.iter().filter(|id| state.erase(id)).count())
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        let mut state = self.state();
        let old = state.sessions.iter().filter(|(_, (session, _))| session.last_seen < before);
        let ids: Vec<SessionId> = old.map(|(id, _)| id.clone()).take(limit).collect();
        Ok(ids.iter().filter(|id| state.erase(id)).count())
    }

    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError> {
        // Nobody is told: lists show what has changed when they are asked for again.
        Ok(stream::pending().boxed())
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn close(&self) {}
}

#[async_trait]
impl Summaries for MemoryStore {
    async fn changed(&self, limit: usize) -> Result<Vec<Changed>, StoreError> {
        let state = self.state();
        let sessions = state.changed.iter().filter_map(|id| state.sessions.get(id));
        let of = |(session, _): &(Session, _)| Changed {
            id: session.start.session_id.clone(),
            batches: session.batches,
            is_counted: true,
            started_at: session.start.started_at,
            revision: 0,
        };
        Ok(sessions.map(of).take(limit).collect())
    }

    async fn put_summaries(&self, summaries: Vec<(Changed, SessionSummary)>) -> Result<(), StoreError> {
        let mut state = self.state();
        for (Changed { id, .. }, SessionSummary { score, .. }) in summaries {
            let Some((session, _)) = state.sessions.get_mut(&id) else { continue };
            if score.of_batches < session.score.of_batches {
                continue;
            }
            let (is_right, at) = (score.of_batches == session.batches, session.start.started_at);
            session.score = score;
            if is_right {
                state.changed.remove(&id);
            }
            let left = state.left.remove(&id);
            for at in [Some(at), left].into_iter().flatten() {
                state.bucket(Bucket::hour_of(at)).changes += 1;
                state.bucket(Bucket::day_of(at)).changes += 1;
            }
        }
        Ok(())
    }

    async fn forget_summaries(&self) -> Result<(), StoreError> {
        let state = &mut *self.state();
        for (id, (session, _)) in &mut state.sessions {
            session.score = Score::default();
            state.changed.insert(id.clone());
        }
        state.sets.clear();
        state.buckets.values_mut().for_each(|bucket| bucket.sums = None);
        Ok(())
    }

    fn started(&self, spans: Vec<Range<Millis>>, page: PageMatch) -> BoxStream<'static, Result<Session, StoreError>> {
        let state = self.state();
        let mut found: Vec<Session> = state
            .sessions
            .values()
            .map(|(session, _)| session)
            .filter(|session| spans.iter().any(|span| span.contains(&session.start.started_at)))
            .filter(|session| session.pages.iter().any(|visited| page.matches(visited)))
            .map(|session| Session { pages: Vec::new(), ..session.clone() })
            .collect();
        found.sort_by_key(|session| session.start.started_at);
        stream::iter(found.into_iter().map(Ok)).boxed()
    }

    fn logs(&self, ids: Vec<SessionId>, most: usize) -> BoxStream<'static, Result<SessionLog, StoreError>> {
        let state = self.state();
        let logs: Vec<_> = ids.into_iter().filter_map(|id| Some((state.sessions.get(&id)?.1.clone(), id))).collect();
        let cut = move |(batches, id): (BTreeMap<BatchId, Batch>, _)| {
            let mut log = SessionLog::empty(id);
            let mut weight = 0;
            for batch in batches.into_values() {
                weight += batch.weight();
                log.is_cut = weight > most && !log.batches.is_empty();
                if log.is_cut {
                    break;
                }
                log.batches.push(batch);
            }
            Ok(log)
        };
        stream::iter(logs.into_iter().map(cut)).boxed()
    }

    async fn buckets(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
        let overlaps = |bucket: &Bucket| bucket.span().start < span.end && bucket.span().end > span.start;
        Ok(self.state().buckets.values().filter(|state| overlaps(&state.bucket)).cloned().collect())
    }

    async fn begin_sums(&self, bucket: Bucket) -> Result<SetId, StoreError> {
        let mut state = self.state();
        state.next_set += 1;
        let set = SetId::new(state.next_set.to_string());
        state.sets.insert(set.clone(), (bucket, Vec::new()));
        Ok(set)
    }

    async fn add_sums(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError> {
        if let Some((_, kept)) = self.state().sets.get_mut(set) {
            kept.extend(rows);
        }
        Ok(())
    }

    async fn publish_sums(&self, set: SetId, seen: &BucketState) -> Result<bool, StoreError> {
        let mut state = self.state();
        let of = state.bucket(seen.bucket);
        let is_newer = of.sums.as_ref().is_none_or(|(_, changes)| *changes < seen.changes);
        if of.erasures != seen.erasures || !is_newer {
            state.sets.remove(&set);
            return Ok(false);
        }
        if let Some((before, _)) = of.sums.replace((set, seen.changes)) {
            state.sets.remove(&before);
        }
        Ok(true)
    }

    async fn drop_sums(&self, sets: &[SetId]) -> Result<(), StoreError> {
        let mut state = self.state();
        state.sets.retain(|set, _| !sets.contains(set));
        for bucket in state.buckets.values_mut() {
            bucket.sums.take_if(|(set, _)| sets.contains(set));
        }
        Ok(())
    }

    fn sums(&self, query: SumsQuery) -> BoxStream<'static, Result<(SetId, SumsRow), StoreError>> {
        let is_asked = |row: &SumsRow| {
            query.page.matches(&row.page)
                && query.layers.contains(&row.layer)
                && query.parts.as_ref().is_none_or(|parts| parts.contains(&row.part))
        };
        let state = self.state();
        let sets = query.sets.iter().filter_map(|set| Some((set, &state.sets.get(set)?.1)));
        let rows = sets.flat_map(|(set, rows)| rows.iter().map(move |row| (set.clone(), row.clone())));
        let mut rows: Vec<_> = rows.filter(|(_, row)| is_asked(row)).collect();
        rows.sort_by(|(_, a), (_, b)| (&a.page, a.part, a.layer).cmp(&(&b.page, b.part, b.layer)));
        stream::iter(rows.into_iter().map(Ok)).boxed()
    }
}

#[async_trait]
impl Answers for MemoryStore {
    async fn kept_answer(&self, subject: &Subject, question: &str) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(self.state().answers.get(&(subject.to_string(), question.to_owned())).cloned())
    }

    async fn keep_answer(&self, answer: &KeptAnswer) -> Result<bool, StoreError> {
        let mut state = self.state();
        if answer.sessions().iter().any(|id| !state.sessions.contains_key(id)) {
            return Ok(false);
        }
        let subject = answer.subject.to_string();
        state.answers.insert((subject.clone(), answer.question.clone()), answer.clone());
        let of_subject = state.answers.iter().filter(|((of, question), _)| *of == subject && !question.is_empty());
        let mut questions: Vec<_> = of_subject.map(|(key, kept)| (kept.insight.generated_at, key.clone())).collect();
        questions.sort();
        for (_, oldest) in questions.iter().rev().skip(KeptAnswer::QUESTIONS as usize) {
            state.answers.remove(oldest);
        }
        Ok(true)
    }

    async fn take_request(&self, day: i64, who: &str, most: u32) -> Result<bool, StoreError> {
        let mut state = self.state();
        state.requests.retain(|(of, _), _| *of >= day);
        let count = state.requests.entry((day, who.to_owned())).or_default();
        let is_free = *count < most;
        *count += u32::from(is_free);
        Ok(is_free)
    }
}

#[async_trait]
impl ProblemMarks for MemoryStore {
    async fn problem_marks(&self) -> Result<Vec<ProblemMark>, StoreError> {
        Ok(self.state().marks.values().cloned().collect())
    }

    async fn mark_problem(&self, mark: &ProblemMark) -> Result<(), StoreError> {
        self.state().marks.insert(mark.id.clone(), mark.clone());
        Ok(())
    }
}
