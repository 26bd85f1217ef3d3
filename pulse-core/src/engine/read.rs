//! What is read: lists, analytics, heatmaps, reports.

use futures_util::TryStreamExt;

use super::{Engine, EngineError};
use crate::{
    analyze::{
        PageHeatmap, PageHeatmapFold, Report, SessionHeatmap, Thresholds, Timeline, score_of, session_heatmap,
        summarize,
    },
    model::{Batch, Counts, Session, SessionId, page_of},
    store::SessionFilter,
    wire::{AnalyticsAnswer, AnalyticsQuery, HeatmapQuery, SessionEvent, SessionRow, SessionsAnswer, SessionsQuery},
};

/// Rows of a list when no limit is asked for.
const ROWS: usize = 50;

/// Width and height of a heatmap's cell when none is asked for, in px.
const CELL: u32 = 10;

/// Sessions of a page that are looked up at a time.
const GROUP: usize = 500;

impl Engine {
    /// `GET /api/sessions`
    pub(crate) async fn sessions(&self, query: SessionsQuery) -> Result<SessionsAnswer, EngineError> {
        let filter = SessionFilter {
            limit: query.limit.unwrap_or(ROWS),
            after: query.cursor.as_deref().map(str::parse).transpose()?,
            page: query.page.as_deref().map(page_of).map(str::to_owned),
            from: query.from,
            to: query.to,
            device: query.device,
            min_frustration: query.min_frustration,
            sort: query.sort,
        };
        let page = self.in_time(self.store.sessions(&filter)).await?;
        let now = self.clock.now();
        Ok(SessionsAnswer {
            sessions: page.sessions.into_iter().map(|session| SessionRow::new(session, now)).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
            total: page.total,
        })
    }

    /// `GET /api/analytics/{id}`
    pub(crate) async fn analytics(
        &self,
        id: &SessionId,
        query: AnalyticsQuery,
    ) -> Result<AnalyticsAnswer, EngineError> {
        let (mut session, timeline) = self.visit(id).await?;
        let summary = summarize(&timeline, &query.thresholds);
        // The stored totals follow the events by a second; here the events are at hand.
        session.counts = Counts::of(timeline.events());
        session.last_seen = timeline.end().map_or(session.last_seen, |end| end.max(session.last_seen));
        session.score = score_of(&timeline, &summary);
        let wanted =
            |event: &SessionEvent| query.types.as_ref().is_none_or(|types| types.contains(&event.event.event_type()));
        let mut events: Vec<SessionEvent> = timeline
            .events()
            .into_iter()
            .map(|event| SessionEvent { session_id: id.clone(), event: event.clone() })
            .filter(wanted)
            .collect();
        let from = query.cursor.unwrap_or(0).min(events.len());
        let to = query.limit.map_or(events.len(), |limit| from.saturating_add(limit).min(events.len()));
        let next_cursor = (to < events.len()).then(|| to.to_string());
        events.truncate(to);
        events.drain(..from);
        let row = SessionRow::new(session, self.clock.now());
        Ok(AnalyticsAnswer { session: row, summary, events, next_cursor })
    }

    /// `GET /api/heatmap/{id}`
    pub(crate) async fn session_heatmap(
        &self,
        id: &SessionId,
        query: HeatmapQuery,
    ) -> Result<SessionHeatmap, EngineError> {
        let (_, timeline) = self.visit(id).await?;
        session_heatmap(&timeline, id, query.page.as_deref(), query.mode, &query.thresholds).ok_or(EngineError::NoPage)
    }

    /// `GET /api/heatmap`
    pub(crate) async fn page_heatmap(&self, query: HeatmapQuery) -> Result<PageHeatmap, EngineError> {
        let page = query.page.as_deref().ok_or(crate::wire::QueryError {
            parameter: "page".into(),
            problem: "is needed: an address, or a path that begins with a slash",
        })?;
        let mut fold = PageHeatmapFold::new(
            page,
            query.mode,
            query.cell.unwrap_or(CELL),
            query.width_min,
            query.width_max,
            &query.thresholds,
        );
        let mut filter = SessionFilter {
            limit: GROUP,
            page: Some(page_of(page).to_owned()),
            from: query.from,
            to: query.to,
            device: query.device,
            ..SessionFilter::default()
        };
        loop {
            let found = self.in_time(self.store.sessions(&filter)).await?;
            for session in found.sessions {
                fold.add(&self.timeline(&session.start.session_id).await?);
            }
            match found.next {
                Some(next) => filter.after = Some(next),
                None => return Ok(fold.finish()),
            }
        }
    }

    /// What an analyst is told about a session.
    pub(super) async fn report(&self, id: &SessionId) -> Result<Report, EngineError> {
        let (session, timeline) = self.visit(id).await?;
        Ok(Report::new(&session.start, &timeline, &Thresholds::default()))
    }

    async fn visit(&self, id: &SessionId) -> Result<(Session, Timeline), EngineError> {
        let session = self.in_time(self.store.session(id)).await?.ok_or(EngineError::NoSession)?;
        Ok((session, self.timeline(id).await?))
    }

    async fn timeline(&self, id: &SessionId) -> Result<Timeline, EngineError> {
        let batches: Vec<Batch> = self.in_time(self.store.batches(id).try_collect()).await?;
        Ok(Timeline::new(batches))
    }
}
