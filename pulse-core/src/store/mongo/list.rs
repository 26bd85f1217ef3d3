//! The list of sessions.
//!
//! It is read in one of two ways: along the index of its order until the page is full, or from the index of the
//! condition that fewest sessions meet, which are then looked up and sorted. How many meet each says which is cheaper.

use futures_util::TryStreamExt;
use mongodb::{
    bson::{Bson, Document, doc},
    options::Hint,
};

use super::{Data, document::SessionDoc, query};
use crate::{
    model::{Session, is_like},
    store::{
        SessionFilter, SessionPage, StoreError,
        counted::{Count, Counted},
    },
    wire::SessionSort,
};

/// Looking up a session that another index names, and sorting it, takes so much longer than going one on in an order.
const DETOUR: u64 = 2;

/// Pages that a pattern may stand for; with more, each session is compared with the pattern itself.
const PAGES: usize = 1000;

/// Sessions last seen behind the time asked for are counted up to here: a walk past more of them takes too long.
const PAST: u64 = 5000;

/// Reads lists.
pub(super) struct Lists<'a> {
    pub(super) data: &'a Data,
    pub(super) counted: &'a Counted,
}

/// A filter of one condition, and the index that has it.
type Part = (SessionFilter, Document);

impl Lists<'_> {
    pub(super) async fn page(&self, filter: &SessionFilter) -> Result<SessionPage, StoreError> {
        let parts = parts(filter);
        let mut rarest: Option<(u64, Document)> = None;
        // What the order itself passes over.
        let order = order_index(filter.sort);
        let mut along = self.estimated().await?;
        for (part, index) in &parts {
            let matching = self.count(part, index).await?;
            if *index == order {
                along = matching;
            }
            if rarest.as_ref().is_none_or(|(fewest, _)| matching < *fewest) {
                rarest = Some((matching, index.clone()));
            }
        }
        let total = match &rarest {
            Some((matching, _)) if parts.len() == 1 || *matching == 0 => *matching,
            Some((_, index)) => self.count(filter, index).await?,
            None => self.count(filter, &doc! { "device": 1 }).await?,
        };
        let mut walk = (filter.limit as u64 + 1).saturating_mul(along) / total.max(1);
        if filter.sort == SessionSort::Recent
            && let Some(to) = filter.to
        {
            let later = SessionFilter { seen_from: Some(to), ..SessionFilter::default() };
            let later = self.data.sessions.count_documents(query::matching(&later)).limit(PAST);
            let later = self.data.call("sessions", async { later.max_time(self.data.call).await }).await?;
            walk += if later < PAST { later } else { along };
        }
        let hint = match rarest {
            Some((fewest, index)) if fewest.saturating_mul(DETOUR) < walk => index,
            _ => order,
        };
        let find = query::after(self.matching(filter).await?, filter);
        let find = self.data.sessions.find(find).sort(query::order(filter.sort)).hint(Hint::Keys(hint));
        let find = find.limit(filter.limit as i64 + 1).max_time(self.data.call);
        let found: Vec<SessionDoc> = self.data.call("sessions", async { find.await?.try_collect().await }).await?;
        let sessions = found.into_iter().map(Session::try_from).collect::<Result<_, _>>()?;
        Ok(SessionPage::new(sessions, total, filter))
    }

    /// How many sessions match, counted in an index.
    async fn count(&self, filter: &SessionFilter, index: &Document) -> Result<u64, StoreError> {
        let count = async {
            let matching = self.matching(filter).await?;
            let count = self.data.sessions.count_documents(matching).hint(Hint::Keys(index.clone()));
            let matching = self.data.call("sessions", async { count.max_time(self.data.call).await }).await?;
            Ok(Count { matching, stored: self.estimated().await? })
        };
        self.counted.get(filter, count).await
    }

    /// How many sessions there are, as the server remembers it: after a crash it may be off.
    async fn estimated(&self) -> Result<u64, StoreError> {
        self.data.call("sessions", async { self.data.sessions.estimated_document_count().await }).await
    }

    /// The condition of a list.
    async fn matching(&self, filter: &SessionFilter) -> Result<Document, StoreError> {
        let mut matching = query::matching(filter);
        if let Some(page) = filter.page.as_deref().filter(|page| page.contains('*')) {
            let field = query::page_field(page);
            // The names of all pages stand in the index one after the other: this reads each once.
            let known = self.data.call("pages", async { self.data.sessions.distinct(field, doc! {}).await }).await;
            let is_meant = |known: &Bson| known.as_str().is_some_and(|known| is_like(known, page));
            match known.map(|known| known.into_iter().filter(is_meant).collect::<Vec<_>>()) {
                Ok(meant) if meant.len() <= PAGES => {
                    matching.insert(field, doc! { "$in": meant });
                }
                // Too many for one answer, or for one question.
                _ => {
                    matching.insert(field, query::like(page));
                }
            }
        }
        Ok(matching)
    }
}

/// The index in whose order a list is.
pub(super) fn order_index(sort: SessionSort) -> Document {
    query::order(sort)
}

/// The index of rage. Few have any, and which of these are meant is mostly told by the rest of the key.
pub(super) fn rage_index() -> Document {
    doc! { "score.rage": 1, "device": 1, "counts.error": 1 }
}

/// The conditions of a filter one by one.
fn parts(filter: &SessionFilter) -> Vec<Part> {
    let all = SessionFilter::default;
    let mut parts = Vec::new();
    if let Some(page) = &filter.page {
        parts.push((SessionFilter { page: Some(page.clone()), ..all() }, doc! { query::page_field(page): 1 }));
    }
    if filter.visitor.is_some() {
        parts.push((SessionFilter { visitor: filter.visitor.clone(), ..all() }, doc! { "visitor_id": 1 }));
    }
    if filter.from.or(filter.to).is_some() {
        let (from, to) = (filter.from, filter.to);
        parts.push((SessionFilter { from, to, ..all() }, order_index(SessionSort::Started)));
    }
    if filter.seen_from.or(filter.seen_to).is_some() {
        let (seen_from, seen_to) = (filter.seen_from, filter.seen_to);
        parts.push((SessionFilter { seen_from, seen_to, ..all() }, order_index(SessionSort::Recent)));
    }
    if filter.device.is_some() {
        parts.push((SessionFilter { device: filter.device, ..all() }, doc! { "device": 1 }));
    }
    if let Some(min_frustration) = filter.min_frustration {
        let min_frustration = Some(min_frustration);
        parts.push((SessionFilter { min_frustration, ..all() }, order_index(SessionSort::Frustration)));
    }
    if filter.has_rage.is_some() {
        parts.push((SessionFilter { has_rage: filter.has_rage, ..all() }, rage_index()));
    }
    if filter.has_errors.is_some() {
        parts.push((SessionFilter { has_errors: filter.has_errors, ..all() }, doc! { "counts.error": 1 }));
    }
    parts
}
