//! What to fix first: the same trouble over many sessions, and what is decided about it.

use std::rc::Rc;

use pulse_core::{
    analyze::{
        detect::ElementRef,
        problems::{ProblemId, ProblemStatus, Share95},
    },
    model::{Millis, Severity},
    wire::{Fix, ProblemDay, ProblemExample, ProblemState, dashboard},
};
use serde::Deserialize;

use super::{Answer, Failure};
use crate::{format, order, route::View};

/// What is used of `wire::ProblemsAnswer`; the rest would make the program larger.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Listed {
    /// The problems, in the order asked for.
    pub problems: Vec<Problem>,
    total: u64,
    visits: u64,
    #[serde(default)]
    partial: bool,
}

/// What is used of `wire::ProblemRow`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[expect(missing_docs, reason = "as in wire::ProblemRow")]
pub struct Problem {
    pub id: ProblemId,
    pub title: String,
    pub page: String,
    pub severity: Severity,
    pub weight: f64,
    pub hit: u64,
    pub seen: u64,
    pub share: Share95,
    pub times: u64,
    pub first_seen: Millis,
    pub last_seen: Millis,
    #[serde(default)]
    pub element: Option<ElementRef>,
    #[serde(default)]
    pub place: Option<(i64, i64)>,
    pub examples: Vec<ProblemExample>,
    #[serde(default)]
    pub days: Vec<ProblemDay>,
    pub status: ProblemState,
    #[serde(default)]
    pub status_at: Option<Millis>,
    #[serde(default)]
    pub confirmed: bool,
    #[serde(default)]
    pub fix: Option<Fix>,
}

impl Problem {
    /// Moments that are offered.
    pub const MOMENTS: usize = 3;

    /// Where a moment of it is watched.
    pub fn moment(&self, example: &ProblemExample) -> View {
        let (id, page, at) = (example.session_id.clone(), Some(self.page.clone()), Some(example.timestamp));
        View::Session { id, page, at }
    }
}

/// What a fix has changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fixed {
    fix: Fix,
    is_confirmed: bool,
}

impl Fixed {
    /// Of a problem that was marked as fixed.
    pub fn of(row: &Problem) -> Option<Self> {
        Some(Self { fix: row.fix?, is_confirmed: row.confirmed })
    }

    /// Before and after, each with its interval.
    pub fn words(self) -> String {
        let share = |share: Share95, visits: u64| {
            let (low, high) = (format::percent(share.low), format::percent(share.high));
            format!("{} of {} ({low} to {high})", format::share(share.value), format::count(visits, "visit"))
        };
        let Fix { before, before_visits, since, since_visits } = self.fix;
        let end = match (since_visits, self.is_confirmed) {
            (0, _) => "no visit since".to_owned(),
            (n, true) => format!("{} since, which is enough to be sure", share(since, n)),
            (n, false) => format!("{} since, too few to be sure", share(since, n)),
        };
        format!("{} before, {end}", share(before, before_visits))
    }
}

/// Problems that somebody should do something about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Problems {
    /// Those with the most weight, the heaviest first.
    pub rows: Vec<Rc<Problem>>,
    /// How many there are.
    pub total: u64,
    /// Whether the server is still counting.
    pub partial: bool,
    /// Visits that were looked at.
    pub visits: u64,
}

impl Problems {
    /// Open problems and those that are back, as one list.
    pub fn new(answers: [Listed; 2]) -> Self {
        let (total, partial) = (answers.iter().map(|of| of.total).sum(), answers.iter().any(|of| of.partial));
        let visits = answers.iter().map(|of| of.visits).max().unwrap_or_default();
        let mut rows: Vec<_> = answers.into_iter().flat_map(|of| of.problems).map(Rc::new).collect();
        order::sort_by(&mut rows, |a, b| b.weight.total_cmp(&a.weight));
        rows.truncate(dashboard::FIRST);
        Self { rows, total, partial, visits }
    }

    /// Whether far fewer than `all` visits were looked at, as while a new version sums up everything once more. The
    /// latest visits always follow by some seconds.
    pub fn is_behind(&self, all: u64) -> bool {
        self.partial && all.saturating_sub(self.visits) > (all / 20).max(20)
    }

    /// Takes a problem away that is no longer to do.
    pub(super) fn remove(&mut self, id: &ProblemId) {
        let before = self.rows.len();
        self.rows.retain(|row| row.id != *id);
        self.total = self.total.saturating_sub((before - self.rows.len()) as u64);
    }
}

/// A status that a person gives to a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Counts decisions, so that one can be repeated.
    pub number: u32,
    /// About which problem.
    pub id: ProblemId,
    /// What happens.
    pub title: String,
    /// The status.
    pub status: ProblemStatus,
}

/// What is decided about problems.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToFix {
    /// Changes with each decision that the server took, after which it is asked anew.
    pub round: u32,
    /// The decision that waits for the server.
    pub asked: Option<Decision>,
    /// The latest that it took, which can be undone.
    pub taken: Option<Decision>,
    /// Why it did not take the latest.
    pub refused: Option<Failure>,
    decisions: u32,
}

impl ToFix {
    /// Asks the server to note a decision about a problem of this title.
    pub(super) fn decide(&mut self, id: ProblemId, title: String, status: ProblemStatus) {
        self.decisions += 1;
        self.asked = Some(Decision { number: self.decisions, id, title, status });
        self.refused = None;
    }

    /// Takes the server's word on a decision; the problem that it was about, if it was noted.
    pub(super) fn settle(&mut self, number: u32, answer: Answer<()>) -> Option<ProblemId> {
        let decision = self.asked.take_if(|asked| asked.number == number)?;
        if let Err(failure) = answer {
            self.refused = Some(failure);
            return None;
        }
        self.round += 1;
        let id = decision.id.clone();
        self.taken = (decision.status != ProblemStatus::Open).then_some(decision);
        Some(id)
    }
}
