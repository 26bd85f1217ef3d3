//! Findings about one control.

use super::{
    story::Story,
    teller::{COMMITTED, Teller, begins_with, has_any, has_word, is_notice, label_of},
};
use crate::{
    analyze::detect::{Aftermath, ElementRef, Finding, Harm, Measure, Sort},
    insight::words::{count, element_name, noun, quote, sentence, sort_name, tag},
};

/// First words of buttons that send a form or lead on.
const SENDING: [&str; 10] =
    ["pay", "send", "submit", "save", "order", "buy", "apply", "create", "continue", "transfer"];

fn sort(finding: &Finding) -> Option<Sort> {
    finding.element.as_ref().map(|element| element.sort)
}

pub(super) fn unresponsive(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let here = t.element_here(finding);
    let (clicks, click) = (t.clicks(finding.count), t.click());
    let within = t.ms(finding, Measure::SpanMs).map_or(String::new(), |span| format!(" within {span}"));
    let title = match finding.count {
        1 => format!("{} did not answer a {click}", sentence(&e)),
        _ => format!("{} does not answer: {clicks} came to nothing", sentence(&e)),
    };
    let seen = match finding.count {
        1 => format!("On {page} a {click} on it changed nothing."),
        n => format!("On {page} it was {}{within}, and nothing changed.", t.clicked_times(n)),
    };
    let sends = begins_with(&label_of(finding.element.as_ref()), &SENDING);
    let repair = if sort(finding) == Some(Sort::Link) {
        format!("Repair {e} on {path}: the first {click} must open its page")
    } else if is_notice(finding) {
        format!("Repair {e} on {path}: the first {click} must close what it stands on")
    } else if sends || has_word(&finding.page, &COMMITTED) {
        format!("Repair {e} on {path}: the first {click} must bring the next page or a message")
    } else {
        format!("Repair {e} on {path}: the first {click} must show what it did")
    };
    let keep = if finding.harm == Harm::BlockedGoal { " and might have kept the visitor" } else { "" };
    let mut actions = vec![(
        repair,
        match finding.count {
            1 => "It looks ready to use, and was used in vain.".to_owned(),
            _ => format!("It looks ready to use. An answer to the first {click} would have spared the others{keep}."),
        },
    )];
    if sort(finding) == Some(Sort::Link) {
        actions.push((
            format!("Check where {e} leads, on {path} and on every other page that has it"),
            "A link whose address is wrong on one page is often wrong on others.".to_owned(),
        ));
    } else if t.has_form(&finding.page) && !is_notice(finding) {
        actions.push((
            format!("While {e} cannot be used, show it as disabled and say beside it what is missing"),
            format!("People who know what is missing supply it. The others can only {click} again."),
        ));
    }
    actions.push((
        format!("Log each {click} on {here} after which nothing changes"),
        "No script error came with it, so your error log does not show that it fails.".to_owned(),
    ));
    Story::new(title, &[&seen, t.then(finding)], actions)
}

pub(super) fn slow_answer(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let here = t.element_here(finding);
    let (clicks, click) = (t.clicks(finding.count), t.click());
    let (title, seen) = match t.ms(finding, Measure::WaitMs) {
        Some(wait) => (
            format!("{} answers late: it took {wait}", sentence(&e)),
            format!(
                "On {page} it was {} before the answer came. With no sign within a second, people take a {click} for \
                 lost and {click} again.",
                t.clicked_times(finding.count)
            ),
        ),
        None => (
            format!("{} answers, but the visitor did not notice: {clicks}", sentence(&e)),
            format!(
                "On {page} something changed after a {click} on it, and the visitor did it again: the change \
                     is easy to miss."
            ),
        ),
    };
    let faster = match t.ms(finding, Measure::WaitMs) {
        Some(wait) => {
            format!("{} is long enough to make people wonder whether the first one counted.", sentence(&wait))
        }
        None => "The sooner it is done, the less there is to doubt.".to_owned(),
    };
    Story::new(
        title,
        &[&seen, t.then(finding)],
        vec![
            (
                format!("Show at once that a {click} on {here} was taken: a pressed state, then a sign of progress"),
                format!("The first {click} was enough; a sign of it would have spared the others."),
            ),
            (format!("Speed up what {e} on {path} sets off, or finish it in the background"), faster),
            (
                format!("Ignore further {click}s on {here} until the first one is done"),
                "What is sent twice out of impatience costs more than the wait.".to_owned(),
            ),
        ],
    )
}

