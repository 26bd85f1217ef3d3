//! A store that counts the sessions whose events are read, and how often it is checked.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::stream::BoxStream;
use pulse_core::{
    analyze::problems::ProblemMark,
    model::{Batch, KeptAnswer, Millis, Session, SessionId, SessionStart, Subject},
    store::{
        Answers, Appended, Bucket, BucketState, Changed, Opened, PageMatch, ProblemMarks, SessionFilter, SessionLog,
        SessionPage, SessionSummary, SetId, Store, StoreError, Summaries, SumsQuery, SumsRow,
    },
};

#[derive(Debug)]
pub(crate) struct Counting {
    pub(crate) store: Arc<dyn Store>,
    read: AtomicUsize,
    checked: AtomicUsize,
    /// How long a check takes.
    check: Duration,
}

impl Counting {
    pub(crate) fn new(store: Arc<dyn Store>) -> Arc<Self> {
        Self::slow(store, Duration::ZERO)
    }

    /// One whose checks take so long.
    pub(crate) fn slow(store: Arc<dyn Store>, check: Duration) -> Arc<Self> {
        Arc::new(Self { store, read: AtomicUsize::new(0), checked: AtomicUsize::new(0), check })
    }

    /// Checks so far.
    pub(crate) fn checked(&self) -> usize {
        self.checked.load(Ordering::SeqCst)
    }

    /// Sessions whose events were read so far.
    pub(crate) fn read(&self) -> usize {
        self.read.load(Ordering::SeqCst)
    }
}

#[async_trait::async_trait]
impl Store for Counting {
    async fn open_session(&self, start: &SessionStart) -> Result<Opened, StoreError> {
        self.store.open_session(start).await
    }

    async fn append(&self, batch: &Batch, pages: &[String], start: &SessionStart) -> Result<Appended, StoreError> {
        self.store.append(batch, pages, start).await
    }

    async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.store.session(id).await
    }

    async fn sessions(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        self.store.sessions(filter).await
    }

    fn batches(&self, id: &SessionId) -> BoxStream<'static, Result<Batch, StoreError>> {
        self.read.fetch_add(1, Ordering::SeqCst);
        self.store.batches(id)
    }

    async fn erase(&self, ids: &[SessionId]) -> Result<usize, StoreError> {
        self.store.erase(ids).await
    }

    async fn expire(&self, before: Millis, limit: usize) -> Result<usize, StoreError> {
        self.store.expire(before, limit).await
    }

    async fn changes(&self) -> Result<BoxStream<'static, Result<SessionId, StoreError>>, StoreError> {
        self.store.changes().await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.checked.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.check).await;
        self.store.check().await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

#[async_trait::async_trait]
impl ProblemMarks for Counting {
    async fn problem_marks(&self) -> Result<Vec<ProblemMark>, StoreError> {
        self.store.problem_marks().await
    }

    async fn mark_problem(&self, mark: &ProblemMark) -> Result<(), StoreError> {
        self.store.mark_problem(mark).await
    }
}

#[async_trait::async_trait]
impl Answers for Counting {
    async fn kept_answer(&self, subject: &Subject, question: &str) -> Result<Option<KeptAnswer>, StoreError> {
        self.store.kept_answer(subject, question).await
    }

    async fn keep_answer(&self, answer: &KeptAnswer) -> Result<bool, StoreError> {
        self.store.keep_answer(answer).await
    }

    async fn take_request(&self, day: i64, who: &str, most: u32) -> Result<bool, StoreError> {
        self.store.take_request(day, who, most).await
    }
}

#[async_trait::async_trait]
impl Summaries for Counting {
    async fn changed(&self, limit: usize) -> Result<Vec<Changed>, StoreError> {
        self.store.changed(limit).await
    }

    async fn put_summaries(&self, summaries: Vec<(Changed, SessionSummary)>) -> Result<(), StoreError> {
        self.store.put_summaries(summaries).await
    }

    async fn forget_summaries(&self) -> Result<(), StoreError> {
        self.store.forget_summaries().await
    }

    fn started(&self, spans: Vec<Range<Millis>>, page: PageMatch) -> BoxStream<'static, Result<Session, StoreError>> {
        self.store.started(spans, page)
    }

    fn logs(&self, ids: Vec<SessionId>, most: usize) -> BoxStream<'static, Result<SessionLog, StoreError>> {
        self.read.fetch_add(ids.len(), Ordering::SeqCst);
        self.store.logs(ids, most)
    }

    async fn buckets(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
        self.store.buckets(span).await
    }

    async fn begin_sums(&self, bucket: Bucket) -> Result<SetId, StoreError> {
        self.store.begin_sums(bucket).await
    }

    async fn add_sums(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError> {
        self.store.add_sums(set, rows).await
    }

    async fn publish_sums(&self, set: SetId, seen: &BucketState) -> Result<bool, StoreError> {
        self.store.publish_sums(set, seen).await
    }

    async fn drop_sums(&self, sets: &[SetId]) -> Result<(), StoreError> {
        self.store.drop_sums(sets).await
    }

    fn sums(&self, query: SumsQuery) -> BoxStream<'static, Result<(SetId, SumsRow), StoreError>> {
        self.store.sums(query)
    }
}
