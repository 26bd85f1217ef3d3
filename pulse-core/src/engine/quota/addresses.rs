//! What each address has used of its quotas, in memory that does not grow.
//!
//! A table of at most 2^20 places of 16 bytes, in sets of eight. An address has one place in its set. When all are taken, the
//! one that is next to be as if unused is given up: who has used nothing for a while is forgotten, and loses nothing by it.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use super::meter::{Ticks, used};

/// An address as quotas tell them apart: IPv4 whole, IPv6 by its first 64 bits, which is what one customer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Network(u64);

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            // No IPv6 address in use begins with 32 zeros.
            IpAddr::V4(address) => Self(u32::from(address).into()),
            IpAddr::V6(address) => Self((u128::from(address) >> 64) as u64),
        }
    }
}

/// What is counted of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Requests,
    Sessions,
    Bytes,
}

/// Places of a set.
const WAYS: usize = 8;

/// Sets behind one lock: of all addresses, and of those that guess.
pub(super) const MANY: usize = 2048;
pub(super) const FEW: usize = 32;

/// Locks.
const SHARDS: usize = 64;

/// What one address has used: first a part of the digest of the address, 0 when nobody is here, and then when each quota
/// is as if unused. A table of plain zeros takes no memory before it is written to; one of a struct's defaults is
/// written, and took each site 16 MiB at the start.
type Place = [Ticks; 4];

/// What addresses have used.
pub(super) struct Addresses {
    /// Keyed, so that nobody can choose addresses that share a set.
    hash: RandomState,
    sets: usize,
    shards: Vec<Mutex<Vec<Place>>>,
}

impl std::fmt::Debug for Addresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Addresses")
    }
}

impl Addresses {
    pub(super) fn new(sets: usize) -> Self {
        let shard = |_| Mutex::new(vec![[0; 4]; sets * WAYS]);
        Self { hash: RandomState::new(), sets, shards: (0..SHARDS).map(shard).collect() }
    }

    /// Gives `work` what an address has used of one quota.
    pub(super) fn with<T>(
        &self,
        network: Network,
        counted: Counted,
        now: Ticks,
        work: impl FnOnce(&mut Ticks) -> T,
    ) -> T {
        let digest = self.hash.hash_one(network);
        let tag = (digest as u32).max(1);
        let (shard, set) = ((digest >> 58) as usize % SHARDS, (digest >> 32) as usize % self.sets);
        let mut places = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let set = &mut places[set * WAYS..][..WAYS];
        let debt = |[_, rested_at @ ..]: &Place| rested_at.iter().map(|at| used(*at, now)).fold(0.0, f64::max);
        let known = set.iter().position(|place| place[0] == tag);
        let at = known.unwrap_or_else(|| {
            let least = |a: &usize, b: &usize| debt(&set[*a]).total_cmp(&debt(&set[*b]));
            (0..WAYS).min_by(least).unwrap_or_default()
        });
        let place = &mut set[at];
        if known.is_none() {
            *place = [tag, now, now, now];
        }
        work(&mut place[1 + counted as usize])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn network(text: &str) -> Network {
        text.parse::<IpAddr>().unwrap().into()
    }

    #[test]
    fn ipv6_is_told_apart_by_its_first_64_bits() {
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("203.0.113.7"), network("203.0.113.8"));
        assert_eq!(network("::ffff:203.0.113.7"), network("203.0.113.7"));
    }

    #[test]
    fn a_million_addresses_take_16_mib() {
        assert_eq!(SHARDS * MANY * WAYS * size_of::<Place>(), 16 * 1024 * 1024);
    }

    #[test]
    fn who_owes_is_remembered_among_a_million_who_do_not() {
        let addresses = Addresses::new(MANY);
        let debtor = network("203.0.113.7");
        addresses.with(debtor, Counted::Requests, 100, |at| *at = 1_000_000);
        for n in 0..1_000_000_u32 {
            let passer_by = Network((u64::from(n) + 1) << 32);
            addresses.with(passer_by, Counted::Bytes, 200, |at| *at = 300);
        }
        assert_eq!(addresses.with(debtor, Counted::Requests, 200, |at| *at), 1_000_000);
        assert_eq!(addresses.with(debtor, Counted::Bytes, 200, |at| *at), 100, "each quota is counted apart");
    }
}
