//! Problems: the same finding over many sessions, ranked by what they do. No event is read for what has sums.
//!
//! ```text
//! range, device, widths -> sums of findings -> candidates (id, weight) ---> rank -> rows
//! marks of the store ---> sums since the earliest fix -> verdict of each -/
//! ```

mod candidate;
mod watched;

use std::collections::{HashMap, HashSet};

use self::{candidate::Candidates, watched::Verdicts};
use super::{
    Engine, EngineError, IngestBody,
    sums::{Summed, SumsRequest},
};
use crate::{
    analyze::{
        Thresholds,
        detect::FindingKind,
        page::{Hours, Layer, Scope},
        problems::{Hits, ProblemId, ProblemMark, ProblemStatus},
    },
    model::Millis,
    store::{Bucket, DAY_MS},
    wire::{
        MarkRequest, ProblemAnswer, ProblemMarked, ProblemQuery, ProblemRow, ProblemSort, ProblemsAnswer, ProblemsQuery,
    },
};

/// Rows of an answer when no limit is asked for.
const ROWS: usize = 50;

/// So many days before a fix say how many visits were hit.
const BEFORE_MS: Millis = 30 * DAY_MS;

/// The marks of problems, by id.
type Marks = HashMap<ProblemId, ProblemMark>;

impl Engine {
    /// `GET /api/problems`
    pub(crate) async fn problems(&self, query: ProblemsQuery) -> Result<ProblemsAnswer, EngineError> {
        let page = self.asked(&query.page);
        let (marks, verdicts) = self.marks().await?;
        let Summed { sums, is_partial } = self.findings(page, query.visits.scope(), []).await?;
        let candidates = Candidates::new(&sums);
        let mut chosen: Vec<_> =
            candidates.iter().filter(|of| query.kind.is_none_or(|kind| kind == of.kind())).collect();
        if let Some(status) = query.status {
            chosen.retain(|of| verdicts.of(&marks, &of.id).status == status);
        }
        let rank = |of: &candidate::Candidate<'_>| match query.sort {
            ProblemSort::Harm => of.weight.value(),
            ProblemSort::Share => of.weight.sure,
            ProblemSort::Visits => of.hit.visits as f64,
            ProblemSort::Recent => of.last_seen() as f64,
        };
        chosen.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.id.cmp(&b.id)));
        let (from, limit) = (query.cursor.unwrap_or(0), query.limit.unwrap_or(ROWS));
        let end = from.saturating_add(limit);
        let row = |of: &candidate::Candidate<'_>| {
            let days = if query.days { of.days() } else { Vec::new() };
            ProblemRow { days, ..of.row(marks.get(&of.id), &verdicts.of(&marks, &of.id)) }
        };
        Ok(ProblemsAnswer {
            problems: chosen.iter().skip(from).take(limit).map(|of| row(of)).collect(),
            total: chosen.len() as u64,
            visits: candidates.visits,
            next_cursor: (end < chosen.len()).then(|| end.to_string()),
            cut: candidates.is_cut,
            partial: is_partial,
        })
    }

    /// The gravest problems, as [`Self::problems`] lists them, that somebody should do something about.
    pub(super) async fn worst_problems(
        &self,
        page: Option<String>,
        most: usize,
    ) -> Result<(Vec<ProblemRow>, u64), EngineError> {
        let answer = self.problems(ProblemsQuery { page, limit: Some(500), ..ProblemsQuery::default() }).await?;
        let mut rows = answer.problems;
        rows.retain(|row| row.status.is_to_do());
        // Where visitors gave up is told once of a page, and by what was wrong there, if that is known.
        let mut told: HashSet<(String, String)> = HashSet::new();
        rows.retain(|row| {
            let place = (row.page.clone(), row.target.clone());
            match row.kind {
                FindingKind::GivenUp => {
                    !told.contains(&place) && told.insert((row.page.clone(), row.kind.as_str().to_owned()))
                }
                _ => {
                    told.insert(place);
                    true
                }
            }
        });
        rows.truncate(most);
        Ok((rows, answer.visits))
    }

    /// `GET /api/problems/{id}`
    pub(crate) async fn problem(&self, id: &ProblemId, query: ProblemQuery) -> Result<ProblemAnswer, EngineError> {
        let (marks, verdicts) = self.marks().await?;
        let Summed { sums, is_partial } = self.findings(None, query.visits.scope(), []).await?;
        let candidates = Candidates::new(&sums);
        let found = candidates.iter().find(|of| of.id == *id).ok_or(EngineError::NoProblem)?;
        Ok(ProblemAnswer {
            problem: found.row(marks.get(id), &verdicts.of(&marks, id)),
            days: found.days(),
            visits: candidates.visits,
            partial: is_partial,
        })
    }

    /// `POST /api/problems/{id}`
    pub(crate) async fn mark_problem(&self, id: ProblemId, body: IngestBody<'_>) -> Result<ProblemMarked, EngineError> {
        self.set_mark(id, MarkRequest::parse(&body.unpack(&self.limits)?)?).await
    }

    /// Keeps what was decided about a problem.
    pub(crate) async fn set_mark(&self, id: ProblemId, mark: MarkRequest) -> Result<ProblemMarked, EngineError> {
        let MarkRequest { status, note } = mark;
        let now = self.clock.now();
        let known = self.in_time(self.store.problem_marks()).await?.into_iter().find(|mark| mark.id == id);
        let Summed { sums, .. } = self.findings(None, Scope::default(), []).await?;
        let candidates = Candidates::new(&sums);
        let found = candidates.iter().find(|of| of.id == id);
        let page = match (&found, &known) {
            (Some(found), _) => found.page.to_owned(),
            (None, Some(known)) => known.page.clone(),
            (None, None) => return Err(EngineError::NoProblem),
        };
        let before = match known.filter(|known| known.status == ProblemStatus::Fixed) {
            // A second fix is measured against what was before the first: since then there was less of it.
            Some(known) => known.before,
            None => found.map_or_else(Hits::default, |found| found.hits_since(now - BEFORE_MS)),
        };
        let mark = ProblemMark { id, page, status, note, at: now, before };
        self.in_time(self.store.mark_problem(&mark)).await?;
        Ok(ProblemMarked { id: mark.id, status: mark.status, note: mark.note, status_at: mark.at })
    }

    /// What was decided, and what has come of it.
    async fn marks(&self) -> Result<(Marks, Verdicts), EngineError> {
        let marks = self.in_time(self.store.problem_marks()).await?;
        let marks: Marks = marks.into_iter().map(|mark| (mark.id.clone(), mark)).collect();
        let fixed = || marks.values().filter(|mark| mark.status == ProblemStatus::Fixed);
        let Some(first) = fixed().map(|mark| mark.at).min() else { return Ok((marks, Verdicts::default())) };
        let scope = Scope { from: Some(first), ..Scope::default() };
        let Summed { sums, .. } = self.findings(None, scope, fixed().map(|mark| mark.at)).await?;
        let verdicts = Verdicts::new(fixed(), &sums);
        Ok((marks, verdicts))
    }

    /// The findings of the visits of a scope, in whole days that are read to the hour; what happened before and after
    /// some times is told apart.
    async fn findings(
        &self,
        page: Option<String>,
        scope: Scope,
        cuts: impl IntoIterator<Item = Millis>,
    ) -> Result<Summed, EngineError> {
        let day = |time: Millis| Bucket::day_of(time).span();
        let hours = Hours::new(scope.from, scope.to).cut_after(cuts);
        let scope = Scope {
            from: scope.from.map(|from| day(from).start),
            to: scope.to.map(|to| day(to.saturating_sub(1)).end),
            ..scope.in_bands()
        };
        let layers = vec![Layer::Findings];
        self.sums(SumsRequest { page, layers, hours, ..SumsRequest::new(scope, Thresholds::default()) }).await
    }
}
