//! What is read of one session, and lists of them.

use std::sync::Arc;

use futures_util::{TryStreamExt, future::try_join};

use super::{
    Engine, EngineError,
    quota::SessionSize,
    read_logs::{LOG_BYTES, blocking},
};
use crate::{
    analyze::{
        HeatmapMode, Report, SessionHeatmap, Thresholds, Timeline,
        detect::{Context, Outcome, detect},
        score_of, session_heatmap, summarize_among,
    },
    model::{Event, Session, SessionId, Subject},
    store::{SessionFilter, SessionLog},
    wire::{
        AnalyticsAnswer, AnalyticsQuery, SessionEvent, SessionMap, SessionMapQuery, SessionRow, SessionsAnswer,
        SessionsQuery,
    },
};

/// Rows of a list when no limit is asked for.
pub(super) const ROWS: usize = 50;

impl Engine {
    /// `GET /api/sessions`
    pub(crate) async fn sessions(&self, query: SessionsQuery) -> Result<SessionsAnswer, EngineError> {
        let now = self.clock.now();
        let since = now - SessionRow::LIVE_MS;
        let spot = query.spot()?;
        let filter = SessionFilter {
            limit: query.limit.unwrap_or(ROWS),
            after: query.cursor.as_deref().map(str::parse).transpose()?,
            page: self.asked(&query.page),
            words: query.q.iter().flat_map(|q| q.split_whitespace()).map(str::to_lowercase).collect(),
            from: query.from,
            to: query.to,
            device: query.device,
            min_frustration: query.min_frustration,
            has_rage: query.has_rage,
            has_errors: query.has_errors,
            has_goal: query.has_goal,
            visitor: query.visitor,
            seen_from: (query.live == Some(true)).then_some(since),
            seen_to: (query.live == Some(false)).then_some(since),
            sort: query.sort,
        };
        let page = match &spot {
            Some(spot) => self.behind(filter, spot).await?,
            None => self.in_time(self.store.sessions(&filter)).await?,
        };
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
        let Visit { mut session, timeline, is_cut } = self.visit(id).await?;
        let (timeline, thresholds) = (Arc::new(timeline), query.thresholds);
        // The stored totals follow the events by a second; here the events are at hand.
        session.counts = timeline.counts();
        session.last_seen = timeline.end().map_or(session.last_seen, |end| end.max(session.last_seen));
        let now = self.clock.now();
        // Whoever watches a visit sees the page on which the visitor is, in whichever tab that may be.
        let is_live = SessionRow::is_live(session.last_seen, now);
        let current = || is_live.then(|| timeline.latest(SessionRow::LIVE_MS)).flatten();
        let page = self.asked(&query.page).or_else(|| current().map(|view| view.page().to_owned()));
        // Beside each other, on threads of their own: a long session takes both some 20 ms.
        let mapped = async {
            if !query.map {
                return Ok(None);
            }
            let (timeline, id) = (timeline.clone(), id.clone());
            let map = move || session_heatmap(&timeline, &id, page.as_deref(), HeatmapMode::default(), &thresholds);
            let map = blocking(move || map().map(SessionMap::from)).await?;
            map.map(Some).ok_or(EngineError::NoPage)
        };
        let told = async {
            // What is usual on the site decides some signals, for all answers alike.
            let usual = self.usual(&session, &timeline).await?;
            let timeline = timeline.clone();
            blocking(move || {
                let summary = summarize_among(&timeline, &thresholds, &usual);
                let score = score_of(&timeline, &summary);
                (summary, score)
            })
            .await
        };
        let (map, (mut summary, score)) = try_join(mapped, told).await?;
        if query.hovers == Some(false) {
            summary.hovers.clear();
        }
        session.score = score;
        session.score.reached = Outcome::of(&timeline, &self.goals).reached.is_some();
        session.score.cut = is_cut;
        let (events, next_cursor) = events(&timeline, id, &query);
        let session = SessionRow::new(session, now);
        let insight = match query.insight {
            true => self.in_time(self.store.kept_answer(&Subject::Session(id.clone()), "")).await?,
            false => None,
        };
        let insight = insight.map(|kept| kept.insight);
        Ok(AnalyticsAnswer { session, summary, cut: is_cut, map, insight, events, next_cursor })
    }

