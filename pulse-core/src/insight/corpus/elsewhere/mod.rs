//! A second family of visits: a bank, a newspaper, documentation, a booking calendar, a map, settings, a sign-up, and
//! things that are clicked fast on purpose. Hands and rates of positions differ from those of the shop.
//!
//! A visit may have two problems: then the first is expected to lead, and the second to be told.

mod calm;
mod choosing;
mod forms;
mod reading;
mod site;

use super::{Planted, SEEDS, hand::Play, troubled::On};
use crate::analyze::{Report, detect::FindingKind};

/// Name, problems with the main one first, devices, and what happens.
type Visit = (&'static str, &'static [FindingKind], On, fn(&mut Play));

fn play(visit: fn(&mut Play), seed: u64, touch: bool) -> Report {
    let mut p = Play::on(seed, touch, "https://elsewhere.test", "*/done");
    visit(&mut p);
    p.report()
}

/// Every visit with planted problems: its name, the problems, and the report.
pub(super) fn troubled() -> Vec<Planted> {
    let mut visits = Vec::new();
    for (name, kinds, on, visit) in [forms::ALL, reading::ALL, choosing::ALL].concat() {
        for touch in on.devices() {
            visits.extend(SEEDS.map(|seed| (super::name(name, touch, seed), kinds, play(visit, seed, touch))));
        }
    }
    visits
}

/// Every visit without one.
pub(super) fn calm() -> Vec<(String, Report)> {
    let all = calm::ALL.iter().flat_map(|(name, visit)| {
        [false, true]
            .into_iter()
            .flat_map(move |touch| SEEDS.map(move |seed| (super::name(name, touch, seed), play(*visit, seed, touch))))
    });
    all.collect()
}
