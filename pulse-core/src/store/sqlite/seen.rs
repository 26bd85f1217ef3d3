//! Which sequence numbers of a page load are stored: hardly ever more than one run from 0.

use super::pack::PackError;
use crate::varint;

/// A set of numbers as runs that do not touch, ascending.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seen(Vec<(u32, u32)>);

impl Seen {
    /// Whether `n` was not in it before.
    pub(super) fn insert(&mut self, n: u32) -> bool {
        let runs = &mut self.0;
        // The first run that ends at `n` or later.
        let at = runs.partition_point(|run| run.1 < n);
        if runs.get(at).is_some_and(|run| run.0 <= n) {
            return false;
        }
        let follows = at > 0 && runs[at - 1].1 + 1 == n;
        let leads = runs.get(at).is_some_and(|run| n + 1 == run.0);
        match (follows, leads) {
            (true, true) => {
                runs[at - 1].1 = runs[at].1;
                runs.remove(at);
            }
            (true, false) => runs[at - 1].1 = n,
            (false, true) => runs[at].0 = n,
            (false, false) => runs.insert(at, (n, n)),
        }
        true
    }

    /// Each run as two varints: its distance from the one before, and its length less one.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * 2);
        let mut end = 0;
        for run in &self.0 {
            varint::put(&mut out, (run.0 - end).into());
            varint::put(&mut out, (run.1 - run.0).into());
            end = run.1;
        }
        out
    }

    pub(super) fn from_bytes(mut bytes: &[u8]) -> Result<Self, PackError> {
        let mut runs = Vec::new();
        let mut end = 0_u32;
        while !bytes.is_empty() {
            let mut next = |from: u32| {
                let more = varint::take(&mut bytes).and_then(|more| u32::try_from(more).ok()).ok_or(PackError::Torn)?;
                from.checked_add(more).ok_or(PackError::Torn)
            };
            let start = next(end)?;
            end = next(start)?;
            runs.push((start, end));
        }
        Ok(Self(runs))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_set_of_numbers(numbers in prop::collection::vec(prop_oneof![0..40_u32, 0..=u32::MAX >> 1], 0..80)) {
            let (mut seen, mut plain) = (Seen::default(), HashSet::new());
            for n in numbers {
                prop_assert_eq!(seen.insert(n), plain.insert(n));
                prop_assert!(seen.0.windows(2).all(|two| two[0].1 + 1 < two[1].0));
            }
            prop_assert_eq!(seen.0.iter().map(|run| run.1 as usize - run.0 as usize + 1).sum::<usize>(), plain.len());
            prop_assert_eq!(Seen::from_bytes(&seen.to_bytes()).unwrap(), seen);
        }
    }

    #[test]
    fn a_run_takes_two_numbers() {
        let mut seen = Seen::default();
        (0..100).rev().for_each(|n| assert!(seen.insert(n)));
        assert_eq!(seen.to_bytes(), [0, 99]);
        assert!(Seen::from_bytes(&[0x80]).is_err());
    }
}
