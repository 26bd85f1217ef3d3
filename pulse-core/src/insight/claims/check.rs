//! One claim: to what is shown of it, or to the reason why nothing is.

use std::collections::BTreeSet;

use super::{
    assertions::{Assertion, Topic, assertions, of_fact, of_sentence},
    changes::is_change,
    read::RawClaim,
    refuse::{has_quantity, is_english, refusal},
    text::{Settled, settle},
    things::{has_thing, thing},
    words::sentences,
};
use crate::{
    insight::{
        brief::{Brief, Citable, FigureUnit},
        plain::cut,
    },
    model::{Evidence, Severity},
};

/// Longest title or action, and longest detail or rationale, in characters.
const TITLE: usize = 140;
const DETAIL: usize = 600;
/// Most evidence of one claim.
const EVIDENCE: usize = 5;
/// Claims that share this part of their words say the same.
const SAME: f64 = 0.75;

/// Where a claim stands in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Problem,
    Insight,
    Recommendation,
    Reply,
}

/// A claim that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claim {
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) evidence: Vec<Evidence>,
    /// Of the gravest finding that it cites.
    pub(super) severity: Option<Severity>,
}

/// Checks a claim against the facts.
///
/// # Errors
/// Why it is refused, in words for the model.
pub(super) fn check(raw: &RawClaim, role: Role, brief: &Brief) -> Result<Claim, String> {
    let mut cited = Vec::new();
    for id in &raw.evidence {
        let id = id.trim().trim_matches(['[', ']', '{', '}', '"']);
        let number = brief.facts.iter().position(|fact| fact.id.eq_ignore_ascii_case(id));
        let number = number.ok_or_else(|| format!("there is no fact {id:.12}"))?;
        if !cited.contains(&number) {
            cited.push(number);
        }
    }
    // What a slot names is evidence, too, but no proof of the kind.
    let named = cited.len();
    let title = settle(&raw.title, brief, &mut cited)?;
    let detail = settle(&raw.detail, brief, &mut cited)?;
    if cited.is_empty() {
        return Err("it cites no fact".to_owned());
    }
    let main = if role == Role::Reply { &detail } else { &title };
    if !main.shown.contains(char::is_alphabetic) {
        return Err("it says nothing".to_owned());
    }
    if is_bare_statement(&title.bare, role) {
        return Err("an action begins with what to change: Make, Show, Add, Move, Say".to_owned());
    }
    check_kind(raw, role, brief, if named == 0 { &cited } else { &cited[..named] })?;
    let is_change = role == Role::Recommendation;
    let said = if is_change { asserted_part(&detail.bare) } else { detail.bare.clone() };
    if let Some(reason) = refusal(&title.bare).or_else(|| refusal(&detail.bare)) {
        return Err(reason.to_owned());
    }
    let deep = cited.iter().any(|number| is_nearly_all(&brief.facts[*number]));
    let counted = |text: &str| if deep { text.replace("early all of", "early the end of") } else { text.to_owned() };
    if has_quantity(&counted(&title.bare), is_change) || has_quantity(&counted(&said), false) {
        return Err("it has a quantity in words: use a slot".to_owned());
    }
    if ![&title.bare, &detail.bare, &format!("{}. {}", title.bare, detail.bare)]
        .into_iter()
        .all(|text| is_english(text))
    {
        return Err("it is not plain English".to_owned());
    }
    let proofs = if named == 0 { &cited } else { &cited[..named] };
    check_assertions(&title, &detail, role, brief, proofs)?;
    let facts = cited.iter().map(|number| &brief.facts[*number]);
    Ok(Claim {
        title: cut(&title.shown, TITLE),
        detail: whole_sentences(&detail.shown, DETAIL),
        evidence: facts.clone().take(EVIDENCE).map(|fact| fact.evidence.clone()).collect(),
        severity: facts.filter_map(|fact| fact.severity).max_by_key(|severity| rank(*severity)),
    })
}

/// Whether a share of a fact is nearly all: 90 % and more.
fn is_nearly_all(fact: &Citable) -> bool {
    fact.figures.iter().any(|figure| matches!(figure.unit, FigureUnit::Percent) && figure.value >= 90.0)
}

/// Whether what should be an action is none.
fn is_bare_statement(title: &str, role: Role) -> bool {
    role == Role::Recommendation && !sentences(title).first().is_some_and(|sentence| is_change(sentence))
}