/// What several things of one sort are called, and one of them.
fn thing(element: &ElementRef, page: &str) -> &'static str {
    let is_day = tag(element) == "td" && has_word(page, &["calendar", "date", "availab"]);
    match element.sort {
        Sort::Text if is_day => "day",
        Sort::Text if tag(element) == "td" => "cell of the table",
        Sort::Text => "piece of text",
        Sort::Element if matches!(tag(element), "pre" | "code") => "code block",
        Sort::Element => "part of the page",
        sort => sort_name(sort),
    }
}

pub(super) fn false_affordance(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let (clicks, clicked, click) = (t.clicks(finding.count), t.clicked(), t.click());
    // Several things of one sort, or one.
    let sort_of = finding.element.as_ref().map_or("", |element| thing(element, &finding.page));
    let number = t.number(finding, Measure::Options).filter(|_| finding.element.is_some());
    let several = number.map(|n| count(n, sort_of));
    let e = several.clone().unwrap_or_else(|| match &finding.element {
        Some(element) if sort_of == "day" && element.label.is_none() => "a day".to_owned(),
        _ => t.element(finding),
    });
    let (title, seen, control, them) = match several {
        Some(_) => (
            format!("{e} look as if they could be {clicked}, and cannot"),
            format!("On {page} they took {clicks}. They are neither links nor buttons, and nothing came of it."),
            "controls",
            format!("the {e}"),
        ),
        None => (
            format!("{} looks as if it could be {clicked}, and cannot", sentence(&e)),
            format!(
                "On {page} it was {}. It is neither a link nor a button, and nothing came of it.",
                t.clicked_times(finding.count)
            ),
            "a control",
            e.clone(),
        ),
    };
    let hand = if click == "tap" { "" } else { "hand pointer, " };
    let (act, looks) = match (sort_of, number) {
        ("picture", Some(_)) => {
            (format!("Let {them} on {path} lead to what they show, or grow"), Some("frame, shadow"))
        }
        ("picture", None) => (format!("Let a {click} on {them} on {path} show it larger"), Some("frame, shadow")),
        ("heading", _) => {
            (format!("Let a {click} on {them} on {path} open what it announces"), Some("underline, arrow, colour"))
        }
        ("code block", _) => (format!("Let a {click} on {them} on {path} copy it"), None),
        ("day", _) => (format!("Let free days on {path} be picked, and grey out the others"), None),
        _ => (
            format!("Make {them} on {path} {control}, where something belongs behind a {click}"),
            Some("underline, frame, colour"),
        ),
    };
    let mut actions = vec![(act, format!("{clicks} in vain show that something is expected here."))];
    if let Some(looks) = looks {
        actions.push((
            format!("Otherwise take away on {path} what makes {them} look like {control}: {hand}{looks}"),
            format!("What looks like no control is not {clicked}, and the real controls stand out."),
        ));
    }
    if sort_of == "day" {
        actions.push((
            format!("Say on {path} before the first {click} how a day is picked, and which ones are free"),
            "People who know which days can be had do not try the others.".to_owned(),
        ));
    }
    Story::new(title, &[&seen, t.then(finding)], actions)
}

/// Targets of at least this size are as large as WCAG 2.2 asks for (2.5.8), in px.
const LARGE_PX: u64 = 24;

pub(super) fn missed_target(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let here = t.element_here(finding);
    let click = t.click();
    let px = t.number(finding, Measure::SizePx);
    let only = if px.is_some_and(|px| px < LARGE_PX) { "only " } else { "" };
    let size = px.map(|px| format!("{} measures {only}{px} px at its shorter side.", sentence(&e)));
    let off = t.whole(finding, Measure::DistancePx).map_or(String::new(), |px| format!(", {px} px off on average"));
    let other = finding.other.as_ref().map(element_name);
    let seen = match &other {
        Some(other) => format!("On {page} {other} was hit instead, and its page was left at once."),
        None => format!("On {page} {} fell beside it{off}.", t.clicks(finding.count)),
    };
    let lost = match (finding.harm, finding.aftermath) {
        (Harm::BlockedGoal, _) => "It was never hit.",
        (_, Aftermath::MovedOn) => "It was hit in the end.",
        _ => "",
    };
    let sorts = match sort(finding) {
        Some(sort @ (Sort::Link | Sort::Button | Sort::Field)) => noun(2, sort_name(sort)),
        _ => "targets".to_owned(),
    };
    let large = match px {
        Some(px) if px < LARGE_PX => format!("at least as large as WCAG asks for (now {px} px)"),
        Some(px) => format!("larger (now {px} px)"),
        None => "larger".to_owned(),
    };
    let mut actions = vec![(
        format!("Make {e} {large}, and check the other {sorts} of {path}"),
        "Targets of the same size are missed in the same way.".to_owned(),
    )];
    actions.push(match &other {
        Some(other) => (
            format!("Put more room between {here} and {other}"),
            format!("A {click} that is a little off then opens no other page."),
        ),
        None => (
            format!("Let the room around {e} on {path} take {click}s, too"),
            format!("The {click}s beside it were aimed at it, and its look need not change."),
        ),
    });
    Story::new(format!("{} is hard to hit", sentence(&e)), &[&seen, size.as_deref().unwrap_or(""), lost], actions)
}

