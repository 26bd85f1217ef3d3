//! The list of sessions.
//!
//! It is read in one of two ways: along the index of its order until the page is full, or from the index of the
//! condition that fewest sessions meet, which are then looked up and sorted. How many meet each says which is cheaper.

use futures_util::TryStreamExt;
use mongodb::{
    bson::{Bson, Document, doc},
    options::Hint,
};

use super::{
    Data,
    document::SessionDoc,
    query::{self, SHORT_MS},
};
use crate::{
    model::{Millis, Session, is_like},
    store::{
        SessionFilter, SessionPage, StoreError,
        counted::{Count, Counted},
    },
    wire::SessionSort,
};

/// Looking up a session that another index names, and sorting it, takes so much longer than going one on in an order.
fn detour(sort: SessionSort) -> u64 {
    match sort {
        // Sessions are stored as they began, and nearly in these orders.
        SessionSort::Recent | SessionSort::Started => 2,
        SessionSort::Frustration => 1,
    }
}

/// Pages that a pattern may stand for; with more, each session is compared with the pattern itself.
const PAGES: usize = 1000;

/// Sessions that a walk passes before the first that is meant are counted up to here: past more it takes too long.
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
        let stored = self.estimated().await?;
        // How many the order goes along.
        let mut along = stored;
        for (part, index) in &parts {
            let matching = self.count(part, index).await?;
            if is_bound(filter.sort, part) {
                along = along.min(matching);
            }
            if rarest.as_ref().is_none_or(|(fewest, _)| matching < *fewest) {
                rarest = Some((matching, index.clone()));
            }
        }
        let total = match &rarest {
            Some((0, _)) => 0,
            // What has no part of its own is not counted yet.
            Some((matching, _)) if parts.len() == 1 && filter.words.is_empty() && filter.has_goal != Some(false) => {
                *matching
            }
            Some((_, index)) => self.count(filter, index).await?,
            None => self.count(filter, &doc! { "device": 1 }).await?,
        };
        let mut walk = (filter.limit as u64 + 1).saturating_mul(along) / total.max(1);
        if filter.sort == SessionSort::Recent
            && let Some(to) = filter.to
        {
            let passed = self.seen(Some(to), Some(to.saturating_add(SHORT_MS)), PAST).await?;
            walk += if passed < PAST { passed } else { stored };
        }
        let matching = self.matching(filter).await?;
        let found = match rarest {
            Some((fewest, index)) if fewest.saturating_mul(detour(filter.sort)) < walk => {
                self.find(matching, filter, index, filter.limit + 1).await?
            }
            _ if filter.sort == SessionSort::Recent => self.recent(matching, filter).await?,
            _ => self.find(matching, filter, order_of(filter), filter.limit + 1).await?,
        };
        let sessions = found.into_iter().map(Session::try_from).collect::<Result<_, _>>()?;
        Ok(SessionPage::new(sessions, total, filter))
    }

    /// Goes along the index of the latest activity. Nobody was last seen before the start, so that the walk ends where
    /// the starts that are meant begin. It need not begin now: of those who were last seen long after the latest start
    /// that is meant, only such are meant as are not short, and these have an index of their own.
    async fn recent(&self, matching: Document, filter: &SessionFilter) -> Result<Vec<SessionDoc>, StoreError> {
        let seen = |seen_from, seen_to| {
            let seen = query::matching(&SessionFilter { seen_from, seen_to, ..SessionFilter::default() });
            doc! { "$and": [&matching, seen] }
        };
        let split = filter.to.map(|to| to.saturating_add(SHORT_MS));
        let (mut found, limit) = (Vec::new(), filter.limit + 1);
        if let Some(split) = split
            && filter.after.as_ref().is_none_or(|after| after.key >= split)
            && self.seen(Some(split), None, 1).await? > 0
        {
            let mut lasting = seen(Some(split), None);
            lasting.insert("short", Bson::Null);
            found = self.find(lasting, filter, lasting_index(), limit).await?;
        }
        if found.len() < limit {
            let rest = limit - found.len();
            found.extend(self.find(seen(filter.from, split), filter, order_index(filter.sort), rest).await?);
        }
        Ok(found)
    }

    /// The first sessions of a list, from its place in the order on.
    async fn find(
        &self,
        matching: Document,
        filter: &SessionFilter,
        index: Document,
        limit: usize,
    ) -> Result<Vec<SessionDoc>, StoreError> {
        let find = self.data.sessions.find(query::after(matching, filter)).sort(query::order(filter.sort));
        let find = find.hint(Hint::Keys(index)).limit(limit as i64).max_time(self.data.call);
        self.data.call("sessions", async { find.await?.try_collect().await }).await
    }

    /// How many sessions were last seen between two times, counted up to a limit.
    async fn seen(&self, from: Option<Millis>, to: Option<Millis>, limit: u64) -> Result<u64, StoreError> {
        let seen = SessionFilter { seen_from: from, seen_to: to, ..SessionFilter::default() };
        let count = self.data.sessions.count_documents(query::matching(&seen)).limit(limit);
        self.data.call("sessions", async { count.max_time(self.data.call).await }).await
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

/// The index in which a list stands in its order, with as little else as may be: those with rage are the most
/// frustrated, and who asks for others would pass all of them.
fn order_of(filter: &SessionFilter) -> Document {
    match filter.sort {
        SessionSort::Frustration if filter.has_rage == Some(false) => calm_index(),
        sort => order_index(sort),
    }
}

/// Whether going along an order meets only sessions of this condition.
fn is_bound(sort: SessionSort, part: &SessionFilter) -> bool {
    let started = part.from.or(part.to).is_some();
    match sort {
        SessionSort::Recent => started || part.seen_from.or(part.seen_to).is_some(),
        SessionSort::Started => started,
        SessionSort::Frustration => part.min_frustration.is_some() || part.has_rage == Some(false),
    }
}

/// The index of sessions that are not short, or not known to be. It is written to when a session begins and when it is
/// settled, and not with its batches.
pub(super) fn lasting_index() -> Document {
    doc! { "started_at": -1 }
}

/// The index of frustration without rage. Rage is the same in all of it: it stands first because a query names an index
/// by its key, and the whole order has the others.
pub(super) fn calm_index() -> Document {
    doc! { "score.rage": 1, "score.frustration": -1, "_id": 1 }
}

/// The index of rage. Few have any, and which of these are meant is mostly told by the rest of the key.
pub(super) fn rage_index() -> Document {
    doc! { "score.rage": 1, "device": 1, "counts.error": 1 }
}

/// The index of sessions that reached a goal.
pub(super) fn goal_index() -> Document {
    doc! { "score.reached": 1 }
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
    // Those that did not are most of them: no index finds these sooner.
    if filter.has_goal == Some(true) {
        parts.push((SessionFilter { has_goal: filter.has_goal, ..all() }, goal_index()));
    }
    parts
}