fn rank(severity: Severity) -> u8 {
    match severity {
        Severity::Low => 0,
        Severity::Medium => 1,
        Severity::High => 2,
    }
}

/// A claim of a kind cites a fact of it, and the main problem one of the findings.
fn check_kind(raw: &RawClaim, role: Role, brief: &Brief, cited: &[usize]) -> Result<(), String> {
    let facts = || cited.iter().map(|number| &brief.facts[*number]);
    if let Some(kind) = &raw.kind
        && role != Role::Reply
        && !facts().any(|fact| fact.kind == *kind)
    {
        let kinds: Vec<&str> = facts().map(|fact| fact.kind.as_str()).collect();
        return Err(format!("none of its facts is of the kind {kind:.40}; they are of {}", kinds.join(", ")));
    }
    if role == Role::Problem && !facts().any(|fact| fact.severity.is_some()) {
        let findings = brief.facts.iter().filter(|fact| fact.severity.is_some()).take(8);
        let findings: Vec<&str> = findings.map(|fact| fact.id.as_str()).collect();
        return Err(format!(
            "the main problem rests on something that went wrong: cite one of {}",
            findings.join(", ")
        ));
    }
    Ok(())
}

/// What a rationale says is so, without what a change would bring.
fn asserted_part(text: &str) -> String {
    const PURPOSE: &[&str] =
        &["so that", "so the", "so visitors", "would", "should", "will", "could", "helps", "lets", "makes", "can"];
    let mut kept = String::new();
    for sentence in text.split_inclusive(['.', '!', '?']) {
        let lower = sentence.to_ascii_lowercase();
        let purpose = PURPOSE.iter().filter_map(|word| lower.find(&format!("{word} "))).min();
        kept.push_str(purpose.map_or(sentence, |at| &sentence[..at]));
    }
    kept
}

/// A claim asserts only what its facts assert; a sentence about an element only what a fact about that element does.
fn check_assertions(
    title: &Settled,
    detail: &Settled,
    role: Role,
    brief: &Brief,
    cited: &[usize],
) -> Result<(), String> {
    let has_findings = brief.facts.iter().any(|fact| fact.severity.is_some());
    let of_facts = |numbers: &[usize]| -> BTreeSet<Assertion> {
        numbers.iter().flat_map(|number| of_fact(&brief.facts[*number])).collect()
    };
    let all = of_facts(cited);
    let is_proved = |assertion: &Assertion, proofs: &BTreeSet<Assertion>| match assertion {
        (Topic::Calm, _) => !has_findings,
        (Topic::AtOnce | Topic::Feelings | Topic::Ranking, _) => proofs.contains(assertion),
        (Topic::Device, _) => brief.facts.iter().any(|fact| of_fact(fact).contains(assertion)),
        assertion => proofs.contains(assertion),
    };
    if role == Role::Recommendation {
        // An action says what is to be; a rationale mostly what it would bring.
        const SAID: &[Topic] = &[
            Topic::Calm,
            Topic::Success,
            Topic::Feelings,
            Topic::Person,
            Topic::Calendar,
            Topic::Usual,
            Topic::Others,
        ];
        let said = assertions(&asserted_part(&detail.bare));
        let calm = assertions(&title.bare).into_iter().filter(|(topic, _)| *topic == Topic::Calm && has_findings);
        let unproved = said.into_iter().filter(|(topic, _)| SAID.contains(topic)).find(|said| !is_proved(said, &all));
        return unproved.or(calm.into_iter().next()).map_or(Ok(()), |assertion| Err(unproved_reason(assertion)));
    }
    for sentence in sentences(&title.bare).iter().chain(&sentences(&detail.bare)) {
        let about: Vec<usize> = sentence.iter().filter_map(|word| number_of(word)).collect();
        let cited: Vec<usize> = cited.iter().chain(&about).copied().collect();
        let has = |thing: &&str| cited.iter().any(|number| has_thing(&brief.facts[*number], thing));
        if let Some(thing) = sentence.iter().find_map(|word| thing(word).filter(|thing| !has(thing))) {
            return Err(format!("none of the facts that it cites speaks of a {thing}"));
        }
        let is_same = |fact: &Citable, other: &Citable| match &other.element {
            Some(element) => fact.element.as_ref() == Some(element),
            None => other.page.is_some() && fact.page == other.page,
        };
        let is_bound_to = |number: &usize| {
            about.iter().any(|other| other == number || is_same(&brief.facts[*number], &brief.facts[*other]))
        };
        let bound: Vec<usize> = cited.iter().copied().filter(is_bound_to).collect();
        let (all, bound) = (of_facts(&cited), of_facts(&bound));
        // "Both": what is said of two holds of each.
        let both = cited.len() >= 2 && sentence.iter().any(|word| word == "both");
        let each: Vec<BTreeSet<Assertion>> = cited.iter().filter(|_| both).map(|number| of_facts(&[*number])).collect();
        for assertion in of_sentence(sentence) {
            if !each.iter().all(|proofs| is_proved(&assertion, proofs)) {
                return Err(unproved_reason(assertion));
            }
            let is_bound = !about.is_empty()
                && matches!(
                    assertion.0,
                    Topic::Answers | Topic::Error | Topic::Missed | Topic::Refused | Topic::Trouble
                );
            if !is_proved(&assertion, if is_bound { &bound } else { &all }) {
                return Err(unproved_reason(assertion));
            }
        }
    }
    Ok(())
}

