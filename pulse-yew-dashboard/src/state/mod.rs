//! What the dashboard knows, and how it changes: only in [`State::reduce`], which is pure.

mod failure;
mod list;
mod reduce;
mod remote;
mod site;
mod viewer;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, rc::Rc};

use pulse_core::{
    analyze::{PageHeatmap, SessionHeatmap, Summary},
    model::{Insight, Millis, SessionId},
    wire::{SessionRow, SessionSort, SessionsAnswer},
};

pub use failure::Failure;
pub use list::{List, ListKey, PAGE_ROWS};
pub use remote::Remote;
pub use site::Site;
pub use viewer::{Viewer, ViewerAction};

use crate::route::View;

/// An answer of the server, or why there is none.
pub type Answer<T> = Result<T, Failure>;

/// Everything the dashboard knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What the address shows.
    pub view: View,
    /// When the list was loaded, by the browser's clock: relative times count from here.
    pub now: Millis,
    /// The credential for reads.
    pub access: Access,
    /// The sessions list.
    pub list: Rc<List>,
    /// The session that is shown.
    pub session: OpenSession,
    /// All sessions of the page that is shown.
    pub page: Remote<PageHeatmap>,
    /// Insights asked for, by session: nobody pays for the same one twice.
    pub insights: BTreeMap<SessionId, Remote<Insight>>,
    /// The latest request for an insight, numbered so that it can be repeated.
    pub asked: Option<(u32, SessionId)>,
    /// Counts what was tried again by hand.
    pub attempt: u32,
}

/// The credential for reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The admin token, if one was given.
    pub token: Option<Rc<str>>,
    /// Whether the server refused to answer without a token, or with this one.
    pub refused: bool,
}

/// The session that is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenSession {
    /// Its row and signals.
    pub analytics: Remote<Figures>,
    /// Its map on the page that is shown.
    pub map: Remote<SessionHeatmap>,
}

/// What is used of `wire::AnalyticsAnswer`. The rest, every event of a session, would make the program larger by all
/// that reading events takes.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Figures {
    /// The session's row.
    pub session: SessionRow,
    /// Its signals.
    pub summary: Summary,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant says what happened; its fields are what came with it")]
pub enum Action {
    Navigated(View),
    SignedIn(Rc<str>),
    Retried,
    Filtered(String),
    Sorted(SessionSort),
    ListRefreshed { key: ListKey, now: Millis, answer: Answer<SessionsAnswer> },
    MoreRequested,
    MoreLoaded { key: ListKey, answer: Answer<SessionsAnswer> },
    SessionLoaded { view: View, analytics: Box<Answer<Figures>>, map: Answer<SessionHeatmap> },
    PageLoaded { view: View, answer: Answer<PageHeatmap> },
    InsightRequested(SessionId),
    InsightLoaded { id: SessionId, answer: Answer<Insight> },
}

impl State {
    /// Nothing is known yet.
    pub fn new(view: View, token: Option<Rc<str>>, now: Millis) -> Self {
        let key = match &view {
            View::Sessions { page } => ListKey { page: page.clone(), ..ListKey::default() },
            _ => ListKey::default(),
        };
        Self {
            view,
            now,
            access: Access { token, refused: false },
            list: Rc::new(List { key, ..List::default() }),
            session: OpenSession::default(),
            page: Remote::default(),
            insights: BTreeMap::new(),
            asked: None,
            attempt: 0,
        }
    }
}
