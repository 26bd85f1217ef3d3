//! How far back is looked.

use pulse_core::{model::Millis, wire::dashboard::Span};

const HOUR_MS: Millis = 3_600_000;
const DAY_MS: Millis = 24 * HOUR_MS;

/// A stretch of time that ends now. It begins with a day of UTC, as the server's sums do: then no visit has to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Days {
    /// Today and yesterday.
    Day,
    /// Seven days.
    Week,
    /// Thirty days.
    #[default]
    Month,
    /// Since the first visit.
    Ever,
}

impl Days {
    /// Each with its name and its text in an address.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Day, "2 days", "2"),
        (Self::Week, "7 days", "7"),
        (Self::Month, "30 days", "30"),
        (Self::Ever, "All", "all"),
    ];

    /// The one with this text in an address.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(.., name)| *name == text).map(|(days, ..)| days)
    }

    /// Its text in an address.
    pub fn text(self) -> &'static str {
        Self::ALL.into_iter().find(|(days, ..)| *days == self).map_or("", |(.., text)| text)
    }

    /// In words, as part of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Day => "in the last 2 days",
            Self::Week => "in the last 7 days",
            Self::Month => "in the last 30 days",
            Self::Ever => "in all",
        }
    }

    /// The stretch before it, as it follows "the"; none before all of time.
    pub fn before_words(self) -> Option<&'static str> {
        match self {
            Self::Day => Some("2 days before"),
            Self::Week => Some("7 days before"),
            Self::Month => Some("30 days before"),
            Self::Ever => None,
        }
    }

    fn length(self) -> Option<Millis> {
        match self {
            Self::Day => Some(2 * DAY_MS),
            Self::Week => Some(7 * DAY_MS),
            Self::Month => Some(30 * DAY_MS),
            Self::Ever => None,
        }
    }

    /// Where it begins, seen from `now`: today counts as one of its days.
    pub fn span(self, now: Millis) -> Span {
        let tomorrow = (now.div_euclid(DAY_MS) + 1).saturating_mul(DAY_MS);
        Span { from: self.length().map(|length| tomorrow.saturating_sub(length)), to: None }
    }

    /// The stretch before it, up to the same time of its last day, so that both are as long. None before all of time.
    pub fn before(self, now: Millis) -> Option<Span> {
        let (length, from) = self.length().zip(self.span(now).from)?;
        let hour = now - now.rem_euclid(HOUR_MS);
        Some(Span { from: Some(from.saturating_sub(length)), to: Some(hour.saturating_sub(length)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_begins_with_a_day_and_the_one_before_is_as_long() {
        let now = 100 * DAY_MS + 5 * HOUR_MS + 7;
        assert_eq!(Days::Week.span(now), Span { from: Some(94 * DAY_MS), to: None });
        let before = Span { from: Some(87 * DAY_MS), to: Some(93 * DAY_MS + 5 * HOUR_MS) };
        assert_eq!(Days::Week.before(now), Some(before));
        assert_eq!((Days::Ever.span(now), Days::Ever.before(now)), (Span::default(), None));
        for (days, _, text) in Days::ALL {
            assert_eq!((Days::parse(text), days.text()), (Some(days), text));
        }
        assert_eq!(Days::parse("8"), None);
    }
}
