//! Sums by key, of which there are never too many.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Values by key. Of more than `MOST` keys the greatest are not kept: that depends on what was added and not on the
/// order, so that sums of parts are the sum of the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound(
    serialize = "K: Serialize, V: Serialize",
    deserialize = "K: Deserialize<'de> + Ord, V: Deserialize<'de>"
))]
pub(super) struct Bounded<K, V, const MOST: usize> {
    #[serde(with = "pairs")]
    kept: BTreeMap<K, V>,
    /// Keys from here on are not kept.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    end: Option<K>,
}

impl<K, V, const MOST: usize> Default for Bounded<K, V, MOST> {
    fn default() -> Self {
        Self { kept: BTreeMap::new(), end: None }
    }
}

impl<K: Ord + Clone, V: Default, const MOST: usize> Bounded<K, V, MOST> {
    /// The value of a key, unless it is not kept.
    pub(super) fn slot(&mut self, key: K) -> Option<&mut V> {
        if self.end.as_ref().is_some_and(|end| key >= *end) {
            return None;
        }
        if self.kept.len() >= MOST && !self.kept.contains_key(&key) {
            if self.kept.last_key_value().is_some_and(|(last, _)| *last < key) {
                self.end = Some(key);
                return None;
            }
            self.end = self.kept.pop_last().map(|(last, _)| last);
        }
        Some(self.kept.entry(key).or_default())
    }

    /// Adds other sums, value by value.
    pub(super) fn merge(&mut self, other: Self, add: impl Fn(&mut V, V)) {
        if let Some(end) = other.end
            && self.end.as_ref().is_none_or(|known| end < *known)
        {
            self.kept.split_off(&end);
            self.end = Some(end);
        }
        for (key, value) in other.kept {
            if let Some(slot) = self.slot(key) {
                add(slot, value);
            }
        }
    }

    /// Bytes of memory, about, without what keys and values hold beside themselves.
    pub(super) fn size(&self) -> usize {
        tree_bytes::<K, V>(self.kept.len())
    }

    /// The same with other values; a key whose value is none goes.
    pub(super) fn filter_map(self, value: impl Fn(V) -> Option<V>) -> Self {
        let kept = self.kept.into_iter().filter_map(|(key, old)| Some((key, value(old)?))).collect();
        Self { kept, end: self.end }
    }

    /// By key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.kept.iter()
    }

    /// Whether all keys that were added are kept.
    pub(super) fn is_whole(&self) -> bool {
        self.end.is_none()
    }
}

impl<K: Ord + Clone, const MOST: usize> Bounded<K, u64, MOST> {
    /// Counts one more.
    pub(super) fn count(&mut self, key: K) {
        if let Some(count) = self.slot(key) {
            *count += 1;
        }
    }
}

/// Bytes of a B-tree of so many entries, about: its nodes have room for eleven from the first entry on, and are two
/// thirds full when there are many. Large values are better boxed.
pub(super) fn tree_bytes<K, V>(entries: usize) -> usize {
    const NODE: usize = 11;
    let room = if entries == 0 { 0 } else { (entries * 3 / 2).max(NODE) };
    room * size_of::<(K, V)>()
}

/// A map as a list of pairs: keys of JSON are texts.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<K: Serialize, V: Serialize, S: Serializer>(
        map: &BTreeMap<K, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(super) fn deserialize<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<BTreeMap<K, V>, D::Error> {
        Ok(Vec::<(K, V)>::deserialize(from)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Few = Bounded<u8, u64, 4>;

    fn of(keys: &[u8]) -> Few {
        let mut few = Few::default();
        keys.iter().for_each(|key| few.count(*key));
        few
    }

    proptest! {
        /// The counts of the four smallest keys, however they came together.
        #[test]
        fn the_smallest_are_counted(keys in prop::collection::vec(0..9_u8, 0..40), cut in 0..40_usize) {
            let mut distinct = keys.clone();
            distinct.sort_unstable();
            distinct.dedup();
            let expected: Vec<(u8, u64)> =
                distinct.iter().take(4).map(|k| (*k, keys.iter().filter(|other| *other == k).count() as u64)).collect();
            let counts = |few: &Few| few.iter().map(|(k, n)| (*k, *n)).collect::<Vec<_>>();
            prop_assert_eq!(counts(&of(&keys)), expected.clone());
            let (one, other) = keys.split_at(cut.min(keys.len()));
            let text = serde_json::to_string(&of(other)).expect("text");
            let mut sum = of(one);
            sum.merge(serde_json::from_str(&text).expect("the same"), |count, more| *count += more);
            prop_assert_eq!(counts(&sum), expected);
            prop_assert_eq!(sum.is_whole(), distinct.len() <= 4);
        }
    }
}
