//! Findings about one control.

use super::{
    story::Story,
    teller::{Teller, sort_name},
};
use crate::{
    analyze::detect::{Aftermath, Finding, Harm, Measure, Sort},
    insight::words::{count, quote, sentence},
};

pub(super) fn unresponsive(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
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
    let second = match finding.element.as_ref().map(|element| element.sort) {
        Some(Sort::Link) => (
            format!("Check where {e} leads, on {path} and on every other page that has it"),
            "A link whose address is wrong on one page is often wrong on others.".to_owned(),
        ),
        _ => (
            format!("While {e} cannot be used, show it as disabled and say beside it what is missing"),
            format!("People who know what is missing supply it. The others can only {click} again."),
        ),
    };
    let keep = if finding.harm == Harm::BlockedGoal { " and might have kept the visitor" } else { "" };
    Story::new(
        title,
        &[&seen, t.then(finding)],
        [
            (
                format!("Make {e} on {path} answer, or take it off the page"),
                match finding.count {
                    1 => "It looks ready to use, and was used in vain.".to_owned(),
                    _ => format!(
                        "It looks ready to use. An answer to the first {click} would have spared the others{keep}."
                    ),
                },
            ),
            second,
            (
                format!("Log each {click} on {e} after which nothing changes"),
                "No script error came with it, so your error log does not show that it fails.".to_owned(),
            ),
        ],
    )
}

pub(super) fn slow_answer(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
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
        [
            (
                format!("Show at once that a {click} on {e} was taken: a pressed state, then a sign of progress"),
                format!("The first {click} was enough; a sign of it would have spared the others."),
            ),
            (format!("Make what {e} on {path} starts faster, or finish it in the background"), faster),
            (
                format!("Ignore further {click}s on {e} until the first one is done"),
                "What is sent twice out of impatience costs more than the wait.".to_owned(),
            ),
        ],
    )
}

pub(super) fn false_affordance(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let (clicks, clicked) = (t.clicks(finding.count), t.clicked());
    // Several things of one sort, or one.
    let several = t
        .number(finding, Measure::Options)
        .zip(finding.element.as_ref())
        .map(|(n, element)| count(n, sort_name(element.sort)));
    let e = several.clone().unwrap_or_else(|| t.element(finding));
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
    Story::new(
        title,
        &[&seen, t.then(finding)],
        [
            (
                format!("Let {them} on {path} do what people expect: show more, larger, or lead to the details"),
                format!("{clicks} in vain show that something is expected here."),
            ),
            (
                format!(
                    "Otherwise take away on {path} what makes {them} look like {control}: hand pointer, underline, shadow, \
                     colour"
                ),
                "What does not look clickable is not clicked, and the real controls stand out.".to_owned(),
            ),
            (
                format!("If {path} has a control for it elsewhere, move it next to {them}"),
                format!("The {}s show where people look for it.", t.click()),
            ),
        ],
    )
}

pub(super) fn missed_target(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let size = t.whole(finding, Measure::SizePx).map(|size| format!(" Its shorter side is {size} px."));
    let off = t.whole(finding, Measure::DistancePx).map_or(String::new(), |px| format!(", {px} px off on average"));
    let seen = match &finding.other {
        Some(other) => format!("On {page} {} was hit instead and left at once.", super::teller::element_name(other)),
        None => format!("On {page} {} fell beside it{off}.", t.clicks(finding.count)),
    };
    let lost = match (finding.harm, finding.aftermath) {
        (Harm::BlockedGoal, _) => "It was never hit.",
        (_, Aftermath::MovedOn) => "It was hit in the end.",
        _ => "",
    };
    Story::new(
        format!("{} is hard to hit", sentence(&e)),
        &[&seen, size.as_deref().unwrap_or("").trim_start(), lost],
        [
            (
                format!("Enlarge the area of {e} on {path} that takes {}s", t.click()),
                "The misses were aimed at it. A larger area takes them without a change of its look.".to_owned(),
            ),
            (
                format!("Put more room between {e} and its neighbours"),
                format!("A {} that is a little off then does no harm.", t.click()),
            ),
            (
                format!("Give every target on {path} at least the size that WCAG asks for, not this one alone"),
                "Targets of the same size are missed in the same way.".to_owned(),
            ),
        ],
    )
}

