//! Clicks grouped by what they hit.

use std::collections::HashMap;

use super::{
    Aftermath, Harm,
    hit::{Hit, Target},
    journey::Journey,
};

/// The clicks on one target of one page, by number, over all views of that page.
pub(super) struct Group<'a> {
    pub(super) target: Target<'a>,
    /// By time; never empty.
    pub(super) hits: Vec<usize>,
}

/// The clicks that are `wanted`, by target; targets in the order of their first click.
pub(super) fn by_target<'a>(journey: &Journey<'a>, wanted: impl Fn(usize, &Hit<'a>) -> bool) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places: HashMap<Target<'a>, usize> = HashMap::new();
    for (number, hit) in journey.hits.iter().enumerate().filter(|(number, hit)| wanted(*number, hit)) {
        let target = hit.target(journey.page(hit.view));
        let place = *places.entry(target.clone()).or_insert_with(|| {
            groups.push(Group { target, hits: Vec::new() });
            groups.len() - 1
        });
        groups[place].hits.push(number);
    }
    groups
}

impl<'a> Group<'a> {
    /// First and last click.
    pub(super) fn ends<'j>(&self, journey: &'j Journey<'a>) -> Option<(&'j Hit<'a>, &'j Hit<'a>)> {
        Some((journey.hits.get(*self.hits.first()?)?, journey.hits.get(*self.hits.last()?)?))
    }
}

/// What trouble with a control that was not got over does to the visitor: it blocked the goal, unless the visitor moved
/// on to another page or to the goal.
pub(super) fn harm(aftermath: Aftermath) -> Harm {
    match aftermath {
        Aftermath::MovedOn => Harm::CostTime,
        _ => Harm::BlockedGoal,
    }
}
