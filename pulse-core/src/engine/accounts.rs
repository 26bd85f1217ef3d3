//! What became of everything that came in: received = stored + duplicates + rejected + refused + unanswered, always.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

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

    /// The accounts of each site, in the format of Prometheus.
    fn write(all: &[(Option<&str>, &Self)], name: &str, what: &str, out: &mut String) {
        // Writing to a string does not fail.
        let _ = writeln!(out, "# HELP pulse_{name}_received_total {what} that came in.");
        let _ = writeln!(out, "# TYPE pulse_{name}_received_total counter");
        for (site, account) in all {
            let _ = writeln!(out, "pulse_{name}_received_total{} {}", labels(*site, &[]), count(&account.received));
        }
        let _ = writeln!(out, "# HELP pulse_{name}_total What became of them.");
        let _ = writeln!(out, "# TYPE pulse_{name}_total counter");
        for (site, account) in all {
            for (outcome, count) in account.outcomes() {
                let (outcome, reason) = outcome.labels();
                let labels = labels(*site, &[("outcome", outcome), ("reason", reason)]);
                let _ = writeln!(out, "pulse_{name}_total{labels} {count}");
            }
        }
    }
}

fn count(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// The labels of a line, without those that are empty.
pub(crate) fn labels(site: Option<&str>, others: &[(&str, &str)]) -> String {
    let site = ("site", site.unwrap_or_default());
    let all = std::iter::once(&site).chain(others).filter(|(_, value)| !value.is_empty());
    let all: Vec<String> = all.map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    if all.is_empty() { String::new() } else { format!("{{{}}}", all.join(",")) }
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
    /// The accounts of each site, in the format of Prometheus: all lines of a name together, as that asks for.
    pub(crate) fn write(all: &[(Option<&str>, &Self)], out: &mut String) {
        let of = |account: fn(&Self) -> &Account| -> Vec<_> {
            all.iter().map(|(site, accounts)| (*site, account(accounts))).collect()
        };
        Account::write(&of(|all| &all.requests), "requests", "Requests that send something", out);
        Account::write(&of(|all| &all.events), "events", "Events of the batches that could be decoded", out);
        let _ = writeln!(out, "# HELP pulse_turned_away_total Requests for what their credential does not open.");
        let _ = writeln!(out, "# TYPE pulse_turned_away_total counter");
        for (site, accounts) in all {
            let _ = writeln!(out, "pulse_turned_away_total{} {}", labels(*site, &[]), count(&accounts.turned_away));
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
        let mut out = String::new();
        Account::write(&[(None, &account)], "events", "Events", &mut out);
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
