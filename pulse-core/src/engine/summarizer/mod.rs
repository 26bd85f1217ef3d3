//! The one background task that writes what the log means: a summary for each session that has changed, and sums over
//! the sessions of hours and days.
//!
//! It takes a share of one core, in CPU time: a fifth while little waits, and more, up to a whole core, the longer
//! sessions wait. Each step can be lost: what is not done is found again, by this server or by another one.

mod lag;
mod pace;
mod summaries;
mod sums;
#[cfg(all(test, feature = "sqlite"))]
mod tests;

use std::sync::Arc;

pub(super) use self::lag::Lag;
use self::{summaries::SummaryWriter, sums::SumsWriter};
use super::{EngineError, background::End, carried::Carried};
use crate::{
    clock::Clock,
    limits::Pace,
    model::{Goals, PageRules},
    store::Store,
};

/// What the task works with.
#[derive(Debug, Clone)]
pub(super) struct Summarizer {
    pub(super) store: Arc<dyn Store>,
    pub(super) pages: Arc<PageRules>,
    pub(super) goals: Goals,
    pub(super) clock: Clock,
    pub(super) pace: Pace,
    pub(super) carried: Arc<Carried>,
    pub(super) lag: Arc<Lag>,
}

impl Summarizer {
    /// Runs until `end`. Summaries do not wait for sums, which may take long.
    pub(super) async fn run(self, end: End) {
        let summaries = SummaryWriter::new(self.clone()).run(end.clone());
        let sums = SumsWriter::new(self, true).run(end);
        tokio::join!(summaries, sums);
    }

    /// Makes every summary and all sums, without a rest; `progress` is told how many sessions of how many have a
    /// summary.
    pub(super) async fn rebuild(self, total: u64, progress: impl Fn(u64, u64)) -> Result<(), EngineError> {
        let mut writer = SummaryWriter::new(self.clone());
        let mut done = 0;
        progress(0, total);
        loop {
            let some = writer.all_due().await?;
            if some == 0 {
                break;
            }
            done += some as u64;
            progress(done.min(total), total);
        }
        writer.written().await?;
        let mut writer = SumsWriter::new(self, false);
        while writer.next().await?.is_some() {}
        progress(total, total);
        Ok(())
    }
}
