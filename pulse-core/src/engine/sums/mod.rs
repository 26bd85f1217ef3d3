//! Sums over the visits of many sessions: published sets for the hours and days that have them, and the events of the
//! sessions that started in the rest.
//!
//! ```text
//! request -> cover: sets and spans -> rows of the sets          -> base  \
//!                                  -> sessions of the spans                -> answer
//!                                     known from the last time?   -> single /
//!                                     else read their events, as long as there is time: else the answer is partial
//! ```
//!
//! What was read is kept: a request that was answered in part goes on where it stopped when it comes again.

mod cache;
mod cover;
mod grouped;
mod request;

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use futures_util::TryStreamExt;
use tokio::time::Instant;

pub(super) use self::{
    cache::SumsCache,
    grouped::GroupedSums,
    request::{GroupBy, SumsRequest},
};
use self::{
    cache::{CachedSums, SINGLE, SingleSums, Stamp},
    cover::Cover,
};
use super::{Engine, EngineError, read_logs::LogReader};
use crate::{
    analyze::page::{InvalidSums, Layer, Share},
    model::{Millis, Session, SessionId, VisitorId},
    store::{Bucket, SessionFilter, SetId, StoreError},
};

/// After this long no further session is begun, and the answer is partial.
const PATIENCE: Duration = Duration::from_millis(1800);

/// A bucket whose sums are behind is read session by session when it has at most so many; else its sums are taken as
/// they are, and follow when they are made again.
const FEW: usize = 300;

/// Sessions that are looked at beside published sums; the answer is partial when there are more.
const MOST: usize = 50_000;

/// A session that was last seen so long ago hardly ever goes on.
const QUIET_MS: Millis = 10 * 60 * 1000;

/// How often sums that are replaced while they are read are read again.
const ATTEMPTS: usize = 5;

/// Sessions of a visitor that are looked up at a time.
const GROUP: usize = 500;

/// Sums, and whether they are all there is.
#[derive(Debug)]
pub(super) struct Summed {
    pub(super) sums: Arc<GroupedSums>,
    /// Whether time or room ran out.
    pub(super) is_partial: bool,
}

/// Which row of a set can be used: its page and part.
type Place = (SetId, String, u16);

/// What the sets add up to, and the spans that they leave.
struct Base {
    sets: Vec<SetId>,
    behind: Vec<(Bucket, SetId)>,
    /// Rows that may be added; all when there is none.
    usable: Option<HashSet<Place>>,
    rest: Vec<std::ops::Range<Millis>>,
}

impl Engine {
    /// The sums over the visits that are asked for.
    pub(super) async fn sums(&self, request: SumsRequest) -> Result<Summed, EngineError> {
        let work = async {
            match &request.visitor {
                Some(visitor) => self.sums_of_visitor(&request, visitor).await,
                None => self.sums_of_all(Arc::new(request)).await,
            }
        };
        tokio::time::timeout(self.limits.query, work).await.map_err(|_| EngineError::Slow)?
    }

    async fn sums_of_all(&self, request: Arc<SumsRequest>) -> Result<Summed, EngineError> {
        let began = Instant::now();
        for _ in 0..ATTEMPTS {
            let base = self.base(&request).await?;
            if let Some(summed) = self.add_up(&request, base, began).await? {
                return Ok(summed);
            }
        }
        Err(EngineError::Slow)
    }

