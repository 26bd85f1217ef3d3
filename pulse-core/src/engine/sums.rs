//! Sums over visits: those that are kept, and the sessions that are in none of them.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    pin::pin,
};

use futures_util::TryStreamExt;

use super::{Engine, EngineError};
use crate::{
    analyze::{
        Thresholds, Timeline,
        page::{CELL, InvalidSums, Layer, PageSums, Part, Scope, Share, Visit},
    },
    model::{Session, VisitorId, is_page},
    store::{Day, Found, PageMatch, RollupQuery, RollupRow, SegmentId, SessionFilter, StoreError, day_of},
};

/// Sessions that are read at a time: while one is summed, the next are on their way.
const AHEAD: usize = 4;

/// Sessions of a visitor that are looked up at a time.
const GROUP: usize = 500;

/// How often sums that change while they are read are read anew.
const ATTEMPTS: usize = 5;

/// Which visits are summed, and how.
pub(super) struct Asked {
    /// Name of a page, its path or a pattern; all when not said.
    pub(super) page: Option<String>,
    pub(super) visitor: Option<VisitorId>,
    pub(super) scope: Scope,
    pub(super) thresholds: Thresholds,
    pub(super) layers: Vec<Layer>,
    pub(super) cell: u32,
}

impl Asked {
    /// Figures of all visits of a scope.
    pub(super) fn new(scope: Scope, thresholds: Thresholds) -> Self {
        Self { page: None, visitor: None, scope, thresholds, layers: vec![Layer::Figures], cell: CELL }
    }

    /// Whether sums that are kept can be used: they were made with the defaults.
    fn can_use_kept(&self) -> bool {
        self.cell == CELL && self.thresholds == Thresholds::default()
    }

    fn is_page(&self, page: &str) -> bool {
        self.page.as_deref().is_none_or(|asked| is_page(page, asked))
    }

    fn query(&self, layers: &[Layer], except: Vec<SegmentId>) -> RollupQuery {
        let days = self.scope.from.map_or(Day::MIN, day_of)..=self.scope.to.map_or(Day::MAX, day_of);
        RollupQuery {
            page: self.page.as_deref().map_or(PageMatch::All, PageMatch::new),
            days,
            from: self.scope.from,
            to: self.scope.to,
            parts: self.scope.parts().map(|parts| parts.into_iter().map(Part::number).collect()),
            layers: layers.iter().map(|layer| layer.number()).collect(),
            except,
        }
    }
}

/// Sums by what `key` makes of a visit's page and part.
pub(super) struct Sums<K, F> {
    key: F,
    layers: Vec<Layer>,
    cell: u32,
    pub(super) by_key: HashMap<K, PageSums>,
}

/// Which row of a segment: its page and part.
type Place = (SegmentId, String, u16);

/// What is known of the sums that are kept before they are read.
struct Survey {
    /// Of each row, whether its visits are meant; none when all are.
    meant: Option<HashMap<Place, bool>>,
    /// Segments with visits some of which are meant, and some not.
    mixed: Vec<SegmentId>,
}

enum Read {
    Row(SegmentId, RollupRow),
    Loose(Box<(Session, Timeline)>),
    Restart,
}

impl<K: Eq + Hash, F: Fn(&str, Part) -> K> Sums<K, F> {
    fn slot(&mut self, page: &str, part: Part) -> &mut PageSums {
        let (layers, cell) = (&self.layers, self.cell);
        self.by_key.entry((self.key)(page, part)).or_insert_with(|| PageSums::new(layers, cell))
    }

    fn add_row(&mut self, row: &RollupRow) -> Result<(), EngineError> {
        let part = Part::from_number(row.part);
        let layer = Layer::from_number(row.layer);
        let (Some(part), Some(layer)) = (part, layer) else { return Err(unreadable(InvalidSums::default())) };
        self.slot(&row.page, part).add_bytes(layer, &row.body).map_err(unreadable)
    }

    fn add_session(&mut self, asked: &Asked, session: &Session, timeline: &Timeline) {
        let visits = Visit::matching(session, timeline, &asked.thresholds, |page| asked.is_page(page));
        for visit in visits.iter().filter(|visit| asked.scope.takes(visit)) {
            self.slot(visit.page(), visit.part()).add(visit);
        }
    }
}

