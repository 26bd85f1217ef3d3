//! Findings about choosing, scrolling and going from page to page.

use super::{
    story::Story,
    teller::{Teller, element_name},
};
use crate::{
    analyze::detect::{Aftermath, Finding, Harm, Measure},
    insight::words::{count, sentence, times},
};

pub(super) fn hard_choice(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let options = count(t.number(finding, Measure::Options).unwrap_or_default(), "option");
    let again = t
        .number(finding, Measure::Returns)
        .map_or(String::new(), |n| format!("The visitor came back {} to what had been looked at before.", times(n)));
    let time = t.ms(finding, Measure::BeforeClickMs).unwrap_or_else(|| "long".to_owned());
    let usual = t.than_usual(finding, Measure::BeforeClickMs);
    let until = match finding.harm {
        Harm::BlockedGoal => format!("After {time}{usual} nothing was chosen."),
        _ => format!("It took {time}{usual} until the first {}.", t.click()),
    };
    let longest = finding.element.as_ref().filter(|element| !element.name().is_empty());
    let longest = longest.map_or(String::new(), |e| format!("{} was looked at longest.", sentence(&element_name(e))));
    Story::new(
        format!("The choice on {page} is hard: {options} were weighed against each other"),
        &[&again, &until, &longest],
        [
            (
                format!("Say on {path} in one line each what tells the options apart"),
                "People who see the difference at a glance do not have to go back and forth.".to_owned(),
            ),
            (
                format!("Mark the option on {path} that suits most people, and say whom it suits"),
                "A sensible default turns a comparison into a check.".to_owned(),
            ),
            (
                format!("Put price and the two or three features that matter side by side on {path}"),
                "Comparing in one place takes less time than remembering across several.".to_owned(),
            ),
        ],
    )
}

pub(super) fn passed_by(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).map_or(String::new(), |time| format!(" for {time} in all"));
    Story::new(
        format!("{} was in view {} and never {}", sentence(&e), times(u64::from(finding.count)), t.clicked()),
        &[
            &format!("On {page} it stood on the screen{time}."),
            "It was not noticed, or it does not say what the visitor needs to know before using it.",
            t.then(finding),
        ],
        [
            (
                format!("Make {e} on {path} stand out: more contrast, more room, nothing of its kind beside it"),
                "It is the main button of the page, and was scrolled past each time.".to_owned(),
            ),
            (
                format!("Answer beside {e} what people ask before it: price, delivery, how to undo it"),
                "A visitor who keeps coming back to it is interested and still has a question.".to_owned(),
            ),
            (
                format!("Repeat {e} where reading ends on {path}"),
                "People who make up their minds further down do not have to search for it.".to_owned(),
            ),
        ],
    )
}

/// A page that was waited for by loading it anew.
pub(super) fn reloaded(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let wait = t.ms(finding, Measure::WaitMs).map_or(String::new(), |wait| format!(" within {wait}"));
    let ended = match finding.harm {
        Harm::BlockedGoal => "The visitor left soon after the last time: what was waited for did not come.",
        _ => "",
    };
    Story::new(
        format!("{} was loaded anew {}{wait}", sentence(&page), times(u64::from(finding.count))),
        &["Nothing was used on it between: the visitor waited for something that it did not show.", ended],
        [
            (
                format!("Bring what is new to {path} by itself, and say on it when that was last"),
                "People who see that a page keeps itself up to date do not load it anew.".to_owned(),
            ),
            (
                format!("Say on {path} what is still under way, and how long that takes"),
                "A page that says nothing looks as if it had failed.".to_owned(),
            ),
            (
                format!("Check that {path} shows everything at its first load, also on a slow or broken connection"),
                "A part that is missing at times is what people try to get by loading the page anew.".to_owned(),
            ),
        ],
    )
}

/// A search that was tried again and again.
pub(super) fn searched(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).map_or(String::new(), |time| format!(" It took {time} in all."));
    Story::new(
        format!("The search on {path} was tried {} in vain", times(u64::from(finding.count))),
        &[
            &format!("On {page} something was typed into {e} again and again, and no result was opened.{time}"),
            "What was looked for was not found, or the results did not show that it was there.",
            t.then(finding),
        ],
        [
            (
                format!("Look up what is searched for on {path} without a result being opened, and answer that"),
                "The words of searches in vain say what people expect to find.".to_owned(),
            ),
            (
                format!("Let {e} on {path} forgive typing errors, and know other words for the same thing"),
                "Each new try is a guess at the words that the search knows.".to_owned(),
            ),
            (
                format!("Offer a way on where the results on {path} do not fit: categories, a question, a contact"),
                "Where a search ends in nothing, the visit does so, too.".to_owned(),
            ),
        ],
    )
}

