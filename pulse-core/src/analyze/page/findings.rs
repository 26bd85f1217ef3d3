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
    bounded::{Bounded, tree_bytes},
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
    kinds: BTreeMap<u8, Bounded<String, Box<Tally>, TARGETS>>,
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
            self.kinds.entry(kind).or_default().merge(targets, |sum, more| sum.merge(*more));
        }
    }

    /// What started in some hours, as finely as it is needed.
    pub(super) fn within(self, hours: &Hours) -> Self {
        let narrow = |(kind, targets): (u8, Bounded<_, Box<Tally>, TARGETS>)| {
            let targets = targets.filter_map(|tally| tally.within(hours).map(Box::new));
            (kind, targets)
        };
        Self { visits: self.visits.within(hours), kinds: self.kinds.into_iter().map(narrow).collect() }
    }

    /// Kind, target and sums of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = (FindingKind, &str, &Tally)> {
        self.kinds.iter().flat_map(|(kind, targets)| {
            let kind = FindingKind::from_number(*kind);
            targets.iter().filter_map(move |(target, tally)| Some((kind?, &**target, &**tally)))
        })
    }

    /// Whether every target was kept.
    pub(super) fn are_all(&self) -> bool {
        self.kinds.values().all(Bounded::is_whole)
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        let targets = self.kinds.values().map(Bounded::size).sum::<usize>();
        let tallies = self.iter().map(|(_, target, tally)| target.len() + tally.size()).sum::<usize>();
        self.visits.size()
            + tree_bytes::<u8, Bounded<String, Box<Tally>, TARGETS>>(self.kinds.len())
            + targets
            + tallies
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{cmp::Reverse, collections::BTreeMap};

    use proptest::prelude::*;

    use super::{super::hours::start_of, *};
    use crate::{
        analyze::{
            Timeline,
            detect::{Aftermath, Diagnosis, ElementRef, Figure, GoalReached, Harm, Measure, Outcome},
            testing::{SHOP, load, thresholds, visit},
        },
        model::{Device, Session, SessionStart},
    };

    /// A visit as it is made up: its hour, whether it reached a goal, and what was found: kind, target, minute, harm,
    /// strength in hundredths, how often.
    type MadeUp = (i32, bool, Vec<(usize, u8, i64, u8, u32, u32)>);

    /// A made-up visit that was hit, by number, with what was found of one problem.
    type HitVisit<'a> = (usize, &'a MadeUp, Vec<Finding>);

    const KINDS: [FindingKind; 3] = [FindingKind::Unresponsive, FindingKind::ErrorAfterClick, FindingKind::Hesitation];

    fn finding((kind, target, minute, harm, strength, count): (usize, u8, i64, u8, u32, u32), hour: i32) -> Finding {
        let at = start_of(hour) + minute * 60_000;
        Finding {
            kind: KINDS[kind],
            page: SHOP.into(),
            element: Some(ElementRef { path: format!("#t{target}"), ..ElementRef::default() }),
            place: None,
            other: None,
            other_page: None,
            error: None,
            moments: vec![at, at + 5],
            count,
            figures: vec![Figure::new(Measure::Clicks, f64::from(count))],
            harm: [Harm::Irritated, Harm::CostTime, Harm::BlockedGoal][usize::from(harm)],
            cost_ms: 1000 * i64::from(count),
            strength: f64::from(strength) / 100.0,
            aftermath: [Aftermath::Left, Aftermath::MovedOn][usize::from(harm) % 2],
        }
    }

    fn session(number: usize, hour: i32) -> Session {
        Session::new(SessionStart {
            session_id: format!("session-{number:04}").parse().unwrap(),
            visitor_id: None,
            started_at: start_of(hour) + 7,
            page_url: SHOP.into(),
            title: None,
            referrer: None,
            device: Device::Desktop,
            viewport: None,
            excluded: None,
        })
    }

    fn findings(visits: &[(usize, &MadeUp)]) -> Findings {
        let (mut sums, timeline): (Findings, Timeline) = (Findings::default(), visit([load(0, "")]));
        for (number, (hour, reached, found)) in visits {
            let session = session(*number, *hour);
            let mut all = Visit::all(&session, &timeline, &thresholds());
            let reached = reached.then(|| GoalReached { at: 0, page: SHOP.into(), tracked: true });
            Visit::tell(
                &mut all,
                Diagnosis {
                    outcome: Outcome { reached, ..Outcome::default() },
                    findings: found.iter().map(|made_up| finding(*made_up, *hour)).collect(),
                    ..Diagnosis::default()
                },
            );
            all.iter().for_each(|visit| sums.add(visit));
        }
        sums
    }

    fn made_up() -> impl Strategy<Value = Vec<MadeUp>> {
        let found = (0..3_usize, 0..4_u8, 0..60_i64, 0..3_u8, 0..=100_u32, 1..9_u32);
        prop::collection::vec((480_000..480_060_i32, any::<bool>(), prop::collection::vec(found, 0..5)), 0..24)
    }

    proptest! {
        /// Every figure is counted again, straight from what was made up.
        #[test]
        fn as_by_a_recount(visits in made_up(), from in 479_990..480_070_i32, length in 0..80_i32) {
            let numbered: Vec<(usize, &MadeUp)> = visits.iter().enumerate().collect();
            let (from, to) = (start_of(from), start_of(from + length));
            let within = findings(&numbered).within(&Hours::new(Some(from), Some(to)));
            let meant = || numbered.iter().filter(|(_, visit)| (from..to).contains(&start_of(visit.0)));
            let seen = within.visits.total();
            prop_assert_eq!(seen.visits, meant().count() as u64);
            prop_assert_eq!(seen.reached, meant().filter(|(_, visit)| visit.1).count() as u64);
            let mut found = 0;
            for (kind, target) in (0..3).flat_map(|kind| (0..4_u8).map(move |target| (kind, target))) {
                let of = |visit: &MadeUp| -> Vec<Finding> {
                    let of = visit.2.iter().filter(|one| (one.0, one.1) == (kind, target));
                    of.map(|one| finding(*one, visit.0)).collect()
                };
                let hit: Vec<HitVisit<'_>> =
                    meant().map(|(number, visit)| (*number, *visit, of(visit))).filter(|hit| !hit.2.is_empty()).collect();
                let path = format!("#t{target}");
                let tally = within.iter().find(|(of, text, _)| (*of, *text) == (KINDS[kind], &*path));
                prop_assert_eq!(tally.is_some(), !hit.is_empty());
                let Some((.., tally)) = tally else { continue };
                found += 1;
                let sum = |of: &dyn Fn(&HitVisit<'_>) -> u64| hit.iter().map(of).sum::<u64>();
                let gravest = |of: &[Finding]| of.iter().map(|one| (one.gravity() * 1000.0).round() as u64).max().unwrap();
                let total = tally.hit.total();
                prop_assert_eq!(total.visits, hit.len() as u64);
                prop_assert_eq!(total.reached, sum(&|of| u64::from(of.1.1)));
                prop_assert_eq!(total.times, sum(&|of| of.2.iter().map(|one| u64::from(one.count)).sum()));
                prop_assert_eq!(total.cost_ms, 1000 * total.times);
                prop_assert_eq!(total.gravity, sum(&|of| gravest(&of.2)));
                prop_assert_eq!(total.blocked, sum(&|of| u64::from(of.2.iter().any(|one| one.harm == Harm::BlockedGoal))));
                prop_assert_eq!(total.left, sum(&|of| u64::from(of.2.iter().any(|one| one.aftermath == Aftermath::Left))));
                let mut days: BTreeMap<i64, u64> = BTreeMap::new();
                hit.iter().for_each(|(_, visit, _)| *days.entry(i64::from(visit.0 / 24)).or_default() += 1);
                let mut counted: BTreeMap<i64, u64> = BTreeMap::new();
                tally.hit.iter().for_each(|(at, hit)| *counted.entry(at / 86_400_000).or_default() += hit.visits);
                prop_assert_eq!(counted, days);
            }
            prop_assert_eq!(within.iter().count(), found);
        }

        /// The gravest five moments, the newest first among equals.
        #[test]
        fn the_gravest_are_examples(visits in made_up()) {
            let numbered: Vec<(usize, &MadeUp)> = visits.iter().enumerate().collect();
            for (kind, target, tally) in findings(&numbered).iter() {
                let mut expected: Vec<(Reverse<u64>, Reverse<i64>, usize)> = numbered.iter().filter_map(|(number, visit)| {
                    let of = visit.2.iter().map(|one| finding(*one, visit.0));
                    let of = of.filter(|one| one.kind == kind && one.key().target == target);
                    // Of one session, the last of its gravest.
                    let gravest = of.max_by_key(|one| (one.gravity() * 1000.0).round() as u64)?;
                    Some((Reverse((gravest.gravity() * 1000.0).round() as u64), Reverse(gravest.at()), *number))
                }).collect();
                expected.sort();
                expected.truncate(5);
                let kept: Vec<_> = tally.examples.iter().map(|of| {
                    let number: usize = of.session.as_str()[8..].parse().unwrap();
                    (of.gravity, of.at, number)
                }).collect();
                prop_assert_eq!(kept, expected);
            }
        }

        /// Sums of parts, kept and read again in any order, are the sum of the whole.
        #[test]
        fn parts_add_up(visits in made_up(), cuts in prop::collection::vec(0..3_usize, 24), turned in any::<bool>()) {
            let numbered: Vec<(usize, &MadeUp)> = visits.iter().enumerate().collect();
            let mut parts = vec![Vec::new(); 3];
            numbered.iter().zip(cuts).for_each(|(visit, part)| parts[part].push(*visit));
            if turned {
                parts.reverse();
            }
            let mut sum = Findings::default();
            for part in parts {
                let text = serde_json::to_vec(&findings(&part)).unwrap();
                sum.merge(serde_json::from_slice(&text).unwrap());
            }
            prop_assert_eq!(sum, findings(&numbered));
        }
    }

    #[test]
    fn of_too_many_targets_those_that_come_first_are_kept() {
        let many = |order: &mut dyn Iterator<Item = u32>| {
            let timeline = visit([load(0, "")]);
            let session = session(1, 480_000);
            let mut sums = Findings::default();
            for n in order {
                let mut all = Visit::all(&session, &timeline, &thresholds());
                let mut found = finding((0, 0, 0, 2, 100, 1), 480_000);
                found.element = Some(ElementRef { path: format!("#t{n:05}"), ..ElementRef::default() });
                Visit::tell(&mut all, Diagnosis { findings: vec![found], ..Diagnosis::default() });
                all.iter().for_each(|visit| sums.add(visit));
            }
            sums
        };
        let (up, down) = (many(&mut (0..1000)), many(&mut (0..1000).rev()));
        let kept = |sums: &Findings| sums.iter().map(|(_, target, _)| target.to_owned()).collect::<Vec<_>>();
        assert_eq!((kept(&up).len(), up.are_all(), down.are_all()), (TARGETS, false, false));
        assert_eq!((kept(&up).last().map(String::as_str), kept(&up)), (Some("#t00127"), kept(&down)));
        assert!(up.size() < 400_000, "{}", up.size());
    }
}
