//! What to fix first: the same trouble over many sessions, and what is decided about it.

use std::rc::Rc;

use pulse_core::{
    analyze::{
        detect::ElementRef,
        page::What,
        problems::{ProblemId, ProblemStatus, Share95},
    },
    model::{Millis, SessionId, Severity},
    wire::{Fix, ProblemDay, ProblemExample, ProblemState, dashboard},
};
use serde::Deserialize;

use super::{Answer, Failure};
use crate::{
    format, order,
    page_map::PageLayer,
    route::{At, Days, Filter, View},
};

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
    /// The name of a `FindingKind`.
    #[serde(default)]
    pub kind: String,
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
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub figures: Vec<Figure>,
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

/// What is used of `wire::MeanFigure`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Figure {
    /// The name of a `Measure`.
    pub name: String,
    /// Its mean.
    pub mean: f64,
}

impl Problem {
    /// Moments that are offered.
    pub const MOMENTS: usize = 3;

    /// Where a moment of it is watched.
    pub fn moment(&self, example: &ProblemExample) -> View {
        let (id, page, at) = (example.session_id.clone(), Some(self.page.clone()), Some(example.timestamp));
        View::Session { id, page, at, problem: Some(self.id.clone()) }
    }

    /// Where a session stands among the moments, and how many there are: `(0, 3)`.
    pub fn place_of(&self, id: &SessionId) -> Option<(usize, usize)> {
        let moments = &self.examples[..self.examples.len().min(Self::MOMENTS)];
        moments.iter().position(|example| example.session_id == *id).map(|at| (at, moments.len()))
    }

    /// The first day on which it hit a visit, of those that are known.
    pub fn since(&self) -> Option<Millis> {
        self.days.iter().find(|day| day.hit > 0).map(|day| day.day)
    }

    /// The visits of its place.
    pub fn visits(&self, days: Days) -> View {
        /// Side of the squares in which problems without an element are counted.
        const SQUARE: u32 = 50;
        let element = self.element.as_ref().map(|of| of.path.clone()).filter(|path| !path.is_empty());
        let square = |at: i64| at.div_euclid(i64::from(SQUARE)) * i64::from(SQUARE);
        let at = self.place.filter(|_| self.element.is_none()).map(|(x, y)| At {
            x: square(x),
            y: square(y),
            cell: SQUARE,
            what: What::Clicks,
            is_window: false,
        });
        View::Sessions(Filter { element, at, days, ..Filter::of_page(Some(self.page.clone())) })
    }

    /// The layer of a page's map that shows it.
    pub fn layer(&self) -> PageLayer {
        match self.kind.as_str() {
            "unresponsive" | "false_affordance" => PageLayer::Dead,
            "slow_answer" => PageLayer::Rage,
            "error_after_click" => PageLayer::Errors,
            "scroll_search" => PageLayer::Reach,
            "hard_choice" | "back_and_forth" | "away" => PageLayer::Moves,
            _ => PageLayer::Clicks,
        }
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

    /// When a fix begins to be watched that is marked at a time: with the next full hour.
    pub fn watched_from(at: Millis) -> Millis {
        const HOUR_MS: Millis = 3_600_000;
        (at.div_euclid(HOUR_MS) + 1) * HOUR_MS
    }

    /// Before and after, each with its interval.
    pub fn words(self) -> String {
        let share = |share: Share95, visits: u64| {
            let (low, high) = (format::percent(share.low), format::percent(share.high));
            format!("{} of {} ({low} to {high})", format::percent(share.value), format::count(visits, "visit"))
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
    /// Open problems and those that are back, as one list of so many at most.
    pub fn new(answers: [Listed; 2], most: usize) -> Self {
        let (total, partial) = (answers.iter().map(|of| of.total).sum(), answers.iter().any(|of| of.partial));
        let visits = answers.iter().map(|of| of.visits).max().unwrap_or_default();
        let mut rows: Vec<_> = answers.into_iter().flat_map(|of| of.problems).map(Rc::new).collect();
        order::sort_by(&mut rows, |a, b| b.weight.total_cmp(&a.weight));
        rows.truncate(most);
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
#[derive(Debug, Clone, PartialEq)]
pub struct ToFix {
    /// Changes with each decision that the server took, after which it is asked anew.
    pub round: u32,
    /// How many problems are listed at most.
    pub most: usize,
    /// The decision that waits for the server.
    pub asked: Option<Decision>,
    /// The latest that it took, which can be undone.
    pub taken: Option<Decision>,
    /// Why it did not take the latest.
    pub refused: Option<Failure>,
    decisions: u32,
}

impl Default for ToFix {
    fn default() -> Self {
        Self { round: 0, most: dashboard::FIRST, asked: None, taken: None, refused: None, decisions: 0 }
    }
}

impl ToFix {
    /// Lists twice as many.
    pub(super) fn list_more(&mut self) {
        self.most = (self.most * 2).min(Self::MOST);
        self.round += 1;
    }

    /// Most problems that are listed.
    pub const MOST: usize = 500;

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