pub(super) fn error_after_click(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let here = t.element_here(finding);
    let click = t.click();
    let message = finding.error.as_deref().filter(|message| !message.is_empty()).map(quote);
    let title = match finding.count {
        1 => format!("A script error follows a {click} on {e}"),
        n => format!("Script errors follow {} on {e}", t.clicks(n)),
    };
    let reported = message.as_deref().unwrap_or("an error");
    let went_on = finding.aftermath == Aftermath::MovedOn;
    let seen = format!(
        "On {page} the browser reported {reported} within a second of {}.",
        if finding.count == 1 { "it".to_owned() } else { format!("each {click}") }
    );
    let means = if went_on { "" } else { "What the visitor asked for probably did not happen." };
    let says = message.as_ref().map_or(String::new(), |message| format!(": {message}"));
    let raw = finding.error.as_deref().unwrap_or_default().to_lowercase();
    let is_request = has_any(&raw, &["fetch", "network", "load failed", "timeout"]);
    let mend = match is_request {
        true => format!("Find out why the request behind {here} fails{says}"),
        false => format!("Fix the script behind {here}{says}"),
    };
    let ends = match went_on {
        true => format!("A {click} on it ends in this error, even where the visitor can go on."),
        false => format!("A {click} on it ends in this error, so what it is there for does not get done."),
    };
    let mut actions = vec![
        (mend, ends),
        (
            format!("When {here} fails, say so beside it and offer another way"),
            "An error that only the browser sees leaves the visitor waiting for nothing.".to_owned(),
        ),
    ];
    if t.filled(&finding.page, finding.at()) {
        actions.push((
            format!("Keep what was entered on {path} when {e} fails, so that it can be tried again"),
            "People try once more after an error; they seldom fill in everything twice.".to_owned(),
        ));
    }
    Story::new(title, &[&seen, means, t.then(finding)], actions)
}

pub(super) fn long_wait(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let here = t.element_here(finding);
    let click = t.click();
    let wait = t.ms(finding, Measure::WaitMs).unwrap_or_else(|| "a long time".to_owned());
    let ended = match finding.aftermath {
        Aftermath::MovedOn => "Then the answer came.",
        Aftermath::GaveUp => "Then the visitor gave up waiting and went on by hand.",
        Aftermath::CameBack => "Then the visitor went back: the answer came too late, or never.",
        Aftermath::Left => "Then the visit ended: the answer came too late, or never.",
    };
    let far = if sort(finding) == Some(Sort::Link) { "" } else { ", and how far it is" };
    Story::new(
        format!("A {click} on {e} was followed by {wait} of waiting"),
        &[&format!("On {page} the visitor {} nothing else meanwhile.", t.clicked()), ended],
        vec![
            (
                format!("Show at once after a {click} on {here} that work is under way{far}"),
                "People wait longer, and more calmly, for what they see coming.".to_owned(),
            ),
            (
                format!("Find what takes so long behind {e} on {path}, and load or prepare it ahead"),
                format!("{} is long enough for people to think that nothing happens, and to leave.", sentence(&wait)),
            ),
        ],
    )
}

pub(super) fn hesitation(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page) = (t.element(finding), t.page(&finding.page));
    let here = t.element_here(finding);
    let long = t.ms(finding, Measure::BeforeClickMs).unwrap_or_else(|| "long".to_owned());
    let usual = t.than_usual(finding, Measure::BeforeClickMs);
    let click = t.click();
    let is_priced = label_of(finding.element.as_ref()).contains(['€', '$', '£', '¥']);
    let title = match is_priced {
        true => format!("The visitor weighed the price before the {click} on {e}"),
        false => format!("The visitor hesitated before the {click} on {e}"),
    };
    let say = match is_priced {
        true => (
            format!("Say beside {here} what the price includes, and until when it can be taken back"),
            "What is known of a price need not be thought over.".to_owned(),
        ),
        false => (
            format!("Say on {here}, or beside it, what a {click} there brings and what it commits to"),
            "People who know what follows need no time to think about it.".to_owned(),
        ),
    };
    Story::new(
        title,
        &[
            &format!("On {page} the pointer rested on controls for long before {}.", t.clicks(finding.count)),
            &format!("Longest was {e}: {long}{usual}."),
        ],
        vec![
            say,
            (
                format!("Let what {here} does be undone, and say so"),
                "A step that can be taken back is taken sooner.".to_owned(),
            ),
        ],
    )
}
