//! Sums over visits: those that are kept, and the sessions that are in none of them.

mod asked;
mod kept;
mod total;

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::Arc,
};

use futures_util::TryStreamExt;

use self::kept::{Kept, Loose};
pub(super) use self::{
    asked::{Asked, By},
    kept::Memory,
    total::Sums,
};
use super::{Engine, EngineError};
use crate::{
    analyze::page::{InvalidSums, Layer, Share},
    model::{Session, VisitorId},
    store::{Found, RollupRow, SegmentId, SessionFilter, StoreError},
};

/// Sessions that are read at a time: while one is summed, the next are on their way.
const AHEAD: usize = 4;

/// Sessions of a visitor that are looked up at a time.
const GROUP: usize = 500;

/// How often sums that change while they are read are read anew.
const ATTEMPTS: usize = 5;

/// Which row of a segment: its page and part.
type Place = (SegmentId, String, u16);

/// Which rows that are kept can be used.
enum Usable {
    /// Each one that is found.
    All,
    /// Of those that are known, the ones whose visits are all meant.
    Meant(HashMap<Place, bool>),
    /// None but those that are in the sums already.
    Known,
}

enum Read {
    Row(SegmentId, RollupRow),
    Known,
    Loose(Arc<Loose>),
    Restart,
}

impl Engine {
    /// The sums over the visits that are asked for.
    pub(super) async fn sums(&self, asked: Asked) -> Result<Arc<Sums>, EngineError> {
        let work = async {
            match &asked.visitor {
                Some(visitor) => self.sums_of_visitor(&asked, visitor).await.map(Arc::new),
                None => self.sums_of_all(Arc::new(asked)).await,
            }
        };
        tokio::time::timeout(self.limits.query, work).await.map_err(|_| EngineError::Slow)?
    }

    async fn sums_of_all(&self, asked: Arc<Asked>) -> Result<Arc<Sums>, EngineError> {
        let before = self.kept.get(&asked);
        let mut base = before.as_deref();
        for _ in 0..ATTEMPTS {
            if let Some((kept, sums)) = self.add_up(&asked, base, before.as_deref()).await? {
                self.kept.put(kept);
                return Ok(sums);
            }
            base = None;
        }
        Err(EngineError::Slow)
    }

    /// Adds to `base` what is found beside it; none when that is no longer what it was, or something was overtaken.
    async fn add_up(
        &self,
        asked: &Arc<Asked>,
        base: Option<&Kept>,
        before: Option<&Kept>,
    ) -> Result<Option<(Kept, Arc<Sums>)>, EngineError> {
        let (usable, mixed) = match base {
            Some(base) if asked.takes_all_kept() => (Usable::All, base.mixed.clone()),
            Some(base) => (Usable::Known, base.mixed.clone()),
            None => self.survey(asked).await?,
        };
        let known = base.map(|base| base.segments.clone()).unwrap_or_default();
        let mut new = Sums::new(asked);
        let (mut segments, mut still, mut loose) = (HashSet::new(), 0, Vec::new());

        let query = asked.query(&asked.layers, mixed.clone(), known.clone());
        let found = self.store.rollups(query).map_err(EngineError::from);
        let mut read = pin!(found.map_ok(|found| self.read(asked, before, found)).try_buffered(AHEAD));
        while let Some(read) = read.try_next().await? {
            match read {
                Read::Row(segment, row) => {
                    let place = (segment, row.page.clone(), row.part);
                    let is_meant = match &usable {
                        Usable::All => Some(true),
                        Usable::Meant(meant) => meant.get(&place).copied(),
                        Usable::Known => None,
                    };
                    let Some(is_meant) = is_meant else { return Ok(None) };
                    if is_meant {
                        new.add_row(&row)?;
                    }
                    segments.insert(place.0);
                }
                Read::Known => still += 1,
                Read::Loose(one) => loose.push(one),
                Read::Restart => {
                    (new, segments, still) = (Sums::new(asked), HashSet::new(), 0);
                    loose.clear();
                }
            }
        }
        if still < known.len() {
            return Ok(None);
        }
        let base = match base {
            Some(base) if segments.is_empty() => Arc::clone(&base.base),
            Some(base) => {
                new.merge(&base.base);
                Arc::new(new)
            }
            None => Arc::new(new),
        };
        segments.extend(known);
        if let Usable::Meant(meant) = usable {
            // Those of which nothing is meant are known, too.
            segments.extend(meant.into_keys().map(|(segment, ..)| segment));
        }
        segments.retain(|segment| !mixed.contains(segment));
        let mut sums = Arc::clone(&base);
        if !loose.is_empty() {
            let sums = Arc::make_mut(&mut sums);
            loose.iter().try_for_each(|loose| sums.add_packed(&loose.sums))?;
        }
        let by_id = |loose: Arc<Loose>| (loose.session.start.session_id.clone(), loose);
        let kept = Kept {
            asked: Arc::clone(asked),
            segments: segments.into_iter().collect(),
            mixed,
            base,
            loose: loose.into_iter().map(by_id).collect(),
        };
        Ok(Some((kept, sums)))
    }