pub(super) fn error_after_click(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page) = (t.element(finding), t.page(&finding.page));
    let click = t.click();
    let message = finding.error.as_deref().filter(|message| !message.is_empty()).map(quote);
    let title = match finding.count {
        1 => format!("A script error follows a {click} on {e}"),
        n => format!("Script errors follow {} on {e}", t.clicks(n)),
    };
    let reported = message.as_deref().unwrap_or("an error");
    let seen = format!(
        "On {page} the browser reported {reported} within a second of {}. What the visitor asked for probably did not \
         happen.",
        if finding.count == 1 { "it".to_owned() } else { format!("each {click}") }
    );
    let says = message.as_ref().map_or(String::new(), |message| format!(": {message}"));
    Story::new(
        title,
        &[&seen, t.then(finding)],
        [
            (
                format!("Fix the script behind {e}{says}"),
                format!("A {click} on it ends in this error, so what it is there for does not get done."),
            ),
            (
                format!("When {e} fails, say so beside it and offer another way"),
                "An error that only the browser sees leaves the visitor waiting for nothing.".to_owned(),
            ),
            (
                format!(
                    "Keep what was entered on {} when {e} fails, so that it can be tried again",
                    t.path(&finding.page)
                ),
                "People try once more after an error; they seldom fill in everything twice.".to_owned(),
            ),
        ],
    )
}

pub(super) fn long_wait(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let click = t.click();
    let wait = t.ms(finding, Measure::WaitMs).unwrap_or_else(|| "a long time".to_owned());
    let ended = match finding.aftermath {
        Aftermath::MovedOn => "Then the answer came.",
        Aftermath::GaveUp => "Then the visitor gave up waiting and went on by hand.",
        Aftermath::CameBack => "Then the visitor went back: the answer came too late, or never.",
        Aftermath::Left => "Then the visit ended: the answer came too late, or never.",
    };
    Story::new(
        format!("A {click} on {e} was followed by {wait} of waiting"),
        &[&format!("On {page} the visitor did nothing else meanwhile."), ended],
        [
            (
                format!("Show at once after a {click} on {e} that work is under way, and how far it is"),
                "People wait longer, and more calmly, for what they see coming.".to_owned(),
            ),
            (
                format!("Find what takes so long behind {e} on {path}, and load or prepare it ahead"),
                format!("{} is long enough for people to think that nothing happens, and to leave.", sentence(&wait)),
            ),
            (
                format!("Keep the rest of {path} usable while {e} is at work"),
                "The visitor did nothing else meanwhile. A wait that can be filled with reading is felt less."
                    .to_owned(),
            ),
        ],
    )
}

pub(super) fn hesitation(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page) = (t.element(finding), t.page(&finding.page));
    let long = t.ms(finding, Measure::BeforeClickMs).unwrap_or_else(|| "long".to_owned());
    let usual = t.than_usual(finding, Measure::BeforeClickMs);
    Story::new(
        format!("It is not clear what {e} will do"),
        &[
            &format!("On {page} the pointer rested on controls for long before {}.", t.clicks(finding.count)),
            &format!("Longest was {e}: {long}{usual}."),
        ],
        [
            (
                format!("Say on {e}, or beside it, what a click there brings and what it commits to"),
                "People who know what follows need no time to think about it.".to_owned(),
            ),
            (
                format!("Let what {e} does be undone, and say so"),
                "A step that can be taken back is taken sooner.".to_owned(),
            ),
            (
                format!("Move what has to be known before it, such as price and terms, next to {e}"),
                "The pointer was on the control already: that is where the question comes up.".to_owned(),
            ),
        ],
    )
}
