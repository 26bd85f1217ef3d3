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
mod back_and_forth;
mod clicks;
mod episode;
mod episodes;
mod error_after_click;
mod false_affordance;
mod figure;
mod finding;
mod form_effort;
mod form_refused;
mod forms;
mod given_up;
mod hard_choice;
mod harm;
mod hesitation;
mod hit;
mod hits;
mod journey;
mod kind;
mod long_wait;
mod missed_target;
mod outcome;
mod passed_by;
#[cfg(test)]
mod references;
mod scroll_search;
#[cfg(test)]
mod tests;
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

/// One for each kind of finding.
const DETECTORS: [fn(&Journey<'_>) -> Vec<Finding>; 15] = [
    unresponsive::unresponsive,
    unresponsive::slow_answer,
    false_affordance::false_affordance,
    missed_target::missed_target,
    hard_choice::hard_choice,
    passed_by::passed_by,
    form_effort::form_effort,
    form_refused::form_refused,
    error_after_click::error_after_click,
    long_wait::long_wait,
    back_and_forth::back_and_forth,
    scroll_search::scroll_search,
    away::away,
    given_up::given_up,
    hesitation::hesitation,
];

/// Every situation in a session.
pub fn detect(timeline: &Timeline, context: &Context) -> Diagnosis {
    let journey = Journey::new(timeline, context);
    let mut findings: Vec<Finding> = Vec::new();
    for detector in DETECTORS {
        let mut found = detector(&journey);
        rank(&mut found);
        found.truncate(MOST_OF_A_KIND);
        findings.append(&mut found);
    }
    given_up::explain(&mut findings);
    settle(&mut findings);
    rank(&mut findings);
    let mut episodes = episodes::episodes(&journey);
    episodes::add_waits(&mut episodes, &findings);
    Diagnosis { episodes, findings, outcome: journey.outcome }
}

/// Drops what another finding of the same page says better: effort in a form that was refused, hesitation where the choice
/// was hard, a search or a passed button where options were weighed, a button passed by on the way to and fro.
fn settle(findings: &mut Vec<Finding>) {
    use FindingKind::{BackAndForth, FormEffort, FormRefused, HardChoice, Hesitation, PassedBy, ScrollSearch};
    let said: Vec<(FindingKind, String)> = findings.iter().map(|f| (f.kind, f.page.clone())).collect();
    let has = |kind: FindingKind, page: &str| said.iter().any(|(of, on)| *of == kind && on == page);
    let circled: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.kind == BackAndForth)
        .flat_map(|finding| [Some(finding.page.as_str()), finding.other_page.as_deref()])
        .flatten()
        .collect();
    let circled: Vec<String> = circled.into_iter().map(str::to_owned).collect();
    findings.retain(|finding| match finding.kind {
        FormEffort => !has(FormRefused, &finding.page),
        Hesitation => !has(HardChoice, &finding.page),
        ScrollSearch => !has(HardChoice, &finding.page) && !has(PassedBy, &finding.page),
        PassedBy => !has(HardChoice, &finding.page) && !circled.contains(&finding.page),
        _ => true,
    });
}

/// Gravest first; then by time, then by key, so that the order is always the same.
fn rank(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        b.gravity().total_cmp(&a.gravity()).then(a.at().cmp(&b.at())).then_with(|| a.key().cmp(&b.key()))
    });
}
