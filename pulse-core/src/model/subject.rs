//! What an analyst is asked about, and the answer that is kept of it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Insight, SessionId};

/// What an analyst is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// One session.
    Session(SessionId),
    /// All sessions of a page, by its name.
    Page(String),
    /// All sessions of the site.
    Site,
}

impl Subject {
    /// What an insight into it names in `of`: the session's id, the page's name, or `site`.
    ///
    /// ```
    /// assert_eq!(pulse_core::model::Subject::Page("/pay".into()).of(), "/pay");
    /// ```
    pub fn of(&self) -> &str {
        match self {
            Self::Session(id) => id.as_str(),
            Self::Page(page) => page,
            Self::Site => "site",
        }
    }
}

/// Its key in a store, such as `session:01a2b3c4`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(id) => write!(f, "session:{id}"),
            Self::Page(page) => write!(f, "page:{page}"),
            Self::Site => f.write_str("site"),
        }
    }
}

/// An answer that is kept, so that the same question about the same facts is paid for once.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptAnswer {
    /// What it is about.
    pub subject: Subject,
    /// Digest of the question in one's own words; empty when none was asked.
    pub question: String,
    /// Digest of what the analyst was told, and of who was asked. An answer with the digest of the present facts still
    /// holds.
    pub digest: String,
    /// The answer, with its time, model and tokens.
    pub insight: Insight,
}

impl KeptAnswer {
    /// Most answers to questions in one's own words that are kept of a subject; the oldest go first.
    pub const QUESTIONS: u32 = 20;

    /// The sessions that the answer is about or cites, each once. When one of them is erased, the answer goes, too.
    pub fn sessions(&self) -> Vec<&SessionId> {
        let Insight { main_problem, insights, recommendations, answer, .. } = &self.insight;
        let cited = (main_problem.evidence.iter())
            .chain(insights.iter().flat_map(|finding| &finding.evidence))
            .chain(recommendations.iter().flat_map(|todo| &todo.evidence))
            .chain(answer.iter().flat_map(|answer| &answer.evidence))
            .filter_map(|evidence| evidence.session_id.as_ref());
        let about = match &self.subject {
            Subject::Session(id) => Some(id),
            Subject::Page(_) | Subject::Site => None,
        };
        let mut sessions: Vec<&SessionId> = about.into_iter().chain(cited).collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
    }
}
