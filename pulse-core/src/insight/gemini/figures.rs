//! Figures in text, so that none is shown that our own counts do not hold.

/// Counts up to here may be of the facts themselves ("three of the buttons") and need no fact of their own.
const SMALL: f64 = 9.0;

/// The figures of the facts.
#[derive(Debug)]
pub(super) struct Figures(Vec<f64>);

impl Figures {
    /// Every figure in `text`.
    pub(super) fn of(text: &str) -> Self {
        Self(numbers(text).into_iter().map(|(value, _)| value).collect())
    }

    /// The sentences of `text` whose figures, rounded or not, are all known.
    pub(super) fn supported(&self, text: &str) -> String {
        let kept: Vec<&str> = sentences(text).into_iter().filter(|sentence| self.know(sentence)).collect();
        kept.concat().trim().to_owned()
    }

    fn know(&self, sentence: &str) -> bool {
        numbers(sentence).into_iter().all(|(value, decimals)| {
            let scale = 10_f64.powi(decimals);
            let same = |known: &f64| ((known * scale).round() - value * scale).abs() < 1e-6;
            (decimals == 0 && value <= SMALL) || self.0.iter().any(same)
        })
    }
}

/// Split after a full stop, question or exclamation mark with a space behind it.
fn sentences(text: &str) -> Vec<&str> {
    let is_end = |(at, mark): &(usize, &str)| text[at + mark.len()..].starts_with(' ');
    let ends = text.match_indices(['.', '!', '?']).filter(is_end).map(|(at, mark)| at + mark.len());
    let mut start = 0;
    let mut found = Vec::new();
    for end in ends.chain([text.len()]) {
        found.push(&text[start..end]);
        start = end;
    }
    found
}

/// Numbers with their count of decimals; "1,204" is one number, and the digits of "h3" or "e12" are none.
fn numbers(text: &str) -> Vec<(f64, i32)> {
    let chars: Vec<char> = text.chars().collect();
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    let mut found = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let starts = digit(i) && (i == 0 || !(chars[i - 1].is_alphanumeric() || chars[i - 1] == '_'));
        if !starts {
            i += 1;
            continue;
        }
        let mut written = String::new();
        let mut decimals = None;
        while i < chars.len() {
            match chars[i] {
                c if c.is_ascii_digit() => {
                    written.push(c);
                    decimals = decimals.map(|n: i32| n + 1);
                }
                ',' if decimals.is_none() && (1..=3).all(|n| digit(i + n)) && !digit(i + 4) => {}
                '.' if decimals.is_none() && digit(i + 1) => {
                    written.push('.');
                    decimals = Some(0);
                }
                _ => break,
            }
            i += 1;
        }
        found.extend(written.parse().ok().map(|value| (value, decimals.unwrap_or(0))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(numbers("1,204 clicks in 1.94 s, 63 %"), [(1204.0, 0), (1.94, 2), (63.0, 0)]);
        assert_eq!(numbers("e12 h3 _4 12. End 1,2,3"), [(12.0, 0), (1.0, 0), (2.0, 0), (3.0, 0)]);
        assert_eq!(numbers(&"9".repeat(400)), [(f64::INFINITY, 0)]);
        assert!(numbers("").is_empty());
    }

    #[test]
    fn only_figures_of_the_facts_pass() {
        let figures = Figures::of("7 clicks within 1.94 s on 1,204 px; 63.4 %");
        for kept in ["All 3 of them.", "1.9 seconds.", "1.94 seconds", "1204 px", "63 %", "no figure"] {
            assert_eq!(figures.supported(kept), kept);
        }
        for dropped in ["5,000 visitors", "99.9 % of people", "1.8 seconds", "12 clicks"] {
            assert_eq!(figures.supported(dropped), "");
        }
        assert_eq!(
            figures.supported("It took 1.9 s. Then 4,711 came! So 63 % it is."),
            "It took 1.9 s. So 63 % it is."
        );
    }
}
