//! What became of everything that came in: received = stored + duplicates + rejected + refused + unanswered, always.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::exposition::Exposition;

/// What became of a request, or of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It is durable.
    Stored,
    /// It was durable before.
    Duplicate,
    /// It is of no use, for this reason, and sending it again would not help.
    Rejected(&'static str),
    /// It was not taken now, for this reason.
    Refused(&'static str),
    /// Whoever sent it did not wait for an answer. It may have been stored.
    Unanswered,
}

impl Outcome {
    fn labels(self) -> (&'static str, &'static str) {
        match self {
            Self::Stored => ("stored", ""),
            Self::Duplicate => ("duplicate", ""),
            Self::Rejected(reason) => ("rejected", reason),
            Self::Refused(reason) => ("refused", reason),
            Self::Unanswered => ("unanswered", ""),
        }
    }
}

/// What came in and what became of it, of one kind of thing.
#[derive(Debug, Default)]
pub(crate) struct Account {
    received: AtomicU64,
    stored: AtomicU64,
    duplicates: AtomicU64,
    /// Reasons are words of this program, so that there are few.
    others: Mutex<BTreeMap<Outcome, u64>>,
}

impl Account {
    /// So many came in. What becomes of them is said to the receipt; else they go unanswered.
    pub(crate) fn receive(&self, count: u64) -> Receipt<'_> {
        self.received.fetch_add(count, Ordering::Relaxed);
        Receipt { account: self, open: count }
    }

    fn add(&self, outcome: Outcome, count: u64) {
        match outcome {
            Outcome::Stored => drop(self.stored.fetch_add(count, Ordering::Relaxed)),
            Outcome::Duplicate => drop(self.duplicates.fetch_add(count, Ordering::Relaxed)),
            _ if count == 0 => {}
            other => *self.others().entry(other).or_default() += count,
        }
    }

    fn others(&self) -> MutexGuard<'_, BTreeMap<Outcome, u64>> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much of it became what.
    fn outcomes(&self) -> Vec<(Outcome, u64)> {
        let mut outcomes = vec![(Outcome::Stored, count(&self.stored)), (Outcome::Duplicate, count(&self.duplicates))];
        outcomes.extend(self.others().iter().map(|(outcome, count)| (*outcome, *count)));
        outcomes
    }

    /// The accounts of each site.
    fn write(all: &[(Option<&str>, &Self)], name: &str, what: &str, out: &mut Exposition) {
        let (received, total) = (format!("pulse_{name}_received_total"), format!("pulse_{name}_total"));
        out.metric(&received, "counter", &format!("{what} that came in."));
        for (site, account) in all {
            out.value(&received, *site, &[], count(&account.received));
        }
        out.metric(&total, "counter", "What became of them.");
        for (site, account) in all {
            for (outcome, count) in account.outcomes() {
                let (outcome, reason) = outcome.labels();
                out.value(&total, *site, &[("outcome", outcome), ("reason", reason)], count);
            }
        }
    }
}

fn count(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// What came in and is not accounted for yet.
#[derive(Debug)]
#[must_use]
pub(crate) struct Receipt<'a> {
    account: &'a Account,
    open: u64,
}

impl Receipt<'_> {
    /// Accounts for some of it.
    pub(crate) fn part(&mut self, outcome: Outcome, count: u64) {
        let count = count.min(self.open);
        self.open -= count;
        self.account.add(outcome, count);
    }

    /// Accounts for the rest.
    pub(crate) fn close(mut self, outcome: Outcome) {
        self.part(outcome, self.open);
    }
}

impl Drop for Receipt<'_> {
    fn drop(&mut self) {
        self.account.add(Outcome::Unanswered, self.open);
    }
}

/// All accounts of a site.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// `POST /api/track` and `POST /api/session`.
    pub(crate) requests: Account,
    /// Events of batches that were decoded.
    pub(crate) events: Account,
    /// Requests for anything but that, answered with 401, 403 or 429.
    pub(crate) turned_away: AtomicU64,
}

impl Accounts {
    /// The accounts of each site.
    pub(crate) fn write(all: &[(Option<&str>, &Self)], out: &mut Exposition) {
        let of = |account: fn(&Self) -> &Account| -> Vec<_> {
            all.iter().map(|(site, accounts)| (*site, account(accounts))).collect()
        };
        Account::write(&of(|all| &all.requests), "requests", "Requests that send something", out);
        Account::write(&of(|all| &all.events), "events", "Events of the batches that could be decoded", out);
        let name = "pulse_turned_away_total";
        out.metric(name, "counter", "Requests for what their credential does not open.");
        for (site, accounts) in all {
            out.value(name, *site, &[], count(&accounts.turned_away));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_accounts_for_is_unanswered() {
        let account = Account::default();
        let mut receipt = account.receive(10);
        receipt.part(Outcome::Rejected("bad_data"), 3);
        receipt.close(Outcome::Stored);
        account.receive(1).close(Outcome::Refused("overload"));
        drop(account.receive(2));
        let mut out = Exposition::default();
        Account::write(&[(None, &account)], "events", "Events", &mut out);
        let out = out.into_text();
        for line in [
            "pulse_events_received_total 13",
            "pulse_events_total{outcome=\"stored\"} 7",
            "pulse_events_total{outcome=\"duplicate\"} 0",
            "pulse_events_total{outcome=\"rejected\",reason=\"bad_data\"} 3",
            "pulse_events_total{outcome=\"refused\",reason=\"overload\"} 1",
            "pulse_events_total{outcome=\"unanswered\"} 2",
        ] {
            assert!(out.lines().any(|written| written == line), "{line}\n{out}");
        }
    }
}
