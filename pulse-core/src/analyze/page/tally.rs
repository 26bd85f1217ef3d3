//! What one problem adds up to on one page.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    ops::AddAssign,
};

use serde::{Deserialize, Serialize};

use super::{
    Visit,
    bounded::tree_bytes,
    hours::{ByHour, Hours},
};
use crate::{
    analyze::detect::{Aftermath, ElementRef, Finding, Harm, Measure},
    model::{Millis, SessionId},
};

/// Examples that are kept of a problem.
const EXAMPLES: usize = 5;

/// Visits of a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 3]", into = "[u64; 3]")]
pub struct Seen {
    /// Sessions that were on the page.
    pub visits: u64,
    /// Those of them that reached a goal.
    pub reached: u64,
    /// Those of them that began on it.
    pub entries: u64,
}

/// Visits that were hit by a problem. What is not whole is counted in thousandths, as sums of fractions depend on their
/// order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 10]", into = "[u64; 10]")]
pub struct Hit {
    /// Sessions that were hit.
    pub visits: u64,
    /// Those of them that reached a goal.
    pub reached: u64,
    /// How often it happened.
    pub times: u64,
    /// Time that it cost, in ms.
    pub cost_ms: u64,
    /// Harm x strength of each session, in thousandths.
    pub gravity: u64,
    /// Strength of each session, in thousandths.
    pub strength: u64,
    /// Sessions whose goal it blocked.
    pub blocked: u64,
    /// Sessions that ended there.
    pub left: u64,
    /// Sessions that tried something else.
    pub gave_up: u64,
    /// Sessions that went back.
    pub came_back: u64,
}

/// A moment of a session.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(u64, Millis, SessionId, Millis)", into = "(u64, Millis, SessionId, Millis)")]
pub struct Example {
    /// Gravity, in thousandths: the gravest come first, and of these the newest.
    pub gravity: Reverse<u64>,
    /// When it happened first in that session.
    pub at: Reverse<Millis>,
    /// Which session.
    pub session: SessionId,
    /// When that started.
    pub started_at: Millis,
}

/// What it looks like, as it was seen last.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Looks {
    /// When.
    pub at: Millis,
    /// The element.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub element: Option<ElementRef>,
    /// The other element of the situation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ElementRef>,
    /// The other page of the situation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_page: Option<String>,
    /// The error that followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The middle of the place, in whole page px.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<(i64, i64)>,
}

/// Sums of one figure, in whole units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[u64; 4]", into = "[u64; 4]")]
pub struct FigureSum {
    /// Sum of the values.
    pub sum: u64,
    /// How many.
    pub n: u64,
    /// Sum of what was usual, each time that this was known.
    pub usual: u64,
    /// How many times.
    pub usual_n: u64,
}

/// What a problem adds up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Tally {
    pub(super) hit: ByHour<Hit>,
    /// First and last time.
    pub(super) seen: Option<(Millis, Millis)>,
    pub(super) looks: Looks,
    pub(super) figures: BTreeMap<Measure, FigureSum>,
    pub(super) examples: BTreeSet<Example>,
}

impl From<(u64, Millis, SessionId, Millis)> for Example {
    fn from((gravity, at, session, started_at): (u64, Millis, SessionId, Millis)) -> Self {
        Self { gravity: Reverse(gravity), at: Reverse(at), session, started_at }
    }
}

impl From<Example> for (u64, Millis, SessionId, Millis) {
    fn from(Example { gravity, at, session, started_at }: Example) -> Self {
        (gravity.0, at.0, session, started_at)
    }
}

/// Makes counts an array in JSON, and adds them field by field.
macro_rules! counts {
    ($name:ident[$length:literal]: $($field:ident),+) => {
        impl From<[u64; $length]> for $name {
            fn from([$($field),+]: [u64; $length]) -> Self {
                Self { $($field),+ }
            }
        }

        impl From<$name> for [u64; $length] {
            fn from($name { $($field),+ }: $name) -> Self {
                [$($field),+]
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, more: Self) {
                $(self.$field = self.$field.saturating_add(more.$field);)+
            }
        }
    };
}

counts!(Seen[3]: visits, reached, entries);
counts!(Hit[10]: visits, reached, times, cost_ms, gravity, strength, blocked, left, gave_up, came_back);
counts!(FigureSum[4]: sum, n, usual, usual_n);

