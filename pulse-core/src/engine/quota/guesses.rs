//! Wrong credentials: so many of an address, and so many in all. Who guesses shuts nobody else out.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    Network, Sender,
    addresses::{Addresses, Counted, FEW},
    meter::{Meter, Ticks, ticks},
};
use crate::{limits::Limits, seldom::Seldom};

/// Addresses remembered that were right.
const RIGHT: usize = 64;

/// Who guessed, and who knew.
#[derive(Debug)]
pub(crate) struct Guesses {
    began: Instant,
    addresses: Addresses,
    of_address: Meter,
    of_all: Meter,
    all: Mutex<All>,
    log: Seldom,
}

#[derive(Debug, Default)]
struct All {
    rested_at: Ticks,
    /// The latest is the last.
    right: VecDeque<Network>,
}

impl Guesses {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            began: Instant::now(),
            addresses: Addresses::new(FEW),
            of_address: Meter::new(limits.address_guesses),
            of_all: Meter::new(limits.guesses),
            all: Mutex::default(),
            log: Seldom::new(),
        }
    }

    /// Whether a credential of this sender is looked at. Of too many wrong ones in all, those are still looked at who
    /// were right before.
    pub(crate) fn may_try(&self, sender: Sender) -> Result<(), Duration> {
        let Some(network) = network(sender) else { return Ok(()) };
        let now = self.now();
        let of_address = |rested_at: &mut Ticks| self.of_address.has_room(*rested_at, now);
        self.addresses.with(network, Counted::Requests, now, of_address)?;
        let all = self.all();
        if all.right.contains(&network) { Ok(()) } else { self.of_all.has_room(all.rested_at, now) }
    }

    /// It was wrong.
    pub(crate) fn was_wrong(&self, sender: Sender) {
        let now = self.now();
        if let Some(network) = network(sender) {
            let of_address = |rested_at: &mut Ticks| self.of_address.charge(rested_at, now, 1);
            self.addresses.with(network, Counted::Requests, now, of_address);
        }
        self.of_all.charge(&mut self.all().rested_at, now, 1);
        if let Some(times) = self.log.happened() {
            tracing::warn!(times, "a wrong credential was sent");
        }
    }

    /// It was right.
    pub(crate) fn was_right(&self, sender: Sender) {
        let Some(network) = network(sender) else { return };
        let mut all = self.all();
        if all.right.back() == Some(&network) {
            return;
        }
        all.right.retain(|known| *known != network);
        all.right.push_back(network);
        if all.right.len() > RIGHT {
            all.right.pop_front();
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Ticks {
        ticks(self.began.elapsed())
    }
}

/// This machine is an address like any other here. Where nobody says where requests come from, the host application
/// has to hold guesses off: one of them would shut out all.
fn network(sender: Sender) -> Option<Network> {
    match sender {
        Sender::Address(network) => Some(network),
        Sender::Local | Sender::Hidden => Some(std::net::IpAddr::from([127, 0, 0, 1]).into()),
        Sender::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn address(n: u32) -> Sender {
        Sender::Address(std::net::IpAddr::from(n.to_be_bytes()).into())
    }

    fn tried(guesses: &Guesses, times: usize, from: impl Fn(u32) -> Sender) -> usize {
        let guess = |n: usize| {
            let sender = from(n as u32);
            let tried = guesses.may_try(sender).is_ok();
            if tried {
                guesses.was_wrong(sender);
            }
            tried
        };
        (0..times).filter(|n| guess(*n)).count()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_thousand_guesses_are_ten_of_an_address_and_sixty_in_all() {
        let guesses = Guesses::new(&Limits::default());
        let owner = address(9);
        guesses.was_right(owner);
        assert_eq!(tried(&guesses, 10_000, |_| address(1)), 10);
        assert!(guesses.may_try(address(2)).is_ok(), "another one is not shut out");
        assert_eq!(tried(&guesses, 10_000, |n| address(1000 + n)), 50);
        assert!(guesses.may_try(owner).is_ok(), "who was right before is not shut out by any number of them");
        assert!(guesses.may_try(address(2)).is_err());
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(guesses.may_try(address(2)).is_ok());
        assert_eq!(tried(&guesses, 10_000, |_| address(1)), 10);
    }
}
