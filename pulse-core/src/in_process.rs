//! What a host can ask of Pulse in process: the same answers as over HTTP, without HTTP.

use std::sync::Arc;

use crate::{
    Error, Pulse,
    analyze::{PageHeatmap, problems::ProblemId},
    engine::Ask,
    model::{Batch, Insight, SessionId, SessionStart, Subject, VisitorId},
    store::{Appended, Store},
    wire::{
        AnalyticsAnswer, AnalyticsQuery, HeatmapQuery, MarkRequest, PagesAnswer, PagesQuery, PathsAnswer, PathsQuery,
        ProblemAnswer, ProblemMarked, ProblemQuery, ProblemsAnswer, ProblemsQuery, Query, SessionsAnswer,
        SessionsQuery,
    },
};

/// Whose budget of a model's answers the host's own questions take from.
const HOST: &str = "host";

impl Pulse {
    /// Stores a batch. When it returns, the batch is durable. A batch of the same id is stored once, so that what
    /// failed can be sent again. Dropping the future leaves the batch stored or not stored, never a part of it.
    ///
    /// # Errors
    /// There is more in the batch than [`Limits::batch_events`](crate::Limits::batch_events), it is of another session
    /// than `start`, or the store is not available.
    pub async fn track(&self, batch: &Batch, start: &SessionStart) -> Result<Appended, Error> {
        if batch.id().session != start.session_id {
            return Err(Error::Invalid("the batch is of another session".into()));
        }
        if batch.len() > self.engine().limits.batch_events {
            return Err(Error::Invalid("the batch holds too many events".into()));
        }
        Ok(self.engine().append(batch, start).await?)
    }

    /// A list of sessions: `GET /api/sessions`.
    ///
    /// # Errors
    /// The query contradicts itself, or the store is not available.
    pub async fn sessions(&self, query: SessionsQuery) -> Result<SessionsAnswer, Error> {
        query.check()?;
        Ok(self.engine().sessions(query).await?)
    }

    /// One session with its signals and events: `GET /api/analytics/{session_id}`.
    ///
    /// # Errors
    /// There is no such session, or the store is not available.
    pub async fn session(&self, id: &SessionId, query: AnalyticsQuery) -> Result<AnalyticsAnswer, Error> {
        query.check()?;
        Ok(self.engine().analytics(id, query).await?)
    }

    /// What all sessions did on a page: `GET /api/heatmap`.
    ///
    /// # Errors
    /// The query names no page, or the store is not available.
    pub async fn page_map(&self, query: HeatmapQuery) -> Result<PageHeatmap, Error> {
        query.check()?;
        Ok(self.engine().page_heatmap(query).await?)
    }

    /// Figures of pages: `GET /api/pages`.
    ///
    /// # Errors
    /// The query contradicts itself, or the store is not available.
    pub async fn pages(&self, query: PagesQuery) -> Result<PagesAnswer, Error> {
        query.check()?;
        Ok(self.engine().pages(query).await?)
    }

    /// The ways between pages: `GET /api/paths`.
    ///
    /// # Errors
    /// The query contradicts itself, or the store is not available.
    pub async fn paths(&self, query: PathsQuery) -> Result<PathsAnswer, Error> {
        query.check()?;
        Ok(self.engine().paths(query).await?)
    }

    /// What to fix first: `GET /api/problems`.
    ///
    /// # Errors
    /// The query contradicts itself, or the store is not available.
    pub async fn problems(&self, query: ProblemsQuery) -> Result<ProblemsAnswer, Error> {
        query.check()?;
        Ok(self.engine().problems(query).await?)
    }

    /// One problem with its days: `GET /api/problems/{id}`.
    ///
    /// # Errors
    /// There is no such problem among these visits, or the store is not available.
    pub async fn problem(&self, id: &ProblemId, query: ProblemQuery) -> Result<ProblemAnswer, Error> {
        query.check()?;
        Ok(self.engine().problem(id, query).await?)
    }

    /// Sets the status of a problem: `POST /api/problems/{id}`.
    ///
    /// # Errors
    /// There is no such problem, or the store is not available.
    pub async fn mark_problem(&self, id: &ProblemId, mark: MarkRequest) -> Result<ProblemMarked, Error> {
        Ok(self.engine().set_mark(id.clone(), mark).await?)
    }

    /// What is to be thought of a session, a page or the site, with an answer to a question if one is asked. It is the
    /// model's if one is set and the day's budget allows it, and the built-in rules' else. A model that was asked goes
    /// on when the future is dropped, and its answer is kept.
    ///
    /// # Errors
    /// Nothing is known of the subject, it is being analyzed already, or the store is not available.
    pub async fn insight(&self, of: Subject, question: Option<String>) -> Result<Insight, Error> {
        let longest = self.engine().limits.question_chars;
        if question.as_ref().is_some_and(|question| question.chars().count() > longest) {
            return Err(Error::Invalid(format!("a question has at most {longest} characters")));
        }
        Ok(self.engine().analyze(Ask { subject: of, question, refresh: false, who: HOST.into() }).await?)
    }

    /// Deletes a session with everything of it.
    ///
    /// # Errors
    /// There is no such session, or the store is not available.
    pub async fn erase_session(&self, id: &SessionId) -> Result<(), Error> {
        Ok(self.engine().erase_session(id).await?)
    }

    /// Deletes all sessions of a visitor with everything of them.
    ///
    /// # Errors
    /// There is no such visitor, or the store is not available.
    pub async fn erase_visitor(&self, id: &VisitorId) -> Result<(), Error> {
        Ok(self.engine().erase_visitor(id).await?)
    }

    /// The store that it runs on.
    pub fn store(&self) -> Arc<dyn Store> {
        self.engine().store()
    }
}
