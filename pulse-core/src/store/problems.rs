//! What was decided about problems. It is kept beside the log, and is no part of what can be made from the log again.

use async_trait::async_trait;

use super::StoreError;
use crate::analyze::problems::ProblemMark;

/// Most marks that [`ProblemMarks::problem_marks`] needs to return. A site has some hundred problems.
pub const MAX_MARKS: usize = 10_000;

/// The part of a store that keeps the status of problems.
#[async_trait]
pub trait ProblemMarks {
    /// The marks of all problems that have one, by id.
    async fn problem_marks(&self) -> Result<Vec<ProblemMark>, StoreError>;

    /// Keeps the mark of a problem in place of the one before.
    async fn mark_problem(&self, mark: &ProblemMark) -> Result<(), StoreError>;
}
