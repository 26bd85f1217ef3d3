//! Answers of analysts, kept beside the log: they cost money, so the same question about the same facts is paid for once.

use async_trait::async_trait;

use super::StoreError;
use crate::model::{KeptAnswer, Subject};

/// The part of a store that keeps answers, and counts how many were asked for.
#[async_trait]
pub trait Answers {
    /// The answer that is kept of a subject, to a question by its digest, or to none when that is empty.
    async fn kept_answer(&self, subject: &Subject, question: &str) -> Result<Option<KeptAnswer>, StoreError>;

    /// Keeps an answer in place of the one before it, and says whether it did: not when a session that it is about, or
    /// that it cites, is gone. It goes with the first of these sessions that is erased.
    async fn keep_answer(&self, answer: &KeptAnswer) -> Result<bool, StoreError>;

    /// Counts one more request of `who` on a day since the epoch, unless there were `most`; whether it did. Counts of
    /// earlier days are dropped.
    async fn take_request(&self, day: i64, who: &str, most: u32) -> Result<bool, StoreError>;
}
