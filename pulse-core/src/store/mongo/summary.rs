//! Summaries of sessions, and sums: what the engine asks of this store.

use std::{collections::HashMap, future::IntoFuture, ops::Range};

use async_trait::async_trait;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use mongodb::{
    bson::{DateTime, Document, doc},
    options::FindOptions,
};
use serde::Deserialize;

use super::{
    Data, MongoStore,
    setup::BUILD,
    update::{self, Stamp},
    within,
};
use crate::{
    model::{Millis, Score, Session, SessionId},
    store::{
        Bucket, BucketState, Changed, PageMatch, SessionLog, SessionSummary, SetId, StoreError, Summaries, SumsQuery,
        SumsRow,
    },
};

/// Sessions that are due are looked at up to here, when most of them belong to other servers.
const SCAN: usize = 20_000;

/// Summaries that are written in one command.
const GROUP: usize = 250;

/// A session that is due, as far as it is read.
#[derive(Debug, Deserialize)]
struct DueSession {
    #[serde(rename = "_id")]
    id: SessionId,
    #[serde(default)]
    batches: u32,
    started_at: DateTime,
    #[serde(default)]
    revision: i64,
    hold_until: Option<DateTime>,
}

impl DueSession {
    fn changed(self, now: Millis) -> Changed {
        let started_at = self.started_at.timestamp_millis();
        let is_last = self.hold_until.is_none_or(|until| until.timestamp_millis() <= now);
        Changed {
            id: self.id,
            batches: self.batches,
            is_counted: !is_last,
            started_at,
            revision: Stamp { revision: self.revision, is_last }.pack(),
        }
    }
}

impl Data {
    /// Throws all summaries and sums away.
    pub(super) async fn forget_summaries(&self) -> Result<(), StoreError> {
        let score = mongodb::bson::serialize_to_bson(&Score::default()).map_err(mongodb::error::Error::from)?;
        let forget = doc! { "$set": { "score": score, "due_at": DateTime::from_millis(self.clock.now()) } };
        let forget = self.sessions.update_many(doc! {}, forget);
        within(BUILD, "forget summaries", forget.into_future()).await?;
        self.drop_all_sets(BUILD).await
    }

    /// Starts that some of these sessions had before, and whose buckets may count them still.
    async fn earlier_starts(&self, ids: &[&str]) -> Result<Vec<Millis>, StoreError> {
        let moved = doc! { "_id": { "$in": ids }, "earlier_starts": { "$exists": true } };
        let sessions = self.sessions.clone_with_type::<HashMap<String, Vec<DateTime>>>();
        let find = sessions.find(moved).projection(doc! { "_id": 0, "earlier_starts": 1 }).max_time(self.call);
        let found: Vec<HashMap<String, Vec<DateTime>>> =
            self.call("put summaries", async { find.await?.try_collect().await }).await?;
        Ok(found.into_iter().flat_map(HashMap::into_values).flatten().map(DateTime::timestamp_millis).collect())
    }
}

/// Gives what `opened` gives, or its error.
fn flatten<T: Send + 'static>(
    opened: Result<BoxStream<'static, Result<T, StoreError>>, StoreError>,
) -> BoxStream<'static, Result<T, StoreError>> {
    opened.unwrap_or_else(|error| stream::once(async { Err(error) }).boxed())
}

#[async_trait]
impl Summaries for MongoStore {
    async fn changed(&self, limit: usize) -> Result<Vec<Changed>, StoreError> {
        let data = &self.work.data;
        self.work.servers.join(data).await?;
        let now = data.clock.now();
        let fields = ["batches", "started_at", "revision", "hold_until"];
        let fields: Document = fields.into_iter().map(|field| (field.to_owned(), 1.into())).collect();
        let options = FindOptions::builder()
            .sort(doc! { "due_at": 1 })
            .projection(fields)
            .limit(SCAN as i64)
            .max_time(data.call)
            .build();
        let due = doc! { "due_at": { "$lte": DateTime::from_millis(now) } };
        let due = data.stream("changed", data.sessions.clone_with_type::<DueSession>(), due, options);
        let mine = due.try_filter(|session| std::future::ready(self.work.servers.is_mine(&session.id)));
        mine.take(limit).map_ok(|session| session.changed(now)).try_collect().await
    }

    async fn put_summaries(&self, summaries: Vec<(Changed, SessionSummary)>) -> Result<(), StoreError> {
        let data = &self.work.data;
        for group in summaries.chunks(GROUP) {
            let ids: Vec<&str> = group.iter().map(|(changed, _)| changed.id.as_str()).collect();
            // The buckets come first: after a crash in between, the sessions are still due. For a bucket that a session
            // has left it is as if the session was erased.
            data.erase_sums(data.earlier_starts(&ids).await?).await?;
            let starts = || group.iter().map(|(changed, _)| changed.started_at);
            data.count_changes(starts()).await?;
            let now = data.clock.now();
            let put = |(changed, summary): &(_, _)| update::put_summary(changed, summary, now);
            let updates = group.iter().map(put).collect::<Result<_, _>>()?;
            data.update("put summaries", data.sessions.name(), updates).await?.all("put summaries")?;
            // Counted once more: sums that were made in between were made with the old scores, and have to be made again.
            data.count_changes(starts()).await?;
        }
        Ok(())
    }

    async fn forget_summaries(&self) -> Result<(), StoreError> {
        self.work.data.forget_summaries().await
    }

    fn started(&self, spans: Vec<Range<Millis>>, page: PageMatch) -> BoxStream<'static, Result<Session, StoreError>> {
        self.work.data.started(spans, &page)
    }

    fn logs(&self, ids: Vec<SessionId>, most: usize) -> BoxStream<'static, Result<SessionLog, StoreError>> {
        self.work.data.logs(ids, most)
    }

    async fn buckets(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError> {
        self.work.data.bucket_states(span).await
    }

    fn owns(&self, bucket: Bucket) -> bool {
        let (kind, number) = bucket.numbers();
        self.work.servers.owns(&format!("{kind}:{number}"))
    }

    async fn begin_sums(&self, _: Bucket) -> Result<SetId, StoreError> {
        Ok(self.work.data.new_set())
    }

    async fn add_sums(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError> {
        self.work.data.add_rows(set, rows).await
    }

    async fn publish_sums(&self, set: SetId, seen: &BucketState) -> Result<bool, StoreError> {
        self.work.data.publish(&set, seen).await
    }

    async fn drop_sums(&self, sets: &[SetId]) -> Result<(), StoreError> {
        self.work.data.drop_sets(sets).await
    }

    fn sums(&self, query: SumsQuery) -> BoxStream<'static, Result<(SetId, SumsRow), StoreError>> {
        flatten(self.work.data.rows(&query))
    }
}