    /// `GET /api/heatmap/{id}`
    pub(crate) async fn session_heatmap(
        &self,
        id: &SessionId,
        query: SessionMapQuery,
    ) -> Result<SessionHeatmap, EngineError> {
        let Visit { timeline, .. } = self.visit(id).await?;
        session_heatmap(&timeline, id, self.asked(&query.page).as_deref(), query.mode, &query.thresholds)
            .ok_or(EngineError::NoPage)
    }

    /// The name of the page that is asked for.
    pub(super) fn asked(&self, page: &Option<String>) -> Option<String> {
        page.as_deref().map(|page| self.page_name(page))
    }

    /// The name of the page at an address.
    pub(crate) fn page_name(&self, url: &str) -> String {
        self.pages.name(url).into_owned()
    }

    /// What an analyst is told about a session.
    pub(crate) async fn report(&self, id: &SessionId) -> Result<Report, EngineError> {
        let Visit { session, timeline, .. } = self.visit(id).await?;
        let context = Context {
            device: session.start.device,
            goals: self.goals.clone(),
            usual: self.usual(&session, &timeline).await?,
            thresholds: Thresholds::default(),
        };
        let summary = summarize_among(&timeline, &context.thresholds, &context.usual);
        let diagnosis = detect(&timeline, &context);
        Ok(Report::new(&session.start, &timeline, &context.thresholds, summary, diagnosis))
    }

    async fn visit(&self, id: &SessionId) -> Result<Visit, EngineError> {
        let session = self.in_time(self.store.session(id)).await?.ok_or(EngineError::NoSession)?;
        let log = self.log(id).await?;
        let is_cut = log.as_ref().is_some_and(|log| log.is_cut || SessionSize::of(&log.batches).is_full(&self.limits));
        Ok(Visit { session, timeline: self.timeline_of(log), is_cut })
    }

    /// The events of a session, as far as they fit into memory.
    pub(super) async fn timeline(&self, id: &SessionId) -> Result<Timeline, EngineError> {
        Ok(self.timeline_of(self.log(id).await?))
    }

    async fn log(&self, id: &SessionId) -> Result<Option<SessionLog>, EngineError> {
        let mut logs = self.store.logs(vec![id.clone()], LOG_BYTES);
        self.in_time(logs.try_next()).await
    }

    fn timeline_of(&self, log: Option<SessionLog>) -> Timeline {
        Timeline::named(log.map(|log| log.batches).unwrap_or_default(), &self.pages)
    }
}

/// One session as it is read.
struct Visit {
    session: Session,
    timeline: Timeline,
    /// Whether some of it is missing: it does not fit into memory, or was not taken because the session was full.
    is_cut: bool,
}

/// The events that are asked for, by time, and where the next ones begin.
fn events(timeline: &Timeline, id: &SessionId, query: &AnalyticsQuery) -> (Vec<SessionEvent>, Option<String>) {
    let (from, limit) = (query.cursor.unwrap_or(0), query.limit.unwrap_or(usize::MAX));
    if limit == 0 {
        return (Vec::new(), None);
    }
    let is_asked = |event: &Event| query.types.as_ref().is_none_or(|types| types.contains(&event.event_type()));
    let mut rest = timeline.events().into_iter().filter(is_asked).skip(from);
    let new = |event| SessionEvent { session_id: id.clone(), event };
    let events: Vec<SessionEvent> = rest.by_ref().take(limit).map(new).collect();
    let next = rest.next().map(|_| from.saturating_add(events.len()).to_string());
    (events, next)
}
