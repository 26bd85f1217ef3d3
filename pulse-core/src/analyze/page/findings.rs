//! What detectors found on a page, and how its visits ended: what problems are counted from.
//!
//! Counts are kept by the hour in which a session started, also in the sums of a day: a range is then answered to the
//! hour from whole days. Who reads them for an answer takes together what it does not need apart ([`Hours`]).
//!
//! Of each kind, the findings of at most 128 targets are kept: those that come first by their text, as the sums of parts
//! could not be the sum of the whole if it were those with the most visits. `#id` comes before `.class` and `tag`, so
//! that what has a name of its own is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Visit,
    bounded::Bounded,
    hours::{ByHour, Hours, hour_of},
    tally::{Seen, Tally},
};
use crate::analyze::detect::{Finding, FindingKind};

/// Targets of one kind on one page.
const TARGETS: usize = 128;

/// Sums by kind and target.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Findings {
    /// The page's visits.
    pub(super) visits: ByHour<Seen>,
    /// By number of the kind.
    kinds: BTreeMap<u8, Bounded<String, Tally, TARGETS>>,
}

impl Findings {
    pub(super) fn add(&mut self, visit: &Visit<'_>) {
        let hour = hour_of(visit.session.start.started_at);
        self.visits.add(hour, Seen::of(visit));
        // What a visit shows of one problem more than once is one visit hit.
        let mut by_key: BTreeMap<(u8, String), Vec<&Finding>> = BTreeMap::new();
        for finding in &visit.findings {
            by_key.entry((finding.kind.number(), finding.key().target)).or_default().push(finding);
        }
        for ((kind, target), findings) in by_key {
            if let Some(tally) = self.kinds.entry(kind).or_default().slot(target) {
                tally.add(hour, visit, &findings);
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.visits.merge(&other.visits);
        for (kind, targets) in other.kinds {
            self.kinds.entry(kind).or_default().merge(targets, Tally::merge);
        }
    }

    /// What started in some hours, as finely as it is needed.
    pub(super) fn within(self, hours: &Hours) -> Self {
        let narrow = |(kind, targets): (u8, Bounded<_, Tally, TARGETS>)| {
            let targets = targets.filter_map(|tally| tally.within(hours));
            (kind, targets)
        };
        Self { visits: self.visits.within(hours), kinds: self.kinds.into_iter().map(narrow).collect() }
    }

    /// Kind, target and sums of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (FindingKind, &str, &Tally)> {
        self.kinds.iter().flat_map(|(kind, targets)| {
            let kind = FindingKind::from_number(*kind);
            targets.iter().filter_map(move |(target, tally)| Some((kind?, &**target, tally)))
        })
    }

    /// Whether every target was kept.
    pub(super) fn are_all(&self) -> bool {
        self.kinds.values().all(Bounded::is_whole)
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        self.visits.size() + self.iter().map(|(_, target, tally)| target.len() + tally.size()).sum::<usize>()
    }
}
