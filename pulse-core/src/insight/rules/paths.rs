//! Findings about choosing, scrolling and going from page to page.

use super::{
    story::Story,
    teller::{COMMITTED, Teller, has_word},
};
use crate::{
    analyze::detect::{Aftermath, Finding, Harm, Measure},
    insight::words::{count, element_name, in_words, sentence, times},
    model::{Millis, path_of},
};

/// A page that is left within this time was hardly read, in ms.
const GLANCE_MS: Millis = 4_000;
/// First parts of paths whose pages are read or set, and not compared.
const NO_OFFERS: [&str; 9] =
    ["/settings", "/account", "/docs", "/help", "/admin", "/profile", "/support", "/guide", "/blog"];
/// Words in the paths of pages on which prices stand side by side.
const PRICED: [&str; 6] = ["plan", "pric", "tariff", "room", "offer", "subscri"];

pub(super) fn hard_choice(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let options = count(t.number(finding, Measure::Options).unwrap_or_default(), "option");
    let returns = t.number(finding, Measure::Returns);
    let again = returns
        .map_or(String::new(), |n| format!("The visitor came back {} to what had been looked at before.", times(n)));
    let time = t.ms(finding, Measure::BeforeClickMs).unwrap_or_else(|| "long".to_owned());
    let usual = t.than_usual(finding, Measure::BeforeClickMs);
    let until = match finding.harm {
        Harm::BlockedGoal => format!("After {time}{usual} nothing was chosen."),
        _ => format!("It took {time}{usual} until the first {}.", t.click()),
    };
    let longest = finding.element.as_ref().filter(|element| element.label.is_some());
    let longest = longest.map_or(String::new(), |e| format!("{} was looked at longest.", sentence(&element_name(e))));
    let rationale = match returns {
        Some(_) => "People who see the difference at a glance do not have to go back and forth.",
        None => "People who see the difference at a glance do not have to work it out.",
    };
    let mut actions =
        vec![(format!("Say on {path} in one line each what tells the options apart"), rationale.to_owned())];
    if has_word(&finding.page, &["size"]) {
        actions.push((
            format!("Show on {path} the measures of each option, and how to find one's own"),
            "Who knows the measure knows the option.".to_owned(),
        ));
    } else {
        actions.push((
            format!("Mark the option on {path} that suits most people, and say whom it suits"),
            "A sensible default turns a comparison into a check.".to_owned(),
        ));
    }
    if has_word(&finding.page, &PRICED) {
        actions.push((
            format!("Put price and the two or three features that matter side by side on {path}"),
            "Comparing in one place takes less time than remembering across several.".to_owned(),
        ));
    }
    Story::new(
        format!("The choice on {page} is hard: {options} were weighed against each other"),
        &[&again, &until, &longest],
        actions,
    )
}

