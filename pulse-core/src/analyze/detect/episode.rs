//! Episodes: what a visitor did, in order.

use serde::{Deserialize, Serialize};

use super::{Aftermath, ElementRef};
use crate::model::Millis;

/// A stretch of a visit with one purpose, as far as that can be seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Episode {
    /// What for.
    pub purpose: Purpose,
    /// When it began.
    pub begin: Millis,
    /// When it ended.
    pub end: Millis,
    /// Name of the page on which it began.
    pub page: String,
    /// The elements that were clicked or typed into, in order, each once; at most [`Episode::TRIED`].
    pub tried: Vec<ElementRef>,
    /// What came of it.
    pub aftermath: Aftermath,
}

impl Episode {
    /// Most elements of an episode.
    pub const TRIED: usize = 8;

    /// How long it took, in ms.
    pub fn ms(&self) -> Millis {
        self.end.saturating_sub(self.begin)
    }
}

/// What a visitor seems to be doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Scrolling and resting on one page.
    Reading,
    /// Scrolling back and forth, or from page to page.
    Searching,
    /// Moving between options, and clicking some.
    Choosing,
    /// Typing into fields.
    Filling,
    /// Filling in on a page on which it is paid.
    Paying,
    /// Nothing but waiting after a click.
    Waiting,
    /// The tab was out of sight.
    Away,
}
