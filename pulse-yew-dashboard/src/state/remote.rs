//! Something that is fetched: its latest good value stays while a newer one is asked for or cannot be had.

use std::rc::Rc;

use super::Failure;

/// A value from the server.
#[derive(Debug, PartialEq)]
pub struct Remote<T> {
    /// The latest good value.
    pub data: Option<Rc<T>>,
    /// Why the latest request failed, if it did.
    pub failure: Option<Failure>,
    /// Whether someone waits for an answer.
    pub busy: bool,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self { data: None, failure: None, busy: false }
    }
}

impl<T> Clone for Remote<T> {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), failure: self.failure.clone(), busy: self.busy }
    }
}

impl<T: PartialEq> Remote<T> {
    /// Takes an answer. An equal one changes nothing, so that nothing is drawn again.
    pub fn settle(&mut self, answer: Result<T, Failure>) {
        self.busy = false;
        match answer {
            Ok(value) => {
                self.failure = None;
                if self.data.as_deref() != Some(&value) {
                    self.data = Some(Rc::new(value));
                }
            }
            Err(failure) => self.failure = Some(failure),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn good_data_outlives_a_failure() {
        let mut remote = Remote::default();
        remote.settle(Ok(1));
        let first = remote.data.clone().unwrap();
        remote.settle(Err(Failure::Unreachable));
        assert_eq!((remote.data.as_deref(), remote.failure.is_some()), (Some(&1), true));
        remote.settle(Ok(1));
        assert!(Rc::ptr_eq(&first, remote.data.as_ref().unwrap()));
        assert_eq!(remote.failure, None);
    }
}
