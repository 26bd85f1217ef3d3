//! How much anybody may send: by address, by site and by session. What is over is refused openly, with a time after
//! which it may be sent again; all of it is counted in memory that does not grow.

mod addresses;
mod guesses;
mod meter;
mod session;
mod share;
mod size;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

pub(crate) use self::{addresses::Network, guesses::Guesses};
use self::{
    addresses::{Addresses, Counted},
    meter::{Meter, Ticks, ticks},
    session::{Room, Sessions},
    share::Shares,
};
pub(super) use self::{session::SessionSize, size::stored_bytes};
use crate::{
    limits::Limits,
    model::{Batch, EventKind, Exclusion, Millis, Session, SessionId},
};

/// Who sends, as quotas see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A program on this machine: whoever can run one needs no quota to be kept from harm.
    Local,
    /// Nobody said where it comes from: only what holds for the whole site.
    Unknown,
    /// A proxy on this machine that is not listed: the same, but all of its clients guess as one.
    Hidden,
    /// A client by its address.
    Address(Network),
}

/// Why something is not taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quota {
    AddressRequests,
    AddressSessions,
    AddressBytes,
    SiteEvents,
    SiteBytes,
}

impl Quota {
    /// In metrics.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AddressRequests => "address_requests",
            Self::AddressSessions => "address_sessions",
            Self::AddressBytes => "address_bytes",
            Self::SiteEvents => "site_events",
            Self::SiteBytes => "site_bytes",
        }
    }
}

/// A quota is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}; try again later", self.says())]
pub(crate) struct Exceeded {
    pub(crate) quota: Quota,
    pub(crate) wait: Duration,
}

impl Exceeded {
    fn says(self) -> &'static str {
        match self.quota {
            Quota::AddressRequests => "too many requests come from this address",
            Quota::AddressSessions => "too many sessions begin at this address",
            Quota::AddressBytes => "too much data comes from this address",
            Quota::SiteEvents => "too many events come in",
            Quota::SiteBytes => "too much data comes in for one day",
        }
    }
}

/// Bytes of an unpacked body that count as one request more: work follows what a body becomes.
const REQUEST_BYTES: usize = 16 * 1024;

/// What everybody has used.
#[derive(Debug)]
pub(crate) struct Quotas {
    began: Instant,
    addresses: Addresses,
    sessions: Sessions,
    shares: Shares,
    requests: Meter,
    new_sessions: Meter,
    bytes: Meter,
    site_events: (Meter, Mutex<Ticks>),
    site_bytes: (Meter, Mutex<Ticks>),
    /// Whether programs on this machine have quotas as well.
    local: bool,
}

