//! Text from outside, cut to its limit.

/// Characters that nobody sees and that turn round, or hide, what is beside them: marks of direction, and of no width.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// At most `chars` characters of `text`, without control characters, and without a space where it was cut.
pub(super) fn clean(text: &str, chars: usize) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control() && !is_hidden(*c)).take(chars).collect();
    out.truncate(out.trim_end().len());
    out
}

/// The same for text that may be missing; empty text counts as missing.
pub(super) fn clean_option(text: Option<&str>, chars: usize) -> Option<String> {
    text.map(|text| clean(text, chars)).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        assert_eq!(clean("äöü\u{0}\n!", 4), "äöü!");
        assert_eq!(clean("äöü", 2), "äö");
        assert_eq!(clean("cut here", 4), "cut");
        assert_eq!(clean_option(Some("\u{0}\u{202e}"), 9), None);
    }
}
