//! The events of a session, in order and by page view.

use futures_util::TryStreamExt;

use crate::{
    analyze::Timeline,
    model::{Batch, PageRules, SessionId},
    store::{Store, StoreError},
};

/// Reads all that is stored of a session.
pub(super) async fn timeline(store: &dyn Store, pages: &PageRules, id: &SessionId) -> Result<Timeline, StoreError> {
    let batches: Vec<Batch> = store.batches(id).try_collect().await?;
    Ok(Timeline::named(batches, pages))
}
