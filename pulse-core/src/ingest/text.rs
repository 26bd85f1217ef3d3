//! Text from outside, cut to its limit.

/// At most `chars` characters of `text`, without control characters, and without a space where it was cut.
pub(super) fn clean(text: &str, chars: usize) -> String {
    let mut out: String = text.chars().filter(|c| !c.is_control()).take(chars).collect();
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
        assert_eq!(clean_option(Some("\u{0}"), 9), None);
    }
}
