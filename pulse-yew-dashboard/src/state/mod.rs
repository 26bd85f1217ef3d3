//! What the dashboard knows, and how it changes: only in [`State::reduce`], which is pure.

mod asked;
mod erase;
mod events;
mod failure;
mod list;
mod live;
mod problems;
mod reads;
mod reduce;
mod remote;
mod site;
mod viewer;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use pulse_core::{
    analyze::problems::{ProblemId, ProblemStatus},
    model::{Insight, Millis, SessionId, Subject},
    wire::{SessionMap, SessionRow, SessionsAnswer},
};

pub use asked::Asked;
pub use erase::Erase;
pub use events::{AnswerSteps, Events};
pub use failure::Failure;
pub use list::{List, after};
pub use live::{Changes, Live};
pub use problems::{Decision, Figure, Fixed, Listed, Problem, Problems, ToFix};
pub use reads::{BandLine, Bands, MapKey, Overview, PageLine, PagesTable, Question, Read, Reads, Stretch, Visits};
pub use remote::Remote;
pub use site::{Site, site_address};
pub use viewer::{Viewer, ViewerAction};

use crate::{
    map::{Beat, Recording},
    route::{Filter, View},
    summary::Summary,
};

/// An answer of the server, or why there is none.
pub type Answer<T> = Result<T, Failure>;

/// Everything the dashboard knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// What the address shows.
    pub view: View,
    /// When the latest answer came, by the browser's clock: relative times count from here.
    pub now: Millis,
    /// The credential for reads.
    pub access: Access,
    /// The sessions list.
    pub list: Rc<List>,
    /// What is decided about problems.
    pub to_fix: ToFix,
    /// What is known beside the list and the session.
    pub reads: Reads,
    /// The session that is shown.
    pub session: OpenSession,
    /// Sessions that are to be erased.
    pub erase: Erase,
    /// Insights asked for or kept, by what they are about.
    pub insights: HashMap<Subject, Remote<Insight>>,
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
    /// Into what.
    pub subject: Subject,
    /// A question in one's own words.
    pub question: Option<String>,
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
    /// What was recorded on each page of which that is known.
    pub recordings: Rc<BTreeMap<String, Rc<Recording>>>,
    /// Pages on which more happened than is recorded.
    pub behind: BTreeSet<String>,
    /// Everything but movement, on all pages.
    pub beats: Rc<Vec<Beat>>,
    /// The page of the last answer.
    pub answered: Option<String>,
    /// The page on which the visitor of a live visit was last.
    pub followed: Option<String>,
}

impl OpenSession {
    /// What was recorded on the page that is shown: the one that was chosen, else the one on which the visitor is. A
    /// visit that ends stays where it was seen to end.
    pub fn recording(&self, chosen: Option<&str>) -> Option<&Rc<Recording>> {
        let followed = self.followed.as_ref().filter(|_| chosen.is_none());
        [followed, self.answered.as_ref()].into_iter().flatten().find_map(|page| self.recordings.get(page))
    }
}

/// What is used of `wire::AnalyticsAnswer`. The rest, every event of a session, would make the program larger by all
/// that reading events takes.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Opened {
    /// The session's row.
    pub session: SessionRow,
    /// Its signals.
    pub summary: Summary,
    /// Whether a limit of the session was reached.
    #[serde(default)]
    pub cut: bool,
    /// Its map on a page.
    pub map: SessionMap,
    /// The insight that is kept of it.
    #[serde(default)]
    pub insight: Option<Insight>,
}

/// What is used of a session's events.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
pub struct Beats {
    /// By time.
    pub events: Vec<Beat>,
}

/// A session's row and signals.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The session's row.
    pub session: SessionRow,
    /// Its signals.
    pub summary: Summary,
    /// Whether a limit of the session was reached: what came after is missing.
    pub cut: bool,
}

/// Figures of JSON are equal to themselves, so that shared ones need not be compared one by one.
impl Eq for Figures {}

/// What can happen.
#[derive(Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant says what happened; its fields are what came with it")]
pub enum Action {
    Navigated(View),
    SignedIn,
    /// They have signed out.
    SignedOut,
    Retried,
    /// Words in the search box.
    Typed(String),
    /// Nobody types any more.
    Searched,
    Filtered(Filter),
    ListRefreshed {
        key: Filter,
        now: Millis,
        answer: Answer<SessionsAnswer>,
    },
    MoreRequested,
    MoreLoaded {
        key: Filter,
        answer: Answer<SessionsAnswer>,
    },
    /// An answer, and when it came.
    Answered(Box<Read>, Millis),
    /// The answer about problems, which was asked for in this round of decisions.
    ProblemsAnswered {
        round: u32,
        now: Millis,
        read: Box<Read>,
    },
    MoreProblems,
    ProblemDecided {
        id: ProblemId,
        title: String,
        status: ProblemStatus,
    },
    ProblemSettled {
        number: u32,
        answer: Answer<()>,
    },
    SessionLoaded {
        view: View,
        answer: Box<Answer<Opened>>,
    },
    /// What was recorded of the session that is shown on another of its pages.
    PageRecorded {
        id: SessionId,
        answer: Box<Answer<Opened>>,
    },
    BeatsLoaded {
        id: SessionId,
        answer: Answer<Beats>,
    },
    EraseAsked(SessionId),
    EraseUndone,
    /// The time to undo is over.
    EraseDue,
    Erased {
        id: SessionId,
        answer: Answer<()>,
    },
    InsightRequested(Subject, Option<String>),
    /// The rules have answered, and a model is asked.
    InsightDrafted {
        subject: Subject,
        insight: Box<Insight>,
    },
    InsightLoaded {
        subject: Subject,
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
            View::Sessions(filter) => filter.clone(),
            _ => Filter::default(),
        };
        let mut reads = Reads::default();
        reads.want(&view);
        Self {
            view,
            now,
            access: Access { signed_in, refused: false },
            list: Rc::new(List { words: key.words.clone(), key, ..List::default() }),
            to_fix: ToFix::default(),
            reads,
            session: OpenSession::default(),
            erase: Erase::default(),
            insights: HashMap::new(),
            asked: None,
            attempt: 0,
            live: Live::default(),
        }
    }

    /// What keeps the view in front from being up to date, if anything does.
    pub fn trouble(&self) -> Option<&Failure> {
        let list = self.list.failure.as_ref().filter(|_| self.view.has_list());
        let session = self.session.figures.failure.as_ref().filter(|_| self.view.session().is_some());
        let known = self.to_fix.refused.as_ref();
        list.or(session).or(self.reads.failure(&self.view)).or(known)
    }
}