impl Quotas {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            began: Instant::now(),
            addresses: Addresses::new(addresses::MANY),
            sessions: Sessions::default(),
            shares: Shares::default(),
            requests: Meter::new(limits.address_requests),
            new_sessions: Meter::new(limits.address_sessions),
            bytes: Meter::new(limits.address_bytes),
            site_events: (Meter::new(limits.site_events), Mutex::default()),
            site_bytes: (Meter::new(limits.site_bytes), Mutex::default()),
            local: limits.limit_local,
        }
    }

    /// Counts a request, before anything of its body is read.
    pub(crate) fn request(&self, sender: Sender) -> Result<(), Exceeded> {
        self.of_address(sender, Counted::Requests, 1)
    }

    /// Counts what a body became, when that is much: as further requests. The work is done, so that the next request
    /// waits for it.
    pub(crate) fn unpacked(&self, sender: Sender, bytes: usize) {
        if let Sender::Address(network) = sender
            && bytes >= REQUEST_BYTES
        {
            let (now, more) = (self.now(), (bytes / REQUEST_BYTES) as u64);
            let charge = |rested_at: &mut Ticks| self.requests.charge(rested_at, now, more);
            self.addresses.with(network, Counted::Requests, now, charge);
        }
    }

    /// Whether it is known that a session exists.
    pub(crate) fn knows(&self, id: &SessionId) -> bool {
        self.sessions.knows(id)
    }

    /// Makes a session known, as it is in the store. One that is not there yet counts as a new one of its sender.
    pub(crate) fn learn(&self, sender: Sender, id: &SessionId, stored: Option<&Session>) -> Result<(), Exceeded> {
        if stored.is_none() {
            self.of_address(sender, Counted::Sessions, 1)?;
        }
        self.sessions.learn(id, stored);
        Ok(())
    }

    /// Whether a session that begins at a time is left out of the figures, as more of its sender than its share.
    pub(crate) fn share(&self, sender: Sender, now: Millis, limits: &Limits) -> Option<Exclusion> {
        let from = match sender {
            Sender::Address(network) => Some(network),
            Sender::Local | Sender::Unknown | Sender::Hidden => None,
        };
        (!self.shares.take(from, now, limits)).then_some(Exclusion::Address)
    }

    /// Forgets sessions, as after their erasure.
    pub(crate) fn forget(&self, ids: &[SessionId]) {
        ids.iter().for_each(|id| self.sessions.forget(id));
    }

    /// What of a batch has room in its session: none of it when that is full. How many wireframes were left out.
    pub(crate) fn fit(&self, batch: Batch, limits: &Limits) -> Result<(Batch, usize), Box<Batch>> {
        let Room::Layouts(room) = self.sessions.room(&batch, limits) else { return Err(Box::new(batch)) };
        let is_layout = |kind: &EventKind| matches!(kind, EventKind::Layout(_));
        let layouts = batch.events().iter().filter(|event| is_layout(&event.kind)).count();
        if layouts <= room {
            return Ok((batch, 0));
        }
        let (mut parts, mut left) = (batch.into_parts(), room);
        parts.events.retain(|event| {
            let keep = !is_layout(&event.kind) || left > 0;
            left -= usize::from(is_layout(&event.kind) && keep);
            keep
        });
        Ok((Batch::new(parts), layouts - room))
    }

    /// Counts a batch that is about to be stored, for its sender and the site.
    pub(crate) fn batch(&self, sender: Sender, batch: &Batch) -> Result<(), Exceeded> {
        let (events, bytes) = (batch.len() as u64, stored_bytes(batch));
        // First its own: what is refused there takes nothing from the others.
        self.of_address(sender, Counted::Bytes, bytes)?;
        self.of_site(sender, &self.site_events, events, Quota::SiteEvents)?;
        self.of_site(sender, &self.site_bytes, bytes, Quota::SiteBytes)
    }

    /// Counts a batch that was stored, for its session.
    pub(crate) fn stored(&self, batch: &Batch) {
        self.sessions.count(batch);
    }

    fn of_address(&self, sender: Sender, counted: Counted, units: u64) -> Result<(), Exceeded> {
        let Sender::Address(network) = sender else { return Ok(()) };
        let (meter, quota) = match counted {
            Counted::Requests => (&self.requests, Quota::AddressRequests),
            Counted::Sessions => (&self.new_sessions, Quota::AddressSessions),
            Counted::Bytes => (&self.bytes, Quota::AddressBytes),
        };
        let now = self.now();
        let taken = self.addresses.with(network, counted, now, |rested_at| meter.take(rested_at, now, units));
        taken.map_err(|wait| Exceeded { quota, wait })
    }

    fn of_site(
        &self,
        sender: Sender,
        (meter, used): &(Meter, Mutex<Ticks>),
        units: u64,
        quota: Quota,
    ) -> Result<(), Exceeded> {
        if sender == Sender::Local && !self.local {
            return Ok(());
        }
        let mut rested_at = used.lock().unwrap_or_else(PoisonError::into_inner);
        meter.take(&mut rested_at, self.now(), units).map_err(|wait| Exceeded { quota, wait })
    }

    fn now(&self) -> Ticks {
        ticks(self.began.elapsed())
    }
}

#[cfg(test)]
mod tests;
