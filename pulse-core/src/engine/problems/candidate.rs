//! What may be listed: each finding of each page, with its id and its weight.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{super::sums::GroupedSums, watched::Standing};
use crate::{
    analyze::{
        detect::{FindingKind, Typical},
        page::{Example, FigureSum, Found, Hit, PageSums, Seen},
        problems::{Hits, ProblemId, ProblemMark, Share95, Weight},
    },
    insight::problem_title,
    model::Millis,
    store::DAY_MS,
    wire::{Fix, Goals, MeanFigure, ProblemDay, ProblemExample, ProblemRow},
};

/// All of an answer.
pub(super) struct Candidates<'a> {
    all: Vec<Candidate<'a>>,
    /// Visits on all pages that were asked for.
    pub(super) visits: u64,
    /// Whether places were left out.
    pub(super) is_cut: bool,
}

/// A problem that may be listed.
pub(super) struct Candidate<'a> {
    pub(super) id: ProblemId,
    pub(super) page: &'a str,
    pub(super) hit: Hit,
    pub(super) weight: Weight,
    seen: Seen,
    found: Found<'a>,
    sums: &'a PageSums,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(sums: &'a GroupedSums) -> Self {
        let pages: Vec<(&str, &PageSums, Seen)> =
            sums.iter().map(|(page, _, sums)| (page, sums, sums.seen())).collect();
        // A session begins on one page. With a page asked for, most of its visits have begun on others.
        let begun: u64 = pages.iter().map(|(.., seen)| seen.entries).sum();
        let visits = pages.iter().map(|(.., seen)| seen.visits).max().unwrap_or_default().max(begun);
        let is_cut = sums.is_cut() || pages.iter().any(|(_, sums, _)| sums.has_left_out());
        let of_page = |(page, sums, seen): (&'a str, &'a PageSums, Seen)| {
            sums.found().filter_map(move |found| Candidate::new(page, sums, seen, found))
        };
        Self { all: pages.into_iter().flat_map(of_page).collect(), visits, is_cut }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Candidate<'a>> {
        self.all.iter()
    }
}

impl<'a> Candidate<'a> {
    fn new(page: &'a str, sums: &'a PageSums, seen: Seen, found: Found<'a>) -> Option<Self> {
        let hit = found.hit();
        let weight = Weight::new(mean(hit.gravity, hit.visits) / 1000.0, hit.visits, seen.visits);
        (hit.visits > 0).then(|| Self {
            id: id_of(found.kind, page, found.target),
            page,
            hit,
            weight,
            seen,
            found,
            sums,
        })
    }

    pub(super) fn kind(&self) -> FindingKind {
        self.found.kind
    }