impl Seen {
    pub(super) fn of(visit: &Visit<'_>) -> Self {
        Self { visits: 1, reached: u64::from(visit.reached), entries: u64::from(visit.is_entry) }
    }
}

impl Tally {
    /// Adds a visit that was hit, with what was found of it; the gravest finding says how grave that was.
    pub(super) fn add(&mut self, hour: i32, visit: &Visit<'_>, findings: &[&Finding]) {
        let Some(gravest) = findings.iter().max_by_key(|finding| thousandths(finding.gravity())) else { return };
        let after = |aftermath| u64::from(findings.iter().any(|finding| finding.aftermath == aftermath));
        let cost = findings.iter().map(|finding| finding.cost_ms.max(0).unsigned_abs());
        self.hit.add(
            hour,
            Hit {
                visits: 1,
                reached: u64::from(visit.reached),
                times: findings.iter().map(|finding| u64::from(finding.count)).sum(),
                cost_ms: cost.fold(0, u64::saturating_add),
                gravity: thousandths(gravest.gravity()),
                strength: thousandths(gravest.strength),
                blocked: u64::from(findings.iter().any(|finding| finding.harm == Harm::BlockedGoal)),
                left: after(Aftermath::Left),
                gave_up: after(Aftermath::GaveUp),
                came_back: after(Aftermath::CameBack),
            },
        );
        for finding in findings {
            let moments = || finding.moments.iter().copied();
            if let (Some(first), Some(last)) = (moments().min(), moments().max()) {
                self.see(first, last);
            }
            self.looks = std::mem::take(&mut self.looks).max(Looks::of(finding));
            for figure in &finding.figures {
                *self.figures.entry(figure.name).or_default() += FigureSum {
                    sum: whole(figure.value),
                    n: 1,
                    usual: figure.usual.map_or(0, |usual| whole(usual.value)),
                    usual_n: u64::from(figure.usual.is_some()),
                };
            }
        }
        self.examples.insert(Example {
            gravity: Reverse(thousandths(gravest.gravity())),
            at: Reverse(gravest.at()),
            session: visit.session.start.session_id.clone(),
            started_at: visit.session.start.started_at,
        });
        self.limit();
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.hit.merge(&other.hit);
        if let Some((first, last)) = other.seen {
            self.see(first, last);
        }
        self.looks = std::mem::take(&mut self.looks).max(other.looks);
        other.figures.into_iter().for_each(|(name, sum)| *self.figures.entry(name).or_default() += sum);
        self.examples.extend(other.examples);
        self.limit();
    }

    /// What started in some hours; none when nothing did. What is kept once for all hours stays as it is.
    pub(super) fn within(mut self, hours: &Hours) -> Option<Self> {
        self.hit = self.hit.within(hours);
        self.examples.retain(|example| hours.contain(example.started_at));
        (!self.hit.is_empty()).then_some(self)
    }

    /// Bytes of memory, about.
    pub(super) fn size(&self) -> usize {
        let figures = tree_bytes::<Measure, FigureSum>(self.figures.len());
        let examples = tree_bytes::<Example, ()>(self.examples.len()) + self.examples.len() * 64;
        size_of::<Self>() + 512 + self.hit.size() + figures + examples
    }

    fn see(&mut self, first: Millis, last: Millis) {
        self.seen = Some(self.seen.map_or((first, last), |(known, latest)| (known.min(first), latest.max(last))));
    }

    fn limit(&mut self) {
        while self.examples.len() > EXAMPLES {
            self.examples.pop_last();
        }
    }
}

impl Looks {
    fn of(finding: &Finding) -> Self {
        Self {
            at: finding.moments.iter().copied().max().unwrap_or_default(),
            element: finding.element.clone(),
            other: finding.other.clone(),
            other_page: finding.other_page.clone(),
            error: finding.error.clone(),
            place: finding.place.map(|(x, y)| (x as i64, y as i64)),
        }
    }
}

/// A share as a whole number.
fn thousandths(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1000.0).round() as u64
}

/// A figure without its fraction, which no figure needs; a negative one is none.
fn whole(value: f64) -> u64 {
    value.round() as u64
}
