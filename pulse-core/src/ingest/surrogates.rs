//! Lone surrogates: a JavaScript string may hold half a character, and `JSON.stringify` writes that as an escape which
//! no other language can read.

use std::borrow::Cow;

/// JSON text with every lone surrogate escape replaced by U+FFFD, the replacement character.
pub(crate) fn repair(json: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        let escape = at + found;
        at = match surrogate(json, escape) {
            None => escape + 2,
            Some(Half::High) if surrogate(json, escape + 6) == Some(Half::Low) => escape + 12,
            Some(_) => {
                out.get_or_insert_with(|| json.to_vec())[escape + 2..escape + 6].copy_from_slice(b"fffd");
                escape + 6
            }
        };
    }
    out.map_or(Cow::Borrowed(json), Cow::Owned)
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
            assert_eq!(repair(given.as_bytes()), repaired.as_bytes(), "{given}");
        }
        assert!(matches!(repair(b"{}"), Cow::Borrowed(_)));
    }
}