    /// Adds up what a base names; none when one of its sets was replaced meanwhile.
    async fn add_up(
        &self,
        request: &Arc<SumsRequest>,
        mut base: Base,
        began: Instant,
    ) -> Result<Option<Summed>, EngineError> {
        let before = self.cache.get(request);
        let (sessions, mut is_partial) = self.beside(request, &mut base).await?;
        let stamps: HashMap<&SessionId, Stamp> =
            sessions.iter().map(|session| (&session.start.session_id, Stamp::of(session))).collect();
        let is_same = |before: &CachedSums| {
            before.sets == base.sets && before.absorbed.iter().all(|(id, stamp)| stamps.get(id) == Some(stamp))
        };
        let (mut sums, mut absorbed) = match before.as_deref().filter(|before| is_same(before)) {
            Some(before) => (Arc::clone(&before.base), before.absorbed.clone()),
            None => match self.read_sets(request, &base).await? {
                Some(sums) => (Arc::new(sums), HashMap::new()),
                None => return Ok(None),
            },
        };

        let mut single: HashMap<SessionId, Arc<SingleSums>> = HashMap::new();
        let mut unread = Vec::new();
        for session in sessions.iter().filter(|session| !absorbed.contains_key(&session.start.session_id)) {
            let id = &session.start.session_id;
            let known = before.as_ref().and_then(|before| before.single.get(id));
            match known.filter(|known| known.stamp == Stamp::of(session)) {
                Some(known) => drop(single.insert(id.clone(), Arc::clone(known))),
                None => unread.push(session.clone()),
            }
        }
        if !unread.is_empty() {
            let quiet_before = self.clock.now() - QUIET_MS;
            let mut reader = LogReader::new(self, unread, {
                let (request, goals) = (Arc::clone(request), self.goals.clone());
                move |session, timeline| {
                    let mut sums = GroupedSums::new(&request);
                    sums.add_session(&request, &goals, session, &timeline);
                    sums.pack()
                }
            });
            let target = Arc::make_mut(&mut sums);
            let mut kept = single.values().map(|single| single.sums.weight()).sum::<usize>();
            while let Some(read) = reader.next().await? {
                for (session, packed) in read {
                    let (id, stamp) = (session.start.session_id.clone(), Stamp::of(&session));
                    kept += packed.weight();
                    if session.last_seen < quiet_before || kept > SINGLE {
                        target.add_packed(&packed)?;
                        absorbed.insert(id, stamp);
                    } else {
                        single.insert(id, Arc::new(SingleSums { stamp, sums: packed }));
                    }
                }
                if began.elapsed() > PATIENCE && !reader.is_done() {
                    is_partial = true;
                    break;
                }
            }
        }
        let mut all = Arc::clone(&sums);
        if !single.is_empty() {
            let all = Arc::make_mut(&mut all);
            single.values().try_for_each(|single| all.add_packed(&single.sums))?;
        }
        let request = Arc::clone(request);
        self.cache.put(CachedSums { request, sets: base.sets, absorbed, base: sums, single });
        is_partial |= all.is_cut();
        Ok(Some(Summed { sums: all, is_partial }))
    }

    /// Which sets can be used.
    async fn base(&self, request: &SumsRequest) -> Result<Base, EngineError> {
        let scope = &request.scope;
        let span = scope.from.unwrap_or(Millis::MIN)..scope.to.unwrap_or(Millis::MAX);
        if !request.can_use_sums() || span.is_empty() {
            let rest = if span.is_empty() { Vec::new() } else { vec![span] };
            return Ok(Base { sets: Vec::new(), behind: Vec::new(), usable: None, rest });
        }
        let buckets = self.in_time(self.store.buckets(span.clone())).await?;
        let Cover { valid, behind, mut rest } = Cover::new(span, &buckets);
        let by_name: HashMap<&SetId, Bucket> =
            valid.iter().chain(&behind).map(|(bucket, set)| (set, *bucket)).collect();
        let (mut usable, mut mixed) = (None, HashSet::new());
        if scope.cuts_parts() {
            let survey = self.survey(request, by_name.keys().map(|set| (*set).clone()).collect()).await?;
            mixed = survey.1;
            usable = Some(survey.0);
            rest.extend(mixed.iter().filter_map(|set| by_name.get(set)).map(|bucket| bucket.span()));
            rest.sort_by_key(|span| span.start);
        }
        let is_whole = |(_, set): &(Bucket, SetId)| !mixed.contains(set);
        let behind = behind.iter().filter(|of| is_whole(of)).cloned().collect();
        let sets = valid.iter().filter(|of| is_whole(of)).map(|(_, set)| set.clone()).collect();
        Ok(Base { sets, behind, usable, rest })
    }

