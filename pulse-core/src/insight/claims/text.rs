//! A model's text: its slots are filled in, and what it says by itself must stand in the facts.

use super::{
    figures::{Figure, figure_at},
    words::{Word, lower, words},
};
use crate::insight::{
    brief::{Brief, Citable},
    words::sentence,
};

/// A text that may be shown, as far as figures and names go.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Settled {
    /// As it is shown.
    pub(super) shown: String,
    /// The same with `§n` for what stands in fact number `n`: what the model says by itself.
    pub(super) bare: String,
}

/// A part of a text.
#[derive(Debug)]
enum Piece<'a> {
    /// The model's own words.
    Words(&'a str),
    /// What a fact says, with the number of the fact.
    Fact(String, usize),
}

/// Fills in `raw`. The facts behind its slots are added to `cited`, by number.
///
/// # Errors
/// What cannot be shown, in words for the model.
pub(super) fn settle(raw: &str, brief: &Brief, cited: &mut Vec<usize>) -> Result<Settled, String> {
    let raw = plain(raw);
    let mut slotted = Vec::new();
    let mut rest = raw.as_str();
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').ok_or("a brace is not closed")? + open;
        slotted.push(Piece::Words(&rest[..open]));
        let (value, number) = slot(&rest[open + 1..close], brief)?;
        if !cited.contains(&number) {
            cited.push(number);
        }
        slotted.push(Piece::Fact(value, number));
        rest = &rest[close + 1..];
    }
    slotted.push(Piece::Words(rest));
    unquote(&mut slotted);

    let facts: Vec<(usize, &Citable)> = cited.iter().map(|number| (*number, &brief.facts[*number])).collect();
    // What is said of one element is proved by no figure of another.
    let about = only_element(&slotted, brief);
    let facts: Vec<(usize, &Citable)> = match about {
        Some(about) => {
            let fits = |fact: &Citable| fact.element.as_ref().is_none_or(|element| element == about);
            facts.into_iter().filter(|(_, fact)| fits(fact)).collect()
        }
        None => facts,
    };
    let mut settled = Settled::default();
    for piece in slotted {
        match piece {
            Piece::Fact(value, number) => settled.fact(&value, number),
            Piece::Words(text) => {
                for piece in named(text, &facts)? {
                    match piece {
                        Piece::Fact(value, number) => settled.fact(&value, number),
                        Piece::Words(text) => settled.words(text, &facts)?,
                    }
                }
            }
        }
    }
    settled.shown = sentence(settled.shown.trim());
    Ok(settled)
}

/// The element that the slots of a text are about, when they are about one alone.
fn only_element<'b>(pieces: &[Piece<'_>], brief: &'b Brief) -> Option<&'b String> {
    let mut elements = pieces.iter().filter_map(|piece| match piece {
        Piece::Fact(_, number) => brief.facts[*number].element.as_ref(),
        Piece::Words(_) => None,
    });
    let first = elements.next()?;
    elements.all(|other| other == first).then_some(first)
}

/// The value of the slot `F12.count`, and the number of its fact.
fn slot(name: &str, brief: &Brief) -> Result<(String, usize), String> {
    let (id, field) = name.trim().split_once('.').ok_or_else(|| "a slot is {id.name}".to_owned())?;
    let number = brief.facts.iter().position(|fact| fact.id.eq_ignore_ascii_case(id.trim()));
    let number = number.ok_or_else(|| "a slot names a fact that does not exist".to_owned())?;
    let fact = &brief.facts[number];
    let field = field.trim().to_lowercase();
    let value = fact.slots().find(|(name, _)| *name == field).map(|(_, value)| value);
    let value = value.ok_or_else(|| {
        let names: Vec<&str> = fact.slots().map(|(name, _)| name).collect();
        format!("{} has no such slot; it has {}", fact.id, names.join(", "))
    })?;
    Ok((value, number))
}

/// One line without emphasis: models write Markdown where none is asked for.
fn plain(raw: &str) -> String {
    let text = raw.replace("**", "").replace("__", "").replace('`', "\"");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.trim_start_matches(['#', '-', '•', '*']).trim().to_owned()
}

