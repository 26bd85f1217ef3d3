//! How many listen: in all, and from one address.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::engine::{EngineError, Network, Sender};

/// Who listens.
#[derive(Debug)]
pub(super) struct Places {
    all: usize,
    of_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<Network, usize>,
}

/// A listener's place, given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    sender: Sender,
}

impl Places {
    pub(super) fn new(all: usize, of_address: usize) -> Self {
        Self { all, of_address, taken: Mutex::default() }
    }

    pub(super) fn take(self: &Arc<Self>, sender: Sender) -> Result<Place, EngineError> {
        let mut taken = self.lock();
        if taken.all >= self.all {
            return Err(EngineError::Busy);
        }
        if let Sender::Address(network) = sender {
            let of_address = taken.by.entry(network).or_default();
            if *of_address >= self.of_address {
                return Err(EngineError::TooManyStreams);
            }
            *of_address += 1;
        }
        taken.all += 1;
        Ok(Place { places: Arc::clone(self), sender })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        if let Sender::Address(network) = self.sender
            && let Some(of_address) = taken.by.get_mut(&network)
        {
            *of_address -= 1;
            if *of_address == 0 {
                taken.by.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_address_does_not_take_all_places_and_gives_its_own_back() {
        let places = Arc::new(Places::new(5, 3));
        let address = |n: u8| Sender::Address(std::net::IpAddr::from([203, 0, 113, n]).into());
        let mut held: Vec<Place> = (0..3).map(|_| places.take(address(1)).unwrap()).collect();
        assert!(matches!(places.take(address(1)), Err(EngineError::TooManyStreams)));
        held.extend([places.take(address(2)).unwrap(), places.take(Sender::Local).unwrap()]);
        assert!(matches!(places.take(address(3)), Err(EngineError::Busy)));
        held.clear();
        let taken = places.lock();
        assert_eq!((taken.all, taken.by.len()), (0, 0));
    }
}
