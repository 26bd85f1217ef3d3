//! Text from outside, made harmless: nothing of it is markup, leads elsewhere or hides.

/// Cut to at most `max` characters, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => {
            let kept: String = text.chars().take(max.saturating_sub(1)).collect();
            kept.trim_end().to_owned() + "…"
        }
    }
}

/// One line of plain text: no tags, no Markdown, no addresses, no control or invisible characters.
pub(super) fn plain(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(is_visible).collect();
    let bare = without_links(&without_tags(&visible)).replace(['*', '`', '[', ']'], "");
    // What is left of a tag's beginning is none any more; a label such as "Next >" is found again as it is.
    let bare = bare.trim_start().replace('<', "‹");
    let heading = bare.trim_start_matches('#');
    without_words(if heading.starts_with(' ') { heading } else { &bare }, is_address)
}

/// Without the words that `drop` picks; where one ended a sentence, the word before it does.
pub(super) fn without_words(text: &str, drop: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if drop(word) {
            kept.extend(word.chars().next_back().filter(|end| !kept.is_empty() && matches!(end, '.' | '!' | '?')));
        } else {
            kept.extend((!kept.is_empty()).then_some(' '));
            kept.push_str(word);
        }
    }
    kept
}

/// Neither a control character nor one that hides or reorders text.
fn is_visible(c: &char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Drops `<...>` where it opens like a tag or a comment.
fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        kept.push_str(&rest[..open]);
        rest = &rest[open + 1..];
        if rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
            rest = rest.find('>').map_or("", |close| &rest[close + 1..]);
        } else {
            kept.push('<');
        }
    }
    kept + rest
}

/// Keeps the words of `[words](address)` and drops the address, up to the bracket that closes it.
fn without_links(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        kept.push_str(&rest[..middle]);
        let mut open = 0;
        let address = rest[middle + 1..].find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            open == 0
        });
        rest = address.map_or("", |close| &rest[middle + 1 + close + 1..]);
    }
    kept + rest
}

/// Whether a word is an address that a reader might follow.
fn is_address(word: &str) -> bool {
    const SCHEMES: [&str; 6] = ["javascript:", "data:", "vbscript:", "mailto:", "file:", "blob:"];
    let word = word.to_ascii_lowercase();
    let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.contains("://")
        || bare.starts_with("www.")
        || SCHEMES.iter().any(|scheme| bare.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_fall_between_characters() {
        assert_eq!(cut("naïveté", 7), "naïveté");
        assert_eq!(cut("naïveté", 4), "naï…");
        assert_eq!(cut("👩‍💻👩‍💻", 1), "…");
    }

    #[test]
    fn nothing_foreign_is_left() {
        let cases = [
            ("<b>Pay</b> now<script>alert(1)</script>", "Pay nowalert(1)"),
            ("<<b>script>x", "‹script>x"),
            ("<img src=x onerror=alert(1)", ""),
            ("See [the docs](https://evil.example/x) please", "See the docs please"),
            ("![pixel](http://evil.example/p.gif)end", "!pixelend"),
            ("go to https://evil.example/a or (www.evil.example).", "go to or."),
            ("[x](javascript:alert(1)) y [z](open", "x y z"),
            ("## **Bold** `code`", "Bold code"),
            ("#pay", "#pay"),
            ("metadata: see data:text/html,x or Data: none", "metadata: see or Data: none"),
            ("a\u{202e}b\u{200b}c\r\nd\te", "abc d e"),
            ("1 < 2 and 3 > 2", "1 ‹ 2 and 3 > 2"),
            ("“Pay with Orbit” took 1.9 seconds", "“Pay with Orbit” took 1.9 seconds"),
        ];
        for (from, to) in cases {
            assert_eq!(plain(from), to, "{from:?}");
        }
    }
}
