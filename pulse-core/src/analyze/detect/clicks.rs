//! Clicks grouped by what they hit.

use std::collections::HashMap;

use super::journey::{Hit, Journey, Target};

/// The hits that are `wanted`, by target; targets in the order of their first hit.
pub(super) fn by_target<'a, 'j>(
    journey: &'j Journey<'a>,
    wanted: impl Fn(&Hit<'a>) -> bool,
) -> Vec<(Target<'a>, Vec<&'j Hit<'a>>)> {
    let mut groups: Vec<(Target<'a>, Vec<&Hit<'a>>)> = Vec::new();
    let mut places: HashMap<Target<'a>, usize> = HashMap::new();
    for hit in journey.hits.iter().filter(|hit| wanted(hit)) {
        let target = Target::of(journey.page(hit.view), hit);
        let place = *places.entry(target.clone()).or_insert_with(|| {
            groups.push((target, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(hit);
    }
    groups
}
