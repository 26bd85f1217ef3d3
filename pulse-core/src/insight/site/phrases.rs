//! How each kind of problem is told, and what is to be done about it.

use crate::{
    analyze::detect::{FindingKind, Measure},
    insight::words::{element_name, page_name, quote, rounded, sentence},
    wire::ProblemRow,
};

/// The words for one problem.
#[derive(Debug)]
pub(super) struct Phrases {
    /// What happens, as a sentence without its full stop.
    pub(super) title: String,
    /// What the visitors did, as it follows "41 of 210 visits".
    pub(super) what: String,
    /// What to change, and where.
    pub(super) action: String,
}

/// What the problem is about: its element, else its place, else the page.
pub(super) fn subject(row: &ProblemRow) -> String {
    match (&row.element, row.place) {
        (Some(element), _) => element_name(element),
        (None, Some((x, y))) => format!("the place at {}, {}", rounded(x as f64), rounded(y as f64)),
        (None, None) => page_name(&row.page),
    }
}

/// What happens, on which element and page, as a sentence without its full stop.
pub fn problem_title(row: &ProblemRow) -> String {
    phrases(row).title
}

/// The words for a problem.
pub(super) fn phrases(row: &ProblemRow) -> Phrases {
    let (it, page) = (subject(row), page_name(&row.page));
    let on = match row.element.is_some() || row.place.is_some() {
        true => format!(" on {page}"),
        false => String::new(),
    };
    let other = row.other.as_ref().map(element_name);
    let (title, what, action) = match row.kind {
        FindingKind::Unresponsive => (
            format!("{it}{on} does not answer"),
            "clicked it, and nothing happened".to_owned(),
            format!("Make {it}{on} do what it says, or disable it and say why"),
        ),
        FindingKind::SlowAnswer => (
            format!("{it}{on} answers so late that it is clicked again"),
            "clicked it again before it answered".to_owned(),
            format!("Show at once that a click on {it}{on} was taken, and answer it sooner"),
        ),
        FindingKind::FalseAffordance => (
            format!("{it}{on} looks like a control and is none"),
            "clicked it as if it were a control".to_owned(),
            format!("Make {it}{on} do what its looks promise, or take that look away"),
        ),
        FindingKind::MissedTarget => (
            format!("Clicks miss {it}{on}"),
            match &other {
                Some(other) => format!("clicked beside it, on {other} among others"),
                None => "clicked just beside it".to_owned(),
            },
            format!("Make {it}{on} larger, with more room around it"),
        ),
        FindingKind::HardChoice => (
            format!("Visitors find it hard to choose on {page}"),
            "weighed many options for long before their first click".to_owned(),
            format!("Offer fewer options on {page}, and say whom each of them suits"),
        ),
        FindingKind::PassedBy => (
            format!("{it}{on} is seen and passed by"),
            "had it in view again and again, and did not click it".to_owned(),
            format!("Move {it}{on} to where the decision is made, and say on it what comes next"),
        ),
        FindingKind::FormEffort => (
            format!("{it}{on} takes effort to fill in"),
            "paused, came back or corrected there".to_owned(),
            format!("Ask for less at {it}{on}, and show an example of what is expected"),
        ),
        FindingKind::FormRefused => (
            format!("The form{on_page} is refused again and again", on_page = form_page(&on, &page)),
            "sent it again and again, with corrections between".to_owned(),
            format!("Say beside each field{} what is wrong, before the form is sent", form_page(&on, &page)),
        ),
        FindingKind::ErrorAfterClick => (
            format!("A click on {it}{on} ends in a script error"),
            match &row.error {
                Some(error) => format!("clicked it and got {}", quote(error)),
                None => "clicked it and got an error".to_owned(),
            },
            format!("Fix the script behind {it}{on}, and tell visitors when it fails"),
        ),
        FindingKind::LongWait if row.element.is_none() => (
            format!("Visitors load {page} anew again and again"),
            "loaded it anew again and again".to_owned(),
            format!("Bring what is new to {page} by itself, or show when it was last updated"),
        ),
        FindingKind::LongWait => (
            format!("After a click on {it}{on}, nothing moves for long"),
            "waited after the click".to_owned(),
            format!("Answer a click on {it}{on} sooner, and show progress until then"),
        ),
        FindingKind::BackAndForth => (
            match &row.other_page {
                Some(other) => format!("Visitors go back and forth between {page} and {}", page_name(other)),
                None => format!("Visitors come to {page} and go back again"),
            },
            "went back and forth".to_owned(),
            match &row.other_page {
                Some(other) => format!("Show on {} what visitors look up on {page}", page_name(other)),
                None => format!("Say on the links to {page} what is there"),
            },
        ),
        FindingKind::ScrollSearch => (
            format!("Visitors search {page} by scrolling up and down"),
            "scrolled up and down in search of something".to_owned(),
            format!("Give {page} headings and links to its parts, and put what is looked for further up"),
        ),
        FindingKind::Away => (
            format!("Visitors leave {page} for another tab and come back"),
            "left the tab and took it up again".to_owned(),
            format!("Find out what visitors look up elsewhere, such as a price or a code, and put it on {page}"),
        ),
        FindingKind::GivenUp => (
            match &row.element {
                Some(_) => format!("People stop at {it}{on} and leave"),
                None => format!("People stop on {page} and leave"),
            },
            // Without a goal that somebody reached, nobody knows what they came for.
            match row.goals {
                Some(_) => format!("stopped at {it} and left without the goal"),
                None => format!("stopped at {it} and left"),
            },
            match &row.element {
                Some(element) => format!("Make the step at {} on {page} easier to take", element_name(element)),
                None => format!("Make the next step on {page} the first thing in view"),
            },
        ),
        FindingKind::Hesitation => (
            format!("Visitors hesitate before {it}{on}"),
            "looked at it for long before they clicked".to_owned(),
            format!("Say on {it}{on} what a click leads to, and what it costs"),
        ),
    };
    Phrases { title: sentence(&title), what, action }
}

fn form_page(on: &str, page: &str) -> String {
    if on.is_empty() { format!(" on {page}") } else { on.to_owned() }
}

/// The figure that says most of a kind: what it is called, as it follows its mean.
pub(super) fn telling(kind: FindingKind) -> Option<(Measure, &'static str)> {
    Some(match kind {
        FindingKind::Unresponsive | FindingKind::FalseAffordance => (Measure::Clicks, "clicks a visit"),
        FindingKind::MissedTarget => (Measure::Misses, "misses a visit"),
        FindingKind::SlowAnswer | FindingKind::LongWait => (Measure::WaitMs, "after the click"),
        FindingKind::HardChoice => (Measure::BeforeClickMs, "before the first click"),
        FindingKind::PassedBy => (Measure::TimesSeen, "times in view"),
        FindingKind::FormEffort => (Measure::TimeMs, "in the form"),
        FindingKind::FormRefused => (Measure::Submits, "attempts a visit"),
        FindingKind::ErrorAfterClick => (Measure::Errors, "errors a visit"),
        FindingKind::BackAndForth => (Measure::PageViews, "page views each"),
        FindingKind::ScrollSearch => (Measure::Reversals, "turns a visit"),
        FindingKind::Away => (Measure::AwayMs, "away"),
        FindingKind::GivenUp => (Measure::TimeMs, "on the page"),
        FindingKind::Hesitation => (Measure::BeforeClickMs, "before the click"),
    })
}