pub(super) fn passed_by(t: Teller<'_>, finding: &Finding) -> Story {
    let (e, page, path) = (t.element(finding), t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).map_or(String::new(), |time| format!(" for {time} in all"));
    let label = finding.element.as_ref().and_then(|e| e.label.as_deref()).unwrap_or_default().to_lowercase();
    let asked = match ["cart", "basket", "buy", "order"].iter().any(|word| label.contains(word)) {
        true => "price, delivery, returns",
        false => "what follows, what it costs, how to undo it",
    };
    Story::new(
        format!("{} was in view {} and never {}", sentence(&e), times(u64::from(finding.count)), t.clicked()),
        &[
            &format!("On {page} it stood on the screen{time}."),
            "It was not noticed, was not wanted, or left a question open.",
            t.then(finding),
        ],
        vec![
            (
                format!("Make {e} on {path} stand out: more contrast, more room, nothing of its kind beside it"),
                "It is the main button of the page, and was scrolled past each time.".to_owned(),
            ),
            (
                format!("Answer beside {e} on {path} what people ask before it: {asked}"),
                "What is asked before a decision is best answered where the decision is made.".to_owned(),
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
        vec![
            (
                format!("Bring what is new to {path} by itself, and show when it was last updated"),
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
        vec![
            (
                format!("List searches on {path} after which nothing was opened, and add pages or synonyms for them"),
                "The words of searches in vain say what people expect to find.".to_owned(),
            ),
            (
                format!("Let {e} on {path} forgive typing errors"),
                "Each new try is a guess at the words that the search knows.".to_owned(),
            ),
            (
                format!("Offer a way on where the results on {path} do not fit: categories, a question, a contact"),
                "Where a search ends in nothing, the visit does so, too.".to_owned(),
            ),
        ],
    )
}

/// The pages other than the finding's that were entered at its moments, in order, each once.
fn opened(t: Teller<'_>, finding: &Finding) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let views = t.0.summary.pages.iter().filter(|view| finding.moments.contains(&view.entered_at));
    let views = views.map(|view| view.page.clone()).filter(|page| *page != finding.page);
    for page in finding.other_page.iter().cloned().chain(views) {
        if !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages
}

/// Where the path of a page lies: `/lamps` for `/lamps/a`; empty at the top.
fn parent(page: &str) -> &str {
    let path = path_of(page).trim_end_matches('/');
    path.rfind('/').map_or("", |slash| &path[..slash])
}

/// Whether pages are entries of one list of offers.
fn are_offers(pages: &[&str]) -> bool {
    let lists: Vec<&str> = pages.iter().map(|page| parent(page)).collect();
    let of_one = lists.windows(2).all(|pair| pair[0] == pair[1]);
    of_one && lists.first().is_some_and(|list| !list.is_empty() && !NO_OFFERS.iter().any(|no| list.starts_with(no)))
}

/// "a", "a and b", "a, b and c", with each of at most five.
fn named(t: Teller<'_>, pages: &[&str]) -> String {
    let names: Vec<String> = pages.iter().map(|page| t.path(page)).collect();
    match names.as_slice() {
        [] => "another page".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn back_and_forth(t: Teller<'_>, finding: &Finding) -> Story {
    let opened = opened(t, finding);
    let others: Vec<&str> = opened.iter().map(String::as_str).collect();
    let returned_to =
        |view: &crate::analyze::PageSummary| view.page == finding.page && finding.moments.contains(&view.entered_at);
    if finding.count == 1 {
        wrong_turn(t, finding)
    } else if others.len() >= 2 && !t.0.summary.pages.iter().any(returned_to) {
        from_a_list(t, finding, &others)
    } else {
        in_circles(t, finding, &others)
    }
}

fn wrong_turn(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let other = finding.other_page.as_deref().map_or_else(|| "another page".to_owned(), |other| t.path(other));
    let after = t.ms(finding, Measure::TimeMs).map_or(String::new(), |time| format!(" after {time}"));
    let facts = match are_offers(&[finding.other_page.as_deref().unwrap_or_default()]) {
        true => "the facts that decide it",
        false => "what its link promises",
    };
    Story::new(
        format!("{} was a wrong turn", sentence(&other)),
        &[&format!(
            "From {page} it was opened, left again{after}, and not opened again: its link promises something else."
        )],
        vec![
            (
                format!("Say on {path} more exactly what is behind the link to {other}"),
                "People who can tell before the click do not have to open the page to find out.".to_owned(),
            ),
            (
                format!("Open {other} with {facts}"),
                format!("It was left{after}: what stands further down was not seen."),
            ),
        ],
    )
}

/// Pages that were opened from one page, and left for it again.
fn from_a_list(t: Teller<'_>, finding: &Finding, others: &[&str]) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).unwrap_or_else(|| "Little time".to_owned());
    let list = path_of(&finding.page).trim_end_matches('/');
    let is_list = !list.is_empty() && others.iter().all(|other| path_of(other).starts_with(&format!("{list}/")));
    let say = match is_list && t.has_goods() {
        true => format!("Show on {path} what tells its entries apart: price, size, availability, a picture"),
        false => format!("Say on {path} in one line each what the linked pages hold"),
    };
    let mut actions =
        vec![(say, "People who can tell from the list do not have to open each page to find out.".to_owned())];
    if finding.cost_ms <= GLANCE_MS.saturating_mul(Millis::from(finding.count)) {
        actions.push((
            format!("Open {} with what their links on {path} promise", named(t, others)),
            "They were left after a glance: what stands further down was not seen.".to_owned(),
        ));
    }
    Story::new(
        format!("The visitor opened {} pages from {page} and came back from each", in_words(others.len())),
        &[&format!("{time} went into {}: what {path} says of them did not tell what they hold.", named(t, others))],
        actions,
    )
}

/// A few pages that were visited in turn.
fn in_circles(t: Teller<'_>, finding: &Finding, others: &[&str]) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::TimeMs).unwrap_or_else(|| "little time".to_owned());
    let mut all = vec![finding.page.as_str()];
    all.extend(others);
    let compared = are_offers(&all) && all.len() > 1;
    let title = match others {
        [] | [_] => format!("The visitor went back and forth between {page} and {}", named(t, others)),
        _ => format!("The visitor went in circles among {} pages: {}", in_words(all.len()), named(t, &all)),
    };
    let steps = sentence(&count(u64::from(finding.count), "step"));
    let seen = format!("{steps} led back to a page that had been seen, and {time} went into that.");
    let means = match (compared, all.len()) {
        (true, ..=2) => "The visitor compared the two, and each shows only its own facts.",
        (true, _) => "The visitor compared them, and each shows only its own facts.",
        (false, ..=2) => "Neither of the two was enough by itself.",
        (false, _) => "None of them was enough by itself.",
    };
    let actions = if compared {
        vec![(
            format!("Show side by side on one page what {} differ in", named(t, &all)),
            "What stands on one page does not have to be remembered from one to the next.".to_owned(),
        )]
    } else {
        let name = match has_word(&finding.page, &["settings", "account", "profile", "admin"]) {
            true => format!("Name on the menu of {path} what each part holds"),
            false => format!("Say on the links between {} what each page holds", named(t, &all)),
        };
        vec![
            (name, "People who can tell where something stands go there in one step.".to_owned()),
            (
                format!(
                    "Answer on {path} the question that its visitors take to {}",
                    named(t, &others[..others.len().min(1)])
                ),
                "A question that is answered where it comes up needs no second page.".to_owned(),
            ),
        ]
    };
    Story::new(title, &[&seen, means], actions)
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
        vec![
            (
                format!("Put a list of its parts at the top of {path}, each a link"),
                "People who see what there is go to it in one step instead of combing through the page.".to_owned(),
            ),
            (
                format!("Give the parts of {path} headings that can be read while scrolling"),
                "A search by eye stops where a heading names what is looked for.".to_owned(),
            ),
        ],
    )
}

pub(super) fn away(t: Teller<'_>, finding: &Finding) -> Story {
    let (page, path) = (t.page(&finding.page), t.path(&finding.page));
    let time = t.ms(finding, Measure::AwayMs).unwrap_or_else(|| "a while".to_owned());
    let ended = if finding.aftermath == Aftermath::Left { t.then(finding) } else { "" };
    let sells = t.has_goods() && has_word(&finding.page, &COMMITTED);
    let (what, put) = match sells {
        true => (
            ": a price, a code, a delivery date",
            format!("Put on {path} what people leave it for: comparable prices, codes, delivery dates"),
        ),
        false => ("", format!("Say on {path} where to find what it asks for, or bring it along")),
    };
    let mut actions = vec![(put, "Each absence is a chance not to come back.".to_owned())];
    if t.has_form(&finding.page) {
        actions.push((
            format!("Keep everything on {path} as it was while its tab is out of sight"),
            "People who come back to an emptied form start again, or not at all.".to_owned(),
        ));
    }
    if sells {
        actions.push((
            format!("Let people save {path}, or send it to themselves"),
            "People who compare elsewhere find the way back from there.".to_owned(),
        ));
    }
    Story::new(
        format!("The visitor left {page} {} for something else, and came back", times(u64::from(finding.count))),
        &[
            &format!("The tab was out of sight for {time} in all."),
            &format!("Something that is needed here was probably looked up elsewhere{what}."),
            ended,
        ],
        actions,
    )
}
