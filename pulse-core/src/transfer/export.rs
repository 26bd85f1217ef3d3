//! Everything that a store holds of some sessions, as a stream of bytes.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{
    StreamExt, TryStreamExt, future,
    stream::{self, BoxStream},
};

use super::row::{Format, Row};
use crate::{
    model::Session,
    store::{SessionFilter, Store, StoreError},
    wire::SessionSort,
};

/// Sessions that are listed at a time.
const GROUP: usize = 200;

/// The sessions of a filter with all their events, the latest first. No more than one batch is in memory at a time. A
/// session that is erased meanwhile is left out from there on.
pub fn export(
    store: Arc<dyn Store>,
    filter: &SessionFilter,
    format: Format,
) -> BoxStream<'static, Result<Bytes, StoreError>> {
    let head = Some(format.head()).filter(|head| !head.is_empty()).map(|head| Ok(Bytes::from_static(head.as_bytes())));
    let rows = rows(store, filter).map_ok(move |rows| Bytes::from(format.write(&rows)));
    stream::iter(head).chain(rows).boxed()
}

/// The rows of an export, those of one batch or of one visit at a time.
pub(super) fn rows(store: Arc<dyn Store>, filter: &SessionFilter) -> BoxStream<'static, Result<Vec<Row>, StoreError>> {
    // By their start, which does not change while they go on.
    let filter = SessionFilter { limit: GROUP, after: None, sort: SessionSort::Started, ..filter.clone() };
    sessions(Arc::clone(&store), filter).map_ok(move |session| one(&*store, &session)).try_flatten().boxed()
}

/// The sessions of a filter, page by page.
pub(super) fn sessions(
    store: Arc<dyn Store>,
    filter: SessionFilter,
) -> impl futures_util::Stream<Item = Result<Session, StoreError>> + Send {
    stream::try_unfold(Some(filter), move |filter| {
        let store = Arc::clone(&store);
        async move {
            let Some(filter) = filter else { return Ok(None) };
            let page = store.sessions(&filter).await?;
            let next = page.next.map(|after| SessionFilter { after: Some(after), ..filter });
            Ok::<_, StoreError>(Some((stream::iter(page.sessions.into_iter().map(Ok)), next)))
        }
    })
    .try_flatten()
}

fn one(store: &dyn Store, session: &Session) -> BoxStream<'static, Result<Vec<Row>, StoreError>> {
    let start = vec![Row::of_session(session)];
    let batches = store.batches(&session.start.session_id).map_ok(Row::of_batch);
    stream::once(future::ready(Ok(start))).chain(batches).boxed()
}
