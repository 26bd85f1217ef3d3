//! Text that is none: bytes that are not UTF-8, and lone surrogates. A JavaScript string may hold half a character, and
//! `JSON.stringify` writes that as an escape which no other language can read.

use std::borrow::Cow;

/// JSON text in which both are replaced by U+FFFD, the replacement character, so that they cost nothing but themselves.
pub(crate) fn repair(json: &[u8]) -> Cow<'_, str> {
    // Nearly always text, and that is found out at once; `from_utf8_lossy` looks at each character.
    let mut text = str::from_utf8(json).map_or_else(|_| String::from_utf8_lossy(json), Cow::Borrowed);
    let mut at = 0;
    while let Some(found) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'\\', rest)) {
        let escape = at + found;
        at = match surrogate(text.as_bytes(), escape) {
            None => escape + 2,
            Some(Half::High) if surrogate(text.as_bytes(), escape + 6) == Some(Half::Low) => escape + 12,
            Some(_) => {
                text.to_mut().replace_range(escape + 2..escape + 6, "fffd");
                escape + 6
            }
        };
    }
    text
}

#[derive(PartialEq)]
enum Half {
    High,
    Low,
}

/// Which half of a character the escape at `at` stands for, if it is one that does.
fn surrogate(json: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', third, a, b] = json.get(at..at + 6)? else { return None };
    if !a.is_ascii_hexdigit() || !b.is_ascii_hexdigit() {
        return None;
    }
    match third {
        b'8' | b'9' | b'a' | b'b' | b'A' | b'B' => Some(Half::High),
        b'c'..=b'f' | b'C'..=b'F' => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_halves_are_replaced() {
        for (given, repaired) in [
            (r#""a\ud83d""#, r#""a\ufffd""#),
            (r#""\uDE00b""#, r#""\ufffdb""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\ud83d\ude00 ok \u00e9""#, r#""\ud83d\ude00 ok \u00e9""#),
            (r#""\\ud83d is text""#, r#""\\ud83d is text""#),
            (r#""\"#, r#""\"#),
            (r#""\ud8"#, r#""\ud8"#),
        ] {
            assert_eq!(repair(given.as_bytes()), repaired, "{given}");
        }
        assert!(matches!(repair(b"{}"), Cow::Borrowed(_)));
    }

    #[test]
    fn bytes_that_are_no_text_cost_themselves_alone() {
        assert_eq!(repair(b"{\"a\":\"b\xffc\xc3\"}"), "{\"a\":\"b\u{fffd}c\u{fffd}\"}");
        assert_eq!(repair("\"\\é\\".as_bytes()), "\"\\é\\");
    }
}
