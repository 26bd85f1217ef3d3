//! What gives the main problem its weight: what it cost, who was lost, what speaks for it.

use super::{story::Story, teller::Teller};
use crate::{
    analyze::detect::{Aftermath, Finding, FindingKind, Harm, Purpose},
    insight::{
        fact::COMPLETE,
        words::{count, duration, list, quote, rounded, sentence, times},
    },
    model::{Evidence, Millis, Observation, Recommendation},
};

/// Less time in fields is no effort to speak of, in ms.
const FILLED_MS: Millis = 5_000;

/// What else there is to say of the main problem, most telling first.
pub(super) const ALL: [fn(Teller<'_>, &Finding) -> Option<Observation>; 6] =
    [effort_lost, goal, others_work, shaken, came_far, gaps];

/// Tells something of the main problem, given how many others there are.
type Further = fn(Teller<'_>, &Finding, usize) -> Option<Observation>;

/// What remains to be said where little went wrong, so that an answer has its four insights.
pub(super) const FURTHER: [Further; 3] = [alone, way_there, replay];

/// Nothing else was found.
fn alone(t: Teller<'_>, main: &Finding, others: usize) -> Option<Observation> {
    (others == 0).then(|| {
        observation(
            "Nothing else got in the way of this visit".to_owned(),
            format!("The rest of it went well, so that a change on {} has the whole visit to win.", t.path(&main.page)),
            vec![t.moment("start of the visit".to_owned(), t.0.started_at)],
        )
    })
}

/// Where the visitor came from.
fn way_there(t: Teller<'_>, main: &Finding, _: usize) -> Option<Observation> {
    let views = &t.0.summary.pages;
    let at = views.iter().position(|view| view.page == main.page)?;
    let path = t.path(&main.page);
    let evidence = vec![t.moment(format!("{path} is entered"), views[at].entered_at)];
    Some(match at.checked_sub(1).map(|before| t.path(&views[before].page)) {
        Some(before) => observation(
            format!("The way there led over {before}"),
            format!("What {before} promises is what the visitor looked for on {path}."),
            evidence,
        ),
        None => observation(
            format!("{} was the first page of the visit", sentence(&path)),
            "Nothing on the site had prepared the visitor for it.".to_owned(),
            evidence,
        ),
    })
}

/// It can be watched.
fn replay(t: Teller<'_>, main: &Finding, _: usize) -> Option<Observation> {
    Some(observation(
        "The moment can be watched".to_owned(),
        "The replay shows where the pointer was when it began, and what was tried after it.".to_owned(),
        vec![t.moment("where it began".to_owned(), main.at())],
    ))
}

/// What else to do about the main problem, so that an answer has its three recommendations.
pub(super) fn further_actions(t: Teller<'_>, main: &Finding) -> [Recommendation; 2] {
    let path = t.path(&main.page);
    let of = |action: String, rationale: &str| Recommendation {
        action,
        rationale: rationale.to_owned(),
        evidence: t.evidence(main),
    };
    [
        of(
            format!("Watch the moment on {path} before anything is changed there"),
            "It shows what the visitor saw and expected, which the change can start from.",
        ),
        of(
            format!("Mark the problem on {path} as fixed when the change is live"),
            "The visits after it then tell whether it stays away or returns.",
        ),
    ]
}

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
            "No other page was opened after it. Whatever else the site offers, this visit ended with the trouble.".to_owned(),
            left_at,
        ),
        (Aftermath::Left, _) => (
            format!("The visit went no further than {path}"),
            "No other page was opened after it. It may have been enough to end the visit; the recording does not say more."
                .to_owned(),
            left_at,
        ),
        (Aftermath::CameBack, _) => (
            format!("The way forward from {path} was not found"),
            format!("{} had been seen before: a step back instead of on.", next.map_or("The next page".to_owned(), |next| {
                format!("The next page, {},", t.path(&next.page))
            })),
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
            let next = next.map_or("The visit went on".to_owned(), |next| format!("{} came next", sentence(&t.path(&next.page))));
            (
                format!("It cost the visitor {cost}, not the visit"),
                format!("{next}, so this visitor found the way in spite of it. One with less patience may not."),
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
            "The visitor meant it".to_owned(),
            format!(
                "{} of filling in on {} came to nothing. This is a loss of someone willing, not of a passer-by.",
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
        format!("It was reached on {}. The trouble made that harder, and did not prevent it.", t.path(&goal.page)),
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
            && !place.element.is_empty()
            && !troubled(&place.element)
    })?;
    let label = Some(place.label.clone()).filter(|label| !label.is_empty());
    let other = quote(label.as_deref().unwrap_or(&place.element));
    let evidence = Evidence {
        element: Some(place.element.clone()),
        ..t.moment(format!("{} on {other}", t.click()), place.first_at)
    };
    Some(observation(
        "The fault lies in this control, not in the whole page".to_owned(),
        format!("On the same page {other} was used without trouble."),
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
            "That happened {} in the visit and fits waiting for an answer that does not come.",
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
                "The visitor had begun on {} and seen {} by the end: what is lost here had already been won over.",
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