/// The number of the fact that a word of a bare text stands for.
fn number_of(word: &str) -> Option<usize> {
    let digits: String = word.strip_prefix('§')?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn unproved_reason((topic, is_so): Assertion) -> String {
    let what = match topic {
        Topic::Answers if is_so => "that something answers or works",
        Topic::Answers => "that something does not answer",
        Topic::Error => "an error",
        Topic::Trouble => "trouble",
        Topic::Calm => "that all went well, and the facts say that something went wrong",
        Topic::Success if is_so => "that a goal was reached",
        Topic::Success => "that a goal was not reached",
        Topic::Left => "that the visitor left",
        Topic::CameBack => "that the visitor went back",
        Topic::Slow => "a wait",
        Topic::AtOnce => "that something happens at once",
        Topic::Repeats => "that something happens more than once",
        Topic::Missed => "that something was missed",
        Topic::Refused => "that something was refused",
        Topic::Scrolled => "scrolling",
        Topic::Hovered => "a resting pointer",
        Topic::Typed => "typing",
        Topic::Away => "that the tab was left",
        Topic::Shaken => "a shaken pointer",
        Topic::Usual => "what is usual",
        Topic::Speed => "a speed",
        Topic::Feelings => "what the visitor felt",
        Topic::Person => "who the visitor is",
        Topic::Device => "a device",
        Topic::Money => "money",
        Topic::Machinery => "what happens behind the page",
        Topic::Calendar => "a date",
        Topic::Others => "what other visitors do",
        Topic::Ranking => "that something is the best or the worst",
        Topic::Looks => "how something looks",
        Topic::Clicked => "that something was not clicked or seen",
        Topic::Cause => "a cause",
        Topic::Order => "an order in time",
        Topic::Above => "that something is above what is usual",
        Topic::Below => "that something is below what is usual",
    };
    format!("it asserts {what}, and none of the facts that it cites does")
}

/// As many whole sentences as fit.
fn whole_sentences(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let end = text.char_indices().nth(most).map_or(text.len(), |(at, _)| at);
    let stop = [". ", "! ", "? "].iter().filter_map(|stop| text[..end].rfind(stop)).max();
    stop.map_or_else(|| cut(text, most), |at| text[..=at].to_owned())
}

impl Claim {
    /// Whether it says what another says.
    pub(super) fn repeats(&self, other: &Self, role: Role) -> bool {
        let title = |claim: &Self| sentences(&claim.title).concat();
        let whole = |claim: &Self| match role {
            Role::Recommendation => sentences(&claim.title).concat(),
            _ => sentences(&format!("{}. {}", claim.title, claim.detail)).concat(),
        };
        title(self) == title(other) || alike(&whole(self), &whole(other)) >= SAME
    }
}

/// The part of all different words that both have.
fn alike(a: &[String], b: &[String]) -> f64 {
    let (a, b): (BTreeSet<&String>, BTreeSet<&String>) = (a.iter().collect(), b.iter().collect());
    let shared = a.intersection(&b).count() as f64;
    shared / (a.union(&b).count() as f64).max(1.0)
}