/// Takes quotes away that stand around a slot alone: a name comes with its own.
fn unquote(pieces: &mut [Piece<'_>]) {
    const OPEN: [char; 5] = ['“', '"', '«', '‘', '\''];
    const CLOSE: [char; 5] = ['”', '"', '»', '’', '\''];
    for at in 1..pieces.len().saturating_sub(1) {
        let [Piece::Words(before), Piece::Fact(..), Piece::Words(after)] = &mut pieces[at - 1..=at + 1] else {
            continue;
        };
        if before.ends_with(OPEN) && after.starts_with(CLOSE) && !after.starts_with("'s") && !after.starts_with("’s")
        {
            *before = before.trim_end_matches(OPEN);
            *after = after.trim_start_matches(CLOSE);
        }
    }
}

/// The names in quotes, each of which a cited fact has to have.
fn named<'a>(text: &'a str, facts: &[(usize, &Citable)]) -> Result<Vec<Piece<'a>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some((open, close)) = next_quote(&rest[from..]).map(|(open, close)| (open + from, close)) {
        let start = open + rest[open..].chars().next().map_or(1, char::len_utf8);
        let Some(end) = rest[start..].find(close).map(|end| end + start) else {
            from = start;
            continue;
        };
        let name = rest[start..end].trim().trim_end_matches([',', '.']);
        let number = holder(name, facts).ok_or("it quotes a name that none of its facts has: use a slot")?;
        pieces.push(Piece::Words(&rest[..open]));
        pieces.push(Piece::Fact(format!("“{name}”"), number));
        rest = &rest[end + close.len_utf8()..];
        from = 0;
    }
    pieces.push(Piece::Words(rest));
    Ok(pieces)
}

/// Where a quote opens, and what closes it. An apostrophe opens one only at the beginning of a word.
fn next_quote(text: &str) -> Option<(usize, char)> {
    text.char_indices().find_map(|(at, c)| {
        let close = match c {
            '“' | '„' => '”',
            '"' => '"',
            '«' => '»',
            '‘' => '’',
            '\'' if text[..at].ends_with([' ', '(']) || at == 0 => '\'',
            _ => return None,
        };
        Some((at, close))
    })
}

/// The number of the cited fact that has a name.
fn holder(name: &str, facts: &[(usize, &Citable)]) -> Option<usize> {
    let same = |known: &String| known.to_lowercase() == name.to_lowercase();
    let has =
        |fact: &Citable| fact.names.iter().any(same) || [&fact.element, &fact.page].into_iter().flatten().any(same);
    facts.iter().find(|(_, fact)| has(fact)).map(|(number, _)| *number)
}

impl Settled {
    /// Appends what a fact says, without a word that stands there already: "the {element}" and "the “Pay” button".
    fn fact(&mut self, value: &str, number: usize) {
        let value = match value.strip_prefix("the ") {
            Some(rest) if self.shown.to_lowercase().ends_with("the ") => rest,
            _ => value,
        };
        self.shown.push_str(value);
        self.bare.push_str(&format!("§{number}"));
    }

    /// Appends the model's own words, once their figures are proved.
    fn words(&mut self, text: &str, facts: &[(usize, &Citable)]) -> Result<(), String> {
        let cited: Vec<&Citable> = facts.iter().map(|(_, fact)| *fact).collect();
        let all = words(text);
        let (mut shown, mut bare): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        // "{clicks} clicks": the slot has said it.
        let repeats = all.first().is_some_and(|word| text.starts_with(' ') && self.ends_with_word(word.core));
        let mut at = usize::from(repeats);
        if repeats {
            shown.push(all[0].after.to_owned());
            bare.push(all[0].after.to_owned());
        }
        while at < all.len() {
            match figure_at(&all, at, &cited) {
                Figure::Unproved => {
                    return Err(format!("none of its facts has the figure {:.20}: use a slot", all[at].core));
                }
                Figure::Proved { shown: figure, words, dropped } => {
                    shown.truncate(shown.len() - dropped.min(shown.len()));
                    shown.push(figure);
                    let after = all[at + words - 1].after;
                    bare.push(format!("§{after}"));
                    at += words;
                }
                Figure::None => {
                    let word = all[at];
                    let begins = match at.checked_sub(1) {
                        Some(before) => all[before].ends_sentence(),
                        None => self.bare.trim().is_empty() || self.bare.trim_end().ends_with(['.', '!', '?', ':']),
                    };
                    check_name(&word, begins, facts)?;
                    shown.push(word.whole.to_owned());
                    bare.push(word.whole.to_owned());
                    at += 1;
                }
            }
        }
        let around = |words: Vec<String>| {
            let begin = if text.starts_with(' ') && !repeats { " " } else { "" };
            let end = if text.ends_with(' ') && !text.trim().is_empty() { " " } else { "" };
            format!("{begin}{}{end}", words.join(" "))
        };
        self.shown.push_str(&around(shown));
        self.bare.push_str(&around(bare));
        Ok(())
    }

