//! What was found on a page, as it is read.

use super::{Example, FigureSum, Hit, Looks, PageSums, Seen};
use crate::{
    analyze::detect::{FindingKind, Measure},
    model::Millis,
};

/// What one kind of finding in one place of a page adds up to.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// What happened.
    pub kind: FindingKind,
    /// Where on the page: see [`FindingKey`](crate::analyze::detect::FindingKey).
    pub target: &'a str,
    tally: &'a super::tally::Tally,
}

impl<'a> Found<'a> {
    /// What it looks like.
    pub fn looks(self) -> &'a Looks {
        &self.tally.looks
    }

    /// All visits that were hit.
    pub fn hit(self) -> Hit {
        self.tally.hit.total()
    }

    /// The visits that were hit, by when their hour or day begins.
    pub fn by_time(self) -> impl Iterator<Item = (Millis, Hit)> + use<'a> {
        self.tally.hit.iter()
    }

    /// When it happened first and last.
    pub fn seen(self) -> Option<(Millis, Millis)> {
        self.tally.seen
    }

    /// What was measured.
    pub fn figures(self) -> impl Iterator<Item = (Measure, FigureSum)> + use<'a> {
        self.tally.figures.iter().map(|(name, sum)| (*name, *sum))
    }

    /// Moments of it, the gravest first.
    pub fn examples(self) -> impl Iterator<Item = &'a Example> + use<'a> {
        self.tally.examples.iter()
    }
}

impl PageSums {
    /// Everything that was found on the page.
    pub fn found(&self) -> impl Iterator<Item = Found<'_>> {
        self.findings.iter().map(|(kind, target, tally)| Found { kind, target, tally })
    }

    /// All visits of the page.
    pub fn seen(&self) -> Seen {
        self.findings.visits.total()
    }

    /// The visits of the page, by when their hour or day begins.
    pub fn seen_by_time(&self) -> impl Iterator<Item = (Millis, Seen)> {
        self.findings.visits.iter()
    }

    /// Whether findings were left out, because there were too many places.
    pub fn has_left_out(&self) -> bool {
        !self.findings.are_all()
    }
}