    /// Looks which rows lie wholly within widths or frustrations that cut through a part, and in which sets some row
    /// lies within them in part only.
    async fn survey(
        &self,
        request: &SumsRequest,
        sets: Vec<SetId>,
    ) -> Result<(HashSet<Place>, HashSet<SetId>), EngineError> {
        let (mut usable, mut mixed) = (HashSet::new(), HashSet::new());
        let mut rows = self.store.sums(request.query(sets, &[Layer::Figures]));
        while let Some((set, row)) = self.in_time(rows.try_next()).await? {
            match request.scope.share_of(&row.body).map_err(unreadable)? {
                Share::All => drop(usable.insert((set, row.page, row.part))),
                Share::Some => drop(mixed.insert(set)),
                Share::None => {}
            }
        }
        Ok((usable, mixed))
    }

    /// The sessions that no set has. Buckets that are behind are read session by session where that are few; the sets of
    /// the others are added to the base.
    async fn beside(&self, request: &SumsRequest, base: &mut Base) -> Result<(Vec<Session>, bool), EngineError> {
        let mut sessions = Vec::new();
        for (bucket, set) in std::mem::take(&mut base.behind) {
            let (some, more) = self.started(vec![bucket.span()], request, FEW).await?;
            if more {
                base.sets.push(set);
            } else {
                sessions.extend(some);
            }
        }
        let (rest, more) = self.started(base.rest.clone(), request, MOST).await?;
        sessions.extend(rest);
        Ok((sessions, more))
    }

    /// At most `most` sessions that started within some spans and may have a visit that is asked for; whether there are
    /// more.
    async fn started(
        &self,
        spans: Vec<std::ops::Range<Millis>>,
        request: &SumsRequest,
        most: usize,
    ) -> Result<(Vec<Session>, bool), EngineError> {
        let mut found = Vec::new();
        if spans.is_empty() {
            return Ok((found, false));
        }
        let mut sessions = self.store.started(spans, request.page_match());
        while let Some(session) = self.in_time(sessions.try_next()).await? {
            let is_other = request.scope.device.is_some_and(|device| device != session.start.device);
            if is_other || session.batches == 0 || session.start.excluded.is_some() {
                continue;
            }
            if found.len() == most {
                return Ok((found, true));
            }
            found.push(session);
        }
        Ok((found, false))
    }

    /// Adds up the rows of the base's sets; none when one of these is published no more.
    async fn read_sets(&self, request: &SumsRequest, base: &Base) -> Result<Option<GroupedSums>, EngineError> {
        let mut sums = GroupedSums::new(request);
        if base.sets.is_empty() {
            return Ok(Some(sums));
        }
        let mut rows = pin!(self.store.sums(request.query(base.sets.clone(), &request.layers)));
        while let Some((set, row)) = self.in_time(rows.try_next()).await? {
            let is_usable = |usable: &HashSet<Place>| usable.contains(&(set, row.page.clone(), row.part));
            if base.usable.as_ref().is_none_or(is_usable) {
                sums.add_row(&row)?;
            }
        }
        let scope = &request.scope;
        let span = scope.from.unwrap_or(Millis::MIN)..scope.to.unwrap_or(Millis::MAX);
        let published = self.in_time(self.store.buckets(span)).await?;
        let published: HashSet<SetId> = published.into_iter().filter_map(|state| Some(state.sums?.0)).collect();
        Ok(base.sets.iter().all(|set| published.contains(set)).then_some(sums))
    }

    /// The sums over the visits of one visitor, which are read session by session.
    async fn sums_of_visitor(&self, request: &SumsRequest, visitor: &VisitorId) -> Result<Summed, EngineError> {
        let (began, mut sums) = (Instant::now(), GroupedSums::new(request));
        let visitor = Some(visitor.clone());
        let mut filter =
            SessionFilter { limit: GROUP, page: request.page.clone(), visitor, ..SessionFilter::default() };
        loop {
            let page = self.store.sessions(&filter).await?;
            for session in page.sessions {
                let timeline = self.timeline(&session.start.session_id).await?;
                sums.add_session(request, &self.goals, &session, &timeline);
                if began.elapsed() > PATIENCE {
                    return Ok(Summed { sums: Arc::new(sums), is_partial: true });
                }
            }
            match page.next {
                Some(next) => filter.after = Some(next),
                None => return Ok(Summed { is_partial: sums.is_cut(), sums: Arc::new(sums) }),
            }
        }
    }
}

/// What is stored cannot be read.
pub(super) fn unreadable(error: InvalidSums) -> EngineError {
    EngineError::Corrupt(StoreError::corrupt("sums of a page", error))
}
