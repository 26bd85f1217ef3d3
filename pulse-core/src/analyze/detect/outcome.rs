//! The outcome of a visit: whether it reached a goal, and from where it was left.

use serde::{Deserialize, Serialize};

use crate::{
    analyze::Timeline,
    model::{EventKind, Goals, Millis},
};

/// How a visit ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The first goal that was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<GoalReached>,
    /// Name of the page on which the visit ended; empty when it has none.
    pub left_from: String,
    /// When the last event happened.
    pub left_at: Millis,
}

/// A goal was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalReached {
    /// When.
    pub at: Millis,
    /// Name of the page on which it was.
    pub page: String,
    /// Whether the page's script said so with `pulse.track('goal')`; else the page itself is a goal.
    pub tracked: bool,
}

impl Outcome {
    /// The outcome of a session.
    pub fn of(timeline: &Timeline, goals: &Goals) -> Self {
        let mut reached: Option<GoalReached> = None;
        for view in timeline.views() {
            let is_goal = |kind: &EventKind| matches!(kind, EventKind::Custom(custom) if custom.name == Goals::EVENT);
            let tracked = view.acts().find(|event| is_goal(&event.kind)).map(|event| (event.timestamp, true));
            let entered = goals.include(view.page()).then(|| (view.entered_at(), false));
            let first = [entered, tracked].into_iter().flatten().min();
            if let Some((at, tracked)) = first
                && reached.as_ref().is_none_or(|known| at < known.at)
            {
                reached = Some(GoalReached { at, page: view.page().to_owned(), tracked });
            }
        }
        let last = timeline.views().max_by_key(|view| (view.last(), view.entered_at()));
        Self {
            reached,
            left_from: last.map(|view| view.page().to_owned()).unwrap_or_default(),
            left_at: last.map(|view| view.last()).unwrap_or_default(),
        }
    }
}