    /// Looks which sums can be used as they are, and which segments have to be taken apart.
    async fn survey(&self, asked: &Asked) -> Result<(Usable, Vec<SegmentId>), EngineError> {
        if asked.takes_all_kept() {
            return Ok((Usable::All, Vec::new()));
        }
        let (mut meant, mut mixed) = (HashMap::new(), HashSet::new());
        if !asked.can_use_kept() {
            let all = self.store.segments().await?;
            return Ok((Usable::Meant(meant), all.into_iter().map(|segment| segment.id).collect()));
        }
        let mut found = self.store.rollups(asked.query(&[Layer::Figures], Vec::new(), Vec::new()));
        while let Some(found) = found.try_next().await? {
            match found {
                Found::Rollup { segment, row } => {
                    let share = asked.scope.share_of(&row.body).map_err(unreadable)?;
                    if share == Share::Some {
                        mixed.insert(segment.clone());
                    }
                    meant.insert((segment, row.page, row.part), share == Share::All);
                }
                // These come last, and are read with the rows.
                Found::Loose(_) => break,
                Found::Known(_) => {}
                Found::Restart => {
                    meant.clear();
                    mixed.clear();
                }
            }
        }
        Ok((Usable::Meant(meant), mixed.into_iter().collect()))
    }

    /// Reads the events of what is loose, and sums them up on another thread, unless that was done before.
    async fn read(&self, asked: &Arc<Asked>, before: Option<&Kept>, found: Found) -> Result<Read, EngineError> {
        Ok(match found {
            Found::Rollup { segment, row } => Read::Row(segment, row),
            Found::Known(_) => Read::Known,
            Found::Restart => Read::Restart,
            Found::Loose(session) => match before.and_then(|before| before.loose(&session)) {
                Some(loose) => Read::Loose(loose),
                None => Read::Loose(Arc::new(self.sum_up(asked, *session).await?)),
            },
        })
    }

    async fn sum_up(&self, asked: &Arc<Asked>, session: Session) -> Result<Loose, EngineError> {
        let timeline = self.timeline(&session.start.session_id).await?;
        let asked = Arc::clone(asked);
        let fold = move || {
            let mut sums = Sums::new(&asked);
            sums.add_session(&asked, &session, &timeline);
            Loose { session, sums: sums.pack() }
        };
        tokio::task::spawn_blocking(fold).await.map_err(|stopped| match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is being shut down.
            Err(_) => EngineError::Slow,
        })
    }

    /// The sums over the visits of one visitor, of whom none are kept.
    async fn sums_of_visitor(&self, asked: &Asked, visitor: &VisitorId) -> Result<Sums, EngineError> {
        let mut sums = Sums::new(asked);
        let visitor = Some(visitor.clone());
        let mut filter = SessionFilter { limit: GROUP, page: asked.page.clone(), visitor, ..SessionFilter::default() };
        loop {
            let page = self.store.sessions(&filter).await?;
            for session in page.sessions {
                let timeline = self.timeline(&session.start.session_id).await?;
                sums.add_session(asked, &session, &timeline);
            }
            match page.next {
                Some(next) => filter.after = Some(next),
                None => return Ok(sums),
            }
        }
    }
}

/// What is stored cannot be read.
pub(super) fn unreadable(error: InvalidSums) -> EngineError {
    EngineError::Corrupt(StoreError::corrupt("sums of a page", error))
}
