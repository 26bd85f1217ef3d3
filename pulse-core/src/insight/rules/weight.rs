//! What gives the main problem its weight: what it cost, who was lost, what speaks for it.

use super::{story::Story, teller::Teller};
use crate::{
    analyze::detect::{Aftermath, Finding, FindingKind, Harm, Purpose},
    insight::{
        fact::COMPLETE,
        words::{count, duration, list, quote, rounded, sentence, times},
    },
    model::{Evidence, Millis, Observation},
};

/// Less time in fields is no effort to speak of, in ms.
const FILLED_MS: Millis = 5_000;

/// What else there is to say of the main problem, most telling first.
pub(super) const ALL: [fn(Teller<'_>, &Finding) -> Option<Observation>; 6] =
    [effort_lost, goal, others_work, shaken, came_far, gaps];

fn observation(title: String, detail: String, evidence: Vec<Evidence>) -> Observation {
    Observation { title, detail, evidence }
}

/// What came of the main problem.
pub(super) fn aftermath(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let path = t.path(&main.page);
    let last = main.moments.last().copied().unwrap_or_default();
    let left_at = t.0.diagnosis.outcome.left_at;
    let next = t.0.summary.pages.iter().find(|view| view.entered_at > last && view.page != main.page);
    let (title, detail, at) = match (main.aftermath, next) {
        (Aftermath::Left, _) if main.harm == Harm::BlockedGoal => (
            format!("This visitor was lost on {path}"),
            "No other page was opened after it: the trouble cost the whole visit, not one step of it.".to_owned(),
            left_at,
        ),
        (Aftermath::Left, _) => (
            format!("The visit went no further than {path}"),
            "No other page was opened after it. It may have been the reason for leaving; the recording cannot tell."
                .to_owned(),
            left_at,
        ),
        (Aftermath::CameBack, _) => (
            format!("The way forward from {path} was not found"),
            format!(
                "{} had been seen before: a step back instead of on.",
                next.map_or("The next page".to_owned(), |next| { format!("The next page, {},", t.path(&next.page)) })
            ),
            next.map_or(last, |next| next.entered_at),
        ),
        (Aftermath::GaveUp, _) => (
            format!("The visitor looked for another way on {path}"),
            "After it the visitor stayed and used other parts of the page, and no new page came of that.".to_owned(),
            last,
        ),
        (Aftermath::MovedOn, next) => {
            let told = main.figures.iter().any(|figure| duration(figure.value as Millis) == duration(main.cost_ms));
            let cost = if main.cost_ms >= 1_000 && !told { duration(main.cost_ms) } else { "time".to_owned() };
            let next = next
                .map_or("The visit went on".to_owned(), |next| format!("{} came next", sentence(&t.path(&next.page))));
            (
                format!("It cost the visitor {cost}, not the visit"),
                format!("{next}, so this visitor got past it. One with less patience may not."),
                last,
            )
        }
    };
    Some(observation(title, detail, vec![t.moment("what came after".to_owned(), at)]))
}

/// Findings that found no room: they are named, so that none vanishes.
pub(super) fn smaller(t: Teller<'_>, rest: &[Finding]) -> Option<Observation> {
    let first = rest.first()?;
    let titles: Vec<String> = rest
        .iter()
        .map(|finding| {
            let Story { title, .. } = super::story(t, finding);
            title
        })
        .collect();
    let title = match rest.len() {
        1 => "There is a smaller problem, too".to_owned(),
        _ => "There are smaller problems, too".to_owned(),
    };
    let mut evidence = vec![t.moment("the first of them".to_owned(), first.at())];
    evidence.extend(rest.iter().skip(1).take(4).map(|finding| t.moment("another one".to_owned(), finding.at())));
    Some(observation(title, format!("{}.", list(&titles)), evidence))
}

/// Typing that came to nothing.
fn effort_lost(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if main.harm != Harm::BlockedGoal || t.0.diagnosis.outcome.reached.is_some() {
        return None;
    }
    let filled =
        t.0.diagnosis.episodes.iter().filter(|episode| {
            matches!(episode.purpose, Purpose::Filling | Purpose::Paying) && episode.page == main.page
        });
    let longest = filled.max_by_key(|episode| episode.ms())?;
    (longest.ms() >= FILLED_MS).then(|| {
        observation(
            "The visitor was in earnest".to_owned(),
            format!(
                "{} of filling in on {} came to nothing. A visitor who was ready to go through with it was lost here.",
                sentence(&duration(longest.ms())),
                t.path(&main.page)
            ),
            vec![t.moment("filling in".to_owned(), longest.begin)],
        )
    })
}

/// The goal was reached all the same.
fn goal(t: Teller<'_>, _: &Finding) -> Option<Observation> {
    let goal = t.0.diagnosis.outcome.reached.as_ref()?;
    Some(observation(
        "The goal was reached all the same".to_owned(),
        format!(
            "It was reached on {}. The trouble cost time here; a visitor less set on the goal may give up.",
            t.path(&goal.page)
        ),
        vec![t.moment("goal reached".to_owned(), goal.at)],
    ))
}

/// Other controls of the page answered.
fn others_work(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if !matches!(main.kind, FindingKind::Unresponsive | FindingKind::SlowAnswer | FindingKind::ErrorAfterClick) {
        return None;
    }
    let troubled = |path: &str| {
        t.0.diagnosis
            .findings
            .iter()
            .any(|finding| finding.element.as_ref().is_some_and(|element| element.path == path))
    };
    let place = t.0.click_places.iter().find(|place| {
        place.page == main.page
            && place.interactive
            && place.dead == 0
            && !place.label.is_empty()
            && !troubled(&place.element)
    })?;
    let other = quote(&place.label);
    let evidence = Evidence {
        element: Some(place.element.clone()).filter(|path| !path.is_empty()),
        ..t.moment(format!("{} on {other}", t.click()), place.first_at)
    };
    Some(observation(
        "The fault lies in this control, not in the page".to_owned(),
        format!(
            "{} was used on the same page without trouble, so the page and its scripts had loaded.",
            sentence(&other)
        ),
        vec![evidence],
    ))
}

/// A shaken pointer speaks for it.
fn shaken(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let thrash = &t.0.summary.pointer.thrash;
    let near = thrash
        .iter()
        .find(|thrash| main.moments.iter().any(|at| thrash.start.saturating_sub(*at).saturating_abs() <= 15_000))?;
    Some(observation(
        "The pointer was shaken about that time".to_owned(),
        format!(
            "It happened {} in the visit. A sign that work is under way, or that it failed, is missing there.",
            times(thrash.len() as u64)
        ),
        vec![t.moment("shaken pointer".to_owned(), near.start)],
    ))
}

/// How far the visitor had come.
fn came_far(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let views = &t.0.summary.pages;
    let first = views.first()?;
    let is_far = views.len() >= 3 && main.harm == Harm::BlockedGoal && first.page != main.page;
    is_far.then(|| {
        observation(
            "It came late in the visit".to_owned(),
            format!(
                "The visitor had begun on {} and seen {} by the end: the visit failed at one of its last steps, not at the first.",
                t.path(&first.page),
                count(views.len() as u64, "page view")
            ),
            vec![t.moment("start of the visit".to_owned(), first.entered_at)],
        )
    })
}

/// Parts of the recording are missing.
fn gaps(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let share = t.0.summary.completeness.filter(|share| *share < COMPLETE)?;
    Some(observation(
        "Parts of this recording are missing".to_owned(),
        format!("{} % of it arrived, so there may have been more trouble than is told here.", rounded(share * 100.0)),
        vec![t.moment("start of the visit".to_owned(), main.at().min(t.0.started_at))],
    ))
}
