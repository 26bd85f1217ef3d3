//! What else the visit says of the main problem, where little else went wrong. Each concludes something that a change can
//! start from, and rests on something that the visitor did.

use super::teller::Teller;
use crate::{
    analyze::{
        ClickPlace,
        detect::{Aftermath, Finding, FindingKind, Harm, Purpose},
    },
    insight::words::{count, duration, quote},
    model::{Evidence, Millis, Observation},
};

/// Less reading is a glance, in ms.
const READ_MS: Millis = 3_000;
/// A visit that ends this soon after the trouble ended with it, in ms.
const SOON_MS: Millis = 20_000;
/// What happens within this time after a page is entered is among the first things done there, in ms.
const EARLY_MS: Millis = 10_000;

/// Most telling first.
pub(super) const FURTHER: [fn(Teller<'_>, &Finding) -> Option<Observation>; 8] =
    [tried_next, no_other_way, interest, again, entry, alone, when, no_goal];

fn observation(title: String, detail: String, evidence: Evidence) -> Observation {
    Observation { title, detail, evidence: vec![evidence] }
}

/// Whether something that was used failed, where others are weighed, searched or passed by.
fn is_failure(main: &Finding) -> bool {
    use FindingKind as K;
    matches!(
        main.kind,
        K::Unresponsive | K::SlowAnswer | K::ErrorAfterClick | K::LongWait | K::MissedTarget | K::FormRefused
    )
}

fn last_moment(main: &Finding) -> Millis {
    main.moments.last().copied().unwrap_or_default()
}

/// The control that the visitor took instead.
fn tried_next(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if !is_failure(main) || main.aftermath == Aftermath::MovedOn {
        return None;
    }
    let is_main = |place: &ClickPlace| main.element.as_ref().is_some_and(|element| element.path == place.element);
    let after = t.0.click_places.iter().filter(|place| {
        place.first_at > last_moment(main)
            && place.page == main.page
            && place.interactive
            && !place.label.is_empty()
            && !is_main(place)
    });
    let next = after.min_by_key(|place| place.first_at)?;
    let name = quote(&next.label);
    let evidence = Evidence {
        element: Some(next.element.clone()).filter(|path| !path.is_empty()),
        ..t.moment(format!("{} on {name}", t.click()), next.first_at)
    };
    Some(observation(
        format!("{name} was tried next"),
        "That is where this visitor looked for another way, so a hint or an alternative belongs there.".to_owned(),
        evidence,
    ))
}

/// Nothing was tried after it.
fn no_other_way(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let end = t.0.diagnosis.outcome.left_at;
    let last = last_moment(main);
    let clicked_after = t.0.click_places.iter().any(|place| place.first_at > last);
    let soon = end.saturating_sub(last) <= SOON_MS;
    (is_failure(main) && main.aftermath == Aftermath::Left && main.harm == Harm::BlockedGoal && soon && !clicked_after)
        .then(|| {
            observation(
                "No second way was tried".to_owned(),
                format!(
                    "Nothing else was {} before the visit ended. If {} offers another way, it is not seen.",
                    t.clicked(),
                    t.path(&main.page)
                ),
                t.moment("end of the visit".to_owned(), end),
            )
        })
}

/// The page had been read, so the interest was there.
fn interest(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if !is_failure(main) {
        return None;
    }
    let reading = t.0.diagnosis.episodes.iter().filter(|episode| {
        matches!(episode.purpose, Purpose::Reading | Purpose::Choosing)
            && episode.page == main.page
            && episode.begin < main.at()
    });
    let longest = reading.max_by_key(|episode| episode.ms()).filter(|longest| longest.ms() >= READ_MS)?;
    Some(observation(
        format!("{} had been looked at closely", t.page_first(&main.page)),
        format!(
            "It was looked at for {} at a stretch: the visitor was interested, and was stopped when it came to acting.",
            duration(longest.ms())
        ),
        t.moment("looking at the page".to_owned(), longest.begin),
    ))
}

/// The page was entered more than once.
fn again(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let views: Vec<Millis> =
        t.0.summary.pages.iter().filter(|view| view.page == main.page).map(|view| view.entered_at).collect();
    let (&last, views) = (views.last()?, views.len() as u64);
    (views >= 2).then(|| {
        observation(
            format!("{} was needed more than once", t.page_first(&main.page)),
            format!("It was opened in {}: a change there is met each time.", count(views, "page view")),
            t.moment("opened again".to_owned(), last),
        )
    })
}

/// It happened on the page that the visit began on.
fn entry(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let first = t.0.summary.pages.first().filter(|first| first.page == main.page)?;
    Some(observation(
        "It meets visitors where they arrive".to_owned(),
        format!(
            "The visit began on {}. What goes wrong on a page that people arrive on costs the first impression.",
            t.path(&main.page)
        ),
        t.moment("start of the visit".to_owned(), first.entered_at),
    ))
}

/// Whether it came at once, or after the page had become familiar.
fn when(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let entered = t.0.summary.pages.iter().rev().find(|view| view.page == main.page && view.entered_at <= main.at())?;
    let evidence = t.moment("the page is entered".to_owned(), entered.entered_at);
    let path = t.page_first(&main.page);
    Some(match main.at().saturating_sub(entered.entered_at) <= EARLY_MS {
        true => observation(
            format!("It is among the first things done on {}", t.path(&main.page)),
            "It happened soon after the page was entered, so it meets people before anything else has won them over."
                .to_owned(),
            evidence,
        ),
        false => observation(
            format!("{path} was familiar by then"),
            "It happened well after the page was entered: this one part remained unclear, and not the page as a whole."
                .to_owned(),
            evidence,
        ),
    })
}

/// Nothing that counts as success came after it.
fn no_goal(t: Teller<'_>, _: &Finding) -> Option<Observation> {
    let outcome = &t.0.diagnosis.outcome;
    outcome.reached.is_none().then(|| {
        observation(
            "No goal was reached after it".to_owned(),
            "Nothing that counts as a success followed, so what got in the way here is the place to begin.".to_owned(),
            t.moment("end of the visit".to_owned(), outcome.left_at),
        )
    })
}

/// Nothing else was found.
fn alone(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    (t.0.diagnosis.findings.len() == 1).then(|| {
        observation(
            "It is the only trouble of this visit".to_owned(),
            "Nothing else got in the way, so a change in this one place would have made the visit a smooth one."
                .to_owned(),
            t.moment("the trouble".to_owned(), main.at()),
        )
    })
}
