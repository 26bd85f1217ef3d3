//! A value from the server, and what it was asked for by: an answer to another question is not taken.

use super::{Answer, Remote};

/// A value from the server, and the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked<K, T> {
    /// What the value is, or will be, an answer to.
    key: Option<K>,
    /// Whether somebody looks at it.
    is_wanted: bool,
    /// What is known of it.
    pub remote: Remote<T>,
}

impl<K, T> Default for Asked<K, T> {
    fn default() -> Self {
        Self { key: None, is_wanted: false, remote: Remote::default() }
    }
}

impl<K: Clone + PartialEq, T: PartialEq> Asked<K, T> {
    /// Asks a question, or none. The answer to another question goes, so that no figure stands under a wrong name;
    /// while nobody looks, it stays.
    pub(super) fn want(&mut self, key: Option<K>) {
        self.is_wanted = key.is_some();
        if key.is_some() && key != self.key {
            self.key = key;
            self.remote = Remote::default();
        }
    }

    /// The same, to be sent only when something else is `there`.
    pub(super) fn want_after(&mut self, there: bool, key: Option<K>) {
        self.want(key);
        self.is_wanted &= there;
    }

    /// The question, while somebody looks at the answer.
    pub fn wanted(&self) -> Option<K> {
        self.key.clone().filter(|_| self.is_wanted)
    }

    /// Takes an answer to a question, if it is the one that is asked.
    pub(super) fn settle(&mut self, key: &K, answer: Answer<T>) {
        if self.key.as_ref() == Some(key) {
            self.remote.settle(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Failure;

    fn known(asked: &Asked<u8, &'static str>) -> Option<&'static str> {
        asked.remote.data.as_deref().copied()
    }

    #[test]
    fn only_the_answer_to_what_is_asked_is_taken_and_it_outlives_a_look_elsewhere() {
        let mut asked = Asked::default();
        asked.want(Some(1));
        asked.settle(&2, Ok("two"));
        assert_eq!((known(&asked), asked.wanted()), (None, Some(1)));
        asked.settle(&1, Ok("one"));
        asked.settle(&1, Err(Failure::Unreachable));
        asked.want(None);
        assert_eq!((known(&asked), asked.wanted(), asked.remote.failure.is_some()), (Some("one"), None, true));
        asked.want(Some(1));
        assert_eq!(known(&asked), Some("one"));
        asked.want(Some(2));
        assert_eq!((known(&asked), asked.remote.failure.is_none()), (None, true));
        asked.settle(&2, Ok("two"));
        asked.want_after(false, Some(3));
        assert_eq!((known(&asked), asked.wanted()), (None, None), "no figure under a wrong name meanwhile");
        asked.want_after(true, Some(3));
        assert_eq!(asked.wanted(), Some(3));
    }
}
