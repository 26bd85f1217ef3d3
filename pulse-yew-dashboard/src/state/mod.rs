//! What the dashboard knows, and how it changes: only in [`State::reduce`], which is pure.

mod events;
mod failure;
mod list;
mod live;
mod open_page;
mod problems;
mod reduce;
mod remote;
mod site;
mod viewer;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, rc::Rc};

use pulse_core::{
    analyze::{
        PageHeatmap, Summary,
        problems::{ProblemId, ProblemStatus},
    },
    model::{Insight, Millis, SessionId},
    wire::{PagesAnswer, SessionMap, SessionRow, SessionSort, SessionsAnswer},
};

pub use events::{AnswerSteps, Events};
pub use failure::Failure;
pub use list::{List, ListKey};
pub use live::{Changes, Live};
pub use open_page::{DeviceSessions, OpenPage, PageKey};
pub use problems::{Decision, Listed, Problem, Problems, ToFix};
pub use remote::Remote;
pub use site::Site;
pub use viewer::{Viewer, ViewerAction};

use crate::{map::Recording, route::View};

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
    /// How many sessions there are.
    pub overview: Remote<Overview>,
    /// What to fix first.
    pub to_fix: ToFix,
    /// The pages list.
    pub pages: Remote<PagesAnswer>,
    /// The session that is shown.
    pub session: OpenSession,
    /// The page that is shown.
    pub page: OpenPage,
    /// Insights asked for or kept, by session.
    pub insights: BTreeMap<SessionId, Remote<Insight>>,
    /// The latest request for an insight.
    pub asked: Option<AskedInsight>,
    /// Counts what was tried again by hand.
    pub attempt: u32,
    /// What the server said of sessions as they change.
    pub live: Live,
}

/// A request for an insight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedInsight {
    /// Counts requests, so that one can be repeated.
    pub number: u32,
    /// Into which session.
    pub id: SessionId,
    /// Whether the one that is shown does not do.
    pub refresh: bool,
}

/// Who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether somebody signed in, and can sign out.
    pub signed_in: bool,
    /// Whether the server refused to answer: somebody has to sign in.
    pub refused: bool,
}

/// The session that is shown.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OpenSession {
    /// Its row and signals.
    pub figures: Remote<Figures>,
    /// What was recorded on the page that is shown.
    pub recording: Option<Rc<Recording>>,
}

/// What is used of `wire::AnalyticsAnswer`. The rest, every event of a session, would make the program larger by all
/// that reading events takes.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Opened {
    /// The session's row.
    pub session: SessionRow,
    /// Its signals.
    pub summary: Summary,
    /// Its map on a page.
    pub map: SessionMap,
    /// The insight that is kept of it.
    #[serde(default)]
    pub insight: Option<Insight>,
}

/// A session's row and signals.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The session's row.
    pub session: SessionRow,
    /// Its signals.
    pub summary: Summary,
}

/// How many sessions there are, on all pages or on one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overview {
    /// All of them.
    pub total: u64,
    /// Sessions that are live.
    pub live: u64,
    /// Sessions of high frustration.
    pub high: u64,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant says what happened; its fields are what came with it")]
pub enum Action {
    Navigated(View),
    SignedIn,
    /// They have signed out.
    SignedOut,
    Retried,
    Filtered(String),
    /// Nobody types any more.
    Searched,
    Sorted(SessionSort),
    ListRefreshed {
        key: ListKey,
        now: Millis,
        answer: Answer<SessionsAnswer>,
    },
    MoreRequested,
    MoreLoaded {
        key: ListKey,
        answer: Answer<SessionsAnswer>,
    },
    OverviewLoaded {
        page: Option<String>,
        answer: Answer<Overview>,
    },
    ProblemsLoaded {
        page: Option<String>,
        round: u32,
        answer: Answer<Problems>,
    },
    ProblemDecided {
        id: ProblemId,
        status: ProblemStatus,
    },
    ProblemSettled {
        number: u32,
        answer: Answer<()>,
    },
    PagesLoaded(Answer<PagesAnswer>),
    SessionLoaded {
        view: View,
        answer: Box<Answer<Opened>>,
    },
    DevicesLoaded {
        page: String,
        answer: Answer<DeviceSessions>,
    },
    PageLoaded {
        key: PageKey,
        answer: Box<Answer<PageHeatmap>>,
    },
    InsightRequested(SessionId),
    /// The rules have answered, and a model is asked.
    InsightDrafted {
        id: SessionId,
        insight: Box<Insight>,
    },
    InsightLoaded {
        id: SessionId,
        answer: Box<Answer<Insight>>,
    },
    /// The stream began, or said that these sessions changed.
    Changed(Vec<SessionId>),
    /// The stream ended, or could not begin.
    Lost,
}

impl State {
    /// Nothing is known yet.
    pub fn new(view: View, signed_in: bool, now: Millis) -> Self {
        let key = match &view {
            View::Home { page } | View::Sessions { page } => ListKey { page: page.clone(), ..ListKey::default() },
            _ => ListKey::default(),
        };
        let mut state = Self {
            view,
            now,
            access: Access { signed_in, refused: false },
            list: Rc::new(List { key, ..List::default() }),
            overview: Remote::default(),
            to_fix: ToFix::default(),
            pages: Remote::default(),
            session: OpenSession::default(),
            page: OpenPage::default(),
            insights: BTreeMap::new(),
            asked: None,
            attempt: 0,
            live: Live::default(),
        };
        state.decide_device();
        state
    }
}
