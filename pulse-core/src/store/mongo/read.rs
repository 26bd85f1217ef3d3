//! Sessions and logs, read as streams: no answer is kept in memory whole.

use std::{collections::VecDeque, future::IntoFuture, ops::Range};

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use mongodb::{
    Collection,
    bson::{DateTime, Document, doc},
    options::FindOptions,
};
use serde::de::DeserializeOwned;

use super::{Data, batch::BatchDoc, document::id_of, query};
use crate::{
    model::{Batch, Millis, Session, SessionId},
    store::{PageMatch, SessionLog, StoreError},
};

/// Logs that are read with one query.
const GROUP: usize = 64;

impl Data {
    /// The documents that match, each waited for no longer than one call may take.
    pub(super) fn stream<T>(
        &self,
        doing: &'static str,
        collection: Collection<T>,
        filter: Document,
        options: FindOptions,
    ) -> BoxStream<'static, Result<T, StoreError>>
    where
        T: DeserializeOwned + Unpin + Send + Sync + 'static,
    {
        let data = self.clone();
        let opened = async move {
            let find = collection.find(filter).with_options(options).into_future();
            let cursor = data.call(doing, find).await?;
            Ok::<_, StoreError>(stream::try_unfold((data, cursor), move |(data, mut cursor)| async move {
                let next = data.call(doing, cursor.try_next()).await?;
                Ok(next.map(|document| (document, (data, cursor))))
            }))
        };
        stream::once(opened).try_flatten().boxed()
    }

    /// The batches of some sessions, those of each session one after the other.
    pub(super) fn batches(&self, ids: &[SessionId]) -> BoxStream<'static, Result<Batch, StoreError>> {
        let ids: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let filter = doc! { "session_id": { "$in": ids } };
        let options = FindOptions::builder().sort(doc! { "session_id": 1 }).max_time(self.call).build();
        let found: BoxStream<'static, Result<BatchDoc, StoreError>> =
            self.stream("batches", self.batches.clone(), filter, options);
        found.map(|document| document?.try_into()).boxed()
    }

    /// The sessions that started within some spans and visited a page.
    pub(super) fn started(
        &self,
        mut spans: Vec<Range<Millis>>,
        page: &PageMatch,
    ) -> BoxStream<'static, Result<Session, StoreError>> {
        spans.sort_by_key(|span| span.start);
        let pages = query::page_condition(page, "pages", "paths").unwrap_or_default();
        let data = self.clone();
        let each = stream::iter(spans).map(move |span| {
            let (from, to) = (DateTime::from_millis(span.start), DateTime::from_millis(span.end));
            let mut filter = doc! { "started_at": { "$gte": from, "$lt": to } };
            filter.extend(pages.clone());
            let options = FindOptions::builder()
                .sort(doc! { "started_at": 1 })
                .projection(doc! { "pages": 0, "paths": 0, "score.activity": 0 })
                .max_time(data.call)
                .build();
            data.stream("sessions", data.sessions.clone(), filter, options)
        });
        each.flatten().map(|document| document?.try_into()).boxed()
    }

    /// The logs of some sessions.
    pub(super) fn logs(
        &self,
        mut ids: Vec<SessionId>,
        most: usize,
    ) -> BoxStream<'static, Result<SessionLog, StoreError>> {
        ids.sort_unstable();
        ids.dedup();
        let ids = ids.into();
        let batches = stream::empty().boxed();
        let (unread, empty) = (Vec::new(), VecDeque::new());
        let reader = LogReader { data: self.clone(), most, ids, unread, batches, next: None, empty };
        stream::try_unfold(reader, |mut reader| async move { Ok(reader.next().await?.map(|log| (log, reader))) })
            .boxed()
    }

    /// Those of some sessions that there are.
    async fn known(&self, ids: &[SessionId]) -> Result<VecDeque<SessionId>, StoreError> {
        let keys: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let sessions = self.sessions.clone_with_type::<Document>();
        let find = sessions.find(doc! { "_id": { "$in": keys } }).projection(doc! { "_id": 1 }).max_time(self.call);
        let found: Vec<Document> = self.call("sessions", async { find.await?.try_collect().await }).await?;
        found.iter().map(id_of).collect()
    }
}

/// Reads logs one after the other.
struct LogReader {
    data: Data,
    /// How much memory one may take.
    most: usize,
    /// Sessions that are to be asked for, in order.
    ids: VecDeque<SessionId>,
    /// Sessions that were asked for and of which no batch has come yet, in order.
    unread: Vec<SessionId>,
    /// The batches that were asked for, by session.
    batches: BoxStream<'static, Result<Batch, StoreError>>,
    /// The first batch of the next log.
    next: Option<Batch>,
    /// Sessions that have no batches.
    empty: VecDeque<SessionId>,
}

impl LogReader {
    /// The next log.
    async fn next(&mut self) -> Result<Option<SessionLog>, StoreError> {
        loop {
            if let Some(id) = self.empty.pop_front() {
                return Ok(Some(SessionLog::empty(id)));
            }
            let first = match self.next.take() {
                Some(first) => Some(first),
                None => self.batches.try_next().await?,
            };
            if let Some(first) = first {
                return self.log(first).await.map(Some);
            }
            self.batches = stream::empty().boxed();
            if !self.unread.is_empty() {
                self.empty = self.data.known(&std::mem::take(&mut self.unread)).await?;
            } else if self.ids.is_empty() {
                return Ok(None);
            } else {
                self.unread = self.ids.drain(..self.ids.len().min(GROUP)).collect();
                self.batches = self.data.batches(&self.unread);
            }
        }
    }

    /// The log that begins with this batch.
    async fn log(&mut self, first: Batch) -> Result<SessionLog, StoreError> {
        let id = first.id().session.clone();
        self.unread.retain(|unread| *unread != id);
        let mut weight = first.weight();
        let mut log = SessionLog { id, batches: vec![first], is_cut: false };
        while let Some(batch) = self.batches.try_next().await? {
            if batch.id().session != log.id {
                self.next = Some(batch);
                return Ok(log);
            }
            weight += batch.weight();
            if weight > self.most {
                // What is left of this session may be long: only the sessions after it are read on.
                log.is_cut = true;
                let after: Vec<SessionId> = self.unread.iter().filter(|unread| **unread > log.id).cloned().collect();
                self.batches = if after.is_empty() { stream::empty().boxed() } else { self.data.batches(&after) };
                return Ok(log);
            }
            log.batches.push(batch);
        }
        self.batches = stream::empty().boxed();
        Ok(log)
    }
}
