//! A store that notes how long each of its calls takes and which fail: what `/metrics` and traces say of it.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::{StreamExt as _, stream::BoxStream};
use tracing::{Instrument as _, Span};

use super::{
    Answers, Appended, Bucket, BucketState, Changed, Opened, PageMatch, ProblemMarks, SessionFilter, SessionLog,
    SessionPage, SessionSummary, SetId, Store, StoreError, Summaries, SumsQuery, SumsRow,
};
use crate::{
    analyze::problems::ProblemMark,
    model::{Batch, KeptAnswer, Millis, Session, SessionId, SessionStart, Subject},
};

/// Upper ends of the histogram's buckets, in seconds; what takes longer is counted in the last one, which has no end.
pub(crate) const BOUNDS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 5.0, 10.0, f64::INFINITY];

/// The calls, in the order of their variants.
const NAMES: [&str; 22] = [
    "open_session",
    "append",
    "session",
    "sessions",
    "batches",
    "erase",
    "expire",
    "changes",
    "check",
    "kept_answer",
    "keep_answer",
    "take_request",
    "changed",
    "put_summaries",
    "forget_summaries",
    "started",
    "logs",
    "buckets",
    "make_sums",
    "sums",
    "problem_marks",
    "mark_problem",
];

#[derive(Debug, Clone, Copy)]
enum Call {
    OpenSession,
    Append,
    Session,
    Sessions,
    Batches,
    Erase,
    Expire,
    Changes,
    Check,
    KeptAnswer,
    KeepAnswer,
    TakeRequest,
    Changed,
    PutSummaries,
    ForgetSummaries,
    Started,
    Logs,
    Buckets,
    /// Four calls of one piece of work.
    MakeSums,
    Sums,
    ProblemMarks,
    MarkProblem,
}

impl Call {
    fn name(self) -> &'static str {
        NAMES[self as usize]
    }
}

/// How long calls of one kind took.
#[derive(Debug, Default)]
pub(crate) struct Latency {
    /// Calls by the bucket that they fall in.
    buckets: [AtomicU64; BOUNDS.len()],
    micros: AtomicU64,
    failed: AtomicU64,
}

impl Latency {
    fn add(&self, took: Duration, failed: bool) {
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len() - 1);
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.failed.fetch_add(u64::from(failed), Ordering::Relaxed);
    }

    /// How many calls took at most so many seconds, for each of [`BOUNDS`]; the last one counts them all.
    pub(crate) fn at_most(&self) -> [u64; BOUNDS.len()] {
        let mut sum = 0;
        std::array::from_fn(|bucket| {
            sum += self.buckets[bucket].load(Ordering::Relaxed);
            sum
        })
    }

    /// How many there were.
    pub(crate) fn count(&self) -> u64 {
        self.at_most()[BOUNDS.len() - 1]
    }

    /// What they took together, in seconds.
    pub(crate) fn seconds(&self) -> f64 {
        Duration::from_micros(self.micros.load(Ordering::Relaxed)).as_secs_f64()
    }

    /// How many of them failed, or took longer than was waited for.
    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }
}

/// How long the calls of a store took, by their name.
#[derive(Debug, Default)]
pub(crate) struct StoreCalls([Latency; NAMES.len()]);

impl StoreCalls {
    /// Each kind of call that was made.
    pub(crate) fn made(&self) -> impl Iterator<Item = (&'static str, &Latency)> {
        NAMES.into_iter().zip(&self.0).filter(|(_, latency)| latency.count() > 0)
    }
}

/// The store behind it, watched.
#[derive(Debug)]
pub(crate) struct ObservedStore {
    inner: Arc<dyn Store>,
    calls: Arc<StoreCalls>,
}

impl ObservedStore {
    /// Watches a store.
    pub(crate) fn new(inner: Arc<dyn Store>) -> (Self, Arc<StoreCalls>) {
        let calls = Arc::<StoreCalls>::default();
        (Self { inner, calls: Arc::clone(&calls) }, calls)
    }

    fn begin(&self, call: Call) -> Running {
        Running { calls: Arc::clone(&self.calls), call, began: Instant::now(), failed: true }
    }

    async fn timed<T>(&self, call: Call, answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let mut running = self.begin(call);
        // Of a request. What the background asks by itself, each second, would be a trace each.
        let is_of_request = !Span::current().is_none();
        let span = if is_of_request { tracing::debug_span!("store", call = call.name()) } else { Span::none() };
        let answer = answer.instrument(span).await;
        running.failed = answer.is_err();
        answer
    }

    /// Rows are read as fast as the reader takes them, so what is timed is the wait for the first one.
    fn until_first<T: 'static>(
        &self,
        call: Call,
        rows: BoxStream<'static, Result<T, StoreError>>,
    ) -> BoxStream<'static, Result<T, StoreError>> {
        let mut running = self.begin(call);
        running.failed = false;
        let mut running = Some(running);
        rows.inspect(move |row| {
            if let Some(mut running) = running.take() {
                running.failed = row.is_err();
            }
        })
        .boxed()
    }
}

/// A call that goes on; it counts when it is dropped, so that one that nobody waited for counts, too, as failed.
struct Running {
    calls: Arc<StoreCalls>,
    call: Call,
    began: Instant,
    failed: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.calls.0[self.call as usize].add(self.began.elapsed(), self.failed);
    }
}

#[async_trait]
impl Store for ObservedStore {
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError> {
        self.timed(Call::OpenSession, self.inner.open_session(start)).await
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        self.timed(Call::Append, self.inner.append(batch, pages, start)).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.timed(Call::Session, self.inner.session(id)).await
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        self.timed(Call::Sessions, self.inner.sessions(filter)).await
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        self.until_first(Call::Batches, self.inner.batches(id))
    }

    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        self.timed(Call::Erase, self.inner.erase(ids)).await
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.timed(Call::Expire, self.inner.expire(before, limit)).await
    }

    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError> {
        self.timed(Call::Changes, self.inner.changes()).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.timed(Call::Check, self.inner.check()).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}