impl Engine {
    /// The sums over the visits that are asked for, by what `key` makes of their page and part.
    pub(super) async fn sums<K: Eq + Hash, F: Fn(&str, Part) -> K>(
        &self,
        asked: &Asked,
        key: F,
    ) -> Result<Sums<K, F>, EngineError> {
        let mut sums = Sums { key, layers: asked.layers.clone(), cell: asked.cell, by_key: HashMap::new() };
        let work = async {
            match &asked.visitor {
                Some(visitor) => self.add_visitor(&mut sums, asked, visitor).await,
                None => self.add_all(&mut sums, asked).await,
            }
        };
        tokio::time::timeout(self.limits.query, work).await.map_err(|_| EngineError::Slow)??;
        Ok(sums)
    }

    async fn add_all<K: Eq + Hash, F: Fn(&str, Part) -> K>(
        &self,
        sums: &mut Sums<K, F>,
        asked: &Asked,
    ) -> Result<(), EngineError> {
        for _ in 0..ATTEMPTS {
            sums.by_key.clear();
            let survey = self.survey(asked).await?;
            if self.add_found(sums, asked, survey).await? {
                return Ok(());
            }
        }
        Err(EngineError::Slow)
    }

    /// Looks which sums can be used as they are.
    async fn survey(&self, asked: &Asked) -> Result<Survey, EngineError> {
        if !asked.can_use_kept() {
            let all = self.store.segments().await?;
            return Ok(Survey { meant: None, mixed: all.into_iter().map(|segment| segment.id).collect() });
        }
        if !asked.scope.is_fine() {
            return Ok(Survey { meant: None, mixed: Vec::new() });
        }
        let (mut meant, mut mixed) = (HashMap::new(), HashSet::new());
        let mut found = self.store.rollups(asked.query(&[Layer::Figures], Vec::new()));
        while let Some(found) = found.try_next().await? {
            match found {
                Found::Rollup { segment, row } => {
                    let share = asked.scope.share_of(&row.body).map_err(unreadable)?;
                    if share == Share::Some {
                        mixed.insert(segment.clone());
                    }
                    meant.insert((segment, row.page, row.part), share == Share::All);
                }
                Found::Loose(_) => {}
                Found::Restart => {
                    meant.clear();
                    mixed.clear();
                }
            }
        }
        Ok(Survey { meant: Some(meant), mixed: mixed.into_iter().collect() })
    }

    /// Adds what is found; false when it is not what was surveyed.
    async fn add_found<K: Eq + Hash, F: Fn(&str, Part) -> K>(
        &self,
        sums: &mut Sums<K, F>,
        asked: &Asked,
        Survey { meant, mixed }: Survey,
    ) -> Result<bool, EngineError> {
        let found = self.store.rollups(asked.query(&asked.layers, mixed)).map_err(EngineError::from);
        let mut read = pin!(found.map_ok(|found| self.read(found)).try_buffered(AHEAD));
        while let Some(read) = read.try_next().await? {
            match read {
                Read::Row(segment, row) => {
                    let place = (segment, row.page.clone(), row.part);
                    let Some(is_meant) = meant.as_ref().map_or(Some(true), |meant| meant.get(&place).copied()) else {
                        return Ok(false);
                    };
                    if is_meant {
                        sums.add_row(&row)?;
                    }
                }
                Read::Loose(loose) => sums.add_session(asked, &loose.0, &loose.1),
                Read::Restart => sums.by_key.clear(),
            }
        }
        Ok(true)
    }

    /// Reads the events of what is loose.
    async fn read(&self, found: Found) -> Result<Read, EngineError> {
        Ok(match found {
            Found::Rollup { segment, row } => Read::Row(segment, row),
            Found::Loose(session) => {
                let timeline = self.timeline(&session.start.session_id).await?;
                Read::Loose(Box::new((*session, timeline)))
            }
            Found::Restart => Read::Restart,
        })
    }

    /// Adds the visits of one visitor, of whom no sums are kept.
    async fn add_visitor<K: Eq + Hash, F: Fn(&str, Part) -> K>(
        &self,
        sums: &mut Sums<K, F>,
        asked: &Asked,
        visitor: &VisitorId,
    ) -> Result<(), EngineError> {
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
                None => return Ok(()),
            }
        }
    }
}

/// What is stored cannot be read.
pub(super) fn unreadable(error: InvalidSums) -> EngineError {
    EngineError::Corrupt(StoreError::corrupt("sums of a page", error))
}
