//! What has come of the problems that were marked as fixed.

use std::collections::{BTreeMap, HashMap};

use super::{super::sums::GroupedSums, Marks, candidate::Candidates};
use crate::{
    analyze::{
        page::PageSums,
        problems::{Hits, ProblemId, ProblemMark, ProblemStatus, Verdict, verdict},
    },
    model::Millis,
    store::HOUR_MS,
    wire::ProblemState,
};

/// What has become of a problem.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) status: ProblemState,
    /// Whether a fix is known to hold.
    pub(super) is_confirmed: bool,
    /// The visits before and since the fix.
    pub(super) fix: Option<(Hits, Hits)>,
}

/// The verdicts on fixes, with the visits since.
#[derive(Debug, Default)]
pub(super) struct Verdicts(HashMap<ProblemId, (Verdict, Hits)>);

impl Verdicts {
    /// Looks at the visits since each fix, from the next full hour on.
    pub(super) fn new<'a>(fixed: impl Iterator<Item = &'a ProblemMark>, sums: &GroupedSums) -> Self {
        let candidates = Candidates::new(sums);
        let found: HashMap<&ProblemId, _> = candidates.iter().map(|of| (&of.id, of)).collect();
        let pages: HashMap<&str, &PageSums> = sums.iter().map(|(page, _, sums)| (page, sums)).collect();
        let verdict_of = |mark: &ProblemMark| {
            let from = (mark.at.div_euclid(HOUR_MS) + 1).saturating_mul(HOUR_MS);
            let mut since: BTreeMap<Millis, Hits> = BTreeMap::new();
            let seen = pages.get(&*mark.page).into_iter().flat_map(|sums| sums.seen_by_time());
            for (at, seen) in seen.filter(|(at, _)| *at >= from) {
                since.entry(at).or_default().visits += seen.visits;
            }
            let hits = found.get(&mark.id).into_iter().flat_map(|of| of.hits_by_time());
            for (at, hit) in hits.filter(|(at, _)| *at >= from) {
                since.entry(at).or_default().hit += hit;
            }
            let total = since
                .values()
                .fold(Hits::default(), |sum, some| Hits { hit: sum.hit + some.hit, visits: sum.visits + some.visits });
            (verdict(mark.before, since.into_values()), total)
        };
        Self(fixed.map(|mark| (mark.id.clone(), verdict_of(mark))).collect())
    }

    /// What has become of a problem.
    pub(super) fn of(&self, marks: &Marks, id: &ProblemId) -> Standing {
        let mark = marks.get(id);
        let (status, is_confirmed) = match mark.map(|mark| mark.status).unwrap_or_default() {
            ProblemStatus::Open => (ProblemState::Open, false),
            ProblemStatus::Ignored => (ProblemState::Ignored, false),
            ProblemStatus::Fixed => match self.0.get(id).map(|(verdict, _)| *verdict).unwrap_or_default() {
                Verdict::Regressed => (ProblemState::Regressed, false),
                Verdict::Confirmed => (ProblemState::Fixed, true),
                Verdict::Watching => (ProblemState::Fixed, false),
            },
        };
        let fix = mark.zip(self.0.get(id)).map(|(mark, (_, since))| (mark.before, *since));
        Standing { status, is_confirmed, fix }
    }
}
