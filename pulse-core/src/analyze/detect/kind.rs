//! The situations that are told apart.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $name:literal,)+) => {
        /// What happened, as far as a recording shows it. The name in JSON is in snake case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $variant,)+
        }

        impl FindingKind {
            /// Every kind, by number.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The number that is stored; it never changes.
            pub fn number(self) -> u8 {
                match self { $(Self::$variant => $number,)+ }
            }

            /// The name in JSON and in queries.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

kinds! {
    /// A control does not answer, however often it is clicked.
    Unresponsive = 1 "unresponsive",
    /// A control answers, but so late that it is clicked again.
    SlowAnswer = 2 "slow_answer",
    /// Something that is no control is clicked as if it were one.
    FalseAffordance = 3 "false_affordance",
    /// Clicks fall just beside a target, or on its neighbour.
    MissedTarget = 4 "missed_target",
    /// Many options of one kind are weighed before the first click.
    HardChoice = 5 "hard_choice",
    /// A call to action is in view again and again, and never clicked.
    PassedBy = 6 "passed_by",
    /// A form takes long, by pauses, returns and corrections.
    FormEffort = 7 "form_effort",
    /// A form is sent again and again with corrections between.
    FormRefused = 8 "form_refused",
    /// A script error follows a click.
    ErrorAfterClick = 9 "error_after_click",
    /// Nothing happens for long after a click, or a page is loaded anew again and again.
    LongWait = 10 "long_wait",
    /// The same pages are visited to and fro.
    BackAndForth = 11 "back_and_forth",
    /// A page is scrolled up and down in search of something.
    ScrollSearch = 12 "scroll_search",
    /// The tab is left and taken up again, often or for long.
    Away = 13 "away",
    /// A task is begun and left without its goal, or a search is tried again and again in vain.
    GivenUp = 14 "given_up",
    /// One control is looked at for long before it is clicked.
    Hesitation = 15 "hesitation",
}

impl FindingKind {
    /// The kind of a stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.number() == number)
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::FindingKind;

    #[test]
    fn names_and_numbers_lead_back() {
        for kind in FindingKind::ALL.iter().copied() {
            assert_eq!(FindingKind::from_number(kind.number()), Some(kind));
            assert_eq!(FindingKind::from_name(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
        }
        assert_eq!((FindingKind::from_number(0), FindingKind::from_name("")), (None, None));
    }
}
