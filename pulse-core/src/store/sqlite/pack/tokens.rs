//! A short hand for the texts of events, most of which are paths of elements and addresses: what occurs often in those
//! stands as one control character, which no stored text contains unless it is written out behind an escape.

use super::PackError;

/// Stands before a control character that means itself.
const ESCAPE: u8 = 0;

/// What each control character from 1 on stands for. It is part of the stored format: only the end may be added to, up
/// to 31 in all. Where one is the beginning of another, the longer one comes first.
const TOKENS: [&str; 31] = [
    " > ",
    ":nth-of-type(",
    ":nth-child(",
    "button",
    "div",
    "span",
    "main",
    "section",
    "article",
    "input",
    "form",
    "label",
    "header",
    "footer",
    "nav",
    "ul",
    "link",
    "li",
    "a[href=\"",
    "[data-testid=\"",
    "[role=\"",
    "\"]",
    "https://",
    "http://",
    "www.",
    ".com/",
    "table",
    "image",
    "body",
    "text",
    "product",
];

/// The tokens that begin with each letter.
const BY_FIRST: [[u8; 5]; 128] = by_first();

const fn by_first() -> [[u8; 5]; 128] {
    let mut table = [[0; 5]; 128];
    let mut token = 0;
    while token < TOKENS.len() {
        let row = &mut table[TOKENS[token].as_bytes()[0] as usize];
        let mut place = 0;
        while row[place] != 0 {
            place += 1;
        }
        row[place] = token as u8 + 1;
        token += 1;
    }
    table
}

/// `text` in short hand.
pub(super) fn shorten(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((&first, tail)) = rest.split_first() {
        let candidates = BY_FIRST.get(usize::from(first)).into_iter().flatten().take_while(|token| **token != 0);
        let token = candidates.copied().find(|token| rest.starts_with(TOKENS[usize::from(*token) - 1].as_bytes()));
        match token {
            Some(token) => {
                out.push(token);
                rest = &rest[TOKENS[usize::from(token) - 1].len()..];
                continue;
            }
            None if usize::from(first) <= TOKENS.len() => out.extend([ESCAPE, first]),
            None => out.push(first),
        }
        rest = tail;
    }
    out
}

/// The text that `short` stands for.
pub(super) fn lengthen(short: &[u8]) -> Result<String, PackError> {
    let mut out = Vec::with_capacity(short.len() * 2);
    let mut bytes = short.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            ESCAPE => out.push(*bytes.next().ok_or(PackError::Torn)?),
            _ => match TOKENS.get(usize::from(byte) - 1) {
                Some(token) => out.extend_from_slice(token.as_bytes()),
                None => out.push(byte),
            },
        }
    }
    String::from_utf8(out).map_err(|_| PackError::Torn)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_text_comes_back() {
        for text in
            ["", "main > article:nth-child(12) > button", "\0\u{1}\u{1f} \u{7f}", "Zahlungspflichtig – 💳", "https:/"]
        {
            assert_eq!(lengthen(&shorten(text)).unwrap(), text);
        }
    }

    #[test]
    fn paths_are_short() {
        assert_eq!(shorten("main > article:nth-child(12) > button").len(), 9);
        assert_eq!(shorten("#pay"), b"#pay");
    }

    #[test]
    fn no_token_hides_behind_a_shorter_one() {
        for (place, token) in TOKENS.iter().enumerate() {
            assert_eq!(shorten(token), [place as u8 + 1], "{token}");
        }
    }
}
