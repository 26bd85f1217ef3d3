//! What a sentence asserts, as far as words show it: that a control did not answer, that an error came, that the visit
//! ended with a purchase. A claim may assert only what a fact that it cites asserts, and in the same sense.

use std::collections::BTreeSet;

use super::{
    lexicon::LEXICON,
    words::{is_phrase, phrases, places, sentences},
};
use crate::insight::brief::{Citable, CitableFigure, Course, FigureUnit};

/// What can be asserted; each with what it takes to prove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Topic {
    Answers,
    Error,
    Trouble,
    Calm,
    Success,
    Left,
    CameBack,
    Slow,
    AtOnce,
    Repeats,
    Missed,
    Refused,
    Scrolled,
    Hovered,
    Typed,
    Away,
    Shaken,
    Usual,
    Speed,
    Feelings,
    Person,
    Device,
    Money,
    Machinery,
    Calendar,
    Others,
    Ranking,
    Looks,
    Clicked,
    Cause,
    Order,
    Above,
    Below,
}

/// An assertion: a topic, and whether it is asserted or denied.
pub(super) type Assertion = (Topic, bool);

/// Words of a comparison with what is usual.
const ABOVE: &[&str] = &["longer", "more", "higher", "slower", "above", "later", "larger", "deeper", "further"];
const BELOW: &[&str] =
    &["shorter", "less", "fewer", "lower", "faster", "quicker", "below", "earlier", "smaller", "sooner"];

/// Words that deny what follows within a few words.
const DENIALS: &[&str] = &[
    "not", "no", "never", "nothing", "without", "cannot", "neither", "nor", "unable", "fails", "failed", "hardly",
    "nobody", "none", "instead",
];
/// How far a denial reaches.
const REACH: usize = 4;

/// What a text asserts. Slots and proved names in it stand as words that begin with `§`.
pub(super) fn assertions(text: &str) -> BTreeSet<Assertion> {
    sentences(text).iter().flat_map(|sentence| of_sentence(sentence)).collect()
}

/// What one sentence asserts.
pub(super) fn of_sentence(sentence: &[String]) -> BTreeSet<Assertion> {
    let mut found = BTreeSet::new();
    for (topic, asserting, denying) in LEXICON {
        for phrase in phrases(denying) {
            found.extend(places(sentence, phrase).filter(|at| !is_other_sense(sentence, *at)).map(|_| (*topic, false)));
        }
        for phrase in phrases(asserting) {
            for at in places(sentence, phrase) {
                if is_other_sense(sentence, at) || is_within(sentence, at, denying) {
                    continue;
                }
                // Denied calm is trouble, and denied trouble is calm.
                found.insert(match (*topic, is_denied(sentence, at)) {
                    (Topic::Trouble, true) => (Topic::Calm, true),
                    (Topic::Calm, true) if !phrase.starts_with("no") && !phrase.starts_with("without") => {
                        (Topic::Trouble, true)
                    }
                    (Topic::Calm, _) => (Topic::Calm, true),
                    (Topic::Error, true) => (Topic::Calm, true),
                    (topic, is_denied) => (topic, !is_denied),
                });
            }
        }
    }
    if found.contains(&(Topic::Usual, true)) {
        let has = |words: &[&str]| sentence.iter().any(|word| words.contains(&word.as_str()));
        found.extend(has(ABOVE).then_some((Topic::Above, true)));
        found.extend(has(BELOW).then_some((Topic::Below, true)));
    }
    found
}

/// Whether a word is part of one of these phrases.
fn is_within(sentence: &[String], at: usize, all: &'static str) -> bool {
    phrases(all).any(|phrase| {
        let length = phrase.split(' ').count();
        (at.saturating_sub(length - 1)..=at).any(|start| is_phrase(sentence, start, phrase))
    })
}

fn is_denied(sentence: &[String], at: usize) -> bool {
    sentence[at.saturating_sub(REACH)..at].iter().any(|word| DENIALS.contains(&word.as_str()) || word.ends_with("n't"))
}

/// Words that mean something else here: the left column, payment as a subject, in order to.
fn is_other_sense(sentence: &[String], at: usize) -> bool {
    let word = sentence[at].as_str();
    let near = |n: isize| {
        let at = at.checked_add_signed(n);
        at.and_then(|at| sentence.get(at)).map_or("", String::as_str)
    };
    match word {
        "left" => {
            matches!(
                near(1),
                "side"
                    | "column"
                    | "edge"
                    | "corner"
                    | "of"
                    | "hand"
                    | "hand-side"
                    | "aligned"
                    | "half"
                    | "over"
                    | "unanswered"
            ) || matches!(near(-1), "the" | "top" | "bottom" | "upper" | "lower" | "far")
        }
        "leave" | "leaves" | "leaving" => {
            matches!(near(1), "the" | "a" | "room" | "space" | "enough" | "it" | "no") && {
                !matches!(
                    near(2),
                    "page" | "site" | "shop" | "form" | "checkout" | "visit" | "tab" | "website" | "store"
                ) && !near(2).starts_with('§')
            }
        }
        "in" => near(1) == "order" && matches!(near(2), "to" | "that"),
        "error" | "errors" => {
            matches!(near(1), "message" | "messages") && matches!(near(-1), "an" | "clear" | "the" | "no")
        }
        "dead" => near(1) == "end",
        "working" => near(1) == "on",
        "exit" => near(1) == "point",
        // By the visitor, and not by itself.
        "opened" => {
            matches!(near(-1), "visitor" | "visitors" | "people" | "user" | "was" | "were" | "been" | "be" | "they")
        }
        "few" | "many" => near(-1) == "a" || near(-1) == "how",
        // What is waited for has not come.
        "answer" | "respond" | "react" | "response" | "reaction" => {
            near(-2).starts_with("expect")
                || matches!(near(-1), "to" | "for")
                || near(-2) == "for" && matches!(near(-1), "an" | "a" | "any" | "the")
        }
        _ => false,
    }
}

