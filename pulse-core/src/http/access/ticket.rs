//! Tickets: each opens the map of one page to the pages of one site, once.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::token::{Digest, digest};
use crate::{
    model::Millis,
    wire::{HeatmapQuery, OverlayTicket},
};

/// A ticket that was not used by then is refused: a page on a slow line has loaded long before.
const LIFE: Millis = 10 * 60 * 1000;

/// Tickets that are open at once. Beyond it the oldest one is forgotten. Each person opens one at a time, and one is
/// some 300 bytes.
const MOST: usize = 1024;

/// Bytes of a ticket's random value: 128 bits, which cannot be guessed.
const BYTES: usize = 16;

/// All open tickets. Only in memory, and only their digests: a restart makes all of them worthless.
#[derive(Debug, Default)]
pub(crate) struct Tickets(Mutex<HashMap<Digest, Ticket>>);

/// What a ticket opens.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::http) struct Ticket {
    /// The site whose pages may use it.
    pub(in crate::http) origin: String,
    /// The map that it opens. Its page is the name of one page.
    pub(in crate::http) query: HeatmapQuery,
    expires_at: Millis,
}

/// Why there is no ticket.
#[derive(Debug)]
pub(in crate::http) struct NoRandomness;

/// Why a ticket opens nothing. Whoever shows a ticket ends it, also when it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum TicketRefused {
    /// It was never made, was used before, is too old, or was forgotten.
    Unknown,
    /// It is for pages of another site.
    Origin,
    /// It is for another page.
    Page,
}

impl TicketRefused {
    fn reason(self) -> &'static str {
        match self {
            Self::Unknown => "this ticket is not known: it opens one map, once, for 10 minutes",
            Self::Origin => "this ticket is for pages of another site",
            Self::Page => "this ticket is for another page",
        }
    }
}

impl fmt::Display for TicketRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl Tickets {
    /// Makes a ticket.
    pub(in crate::http) fn open(
        &self,
        origin: &str,
        query: HeatmapQuery,
        now: Millis,
    ) -> Result<OverlayTicket, NoRandomness> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
        let ticket: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let expires_at = now.saturating_add(LIFE);
        let mut all = self.lock();
        all.retain(|_, ticket| now < ticket.expires_at);
        if all.len() >= MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, ticket)| ticket.expires_at).map(|(digest, _)| *digest)
        {
            all.remove(&oldest);
        }
        all.insert(digest(&ticket), Ticket { origin: origin.to_owned(), query, expires_at });
        Ok(OverlayTicket { ticket, expires_at })
    }

    /// Uses a ticket for the page of this name, for a page of this origin.
    ///
    /// # Errors
    /// It opens nothing, or not that.
    pub(in crate::http) fn take(
        &self,
        ticket: &str,
        origin: &str,
        page: &str,
        now: Millis,
    ) -> Result<Ticket, TicketRefused> {
        let ticket = self.lock().remove(&digest(ticket)).filter(|ticket| now < ticket.expires_at);
        let ticket = ticket.ok_or(TicketRefused::Unknown)?;
        if ticket.origin != origin {
            return Err(TicketRefused::Origin);
        }
        if ticket.query.page.as_deref() != Some(page) {
            return Err(TicketRefused::Page);
        }
        Ok(ticket)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Ticket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SHOP: &str = "http://shop.test";
    const PAGE: &str = "http://shop.test/pay";

    fn open(tickets: &Tickets, now: Millis) -> String {
        tickets.open(SHOP, HeatmapQuery::of_page(PAGE), now).unwrap().ticket
    }

    #[test]
    fn a_ticket_opens_its_map_once() {
        let tickets = Tickets::default();
        let (one, other) = (open(&tickets, 0), open(&tickets, 0));
        assert!(one.len() == 32 && one != other);
        assert_eq!(tickets.take(&one, SHOP, PAGE, 1).unwrap().query, HeatmapQuery::of_page(PAGE));
        assert_eq!(tickets.take(&one, SHOP, PAGE, 1), Err(TicketRefused::Unknown));
        assert!(tickets.take(&other, SHOP, PAGE, 1).is_ok());
        for guessed in ["", "0", &"0".repeat(32)] {
            assert_eq!(tickets.take(guessed, SHOP, PAGE, 1), Err(TicketRefused::Unknown), "{guessed}");
        }
    }

    #[test]
    fn a_ticket_that_is_shown_elsewhere_is_refused_and_ended() {
        let tickets = Tickets::default();
        for (origin, page, refused) in [
            ("http://other.test", PAGE, TicketRefused::Origin),
            ("https://shop.test", PAGE, TicketRefused::Origin),
            ("", PAGE, TicketRefused::Origin),
            (SHOP, "http://shop.test/", TicketRefused::Page),
            (SHOP, "http://shop.test/*", TicketRefused::Page),
            (SHOP, "/pay", TicketRefused::Page),
        ] {
            let ticket = open(&tickets, 0);
            assert_eq!(tickets.take(&ticket, origin, page, 1), Err(refused), "{origin} {page}");
            assert_eq!(tickets.take(&ticket, SHOP, PAGE, 1), Err(TicketRefused::Unknown), "{origin} {page}");
        }
    }

    #[test]
    fn a_ticket_lives_for_ten_minutes() {
        let tickets = Tickets::default();
        let (last, late) = (open(&tickets, 5), open(&tickets, 5));
        assert!(tickets.take(&last, SHOP, PAGE, 5 + 599_999).is_ok());
        assert_eq!(tickets.take(&late, SHOP, PAGE, 5 + 600_000), Err(TicketRefused::Unknown));
    }

    #[test]
    fn the_number_of_tickets_is_bounded() {
        let tickets = Tickets::default();
        let first = open(&tickets, 0);
        let rest: Vec<String> = (1..=MOST as Millis).map(|now| open(&tickets, now)).collect();
        assert_eq!(tickets.lock().len(), MOST);
        assert_eq!(tickets.take(&first, SHOP, PAGE, 2000), Err(TicketRefused::Unknown));
        assert!(tickets.take(&rest[0], SHOP, PAGE, 2000).is_ok());
        open(&tickets, 10_000_000);
        assert_eq!(tickets.lock().len(), 1, "those that are too old go");
    }
}
