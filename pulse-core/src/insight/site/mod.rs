//! What is said of many sessions, of a page or of the whole site: by the rules, and as facts for a model.
//!
//! It all rests on problems ([`ProblemRow`]) and on the figures of pages ([`PageRow`]); no event is read. Each sentence
//! gives the visits hit and of how many, and each statement cites moments of sessions in which it happened.

mod brief;
mod phrases;
mod rules;
#[cfg(test)]
mod tests;

use crate::{analyze::page::PageRow, model::Subject, wire::ProblemRow};

pub use self::{
    brief::{site_brief, site_facts},
    phrases::problem_title,
    rules::site_insight,
};

/// What is known of a page or the site.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteReport {
    /// Which page, or the site.
    pub subject: Subject,
    /// Its visits.
    pub visits: u64,
    /// What to fix, the problem with the most weight first.
    pub problems: Vec<ProblemRow>,
    /// The pages with the most visits.
    pub pages: Vec<PageRow>,
}

impl SiteReport {
    /// Most problems and pages of a report: what comes after them is of no weight.
    pub const MOST: usize = 12;
}
