//! Words and figures as people write them.

use super::plain::{cut, plain};
use crate::{
    analyze::detect::{ElementRef, Sort},
    model::{Millis, page_of},
};

/// Longest label or path that is shown: none that is stored is longer than the first.
const LABEL: usize = 128;

/// What is between curly quotes on screen: a label, cleaned, and whole, so that it can be found again.
pub(super) fn quote(label: &str) -> String {
    let label = plain(label);
    if label.is_empty() { "an unnamed element".to_owned() } else { format!("“{}”", cut(&label, LABEL)) }
}

/// How a page is called: its path, without the site in front of it.
pub(super) fn page_name(url: &str) -> String {
    let page = page_of(url);
    let path = match page.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => page,
    };
    match plain(path).as_str() {
        "" if path.is_empty() => "an unnamed page".to_owned(),
        "/" => "the home page".to_owned(),
        "" => "an unnamed page".to_owned(),
        path => cut(path, LABEL),
    }
}

/// "1.9 seconds", "12 seconds", "3 minutes 20 seconds".
pub(super) fn duration(ms: Millis) -> String {
    let ms = ms.clamp(0, Millis::MAX / 2);
    let tenths = (ms + 50) / 100;
    let seconds = (ms + 500) / 1000;
    match seconds {
        _ if tenths % 10 != 0 && tenths < 100 => format!("{}.{} seconds", tenths / 10, tenths % 10),
        0..60 => count(seconds as u64, "second"),
        60..3600 => two(seconds / 60, "minute", seconds % 60, "second"),
        _ => two(seconds / 3600, "hour", seconds % 3600 / 60, "minute"),
    }
}

fn two(large: i64, large_unit: &str, small: i64, small_unit: &str) -> String {
    let large = count(large as u64, large_unit);
    if small == 0 { large } else { format!("{large} {}", count(small as u64, small_unit)) }
}

/// "1 click", "1,204 clicks", "2 changes of direction": the first word takes the plural.
pub(super) fn count(n: u64, what: &str) -> String {
    format!("{} {}", number(n), noun(n as usize, what))
}

/// `what` as it follows the number `n`.
pub(super) fn noun(n: usize, what: &str) -> String {
    if n == 1 {
        return what.to_owned();
    }
    let end = what.find(" of ").unwrap_or(what.len());
    let (head, tail) = what.split_at(end);
    let sibilant = ["s", "x", "ch", "sh"].iter().any(|ending| head.ends_with(ending));
    format!("{head}{}{tail}", if sibilant { "es" } else { "s" })
}

/// With commas between the thousands.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A measurement, to the nearest whole number; nothing below zero is one.
pub(super) fn rounded(value: f64) -> String {
    number(value.round().max(0.0) as u64)
}

/// "never", "once", "twice", "3 times".
pub(super) fn times(n: u64) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", number(n)),
    }
}

