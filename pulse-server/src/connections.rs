//! How many connections there may be: in all, and of one address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pulse_core::Proxies;

/// Descriptors for everything but connections: the store, the log, the listeners.
const RESERVED: u64 = 128;

/// Descriptors that are asked for: the limit of a shell is often 1,024 though far more are allowed.
#[cfg(unix)]
const WANTED: u64 = 16 * 1024;

/// How many connections one listener takes.
#[derive(Debug, Clone)]
pub(crate) struct Most {
    /// In all.
    pub(crate) all: usize,
    /// Of one address: of IPv6, of 64 bits.
    pub(crate) of_address: usize,
    /// A proxy is many clients, and not held to the number of one.
    pub(crate) proxies: Proxies,
}

impl Most {
    /// The same, as far as the system has descriptors for that many on each of so many listeners.
    pub(crate) fn within_descriptors(self, listeners: usize) -> Self {
        let room = descriptors().saturating_sub(RESERVED) as usize / listeners.max(1);
        if room < self.all {
            tracing::info!("the system allows {room} connections on each address; `ulimit -n` raises that");
        }
        Self { all: self.all.min(room.max(16)), ..self }
    }
}

/// How many descriptors this process may have, once it has asked for more.
#[cfg(unix)]
fn descriptors() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    match current {
        Some(current) if current < wanted => {
            let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
            if raised.is_ok() { wanted } else { current }
        }
        Some(current) => current,
        None => u64::MAX,
    }
}

#[cfg(not(unix))]
fn descriptors() -> u64 {
    u64::MAX
}

/// The connections of one listener.
#[derive(Debug)]
pub(crate) struct Connections {
    most: Most,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by: HashMap<IpAddr, usize>,
}

/// A connection's place, given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    connections: Arc<Connections>,
    of: IpAddr,
}

impl Connections {
    pub(crate) fn new(most: Most) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// A place for another connection of this address. None when it has as many as one may have, or half as many
    /// as are left: whoever comes next finds a place, too.
    pub(crate) fn take(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let of = customer(peer);
        let mut open = self.lock();
        let left = self.most.all.saturating_sub(open.all);
        let most = match self.is_proxy(peer) {
            true => usize::MAX,
            false => self.most.of_address.min(left.div_ceil(2)),
        };
        let own = open.by.entry(of).or_default();
        if left == 0 || *own >= most {
            if *own == 0 {
                open.by.remove(&of);
            }
            return None;
        }
        *own += 1;
        open.all += 1;
        Some(Place { connections: Arc::clone(self), of })
    }

    /// Whether many clients come by the connections of this address.
    pub(crate) fn is_proxy(&self, peer: IpAddr) -> bool {
        self.most.proxies.contains(peer)
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        open.all -= 1;
        if let Some(own) = open.by.get_mut(&self.of) {
            *own -= 1;
            if *own == 0 {
                open.by.remove(&self.of);
            }
        }
    }
}

/// IPv4 addresses as they are, and the first 64 bits of IPv6, which is what one customer is given.
fn customer(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn connections(all: usize, of_address: usize) -> Arc<Connections> {
        Connections::new(Most { all, of_address, proxies: Proxies::listed(["10.0.0.1"]).unwrap() })
    }

    fn take(connections: &Arc<Connections>, peer: &str, times: usize) -> Vec<Place> {
        (0..times).filter_map(|_| connections.take(peer.parse().unwrap())).collect()
    }

    #[test]
    fn one_address_has_its_number_and_gives_it_back() {
        let connections = connections(4096, 256);
        let held = take(&connections, "203.0.113.7", 10_000);
        assert_eq!(held.len(), 256);
        assert_eq!(take(&connections, "203.0.113.8", 1).len(), 1);
        drop(held);
        let open = connections.lock();
        assert_eq!((open.all, open.by.len()), (0, 0));
    }

    #[test]
    fn an_ipv6_customer_is_one_address_and_a_proxy_is_many() {
        let connections = connections(4096, 256);
        let held: Vec<Place> =
            (0..1000_u32).flat_map(|n| take(&connections, &format!("2001:db8:1:2::{n:x}"), 1)).collect();
        assert_eq!(held.len(), 256);
        assert_eq!(take(&connections, "2001:db8:1:3::1", 1).len(), 1);
        assert_eq!(take(&connections, "10.0.0.1", 2000).len(), 2000);
    }

    #[test]
    fn few_places_are_not_all_taken_by_one() {
        let connections = connections(800, 256);
        let mut held = Vec::new();
        for client in 0..6 {
            held.push(take(&connections, &format!("203.0.113.{client}"), 1000));
        }
        assert_eq!(held.iter().map(Vec::len).collect::<Vec<_>>(), [256, 182, 121, 81, 54, 36]);
        assert_eq!(take(&connections, "203.0.113.200", 1).len(), 1);
    }
}
