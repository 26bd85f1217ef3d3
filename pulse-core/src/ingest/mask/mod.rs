//! What looks secret is not stored: one rule for addresses, titles, labels, errors and what a page tells of its own.
//!
//! The tracker masks by the same words before it sends, as far as they fit into it; here everything is masked that was
//! not. `docs/privacy.md` lists what is found and what is not.

mod text;
mod url;
mod words;

pub(crate) use self::url::url;
pub(super) use self::{text::text, words::is_secret};
use super::text::clean;
use crate::model::Prop;

/// What stands in the place of a value.
const MASK: &str = "***";

/// Text of a page: cut, and without personal data.
pub(crate) fn label(given: &str, chars: usize) -> String {
    match text(given) {
        std::borrow::Cow::Borrowed(same) => clean(same, chars),
        std::borrow::Cow::Owned(masked) => clean(&masked, chars),
    }
}

/// The same for text that may be missing; empty text counts as missing.
pub(super) fn label_option(given: Option<&str>, chars: usize) -> Option<String> {
    given.map(|given| label(given, chars)).filter(|label| !label.is_empty())
}

/// What a page tells under a name.
pub(super) fn prop(name: &str, value: Prop, chars: usize, more: &[String]) -> Prop {
    match value {
        Prop::Bool(_) => value,
        _ if is_secret(name, more) => Prop::Text(MASK.to_owned()),
        Prop::Text(given) => Prop::Text(label(&given, chars)),
        Prop::Number(number) if number.abs() >= 1e8 && text(&format!("{number:.0}")) != format!("{number:.0}") => {
            Prop::Text(text(&format!("{number:.0}")).into_owned())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
