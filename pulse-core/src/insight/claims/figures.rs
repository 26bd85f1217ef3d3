//! Figures in a model's words: digits and number words. One is shown only where a cited fact has it, as the fact has it.

use super::words::{Word, lower};
use crate::insight::{
    brief::{Citable, FigureUnit},
    words::{noun, number},
};

/// How far "about 200" may be from what was measured.
const ABOUT: f64 = 0.05;

/// Words before a figure that say it is not exact. They go where the exact figure is put in.
const QUALIFIERS: &[&str] =
    &["about", "around", "roughly", "approximately", "nearly", "almost", "some", "circa", "over", "than", "under", "~"];

/// What a figure at a word comes to.
pub(super) enum Figure {
    /// It is none.
    None,
    /// It stands in a cited fact: what is shown for `words` words, after `dropped` words before it are taken back.
    Proved { shown: String, words: usize, dropped: usize },
    /// No cited fact has it.
    Unproved,
}

/// A number as it is written.
struct Written<'a> {
    value: f64,
    decimals: i32,
    /// What follows without a space: `px` of `200px`, `second` of `7-second`.
    suffix: &'a str,
}

/// A unit in words.
enum Unit {
    Ms(f64),
    Px,
    PxPerSecond,
    Percent,
}

/// The figure that begins at word `at`.
pub(super) fn figure_at(words: &[Word<'_>], at: usize, cited: &[&Citable]) -> Figure {
    let Some(core) = words.get(at).map(|word| word.core) else { return Figure::None };
    if lower(core) == "once" {
        return once(words, at, cited);
    }
    if lower(core) == "twice" {
        return twice(words, at, cited);
    }
    let Some(written) = written(core) else {
        let is_figure = core.contains(|c: char| c.is_numeric()) || is_vague_number(&lower(core));
        return if is_figure { Figure::Unproved } else { Figure::None };
    };
    let is_about = at > 0 && QUALIFIERS.contains(&lower(words[at - 1].core).as_str()) || core.starts_with('~');
    let dropped = match is_about && at > 0 {
        false => 0,
        true if at > 1 && matches!(lower(words[at - 2].core).as_str(), "more" | "less" | "fewer") => 2,
        true => 1,
    };
    if let Some((unit, used)) = unit_at(words, at + 1, written.suffix) {
        let (value, more) = with_rest(words, at + 1 + used, &written, &unit);
        return match measured(value, written.decimals, &unit, is_about, cited) {
            Some(shown) => {
                let last = words[at + used + more];
                let first = words[at];
                Figure::Proved {
                    shown: format!("{}{shown}{}", first.before, last.after),
                    words: 1 + used + more,
                    dropped,
                }
            }
            None => Figure::Unproved,
        };
    }
    let is_word = core.starts_with(char::is_alphabetic);
    match counted(words, at, &written, is_about, cited) {
        Some(value) => {
            let shown = if is_word && value == written.value { core.to_owned() } else { number(value as u64) };
            let suffix = if written.suffix.is_empty() { String::new() } else { format!("-{}", written.suffix) };
            let word = words[at];
            let dropped = if value == written.value { 0 } else { dropped };
            Figure::Proved { shown: format!("{}{shown}{suffix}{}", word.before, word.after), words: 1, dropped }
        }
        // "One" is a pronoun more often than a number.
        None if lower(core) == "one" && !counts_something(words, at, cited) => Figure::None,
        None => Figure::Unproved,
    }
}

/// "Was clicked once" is a figure; "once the page is there" and "at once" are none.
fn once(words: &[Word<'_>], at: usize, cited: &[&Citable]) -> Figure {
    let before = at.checked_sub(1).map(|before| lower(words[before].core)).unwrap_or_default();
    let after = words.get(at + 1).map(|word| lower(word.core)).unwrap_or_default();
    let ends = words[at].ends_sentence() || words.get(at + 1).is_none();
    let counts = ends || matches!(after.as_str(), "on" | "in" | "by" | "and" | "before" | "after" | "during" | "per");
    if at == 0 || matches!(before.as_str(), "at" | "more" | "only" | "just") && !ends || before == "at" || !counts {
        return Figure::None;
    }
    let figures = cited.iter().flat_map(|fact| &fact.figures);
    let is_one = figures.into_iter().any(|figure| matches!(figure.unit, FigureUnit::Count(_)) && figure.value == 1.0);
    if is_one { Figure::None } else { Figure::Unproved }
}

/// "Clicked twice" counts; "twice as long as usual" compares a figure with what is usual.
fn twice(words: &[Word<'_>], at: usize, cited: &[&Citable]) -> Figure {
    let next = |n: usize| words.get(at + n).map(|word| lower(word.core)).unwrap_or_default();
    let is_proved = match next(1).as_str() {
        "as" | "the" => cited.iter().flat_map(|fact| ratios(fact)).any(|ratio| (1.75..2.25).contains(&ratio)),
        _ => cited.iter().flat_map(|fact| &fact.figures).any(|figure| match figure.unit {
            FigureUnit::Count(of) => figure.value == 2.0 && is_done(of),
            _ => false,
        }),
    };
    if is_proved { Figure::None } else { Figure::Unproved }
}

/// How many times what is usual each figure of a fact is.
fn ratios(fact: &Citable) -> impl Iterator<Item = f64> {
    fact.figures.iter().filter_map(|figure| {
        let of = figure.name.strip_prefix("mean_").unwrap_or(&figure.name);
        let usual = fact.figures.iter().find(|usual| usual.name.strip_prefix("usual_") == Some(of))?;
        (usual.value > 0.0).then(|| figure.value / usual.value)
    })
}

/// Whether what is counted is done so many times, where pages, options and people are not.
fn is_done(of: &str) -> bool {
    !matches!(of, "page view" | "option" | "visit" | "visitor" | "session" | "other")
}

/// Digits with an optional suffix, or a number word.
fn written(core: &str) -> Option<Written<'_>> {
    let core = core.trim_start_matches(['~', '≈', '+']);
    if core.starts_with(|c: char| c.is_ascii_digit()) {
        let end = core.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(core.len());
        let (digits, suffix) = core.split_at(end);
        if suffix.contains(|c: char| c.is_numeric()) {
            return None;
        }
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32);
        let value = digits.replace(',', "").parse().ok()?;
        return Some(Written { value, decimals, suffix: suffix.trim_start_matches('-') });
    }
    let (word, suffix) = core.split_once('-').unwrap_or((core, ""));
    match (number_word(&lower(word))?, number_word(&lower(suffix))) {
        (tens, Some(ones)) if (20.0..100.0).contains(&tens) && ones < 10.0 => {
            Some(Written { value: tens + ones, decimals: 0, suffix: "" })
        }
        (value, _) => Some(Written { value, decimals: 0, suffix }),
    }
}

fn number_word(word: &str) -> Option<f64> {
    const ONES: [&str; 21] = [
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    const TENS: [&str; 7] = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    if word == "dozen" {
        return Some(12.0);
    }
    let ones = ONES.iter().position(|name| *name == word);
    let tens = TENS.iter().position(|name| *name == word);
    ones.map(|n| n as f64).or_else(|| tens.map(|n| (n as f64 + 3.0) * 10.0))
}

/// Words that stand for a number which no fact is told in.
fn is_vague_number(word: &str) -> bool {
    const NUMBERS: &[&str] = &[
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "dozens",
        "third",
        "thirds",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "quarter",
        "quarters",
        "half",
        "halves",
        "thrice",
        "double",
        "doubled",
        "triple",
        "tripled",
        "tenfold",
        "twofold",
        "couple",
    ];
    NUMBERS.contains(&word)
}

/// The unit after a number, and how many words it takes.
fn unit_at(words: &[Word<'_>], at: usize, suffix: &str) -> Option<(Unit, usize)> {
    let word = |n: usize| words.get(at + n).map(|word| lower(word.core)).unwrap_or_default();
    let (first, used) = match suffix {
        "" => (word(0), 1),
        suffix => (lower(suffix), 0),
    };
    let unit = match first.as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => Unit::Ms(1_000.0),
        "ms" | "msec" | "millisecond" | "milliseconds" => Unit::Ms(1.0),
        "min" | "mins" | "minute" | "minutes" => Unit::Ms(60_000.0),
        "h" | "hour" | "hours" => Unit::Ms(3_600_000.0),
        "px/s" | "pixels/s" | "px/sec" | "px/second" => Unit::PxPerSecond,
        "px" | "pixel" | "pixels" => match (word(used).as_str(), word(used + 1).as_str()) {
            ("per" | "a" | "each", "second" | "s") => return Some((Unit::PxPerSecond, used + 2)),
            _ => Unit::Px,
        },
        "%" | "percent" => Unit::Percent,
        "per" if word(used) == "cent" => return Some((Unit::Percent, used + 1)),
        _ => return None,
    };
    Some((unit, used))
}

/// "1 minute 32 seconds": the value in the unit of the first, and how many words the rest takes.
fn with_rest(words: &[Word<'_>], at: usize, first: &Written<'_>, unit: &Unit) -> (f64, usize) {
    let Unit::Ms(scale) = unit else { return (first.value, 0) };
    let skip = usize::from(words.get(at).is_some_and(|word| lower(word.core) == "and"));
    let rest = words.get(at + skip).and_then(|word| written(word.core));
    let smaller = rest.as_ref().and_then(|rest| unit_at(words, at + skip + 1, rest.suffix));
    match (rest, smaller) {
        (Some(rest), Some((Unit::Ms(smaller), used))) if smaller < *scale => {
            (first.value + rest.value * smaller / scale, skip + 1 + used)
        }
        _ => (first.value, 0),
    }
}

/// The text of the cited figure that was written as `value` of a unit.
fn measured(value: f64, decimals: i32, unit: &Unit, is_about: bool, cited: &[&Citable]) -> Option<String> {
    let figures = cited.iter().flat_map(|fact| &fact.figures);
    figures.into_iter().find_map(|figure| {
        let scale = match (unit, figure.unit) {
            (Unit::Ms(scale), FigureUnit::Ms) => *scale,
            (Unit::Px, FigureUnit::Px)
            | (Unit::PxPerSecond, FigureUnit::PxPerSecond)
            | (Unit::Percent, FigureUnit::Percent) => 1.0,
            _ => return None,
        };
        let rounding = 0.5 * 10_f64.powi(-decimals) * scale;
        let slack = if is_about { rounding.max(figure.value.abs() * ABOUT) } else { rounding };
        ((value * scale - figure.value).abs() <= slack + 1e-6).then(|| figure.text())
    })
}

/// Whether a noun counts what a figure counts.
fn is_noun(word: &str, of: &str) -> bool {
    let same = |of: &str| word == of || word == noun(2, of);
    let head = of.split(' ').next().unwrap_or(of);
    let kin: &[&str] = match head {
        "click" => &["tap", "press"],
        "visit" | "session" => &["visit", "session", "visitor", "person", "user"],
        "visitor" => &["visit", "session", "person", "user"],
        "time" => &["attempt"],
        "option" => &["way", "choice", "method", "alternative", "item"],
        _ => &[],
    };
    same(head) || kin.iter().any(|kin| same(kin)) || word == "them" || matches!(word, "time" | "times") && is_done(of)
}

/// The words after a number that may be what it counts, up to the next sentence.
fn counted_nouns(words: &[Word<'_>], at: usize, suffix: &str) -> Vec<String> {
    const AHEAD: usize = 3;
    let mut nouns: Vec<String> = (!suffix.is_empty()).then(|| lower(suffix)).into_iter().collect();
    for (n, word) in words.iter().enumerate().skip(at).take(1 + AHEAD) {
        if n > at {
            nouns.push(lower(word.core));
        }
        if word.ends_sentence() {
            break;
        }
    }
    nouns
}

/// How many a cited fact counts of what is written to be counted.
fn counted(words: &[Word<'_>], at: usize, written: &Written<'_>, is_about: bool, cited: &[&Citable]) -> Option<f64> {
    let nouns = counted_nouns(words, at, written.suffix);
    if written.decimals > 0 {
        return None;
    }
    for fact in cited {
        for figure in &fact.figures {
            let FigureUnit::Count(of) = figure.unit else { continue };
            let (value, written) = (figure.value.round(), written.value);
            let near = is_about && value >= 20.0 && (value - written).abs() <= value * ABOUT;
            if (value == written || near) && nouns.iter().any(|word| is_noun(word, of)) {
                return Some(value);
            }
        }
    }
    // "The two buttons": as many elements, or pages, as the claim cites.
    let different = |names: Vec<&String>| {
        let mut names = names;
        names.sort_unstable();
        names.dedup();
        names.len() as f64
    };
    let elements = different(cited.iter().filter_map(|fact| fact.element.as_ref()).collect());
    let pages = different(cited.iter().filter_map(|fact| fact.page.as_ref()).collect());
    let names = |word: &String| {
        matches!(word.as_str(), "buttons" | "controls" | "elements" | "links" | "places" | "things")
            && elements == written.value
            || word == "pages" && pages == written.value
    };
    (written.value > 1.0 && nouns.iter().any(names)).then_some(written.value)
}

/// Whether "one" stands before something that is counted or measured.
fn counts_something(words: &[Word<'_>], at: usize, cited: &[&Citable]) -> bool {
    // "From one option to the next" counts none.
    let is_series = |word: &Word<'_>| matches!(lower(word.core).as_str(), "another" | "next" | "other");
    if words.iter().skip(at + 1).take(5).any(is_series) {
        return false;
    }
    let next = words.get(at + 1).map(|word| lower(word.core)).unwrap_or_default();
    let counts = |figure: &crate::insight::brief::CitableFigure| match figure.unit {
        FigureUnit::Count(of) => is_noun(&next, of) && !matches!(next.as_str(), "visit" | "visitor" | "session"),
        _ => false,
    };
    unit_at(words, at + 1, "").is_some()
        || matches!(next.as_str(), "click" | "clicks" | "tap" | "time" | "error")
        || cited.iter().flat_map(|fact| &fact.figures).any(counts)
}
