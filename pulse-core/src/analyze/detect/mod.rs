//! From one session to what went wrong in it: the outcome, the episodes, and the findings, gravest first.
//!
//! ```text
//! Timeline + Context (device, goals, what is usual) -> Journey -> one detector per situation -> Diagnosis
//! ```
//!
//! A *finding* is one situation in one place of one session: a control that does not answer, a form that is refused. Each
//! detector is a file with its definition, thresholds and source. All are pure functions of the stored events, so that a
//! changed threshold scores history again. Time is `n log n` in the number of events, and what is kept is bounded.
//!
//! ```
//! use pulse_core::{analyze::{Timeline, detect::{Context, detect}}, model::Device};
//!
//! let diagnosis = detect(&Timeline::default(), &Context { device: Device::Mobile, ..Context::default() });
//! assert!(diagnosis.findings.is_empty());
//! ```

mod away;
mod clicks;
mod episode;
mod episodes;
mod error_after_click;
mod figure;
mod finding;
mod harm;
mod journey;
mod kind;
mod outcome;
mod unresponsive;
mod usual;

use serde::{Deserialize, Serialize};

use self::journey::Journey;
pub use self::{
    episode::{Episode, Purpose},
    figure::{Figure, Measure, Typical, Unit},
    finding::{Aftermath, ElementRef, Finding, FindingKey, Sort},
    harm::{Harm, gravity, severity},
    kind::FindingKind,
    outcome::{GoalReached, Outcome},
    usual::{PageUsual, Usual},
};
use super::{Thresholds, Timeline};
use crate::model::{Device, Goals};

/// Most findings of one kind in a session, gravest first: what comes after them says nothing new.
const MOST_OF_A_KIND: usize = 8;

/// What else decides what a session means.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Kind of device: on touch there are no pointer positions, and targets are larger.
    pub device: Device,
    /// Pages that mean success.
    pub goals: Goals,
    /// What is usual on the site's pages.
    pub usual: Usual,
    /// Thresholds of the click signals.
    pub thresholds: Thresholds,
}

/// What a session means.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// How it ended.
    pub outcome: Outcome,
    /// What the visitor did, in order.
    pub episodes: Vec<Episode>,
    /// What went wrong, gravest first; of equal gravity, by time.
    pub findings: Vec<Finding>,
}

/// Every situation in a session.
pub fn detect(timeline: &Timeline, context: &Context) -> Diagnosis {
    let journey = Journey::new(timeline, context);
    const DETECTORS: [fn(&Journey<'_>) -> Vec<Finding>; 3] =
        [unresponsive::unresponsive, error_after_click::error_after_click, away::away];
    let mut findings: Vec<Finding> = Vec::new();
    for detector in DETECTORS {
        let mut found = detector(&journey);
        rank(&mut found);
        found.truncate(MOST_OF_A_KIND);
        findings.append(&mut found);
    }
    rank(&mut findings);
    Diagnosis { episodes: episodes::episodes(&journey), findings, outcome: journey.outcome }
}

/// Gravest first; then by time, then by key, so that the order is always the same.
fn rank(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        b.gravity().total_cmp(&a.gravity()).then(a.at().cmp(&b.at())).then_with(|| a.key().cmp(&b.key()))
    });
}