#[async_trait]
impl Answers for ObservedStore {
    async fn kept_answer(&self, subject: &Subject, question: &str) -> Result<Option<KeptAnswer>, StoreError> {
        self.timed(Call::KeptAnswer, self.inner.kept_answer(subject, question)).await
    }

    async fn keep_answer(&self, answer: &KeptAnswer) -> Result<bool, StoreError> {
        self.timed(Call::KeepAnswer, self.inner.keep_answer(answer)).await
    }

    async fn take_request(&self, day: i64, who: &str, most: u32) -> Result<bool, StoreError> {
        self.timed(Call::TakeRequest, self.inner.take_request(day, who, most)).await
    }
}

#[async_trait]
impl Summaries for ObservedStore {
    async fn changed(&self, limit: usize) -> Result<Vec<Changed>, StoreError> {
        self.timed(Call::Changed, self.inner.changed(limit)).await
    }

    async fn put_summaries(&self, summaries: Vec<(Changed, SessionSummary)>) -> Result<(), StoreError> {
        self.timed(Call::PutSummaries, self.inner.put_summaries(summaries)).await
    }

    async fn forget_summaries(&self) -> Result<(), StoreError> {
        self.timed(Call::ForgetSummaries, self.inner.forget_summaries()).await
    }

    fn started(&self, spans: Vec<Range<Millis>>, page: PageMatch) -> BoxStream<'static, Result<Session, StoreError>> {
        self.until_first(Call::Started, self.inner.started(spans, page))
    }

    fn logs(&self, ids: Vec<SessionId>, most: usize) -> BoxStream<'static, Result<SessionLog, StoreError>> {
        self.until_first(Call::Logs, self.inner.logs(ids, most))
    }

    async fn buckets(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
        self.timed(Call::Buckets, self.inner.buckets(span)).await
    }

    fn owns(&self, bucket: Bucket) -> bool {
        self.inner.owns(bucket)
    }

    async fn begin_sums(&self, bucket: Bucket) -> Result<SetId, StoreError> {
        self.timed(Call::MakeSums, self.inner.begin_sums(bucket)).await
    }

    async fn add_sums(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError> {
        self.timed(Call::MakeSums, self.inner.add_sums(set, rows)).await
    }

    async fn publish_sums(&self, set: SetId, seen: &BucketState) -> Result<bool, StoreError> {
        self.timed(Call::MakeSums, self.inner.publish_sums(set, seen)).await
    }

    async fn drop_sums(&self, sets: &[SetId]) -> Result<(), StoreError> {
        self.timed(Call::MakeSums, self.inner.drop_sums(sets)).await
    }

    fn sums(&self, query: SumsQuery) -> BoxStream<'static, Result<(SetId, SumsRow), StoreError>> {
        self.until_first(Call::Sums, self.inner.sums(query))
    }
}

#[async_trait]
impl ProblemMarks for ObservedStore {
    async fn problem_marks(&self) -> Result<Vec<ProblemMark>, StoreError> {
        self.timed(Call::ProblemMarks, self.inner.problem_marks()).await
    }

    async fn mark_problem(&self, mark: &ProblemMark) -> Result<(), StoreError> {
        self.timed(Call::MarkProblem, self.inner.mark_problem(mark)).await
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;
    use crate::store::{SqliteStore, contract};

    fn of<'a>(calls: &'a StoreCalls, name: &str) -> &'a Latency {
        let position = NAMES.iter().position(|known| *known == name);
        &calls.0[position.expect("a call of that name")]
    }

    fn count(calls: &StoreCalls, name: &str) -> u64 {
        of(calls, name).count()
    }

    #[test]
    fn each_call_has_its_name() {
        assert_eq!(Call::OpenSession.name(), "open_session");
        assert_eq!(Call::MakeSums.name(), "make_sums");
        assert_eq!(Call::MarkProblem.name(), "mark_problem");
        assert_eq!(Call::MarkProblem as usize, NAMES.len() - 1);
    }

    #[test]
    fn buckets_add_up() {
        let latency = Latency::default();
        for millis in [1, 2, 30, 9000] {
            latency.add(Duration::from_millis(millis), millis > 1000);
        }
        assert_eq!(latency.at_most(), [1, 2, 2, 3, 3, 3, 3, 4, 4]);
        assert_eq!((latency.failed(), latency.seconds()), (1, 9.033));
    }

    #[tokio::test]
    async fn a_call_counts_whether_it_is_answered_fails_or_is_given_up() {
        let (store, calls) = ObservedStore::new(SqliteStore::in_memory().expect("a store"));
        let id = contract::session(1);
        assert!(store.session(&id).await.expect("an answer").is_none());
        assert_eq!(store.batches(&id).count().await, 0);
        assert_eq!((count(&calls, "session"), of(&calls, "session").failed()), (1, 0));
        assert_eq!((count(&calls, "batches"), of(&calls, "batches").failed()), (1, 0));

        let never = store.timed::<()>(Call::Check, std::future::pending());
        assert!(tokio::time::timeout(Duration::from_millis(1), never).await.is_err());
        let fails = async { Err(StoreError::unavailable("a test")("no".into())) };
        assert!(store.timed::<()>(Call::Check, fails).await.is_err());
        assert_eq!((count(&calls, "check"), of(&calls, "check").failed()), (2, 2));
        let made: Vec<_> = calls.made().map(|(name, _)| name).collect();
        assert_eq!(made, ["session", "batches", "check"]);
    }
}
