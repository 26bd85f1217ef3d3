//! What share of a day's visits began at each address: beyond its share its visits are kept, and left out of the
//! figures. So one address alone, whatever it makes up, cannot move a map or a problem much.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
};

use super::addresses::Network;
use crate::{limits::Limits, model::Millis, store::DAY_MS};

/// Addresses that are counted at a time. An address is counted too low by one visit in so many at most, and never too
/// high (Misra and Gries, Finding repeated elements, 1982).
const PLACES: usize = 1024;

/// Visits of a day before shares are looked at: of few, one visitor is much.
const FEW: u32 = 100;

/// The visits of today that count.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Digests are kept, of one run of the server, and no addresses.
    hash: RandomState,
    today: Mutex<Today>,
}

#[derive(Debug, Default)]
struct Today {
    /// Since the epoch.
    day: Millis,
    counted: u32,
    of_addresses: HashMap<u64, u32>,
}

impl Shares {
    /// Whether a visit that begins now counts. `from` is none where nothing is known of the sender.
    pub(super) fn take(&self, from: Option<Network>, now: Millis, limits: &Limits) -> bool {
        let mut today = self.today.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.div_euclid(DAY_MS);
        if today.day != day {
            *today = Today { day, ..Today::default() };
        }
        if let Some(network) = from {
            let digest = self.hash.hash_one(network);
            let before = today.of_addresses.get(&digest).copied().unwrap_or_default();
            let (mine, all) = (u64::from(before) + 1, u64::from(today.counted) + 1);
            if today.counted >= FEW && mine * 100 > all * u64::from(limits.address_share) {
                return false;
            }
            today.add(digest);
        }
        today.counted += 1;
        true
    }
}

impl Today {
    fn add(&mut self, digest: u64) {
        if let Some(count) = self.of_addresses.get_mut(&digest) {
            *count += 1;
        } else if self.of_addresses.len() < PLACES {
            self.of_addresses.insert(digest, 1);
        } else {
            self.of_addresses.retain(|_, count| {
                *count -= 1;
                *count > 0
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn network(n: u32) -> Network {
        std::net::IpAddr::from(n.to_be_bytes()).into()
    }

    fn counted(shares: &Shares, from: u32, visits: u32, now: Millis) -> u32 {
        (0..visits).map(|_| u32::from(shares.take(Some(network(from)), now, &Limits::default()))).sum()
    }

    #[test]
    fn one_address_is_a_twentieth_of_a_day_at_most_once_there_are_a_hundred_visits() {
        let shares = Shares::default();
        assert_eq!(counted(&shares, 1, 60, 0), 60, "a small site, or its owner");
        for visitor in 0..1_000 {
            assert_eq!(counted(&shares, 1_000_000 + visitor, 1, 0), 1);
        }
        let (flood, all) = (counted(&shares, 2, 50_000, 0), 1_060);
        assert!(flood * 20 <= all + flood && flood * 20 + 20 > all + flood, "{flood}");
        assert_eq!(counted(&shares, 1, 100, 0), 0, "who had more than that before has no more");
        assert!(shares.take(None, 0, &Limits::default()), "nothing is known of the sender");
        assert_eq!(counted(&shares, 3, 1, 0), 1, "others are not affected");
        assert_eq!(counted(&shares, 2, 50, DAY_MS), 50, "another day");
    }

    #[test]
    fn a_hundred_percent_leaves_nothing_out() {
        let (shares, limits) = (Shares::default(), Limits { address_share: 100, ..Limits::default() });
        assert!((0..10_000).all(|_| shares.take(Some(network(7)), 0, &limits)));
    }

    #[test]
    fn an_address_that_hides_among_many_is_found_in_bounded_memory() {
        let shares = Shares::default();
        let mut flood = 0;
        for n in 0..50_000_u32 {
            assert_eq!(counted(&shares, 1_000_000 + n, 1, 0), 1);
            flood += counted(&shares, 7, 1, 0);
        }
        let places = shares.today.lock().unwrap().of_addresses.len();
        assert!(places <= PLACES, "{places}");
        let share = f64::from(flood) / f64::from(50_000 + flood);
        assert!((0.04..0.052).contains(&share), "{share}");
    }
}