    /// Whether what was said last is a word, or another form of it.
    fn ends_with_word(&self, next: &str) -> bool {
        let is_slot = self.bare.rsplit(' ').next().is_some_and(|last| last.contains('§'));
        let last = self.shown.rsplit(' ').next().unwrap_or_default().trim_matches(['”', '“']).to_lowercase();
        let singular = |word: &str| word.trim_end_matches('s').to_owned();
        is_slot && !next.is_empty() && !last.is_empty() && singular(&last) == singular(&lower(next))
    }
}

/// Refuses names that are not in quotes: paths, selectors, and words with a capital where none belongs.
fn check_name(word: &Word<'_>, begins_sentence: bool, facts: &[(usize, &Citable)]) -> Result<(), String> {
    /// Short forms of the trade.
    const TERMS: &[&str] = &["URL", "UI", "UX", "CSS", "HTML", "ARIA", "WCAG", "OK", "FAQ", "PDF", "CTA"];
    let core = word.core;
    let is_path =
        core.starts_with('/') && core.len() > 1 || core.starts_with('#') || core.contains("::") || core.contains('_');
    if is_path {
        return match holder(core, facts) {
            Some(_) => Ok(()),
            None => Err("it names a place that none of its facts has: use a slot".to_owned()),
        };
    }
    let is_name = core.chars().next().is_some_and(char::is_uppercase) && !begins_sentence && !TERMS.contains(&core);
    let is_inner = core.chars().skip(1).any(char::is_uppercase) && !TERMS.contains(&core);
    if (is_name || is_inner) && !facts.iter().any(|(_, fact)| fact_has_word(fact, core)) {
        return Err("it has a name that none of its facts has: use a slot".to_owned());
    }
    Ok(())
}

fn fact_has_word(fact: &Citable, word: &str) -> bool {
    let word = lower(word);
    let texts = fact.names.iter().chain(&fact.element).chain(&fact.page).chain([&fact.text]);
    texts.into_iter().any(|text| words(text).iter().any(|known| lower(known.core) == word))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::insight::claims::fixtures::brief;

    fn settled(raw: &str) -> Result<String, String> {
        settle(raw, &brief(), &mut vec![0, 3]).map(|settled| settled.shown)
    }

    #[test]
    fn slots_are_filled_in() {
        let cases = [
            ("{F1.element} was clicked {F1.clicks}.", "The “Pay with Orbit” button was clicked 7 clicks."),
            ("It took {F1.clicks} clicks on the {F1.element}.", "It took 7 clicks on the “Pay with Orbit” button."),
            ("“{f1.element}” button is dead", "The “Pay with Orbit” button is dead"),
            ("**Nothing** came {F1.time}", "Nothing came 40 seconds into the visit"),
        ];
        for (raw, shown) in cases {
            assert_eq!(settled(raw).as_deref(), Ok(shown), "{raw}");
        }
        for raw in ["{F99.clicks}", "{F1.price}", "{F1}", "{F1.clicks", "{}"] {
            assert!(settled(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn figures_that_a_cited_fact_has_are_shown_as_it_has_them() {
        let cases = [
            ("It took 7 clicks.", "It took 7 clicks."),
            ("Seven quick clicks fell on it.", "Seven quick clicks fell on it."),
            ("All within 1.2 s.", "All within 1.2 seconds."),
            ("All within about 1 second.", "All within 1.2 seconds."),
            ("The pointer moved at about 400 px/s.", "The pointer moved at 412 px/s."),
            ("A 7-click burst", "A 7-click burst"),
        ];
        for (raw, shown) in cases {
            assert_eq!(settled(raw).as_deref(), Ok(shown), "{raw}");
        }
        for raw in [
            "It took 8 clicks.",
            "It took 7 seconds.",
            "7 visitors",
            "Eight clicks.",
            "1.9 s",
            "a third of them",
            "404",
            "at 10:32",
        ] {
            assert!(settled(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn names_that_no_cited_fact_has_are_refused() {
        for raw in [
            "“Pay with Orbit” is dead",
            "A click on 'pay with orbit' does it",
            "It's the Orbit button",
            "The page /product is long",
        ] {
            assert!(settled(raw).is_ok(), "{raw} {:?}", settled(raw));
        }
        for raw in [
            "“Delete account” is dead",
            "The Delete button is dead",
            "See /admin for more",
            "'Help' is gone",
            "onClick is missing",
        ] {
            assert!(settled(raw).is_err(), "{raw}");
        }
    }
}