/// What a fact asserts: what its text says outside of names, what its kind means, and what came of it.
pub(super) fn of_fact(fact: &Citable) -> BTreeSet<Assertion> {
    use Topic as T;
    let mut found = assertions(&without_quoted(&fact.text));
    let of_kind: &[Assertion] = match fact.kind.as_str() {
        "unresponsive" => &[(T::Answers, false), (T::Repeats, true)],
        "slow_answer" => &[(T::Answers, true), (T::Slow, true), (T::Repeats, true)],
        "false_affordance" => &[(T::Answers, false), (T::Hovered, true)],
        "missed_target" => &[(T::Missed, true), (T::Looks, true)],
        "hard_choice" => &[(T::Slow, true), (T::Hovered, true)],
        "passed_by" => &[(T::Missed, true), (T::Scrolled, true), (T::Clicked, false)],
        "form_effort" => &[(T::Typed, true), (T::Slow, true), (T::CameBack, true)],
        "form_refused" => &[(T::Typed, true), (T::Refused, true), (T::Repeats, true), (T::Answers, false)],
        "error_after_click" => &[(T::Error, true)],
        "long_wait" => &[(T::Slow, true), (T::Answers, false), (T::Hovered, true)],
        "back_and_forth" => &[(T::CameBack, true), (T::Repeats, true)],
        "scroll_search" => &[(T::Scrolled, true), (T::CameBack, true), (T::Repeats, true)],
        "away" => &[(T::Away, true), (T::Left, true), (T::CameBack, true)],
        "given_up" => &[(T::Left, true), (T::Success, false)],
        "hesitation" => &[(T::Slow, true), (T::Hovered, true)],
        "waiting" => &[(T::Slow, true)],
        "reading" | "searching" | "page" => &[(T::Scrolled, true)],
        "choosing" => &[(T::Hovered, true)],
        "filling" | "paying" => &[(T::Typed, true)],
        _ => &[],
    };
    found.extend(of_kind);
    found.extend(fact.severity.map(|_| (T::Trouble, true)));
    for course in &fact.outcome {
        let of_course: &[Assertion] = match course {
            Course::ReachedGoal => &[(T::Success, true)],
            Course::MissedGoal => &[(T::Success, false), (T::Trouble, true)],
            Course::Left => &[(T::Left, true)],
            Course::CameBack => &[(T::CameBack, true)],
        };
        found.extend(of_course);
    }
    for figure in &fact.figures {
        match figure.unit {
            FigureUnit::Count(_) if figure.value >= 2.0 => found.extend([(T::Repeats, true)]),
            FigureUnit::Ms => found.extend([(T::Slow, true)].into_iter().filter(|_| figure.name.contains("wait"))),
            FigureUnit::PxPerSecond => found.extend([(T::Speed, true)]),
            _ => {}
        }
        found.extend(figure.name.contains("usual").then_some((T::Usual, true)));
        // What is above the usual is not below it.
        let usual = |other: &&CitableFigure| {
            other.name.strip_prefix("usual_") == Some(figure.name.strip_prefix("mean_").unwrap_or(&figure.name))
        };
        if let Some(usual) = fact.figures.iter().find(usual) {
            found.insert((if figure.value > usual.value { T::Above } else { T::Below }, true));
        }
    }
    found
}

/// A text without what stands in curly quotes: names that a page gave.
fn without_quoted(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| {
            depth += u32::from(*c == '“');
            let is_outside = depth == 0;
            depth -= u32::from(*c == '”' && depth > 0);
            is_outside
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_assert_and_deny() {
        let cases: &[(&str, &[Assertion])] = &[
            ("§1 does not respond.", &[(Topic::Answers, false)]),
            ("§1 responds to a click.", &[(Topic::Answers, true)]),
            ("Nothing happens after a click on §1.", &[(Topic::Answers, false)]),
            ("The session ended with a purchase.", &[(Topic::Success, true)]),
            ("The visit ended without a purchase.", &[(Topic::Success, false)]),
            ("The visitor could not pay.", &[(Topic::Success, false)]),
            ("The visitor left from §2.", &[(Topic::Left, true)]),
            ("It stands in the left column.", &[]),
            ("The visit was perfect.", &[(Topic::Calm, true)]),
            ("There were no errors.", &[(Topic::Calm, true)]),
            ("It took longer than usual.", &[(Topic::Usual, true), (Topic::Above, true)]),
            ("The pointer moved over §1.", &[]),
        ];
        for (text, expected) in cases {
            let found = assertions(text);
            assert_eq!(found, expected.iter().copied().collect(), "{text}");
        }
    }

    #[test]
    fn a_name_that_a_page_gave_asserts_nothing() {
        let fact = Citable::new(
            "F1",
            "page",
            "“The visit was perfect” on /pay.",
            crate::model::Evidence {
                label: String::new(),
                session_id: None,
                timestamp: None,
                element: None,
                count: None,
            },
        );
        assert_eq!(of_fact(&fact), [(Topic::Scrolled, true)].into());
    }
}
