//! What else the visit says of the main problem, where little else went wrong. Each concludes something that a change can
//! start from, and rests on something that the visitor did.

use super::teller::{COMMITTED, PRIVATE, Teller, has_word, is_notice};
use crate::{
    analyze::{
        ClickPlace,
        detect::{Aftermath, Finding, FindingKind, Harm, Measure, Sort},
    },
    insight::{
        fact::{COMPLETE, read_before},
        words::{duration, quote, sentence, times},
    },
    model::{Device, Evidence, Millis, Observation},
};

/// A visit that ends this soon after the trouble ended with it, in ms.
const SOON_MS: Millis = 20_000;
/// What happens within this time after a page is entered is among the first things done there, in ms.
const EARLY_MS: Millis = 10_000;
/// Who comes to a page so often depends on it.
const OFTEN: u64 = 3;

/// Most telling first; the last two can be said of every visit.
pub(super) const FURTHER: [fn(Teller<'_>, &Finding) -> Option<Observation>; 9] =
    [tried_next, no_other_way, interest, again, entry, alone, when, one_visit, device];

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

/// The control that the visitor took instead, before leaving the page.
fn tried_next(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if !is_failure(main) || main.aftermath == Aftermath::MovedOn {
        return None;
    }
    let last = last_moment(main);
    let left = t.0.summary.pages.iter().map(|view| view.entered_at).find(|at| *at > last);
    let is_main = |place: &ClickPlace| main.element.as_ref().is_some_and(|element| element.path == place.element);
    let after = t.0.click_places.iter().filter(|place| {
        place.first_at > last
            && left.is_none_or(|left| place.first_at < left)
            && place.page == main.page
            && place.interactive
            && !place.label.is_empty()
            && place.label != place.element
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
    let needs_none = main.kind == FindingKind::FormRefused || main.element.is_none() || is_notice(main);
    let lost = main.aftermath == Aftermath::Left && main.harm == Harm::BlockedGoal && soon;
    (is_failure(main) && !needs_none && lost && !clicked_after).then(|| {
        observation(
            "No second way was tried".to_owned(),
            format!("Nothing else was {}: this visitor saw no second way, or wanted none.", t.clicked()),
            t.moment("end of the visit".to_owned(), end),
        )
    })
}

/// The page had been read, so the interest was there.
fn interest(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    if !is_failure(main) || main.kind == FindingKind::FormRefused || main.element.is_none() || is_notice(main) {
        return None;
    }
    if t.filled(&main.page, main.at()) {
        return None;
    }
    let read = read_before(t.0, main)?;
    let (path, click) = (t.path(&main.page), t.click());
    let it = match main.element.as_ref().map(|element| element.sort) {
        Some(Sort::Link) => "link",
        Some(Sort::Button) => "button",
        Some(Sort::Field) => "field",
        _ => "control",
    };
    let means = match main.kind {
        FindingKind::MissedTarget => format!("the {click}s beside the {it} were meant for it"),
        _ => format!("the {it} was used on purpose"),
    };
    Some(observation(
        format!("{} had been read first", t.page_first(&main.page)),
        format!("The visitor had looked at {path} for {} before the {click}: {means}.", duration(read.ms())),
        t.moment("looking at the page".to_owned(), read.begin),
    ))
}

/// The page was entered again and again.
fn again(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    use FindingKind as K;
    let is_search = main.kind == K::GivenUp && main.figure(Measure::Submits).is_some();
    let is_reload = main.kind == K::LongWait && main.element.is_none();
    if matches!(main.kind, K::BackAndForth | K::FormRefused | K::MissedTarget | K::Away) || is_search || is_reload {
        return None;
    }
    let views = &t.0.summary.pages;
    let loaded_anew = views.windows(2).any(|pair| pair[0].page == main.page && pair[1].page == main.page);
    let entered: Vec<Millis> = views.iter().filter(|view| view.page == main.page).map(|view| view.entered_at).collect();
    let last = *entered.last()?;
    (entered.len() as u64 >= OFTEN && !loaded_anew).then(|| {
        let path = t.page_first(&main.page);
        observation(
            format!("{path} is a page to come back to"),
            format!("{path} was opened {}: the visitor depends on it.", times(entered.len() as u64)),
            t.moment("opened again".to_owned(), last),
        )
    })
}

/// It happened on the page that the visit began on, before any other was seen.
fn entry(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    use FindingKind as K;
    let views = &t.0.summary.pages;
    let first = views.first().filter(|first| first.page == main.page && !has_word(&first.page, &PRIVATE))?;
    let went_on = views.iter().any(|view| view.page != main.page && view.entered_at <= main.at());
    if went_on || matches!(main.kind, K::BackAndForth | K::Away) {
        return None;
    }
    Some(observation(
        "It meets visitors where they arrive".to_owned(),
        format!("The visit began here: whoever arrives on {} meets this before any other page.", t.path(&main.page)),
        t.moment("start of the visit".to_owned(), first.entered_at),
    ))
}

/// Whether it came at once.
fn when(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    use FindingKind as K;
    let tells = is_failure(main) || matches!(main.kind, K::FalseAffordance | K::FormEffort);
    if !tells
        || main.element.is_none()
        || entry(t, main).is_some()
        || has_word(&main.page, &COMMITTED) && !t.has_form(&main.page)
    {
        return None;
    }
    let entered = t.0.summary.pages.iter().rev().find(|view| view.page == main.page && view.entered_at <= main.at())?;
    let path = t.path(&main.page);
    (main.at().saturating_sub(entered.entered_at) <= EARLY_MS).then(|| {
        observation(
            format!("It comes at the beginning of {path}"),
            format!("{} had only just been opened: it stands in the way from the start.", sentence(&path)),
            t.moment("the page is entered".to_owned(), entered.entered_at),
        )
    })
}

/// Nothing else was found.
fn alone(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let complete = t.0.summary.completeness.is_none_or(|share| share >= COMPLETE);
    (t.0.diagnosis.findings.len() == 1 && complete).then(|| {
        observation(
            "It is the only trouble found in this visit".to_owned(),
            match main.kind {
                FindingKind::BackAndForth => {
                    "Nothing else got in the way: what these pages say is the one thing to work on.".to_owned()
                }
                _ => {
                    format!("Nothing else got in the way: this is the one place on {} to work on.", t.path(&main.page))
                }
            },
            t.moment("the trouble".to_owned(), main.at()),
        )
    })
}

/// How far one recording goes.
fn one_visit(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    Some(observation(
        "One visit shows that it happens, not how often".to_owned(),
        format!("How many others meet it on {} decides how urgent it is.", t.path(&main.page)),
        t.moment("the trouble".to_owned(), main.at()),
    ))
}

/// What it was seen on: pages are laid out anew for each kind of device.
fn device(t: Teller<'_>, main: &Finding) -> Option<Observation> {
    let (seen, other) = match t.0.device {
        Device::Desktop => ("a computer", "a phone"),
        Device::Mobile => ("a phone", "a computer"),
        Device::Tablet => ("a tablet", "a phone"),
        Device::Unknown => return None,
    };
    Some(observation(
        format!("It was met on {seen}"),
        format!(
            "{} may be laid out otherwise on {other}: reproduce it on {seen} first.",
            sentence(&t.path(&main.page))
        ),
        t.moment("the trouble".to_owned(), main.at()),
    ))
}

/// What can be done about any trouble, once it is changed.
pub(super) fn afterwards(t: Teller<'_>, main: &Finding) -> [(String, String); 2] {
    let (path, hand) = (t.path(&main.page), if t.click() == "tap" { "by touch" } else { "with a mouse" });
    [
        (
            format!("Compare the visits to {path} before and after the change"),
            "One visit shows that it happens; whether the change helped, only the others can show.".to_owned(),
        ),
        (
            format!("Repeat on {path} what this visitor did, with a mouse and by touch, before the change goes live"),
            format!("It was met {hand}; a change that helps one hand alone is half of one."),
        ),
    ]
}