    /// Visits hit by when their hour or day begins.
    pub(super) fn hits_by_time(&self) -> impl Iterator<Item = (Millis, u64)> + use<'a> {
        self.found.by_time().map(|(at, hit)| (at, hit.visits))
    }

    pub(super) fn last_seen(&self) -> Millis {
        self.found.seen().map_or(Millis::MIN, |(_, last)| last)
    }

    /// What was counted of the days since that of a time.
    pub(super) fn hits_since(&self, time: Millis) -> Hits {
        let is_since = |at: Millis| at >= time.saturating_sub(time.rem_euclid(DAY_MS));
        let hit = self.hits_by_time().filter(|(at, _)| is_since(*at)).map(|(_, hit)| hit);
        let visits = self.sums.seen_by_time().filter(|(at, _)| is_since(*at)).map(|(_, seen)| seen.visits);
        Hits { hit: hit.sum(), visits: visits.sum() }
    }

    /// Each day on which the page was seen.
    pub(super) fn days(&self) -> Vec<ProblemDay> {
        let mut days: Vec<ProblemDay> = Vec::new();
        let hits: HashMap<Millis, u64> = self.hits_by_time().collect();
        for (at, seen) in self.sums.seen_by_time() {
            let (day, hit) = (at - at.rem_euclid(DAY_MS), hits.get(&at).copied().unwrap_or_default());
            match days.last_mut().filter(|last| last.day == day) {
                Some(last) => (last.hit, last.seen) = (last.hit + hit, last.seen + seen.visits),
                None => days.push(ProblemDay { day, hit, seen: seen.visits }),
            }
        }
        days
    }

    /// As it is answered.
    pub(super) fn row(&self, mark: Option<&ProblemMark>, standing: &Standing) -> ProblemRow {
        let (hit, looks) = (self.hit, self.found.looks());
        let (first_seen, last_seen) = self.found.seen().unwrap_or_default();
        let example = |of: &Example| ProblemExample { session_id: of.session.clone(), timestamp: of.at.0 };
        let mut row = ProblemRow {
            id: self.id.clone(),
            kind: self.kind(),
            title: String::new(),
            page: self.page.to_owned(),
            target: self.found.target.to_owned(),
            element: looks.element.clone(),
            other: looks.other.clone(),
            other_page: looks.other_page.clone(),
            error: looks.error.clone(),
            place: looks.place,
            severity: self.weight.severity(),
            weight: rounded(self.weight.value()),
            gravity: rounded(self.weight.gravity),
            strength: rounded(mean(hit.strength, hit.visits) / 1000.0),
            hit: hit.visits,
            seen: self.seen.visits,
            share: share(hit.visits, self.seen.visits),
            times: hit.times,
            cost_ms: hit.cost_ms,
            blocked: hit.blocked,
            left: hit.left,
            gave_up: hit.gave_up,
            came_back: hit.came_back,
            first_seen,
            last_seen,
            figures: self.figures(),
            examples: self.found.examples().map(example).collect(),
            days: Vec::new(),
            goals: self.goals(),
            status: standing.status,
            confirmed: standing.is_confirmed,
            fix: standing.fix.map(|(before, since)| Fix {
                before: share(before.hit, before.visits),
                before_visits: before.visits,
                since: share(since.hit, since.visits),
                since_visits: since.visits,
            }),
            note: mark.and_then(|mark| mark.note.clone()),
            status_at: mark.map(|mark| mark.at),
        };
        row.title = problem_title(&row);
        row
    }

    fn figures(&self) -> Vec<MeanFigure> {
        let figure = |(name, sum): (_, FigureSum)| MeanFigure {
            name,
            mean: tenths(mean(sum.sum, sum.n)),
            n: sum.n,
            usual: (sum.usual_n > 0).then(|| Typical { value: tenths(mean(sum.usual, sum.usual_n)), n: sum.usual_n }),
        };
        self.found.figures().map(figure).collect()
    }

    fn goals(&self) -> Option<Goals> {
        let (hit, seen) = (self.hit, self.seen);
        let others = seen.visits.saturating_sub(hit.visits);
        let others_reached = seen.reached.saturating_sub(hit.reached);
        (seen.reached > 0).then(|| Goals {
            hit_reached: hit.reached,
            hit: share(hit.reached, hit.visits),
            others_reached,
            others,
            not_hit: share(others_reached, others),
        })
    }
}

/// The id of a problem: the first 64 bits of a SHA-256 over what makes findings one problem.
fn id_of(kind: FindingKind, page: &str, target: &str) -> ProblemId {
    let digest = Sha256::digest(format!("{}\n{page}\n{target}", kind.as_str()));
    ProblemId::from_bits(digest.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte)))
}

fn mean(sum: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { sum as f64 / of as f64 }
}

/// To a millionth: what people read needs no more, and answers stay short.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn share(hits: u64, of: u64) -> Share95 {
    let Share95 { value, low, high } = Share95::new(hits, of);
    Share95 { value: rounded(value), low: rounded(low), high: rounded(high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_for_ever() {
        let id = id_of(FindingKind::Unresponsive, "https://shop.example/pay", "#pay");
        assert_eq!(id.as_str(), "c510b60e2715166e");
        assert_ne!(id, id_of(FindingKind::Unresponsive, "https://shop.example/pay", "#pa"));
    }
}
