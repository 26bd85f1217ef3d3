//! One thing to tell about a visit, before it is known where in the answer it goes.

use crate::{
    analyze::Report,
    insight::words::page_name,
    model::{Evidence, MainProblem, Millis, Observation, Recommendation, Severity},
};

/// Most evidence of one statement.
const EVIDENCE: usize = 5;

/// What a statement is about, so that no two say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    Clicks,
    Choice,
    Scroll,
    Pointer,
    Typing,
    Time,
    Tab,
    Route,
}

/// A sign of trouble or a hint, with what to do about it.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) theme: Theme,
    pub(super) severity: Severity,
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) action: String,
    pub(super) rationale: String,
    pub(super) evidence: Vec<Evidence>,
}

impl Topic {
    pub(super) fn into_problem(self) -> MainProblem {
        let evidence = some(self.evidence);
        MainProblem { title: self.title, detail: self.detail, severity: self.severity, evidence }
    }

    pub(super) fn into_finding(self) -> Observation {
        Observation { title: self.title, detail: self.detail, evidence: some(self.evidence) }
    }

    pub(super) fn recommendation(&self) -> Option<Recommendation> {
        (!self.action.is_empty()).then(|| Recommendation {
            action: self.action.clone(),
            rationale: self.rationale.clone(),
            evidence: some(self.evidence.clone()),
        })
    }
}

fn some(mut evidence: Vec<Evidence>) -> Vec<Evidence> {
    evidence.truncate(EVIDENCE);
    evidence
}

/// The page that was open at a time, as it follows a statement: " on /checkout".
pub(super) fn on_page(report: &Report, at: Millis) -> String {
    let open = report.summary.pages.iter().rfind(|view| view.entered_at <= at);
    open.map_or(String::new(), |view| format!(" on {}", page_name(&view.url)))
}