pub(super) fn back_and_forth(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let other = finding.other_page.as_deref().map_or_else(|| "another page".to_owned(), |other| t.path(other));
    let time = t.ms(finding, Measure::TimeMs);
    let (title, seen) = match finding.count {
        1 => (
            format!("{} was a wrong turn", sentence(&other)),
            format!(
                "From {page} it was opened, left again{}, and not opened again: its link promises something else.",
                time.map_or(String::new(), |time| format!(" after {time}"))
            ),
        ),
        n => (
            format!("The visitor went back and forth between {page} and {other}"),
            format!(
                "{} led back to a page that had been seen, and {} went into that. What was looked for is not there, or \
                 not where it is seen at once.",
                sentence(&count(u64::from(n), "step")),
                time.unwrap_or_else(|| "little time".to_owned())
            ),
        ),
    };
    let here = if finding.count == 1 { String::new() } else { format!("It began on {page}.") };
    Story::new(
        title,
        &[&seen, &here],
        [
            (
                format!("Say on {path} more of what is behind each link: price, size, availability, a picture"),
                "People who can tell from the list do not have to open each page to find out.".to_owned(),
            ),
            (
                format!("Show at the top of {other} what people come there for"),
                "A page that is left after a glance may hold the answer too far down.".to_owned(),
            ),
            (
                format!("Link the pages that were visited in turn, {path} and {other}, with each other"),
                "What has to be compared or used together should be reached in one step, or stand on one page."
                    .to_owned(),
            ),
        ],
    )
}

pub(super) fn scroll_search(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let turns = times(t.number(finding, Measure::Reversals).unwrap_or_default());
    let usual = t.than_usual(finding, Measure::Reversals);
    let way = t.whole(finding, Measure::ScrolledPx).map_or(String::new(), |px| format!(" over {px} px"));
    let time = t.ms(finding, Measure::TimeMs).map_or(String::new(), |time| format!(" in {time}"));
    let deep = t
        .whole(finding, Measure::DepthPercent)
        .map_or(String::new(), |percent| format!("The search went down to {percent} % of the page."));
    Story::new(
        format!("The visitor searched {page} by scrolling up and down"),
        &[
            &format!("The direction changed {turns}{usual}{way}{time}, with no {} on the way.", t.click()),
            &deep,
            "What was looked for does not stand where it was expected, or not on this page.",
        ],
        [
            (
                format!("Put a list of its parts at the top of {path}, each a link"),
                "People who see what there is go to it in one step instead of combing through the page.".to_owned(),
            ),
            (
                format!("Give the parts of {path} headings that can be read while scrolling"),
                "A search by eye stops where a heading names what is looked for.".to_owned(),
            ),
            (
                format!("Shorten {path}: what few people need can go to a page of its own"),
                "Less to pass over is less to search.".to_owned(),
            ),
        ],
    )
}

pub(super) fn away(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::AwayMs).unwrap_or_else(|| "a while".to_owned());
    let ended = if finding.aftermath == Aftermath::Left { t.then(finding) } else { "" };
    Story::new(
        format!("The visitor left {page} {} for something else, and came back", times(u64::from(finding.count))),
        &[
            &format!("The tab was out of sight for {time} in all."),
            "Something that is needed here was probably looked up elsewhere: a price, a code, a date, an address.",
            ended,
        ],
        [
            (
                format!(
                    "Put on {path} what people leave it for: comparable prices, codes, delivery dates, explanations"
                ),
                "Each absence is a chance not to come back.".to_owned(),
            ),
            (
                format!("Keep everything on {path} as it was while its tab is out of sight"),
                "People who come back to an emptied form start again, or not at all.".to_owned(),
            ),
            (
                format!("Let people save {path}, or send it to themselves"),
                "People who compare elsewhere find the way back from there.".to_owned(),
            ),
        ],
    )
}
