//! Sessions and logs, read as streams: no answer is kept in memory whole.

use std::{collections::VecDeque, future::IntoFuture, ops::Range};

use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use mongodb::{
    Collection,
    bson::{self, DateTime, Document, RawDocument, RawDocumentBuf, doc},
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
        self.documents(ids).map(|document| batch(&document?)).boxed()
    }

    /// Their documents as they are: one that is damaged must not end the reading of the others.
    fn documents(&self, ids: &[SessionId]) -> BoxStream<'static, Result<RawDocumentBuf, StoreError>> {
        let ids: Vec<&str> = ids.iter().map(SessionId::as_str).collect();
        let filter = doc! { "session_id": { "$in": ids } };
        let options = FindOptions::builder().sort(doc! { "session_id": 1 }).max_time(self.call).build();
        self.stream("batches", self.batches.clone_with_type(), filter, options)
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
        stream::unfold(Some(reader), |reader| async move {
            let mut reader = reader?;
            match reader.next().await.transpose()? {
                Ok(log) => Some((Ok(log), Some(reader))),
                // One log cannot be read: the others can.
                Err(error @ StoreError::Corrupt { .. }) => Some((Err(error), Some(reader))),
                Err(error) => Some((Err(error), None)),
            }
        })
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

/// A batch from its document.
fn batch(document: &RawDocument) -> Result<Batch, StoreError> {
    let read: Result<BatchDoc, _> = bson::deserialize_from_slice(document.as_bytes());
    read.map_err(|error| StoreError::corrupt("a batch", error))?.try_into()
}

/// The session that a batch's document is of: it was found by this field.
fn session_of(document: &RawDocument) -> Result<SessionId, StoreError> {
    let id = document.get_str("session_id").map_err(|error| StoreError::corrupt("a batch", error))?;
    id.parse().map_err(|error: crate::model::InvalidId| StoreError::corrupt("a batch", error))
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
    batches: BoxStream<'static, Result<RawDocumentBuf, StoreError>>,
    /// The first batch of the next log.
    next: Option<RawDocumentBuf>,
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
                self.batches = self.data.documents(&self.unread);
            }
        }
    }

    /// The log that begins with this batch.
    async fn log(&mut self, first: RawDocumentBuf) -> Result<SessionLog, StoreError> {
        let id = session_of(&first)?;
        self.unread.retain(|unread| *unread != id);
        let (mut log, mut weight, mut document) = (SessionLog::empty(id), 0, Some(first));
        while let Some(next) = document {
            if session_of(&next)? != log.id {
                self.next = Some(next);
                return Ok(log);
            }
            let batch = match batch(&next) {
                Ok(batch) => batch,
                Err(error) => {
                    self.skip_to_after(&log.id);
                    return Err(error);
                }
            };
            weight += batch.weight();
            if weight > self.most && !log.batches.is_empty() {
                log.is_cut = true;
                self.skip_to_after(&log.id);
                return Ok(log);
            }
            log.batches.push(batch);
            document = self.batches.try_next().await?;
        }
        self.batches = stream::empty().boxed();
        Ok(log)
    }

    /// What is left of a session may be long: only the sessions after it are read on.
    fn skip_to_after(&mut self, id: &SessionId) {
        let after: Vec<SessionId> = self.unread.iter().filter(|unread| *unread > id).cloned().collect();
        self.batches = if after.is_empty() { stream::empty().boxed() } else { self.data.documents(&after) };
    }
}
