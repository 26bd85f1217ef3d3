//! What to fix first: the same trouble over many sessions, and what is decided about it.

use std::rc::Rc;

use pulse_core::{
    analyze::problems::{ProblemId, ProblemStatus, Share95},
    model::{Millis, Severity},
    wire::{ProblemDay, ProblemExample, ProblemState, dashboard},
};
use serde::Deserialize;

use super::{Answer, Failure, Remote};

/// What is used of `wire::ProblemsAnswer`; the rest would make the program larger.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Listed {
    problems: Vec<Problem>,
    total: u64,
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
    pub last_seen: Millis,
    pub examples: Vec<ProblemExample>,
    #[serde(default)]
    pub days: Vec<ProblemDay>,
    pub status: ProblemState,
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
}

impl Problems {
    /// Open problems and those that are back, as one list.
    pub fn new(answers: [Listed; 2]) -> Self {
        let (total, partial) = (answers.iter().map(|of| of.total).sum(), answers.iter().any(|of| of.partial));
        let mut rows: Vec<_> = answers.into_iter().flat_map(|of| of.problems).map(Rc::new).collect();
        rows.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        rows.truncate(dashboard::FIRST);
        Self { rows, total, partial }
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

/// What to fix first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ToFix {
    /// What is known of it.
    pub problems: Remote<Problems>,
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
    /// Asks the server to note a decision.
    pub(super) fn decide(&mut self, id: ProblemId, status: ProblemStatus) {
        let rows = self.problems.data.iter().flat_map(|problems| &problems.rows);
        let shown = rows.filter(|row| row.id == id).map(|row| row.title.clone()).next();
        let before = self.taken.iter().filter(|taken| taken.id == id).map(|taken| taken.title.clone()).next();
        let Some(title) = shown.or(before) else { return };
        self.decisions += 1;
        self.asked = Some(Decision { number: self.decisions, id, title, status });
        self.refused = None;
    }

    /// Takes the server's word on a decision: the problem goes from the list, or comes back with the next answer.
    pub(super) fn settle(&mut self, number: u32, answer: Answer<()>) {
        let Some(decision) = self.asked.take_if(|asked| asked.number == number) else { return };
        if let Err(failure) = answer {
            self.refused = Some(failure);
            return;
        }
        self.round += 1;
        if let Some(problems) = self.problems.data.as_mut().map(Rc::make_mut) {
            let before = problems.rows.len();
            problems.rows.retain(|row| row.id != decision.id);
            problems.total = problems.total.saturating_sub((before - problems.rows.len()) as u64);
        }
        self.taken = (decision.status != ProblemStatus::Open).then_some(decision);
    }
}