/// "a", "a and b", "a, b and c", "a, b, c and 4 more".
pub(super) fn list(items: &[String]) -> String {
    const NAMED: usize = 3;
    match items {
        [] => String::new(),
        [one] => one.clone(),
        _ if items.len() > NAMED + 1 => {
            format!("{} and {} more", items[..NAMED].join(", "), items.len() - NAMED)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// "two" to "ten"; larger ones in digits.
pub(super) fn in_words(n: usize) -> String {
    const WORDS: [&str; 11] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    WORDS.get(n).map_or_else(|| number(n as u64), |word| (*word).to_owned())
}

/// An element as people see it: the “Pay later” button; without a label, what it is: a field without a label, a picture,
/// the code block. Its path is no name: evidence and references carry it.
pub(super) fn element_name(element: &ElementRef) -> String {
    let label = element.label.as_deref().filter(|label| !label.trim().is_empty());
    match (label, element.sort) {
        (Some(label), Sort::Element) => format!("the element {}", quote(label)),
        (Some(label), sort) => format!("the {} {}", quote(label), sort_name(sort)),
        (None, Sort::Button | Sort::Link | Sort::Field) => format!("a {} without a label", sort_name(element.sort)),
        (None, Sort::Image | Sort::Heading) => format!("a {}", sort_name(element.sort)),
        (None, Sort::Text) if tag(element) == "td" => "a cell of the table".to_owned(),
        (None, Sort::Text) => "a piece of text".to_owned(),
        (None, Sort::Element) => match tag(element) {
            "pre" | "code" => "the code block",
            "table" => "the table",
            "form" => "the form",
            "label" => "a label",
            "nav" => "the menu",
            "dialog" => "the dialog",
            _ => "a part of the page",
        }
        .to_owned(),
    }
}

/// What people call a sort of elements.
pub(super) fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Button => "button",
        Sort::Link => "link",
        Sort::Field => "field",
        Sort::Image => "picture",
        Sort::Heading => "heading",
        Sort::Text => "text",
        Sort::Element => "element",
    }
}

/// The tag of an element, as far as its path tells: `pre` of `main>pre:nth-of-type(4)`.
pub(super) fn tag(element: &ElementRef) -> &str {
    let last = element.path.rsplit(['>', ' ']).next().unwrap_or_default();
    last.split([':', '.', '#', '[']).next().unwrap_or_default()
}

/// The first letter in upper case, for the start of a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        let cases = [
            (-5, "0 seconds"),
            (0, "0 seconds"),
            (40, "0 seconds"),
            (400, "0.4 seconds"),
            (960, "1 second"),
            (1_000, "1 second"),
            (1_940, "1.9 seconds"),
            (9_960, "10 seconds"),
            (12_300, "12 seconds"),
            (59_700, "1 minute"),
            (92_000, "1 minute 32 seconds"),
            (3_600_000, "1 hour"),
            (7_320_000, "2 hours 2 minutes"),
        ];
        for (ms, text) in cases {
            assert_eq!(duration(ms), text, "{ms}");
        }
        assert!(duration(Millis::MAX).ends_with(" minutes"), "{}", duration(Millis::MAX));
    }

    #[test]
    fn plurals_and_lists_read_naturally() {
        assert_eq!(count(1, "click"), "1 click");
        assert_eq!(count(0, "click"), "0 clicks");
        assert_eq!(count(2, "switch"), "2 switches");
        assert_eq!(count(2, "change of direction"), "2 changes of direction");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(times(2), "twice");
        let words = ["a", "b", "c", "d", "e"].map(str::to_owned);
        assert_eq!(list(&words[..1]), "a");
        assert_eq!(list(&words[..2]), "a and b");
        assert_eq!(list(&words[..4]), "a, b, c and d");
        assert_eq!(list(&words), "a, b, c and 2 more");
        assert_eq!(sentence("“Pay” did"), "“Pay” did");
        assert_eq!(sentence("three"), "Three");
    }

    #[test]
    fn an_element_without_a_label_is_called_by_what_it_is() {
        let named = |path: &str, label: Option<&str>, sort| {
            element_name(&ElementRef { path: path.to_owned(), label: label.map(str::to_owned), sort })
        };
        assert_eq!(named("#pay", Some("Pay"), Sort::Button), "the “Pay” button");
        assert_eq!(named("form>label:nth-of-type(1)>input", None, Sort::Field), "a field without a label");
        assert_eq!(named("#photo", Some(" "), Sort::Image), "a picture");
        assert_eq!(named("main>pre:nth-of-type(4)", None, Sort::Element), "the code block");
        assert_eq!(named("table>tr>td.free", None, Sort::Text), "a cell of the table");
        assert_eq!((in_words(3), in_words(11)), ("three".to_owned(), "11".to_owned()));
    }

    #[test]
    fn pages_are_called_by_their_path() {
        let cases = [
            ("http://localhost:8080/checkout?id=1", "/checkout"),
            ("http://localhost:8080/", "the home page"),
            ("http://localhost:8080", "the home page"),
            ("", "an unnamed page"),
            ("about:blank", "about:blank"),
        ];
        for (url, name) in cases {
            assert_eq!(page_name(url), name, "{url}");
        }
    }
}
