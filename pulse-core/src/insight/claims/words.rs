//! The words of a text, with the punctuation around each.

/// One word: what stands between spaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    /// As it was written.
    pub(super) whole: &'a str,
    /// Punctuation before it.
    pub(super) before: &'a str,
    /// The word itself.
    pub(super) core: &'a str,
    /// Punctuation after it.
    pub(super) after: &'a str,
}

impl Word<'_> {
    /// Whether a sentence ends behind it.
    pub(super) fn ends_sentence(&self) -> bool {
        self.after.contains(['.', '!', '?', ':', ';'])
            || self.core.is_empty() && self.before.contains(['.', '!', '?', ':'])
    }
}

/// The words of `text`.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let is_core = |c: char| c.is_alphanumeric() || matches!(c, '%' | '/' | '#' | '_' | '§' | '~' | '≈' | '+');
    text.split_whitespace()
        .map(|whole| {
            let start = whole.find(is_core).unwrap_or(whole.len());
            let end =
                whole.rfind(is_core).map_or(start, |at| at + whole[at..].chars().next().map_or(0, char::len_utf8));
            Word { whole, before: &whole[..start], core: &whole[start..end], after: &whole[end..] }
        })
        .collect()
}

/// In lower case, with a plain apostrophe.
pub(super) fn lower(word: &str) -> String {
    word.to_lowercase().replace('’', "'")
}

/// The sentences of a text, each as its words in lower case.
pub(super) fn sentences(text: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for word in words(text) {
        if let Some(last) = all.last_mut()
            && !word.core.is_empty()
        {
            last.push(lower(word.core));
        }
        if word.ends_sentence() {
            all.push(Vec::new());
        }
    }
    all.retain(|sentence| !sentence.is_empty());
    all
}

/// Whether the words from `at` on are those of `phrase`; a word of it that ends with `*` stands for all that begin so.
pub(super) fn is_phrase(sentence: &[String], at: usize, phrase: &str) -> bool {
    let mut count = 0;
    for (n, part) in phrase.split(' ').enumerate() {
        count = n + 1;
        let Some(word) = sentence.get(at + n) else { return false };
        let same = match part.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == part,
        };
        if !same {
            return false;
        }
    }
    count > 0
}

/// The phrases of a list in one text.
pub(super) fn phrases(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(", ").filter(|phrase| !phrase.is_empty())
}

/// Where a phrase begins in a sentence.
pub(super) fn places<'a>(sentence: &'a [String], phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
    (0..sentence.len()).filter(move |at| is_phrase(sentence, *at, phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_sentences_are_told_apart() {
        let cores: Vec<&str> = words("“Pay (now)”, it’s 92 %.").iter().map(|word| word.core).collect();
        assert_eq!(cores, ["Pay", "now", "it’s", "92", "%"]);
        let sentences = sentences("It took 1.4 s. Then § left! /a/b is gone");
        assert_eq!(sentences.len(), 3);
        assert_eq!(sentences[0], ["it", "took", "1.4", "s"]);
        let waits = vec!["it".to_owned(), "does".to_owned(), "nothing".to_owned()];
        assert!(is_phrase(&waits, 1, "does noth*") && !is_phrase(&waits, 2, "nothing else"));
    }
}
