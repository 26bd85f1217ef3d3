//! What gives the main problem its weight: what it cost, who was lost, what speaks for it.

use super::{
    story::Story,
    teller::{COMMITTED, Teller, has_word},
};
use crate::{
    analyze::detect::{Aftermath, Finding, FindingKind, Harm, Measure, Purpose, Sort},
    insight::{
        fact::COMPLETE,
        words::{duration, in_words, list, noun, quote, rounded, sentence, times},
    },
    model::{Evidence, Millis, Observation},
};

/// Less time in fields is no effort to speak of, in ms.
const FILLED_MS: Millis = 5_000;
/// With fewer key presses nothing was filled in.
const TYPED: u64 = 10;

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
        (Aftermath::Left, _) => match pages_before(t, main, last) {
            0 => (
                format!("The visit went no further than {path}"),
                "No other page was opened after it. It may have been the reason for leaving; the recording cannot tell."
                    .to_owned(),
                left_at,
            ),
            n => (
                format!("The visit ended on {path}"),
                format!(
                    "It ended after {} other {}: this may have been the reason; the recording cannot tell.",
                    in_words(n),
                    noun(n, "page")
                ),
                left_at,
            ),
        },
        (Aftermath::CameBack, _) => (
            format!("The way forward from {path} was not found"),
            match next {
                Some(next) => format!(
                    "The next page, {}, had been seen before: a step back instead of on.",
                    t.path(&next.page)
                ),
                None => "The last step, too, led to a page that had been seen.".to_owned(),
            },
            next.map_or(last, |next| next.entered_at),
        ),
        (Aftermath::GaveUp, _) => (
            format!("The visitor looked for another way on {path}"),
            "After it the visitor stayed and used other parts of the page, and no new page came of that.".to_owned(),
            last,
        ),
        (Aftermath::MovedOn, _) => {
            let told = main.figures.iter().any(|figure| duration(figure.value as Millis) == duration(main.cost_ms));
            let cost = if main.cost_ms >= 1_000 && !told { duration(main.cost_ms) } else { "time".to_owned() };
            let goal = t.0.diagnosis.outcome.reached.as_ref().filter(|goal| goal.at >= last);
            match goal {
                Some(goal) => (
                    format!("It cost the visitor {cost}, not the goal"),
                    format!("The goal was still reached on {}: {}.", t.path(&goal.page), what_works(main)),
                    goal.at,
                ),
                None => {
                    let waited = matches!(main.kind, FindingKind::LongWait | FindingKind::SlowAnswer);
                    let next = match reached_in_the_end(t, main) {
                        Some(next) => format!("{} came next", sentence(&t.path(&next))),
                        None if waited => "The answer came in the end".to_owned(),
                        None => "The visit went on".to_owned(),
                    };
                    (
                        format!("It cost the visitor {cost}, not the visit"),
                        format!("{next}, so this visitor got past it. One with less patience may not."),
                        last,
                    )
                }
            }
        }
    };
    Some(observation(title, detail, vec![t.moment("what came after".to_owned(), at)]))
}

/// What a goal that was reached all the same says of the trouble on the way.
fn what_works(main: &Finding) -> &'static str {
    use FindingKind as K;
    match main.kind {
        K::FormEffort => "the form works, the field is what slows it",
        K::FormRefused => "the form can be passed, and says too late how",
        K::SlowAnswer => "what it does works, and what is missing is a sign that it is under way",
        K::LongWait => "it works, and the wait is what to work on",
        K::MissedTarget => "the way is right, and its target too small",
        K::HardChoice => "the offer suits, and choosing from it is what takes long",
        K::Away => "what was missing here could be found elsewhere",
        _ => "the visitor wanted it enough to get around this",
    }
}

/// The page that came after the trouble: where a neighbour was hit, its page is part of the trouble.
fn reached_in_the_end(t: Teller<'_>, main: &Finding) -> Option<String> {
    let views = &t.0.summary.pages;
    let mut from = main.moments.last().copied().unwrap_or_default();
    if main.kind == FindingKind::MissedTarget && main.other.is_some() {
        let wrong = views.iter().position(|view| view.entered_at > from && view.page != main.page)?;
        from = views[wrong..].iter().find(|view| view.page == main.page)?.entered_at;
    }
    views.iter().find(|view| view.entered_at > from && view.page != main.page).map(|view| view.page.clone())
}

/// How many other pages had been seen up to a time.
fn pages_before(t: Teller<'_>, main: &Finding, at: Millis) -> usize {
    let views = t.0.summary.pages.iter().filter(|view| view.entered_at <= at && view.page != main.page);
    let mut pages: Vec<&str> = views.map(|view| view.page.as_str()).collect();
    pages.sort_unstable();
    pages.dedup();
    pages.len()
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
    let lost = main.harm == Harm::BlockedGoal && main.aftermath == Aftermath::Left;
    let is_search = main.kind == FindingKind::GivenUp && main.figure(Measure::Submits).is_some();
    let typed = t.0.summary.counts.keypress >= TYPED;
    if !lost || !typed || is_search || t.0.diagnosis.outcome.reached.is_some() {
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
            format!("{} of filling in were lost: this visitor meant it.", sentence(&duration(longest.ms()))),
            vec![t.moment("filling in".to_owned(), longest.begin)],
        )
    })
}

/// The goal was reached all the same, where what came of the trouble does not say so.
fn goal(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let goal = t.0.diagnosis.outcome.reached.as_ref()?;
    let last = main.moments.last().copied().unwrap_or_default();
    let (title, detail) = match (main.aftermath, goal.at >= last) {
        (Aftermath::MovedOn, true) => return None,
        (_, true) => (
            "The goal was reached all the same",
            format!("It was reached on {}: the trouble made the way longer, and did not bar it.", t.path(&goal.page)),
        ),
        (_, false) => (
            "The goal had been reached before",
            format!("It was reached on {}: the trouble cost what the visitor did after that.", t.path(&goal.page)),
        ),
    };
    Some(observation(title.to_owned(), detail, vec![t.moment("goal reached".to_owned(), goal.at)]))
}

/// Other controls of the page answered.
fn others_work(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if !matches!(main.kind, FindingKind::Unresponsive | FindingKind::ErrorAfterClick) {
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
            && place.label != place.element
            && !troubled(&place.element)
    })?;
    let other = quote(&place.label);
    let evidence = Evidence {
        element: Some(place.element.clone()).filter(|path| !path.is_empty()),
        ..t.moment(format!("{} on {other}", t.click()), place.first_at)
    };
    Some(observation(
        "Other parts of the page could be used".to_owned(),
        format!(
            "{} could be used on the same page: look at {}, not at the page as a whole.",
            sentence(&other),
            match main.element.as_ref().map(|element| element.sort) {
                Some(Sort::Link) => "this link and where it leads",
                Some(Sort::Button) => "this button and what it calls",
                _ => "this control and what it calls",
            }
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
    let first = t.0.summary.pages.first()?;
    let pages = pages_before(t, main, main.at());
    let lost = main.harm == Harm::BlockedGoal && main.aftermath == Aftermath::Left;
    let is_far = pages >= 2 && lost && first.page != main.page && has_word(&main.page, &COMMITTED);
    let step = if has_word(&main.page, &["cart", "basket"]) { "on the way to paying" } else { "at the last step" };
    is_far.then(|| {
        observation(
            "It came late in the visit".to_owned(),
            format!(
                "{} pages led here: the visitor had already chosen, and was stopped {step}.",
                sentence(&in_words(pages))
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
