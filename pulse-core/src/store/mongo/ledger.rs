//! What this server has stored of each session and not yet added to its totals.
//!
//! A session's document carries a `tally`, a token that each recount replaces. A server reads it before it begins to
//! insert batches of that session, keeps the sum of those whose insert was answered with certainty, and adds that sum
//! under the condition that the token is still the same. So:
//!
//! - Sums of several servers add up: each holds other batches, and adding does not change the token.
//! - A recount may have seen batches that wait here. It has replaced the token, so they are not added again; this server
//!   finds no match, drops its sum and recounts, too.
//! - An answer that is no certain one (an error, a timeout, "stored already") puts the session in doubt: its sum is
//!   dropped, and it is recounted.
//! - While a recount reads, inserts of this server may be in flight, and nobody knows whether it saw them. Its figures
//!   are written all the same, as they are right for what it saw, but the session stays in doubt.
//! - An insert that was given up may still happen when a server that hung goes on. So a session that was recounted after
//!   such an error is recounted once more, [`LATE`] later; and no session is settled unless its batches are as many as
//!   its total says (see `tally`).
//!
//! Sessions in doubt again and again, because two servers take turns with recounting them, wait longer each time.
//!
//! It also knows which sessions' documents are there, name their pages and are marked as in work, so that most batches
//! cost one insert and nothing else.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mongodb::bson::oid::ObjectId;
use tokio::time::Instant;

use super::totals::Totals;
use crate::model::{Session, SessionId};

/// Knowledge older than this is refreshed. It is well below [`super::tally::SETTLE_MS`], so that no other server calls
/// a session settled while this one adds to it.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// Sessions remembered. Beyond it the stale ones are dropped, then all that nothing waits of: each costs one update to
/// learn again.
const MAX: usize = 50_000;

/// Least time between two additions to one session, so that totals are 2 s old at most. The first does not wait.
const HOLD: Duration = Duration::from_millis(1900);

/// When a session that was recounted after an unclear answer is recounted once more.
const LATE: Duration = Duration::from_secs(60);

/// Wait before the second recount in a row; doubled for each further one, five times at most.
const AGAIN: Duration = Duration::from_secs(1);

/// Which recount the totals of a session go back to; none for sessions of an earlier version.
pub(super) type Token = Option<ObjectId>;

/// The sessions that this server has to do with.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    accounts: Mutex<HashMap<SessionId, Account>>,
}

#[derive(Debug)]
struct Account {
    /// When its document was last made sure of.
    touched: Option<Instant>,
    /// The pages that its document names.
    pages: Vec<String>,
    base: Base,
    /// Stored with certainty, and not in the totals; empty while in doubt.
    waiting: Totals,
    /// When something was last added to the totals.
    added: Option<Instant>,
    /// Inserts begun and not answered.
    in_flight: u32,
    /// Whether an insert was given up that may still happen.
    unclear: bool,
    /// When to recount although nothing is in doubt.
    recheck: Option<Instant>,
    /// Recounts since something could last be added.
    recounts: u32,
}

/// What the totals in the database are known to be.
#[derive(Debug, Clone, Copy)]
enum Base {
    /// Those of this recount, with what servers have added since.
    Token(Token),
    /// Not known. `disturbed` when inserts were in flight since the recount began that may end the doubt.
    Doubt { due: Instant, disturbed: bool },
}

/// Something to add to the totals of a session.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) id: SessionId,
    pub(super) token: Token,
    pub(super) totals: Totals,
}

/// An insert in flight. Dropped without an answer, it may have happened or not, or still happen.
#[derive(Debug)]
pub(super) struct Entry {
    ledger: Arc<Ledger>,
    id: SessionId,
    totals: Totals,
    answered: bool,
}

impl Ledger {
    /// Begins an insert when the session's document is known to be in work and to name all `pages`.
    pub(super) fn begin(self: &Arc<Self>, id: &SessionId, pages: &[String], totals: Totals) -> Option<Entry> {
        let mut accounts = self.accounts();
        let account = accounts.get_mut(id)?;
        let fresh = account.touched.is_some_and(|at| at.elapsed() < FRESH);
        (fresh && account.names(pages)).then(|| self.enter(account, id, totals))
    }

    /// Begins an insert after an update has made sure of the document, and found this token there.
    pub(super) fn learn(self: &Arc<Self>, id: &SessionId, pages: &[String], token: Token, totals: Totals) -> Entry {
        let mut accounts = self.accounts();
        make_room(&mut accounts);
        let account = accounts.entry(id.clone()).or_insert_with(|| Account::new(Base::Token(token)));
        // A token read later than the batches that wait says nothing of these.
        if let Base::Token(known) = &mut account.base
            && account.in_flight == 0
            && account.waiting.is_empty()
        {
            *known = token;
        }
        account.touched = Some(Instant::now());
        for page in pages {
            if !account.pages.iter().any(|known| known == page) {
                account.pages.push(page.clone());
            }
        }
        self.enter(account, id, totals)
    }

    /// The documents of these sessions are there no more: the next batch makes them anew.
    pub(super) fn untouch<'a>(&self, ids: impl IntoIterator<Item = &'a SessionId>) {
        let mut accounts = self.accounts();
        for id in ids {
            if let Some(account) = accounts.get_mut(id) {
                account.touched = None;
            }
        }
    }

    /// The documents of these sessions are there no more, nor were batches of them when it was looked.
    pub(super) fn gone<'a>(&self, ids: impl IntoIterator<Item = &'a SessionId>) {
        let now = Instant::now();
        let mut accounts = self.accounts();
        for id in ids {
            let Some(account) = accounts.get_mut(id) else { continue };
            account.recounts += 1;
            if std::mem::take(&mut account.unclear) {
                account.recheck = Some(now + LATE);
            }
            let quiet = matches!(account.base, Base::Doubt { disturbed: false, .. });
            if quiet && account.in_flight == 0 && account.recheck.is_none() {
                accounts.remove(id);
            } else {
                account.base = Base::Doubt { due: now + account.wait(), disturbed: true };
                account.waiting = Totals::default();
            }
        }
    }

    /// Forgets sessions that are being deleted.
    pub(super) fn forget<'a>(&self, ids: impl IntoIterator<Item = &'a SessionId>) {
        let mut accounts = self.accounts();
        ids.into_iter().for_each(|id| drop(accounts.remove(id)));
    }

    /// Has sessions recounted.
    pub(super) fn doubt<'a>(&self, ids: impl IntoIterator<Item = &'a SessionId>) {
        let mut accounts = self.accounts();
        for id in ids {
            accounts.entry(id.clone()).or_insert_with(Account::in_doubt).doubt();
        }
    }

    /// Takes what is to be added now; with `all`, what could wait, too. It is the caller's from then on: what does not
    /// arrive for certain is put in doubt by [`Self::doubt`].
    pub(super) fn take_sums(&self, all: bool) -> Vec<Sum> {
        let now = Instant::now();
        let mut accounts = self.accounts();
        let ready = accounts.iter_mut().filter_map(|(id, account)| {
            let Base::Token(token) = account.base else { return None };
            let due = all || account.added.is_none_or(|at| now - at >= HOLD);
            if account.waiting.is_empty() || !due {
                return None;
            }
            account.added = Some(now);
            Some(Sum { id: id.clone(), token, totals: std::mem::take(&mut account.waiting) })
        });
        ready.collect()
    }

    /// Sums of these sessions have arrived.
    pub(super) fn added<'a>(&self, ids: impl IntoIterator<Item = &'a SessionId>) {
        let mut accounts = self.accounts();
        for id in ids {
            if let Some(account) = accounts.get_mut(id) {
                account.recounts = 0;
            }
        }
    }

    /// The sessions to recount now, of which this begins; with `all`, those that could wait, too.
    pub(super) fn take_doubts(&self, all: bool) -> Vec<SessionId> {
        let now = Instant::now();
        let mut accounts = self.accounts();
        let due = accounts.iter_mut().filter_map(|(id, account)| {
            if account.recheck.take_if(|at| *at <= now).is_some() {
                account.doubt();
            }
            let in_flight = account.in_flight > 0;
            let Base::Doubt { due, disturbed } = &mut account.base else { return None };
            *disturbed = in_flight;
            (all || *due <= now).then(|| id.clone())
        });
        due.collect()
    }

    /// The totals of a session are now those of the recount `token`.
    pub(super) fn recounted(&self, id: &SessionId, token: ObjectId) {
        let now = Instant::now();
        let mut accounts = self.accounts();
        let Some(account) = accounts.get_mut(id) else { return };
        account.recounts += 1;
        if std::mem::take(&mut account.unclear) {
            account.recheck = Some(now + LATE);
        }
        let wait = account.wait();
        match &mut account.base {
            Base::Doubt { disturbed: false, .. } => account.base = Base::Token(Some(token)),
            Base::Doubt { due, .. } => *due = now + wait,
            Base::Token(_) => {}
        }
    }

    fn enter(self: &Arc<Self>, account: &mut Account, id: &SessionId, totals: Totals) -> Entry {
        account.in_flight += 1;
        if let Base::Doubt { disturbed, .. } = &mut account.base {
            *disturbed = true;
        }
        Entry { ledger: Arc::clone(self), id: id.clone(), totals, answered: false }
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<SessionId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn make_room(accounts: &mut HashMap<SessionId, Account>) {
    if accounts.len() >= MAX {
        accounts.retain(|_, account| account.is_busy() || account.touched.is_some_and(|at| at.elapsed() < FRESH));
        if accounts.len() >= MAX {
            accounts.retain(|_, account| account.is_busy());
        }
    }
}

impl Account {
    fn new(base: Base) -> Self {
        Self {
            touched: None,
            pages: Vec::new(),
            base,
            waiting: Totals::default(),
            added: None,
            in_flight: 0,
            unclear: false,
            recheck: None,
            recounts: 0,
        }
    }

    fn in_doubt() -> Self {
        Self::new(Base::Doubt { due: Instant::now(), disturbed: false })
    }

    fn names(&self, pages: &[String]) -> bool {
        self.pages.len() >= Session::PAGES || pages.iter().all(|page| self.pages.iter().any(|known| known == page))
    }

    fn is_busy(&self) -> bool {
        let in_doubt = matches!(self.base, Base::Doubt { .. });
        in_doubt || self.in_flight > 0 || !self.waiting.is_empty() || self.recheck.is_some()
    }

    fn doubt(&mut self) {
        let due = Instant::now() + self.wait();
        self.base = match self.base {
            Base::Doubt { due: earlier, .. } => Base::Doubt { due: earlier.min(due), disturbed: true },
            Base::Token(_) => Base::Doubt { due, disturbed: true },
        };
        self.waiting = Totals::default();
    }

    /// Until the next recount.
    fn wait(&self) -> Duration {
        match self.recounts {
            0 => Duration::ZERO,
            n => AGAIN * (1 << (n - 1).min(5)),
        }
    }
}

impl Entry {
    /// The batch is stored, and was not before.
    pub(super) fn stored(mut self) {
        let totals = self.totals;
        self.answer(|account| {
            // In doubt, it is for the recount to find.
            if let Base::Token(_) = account.base {
                account.waiting.add(totals);
            }
        });
    }

    /// The batch was stored before: perhaps by an insert that was given up, and is in no total.
    pub(super) fn repeated(mut self) {
        self.answer(Account::doubt);
    }

    /// The insert was never sent.
    pub(super) fn withdrawn(mut self) {
        self.answer(|_| {});
    }

    fn answer(&mut self, change: impl FnOnce(&mut Account)) {
        self.answered = true;
        let mut accounts = self.ledger.accounts();
        if let Some(account) = accounts.get_mut(&self.id) {
            account.in_flight = account.in_flight.saturating_sub(1);
            change(account);
        } else {
            // Forgotten meanwhile.
            accounts.insert(self.id.clone(), Account::in_doubt());
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.answered {
            self.answer(|account| {
                account.doubt();
                account.unclear = true;
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn id() -> SessionId {
        "session-0001".parse().unwrap()
    }

    fn page(name: &str) -> [String; 1] {
        [name.to_owned()]
    }

    fn one() -> Totals {
        Totals { batches: 1, ..Totals::default() }
    }

    /// A ledger that knows the session.
    fn ledger() -> (Arc<Ledger>, ObjectId) {
        let (ledger, token) = (Arc::new(Ledger::default()), ObjectId::new());
        ledger.learn(&id(), &page("/a"), Some(token), one()).stored();
        assert_eq!(sums(&ledger), [(Some(token), 1)]);
        (ledger, token)
    }

    fn sums(ledger: &Ledger) -> Vec<(Token, u32)> {
        ledger.take_sums(true).into_iter().map(|sum| (sum.token, sum.totals.batches)).collect()
    }

    fn begin(ledger: &Arc<Ledger>) -> Entry {
        ledger.begin(&id(), &page("/a"), one()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_known_is_fresh_and_names_the_pages() {
        let (ledger, _) = ledger();
        assert!(ledger.begin(&id(), &page("/b"), one()).is_none());
        tokio::time::advance(FRESH).await;
        assert!(ledger.begin(&id(), &page("/a"), one()).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn additions_to_a_session_are_some_time_apart() {
        let (ledger, _) = ledger();
        begin(&ledger).stored();
        begin(&ledger).stored();
        assert!(ledger.take_sums(false).is_empty());
        tokio::time::advance(HOLD).await;
        assert_eq!(ledger.take_sums(false).iter().map(|sum| sum.totals.batches).sum::<u32>(), 2);
        assert!(sums(&ledger).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn in_doubt_nothing_is_added_until_a_recount() {
        let (ledger, _) = ledger();
        begin(&ledger).stored();
        begin(&ledger).repeated();
        begin(&ledger).stored();
        assert!(sums(&ledger).is_empty());
        assert_eq!(ledger.take_doubts(false), [id()]);
        let token = ObjectId::new();
        ledger.recounted(&id(), token);
        assert!(ledger.take_doubts(true).is_empty());
        begin(&ledger).stored();
        assert_eq!(sums(&ledger), [(Some(token), 1)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_recount_that_an_insert_may_have_overtaken_ends_no_doubt() {
        let (ledger, _) = ledger();
        ledger.doubt([&id()]);
        for before in [true, false] {
            let early = before.then(|| begin(&ledger));
            assert_eq!(ledger.take_doubts(true), [id()]);
            let late = begin(&ledger);
            early.into_iter().chain([late]).for_each(Entry::stored);
            ledger.recounted(&id(), ObjectId::new());
            assert!(sums(&ledger).is_empty());
        }
        assert!(ledger.take_doubts(false).is_empty(), "it waits");
        tokio::time::advance(AGAIN * 2).await;
        assert_eq!(ledger.take_doubts(false), [id()]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_given_up_is_looked_for_again_later() {
        let (ledger, _) = ledger();
        drop(begin(&ledger));
        assert_eq!(ledger.take_doubts(false), [id()]);
        ledger.recounted(&id(), ObjectId::new());
        begin(&ledger).stored();
        assert_eq!(sums(&ledger).len(), 1);
        ledger.added([&id()]);
        assert!(ledger.take_doubts(true).is_empty());
        tokio::time::advance(LATE).await;
        assert_eq!(ledger.take_doubts(false), [id()]);
        ledger.recounted(&id(), ObjectId::new());
        tokio::time::advance(LATE).await;
        assert!(ledger.take_doubts(true).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_never_sent_leaves_no_doubt() {
        let (ledger, _) = ledger();
        begin(&ledger).withdrawn();
        assert!(sums(&ledger).is_empty() && ledger.take_doubts(true).is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_for_a_session_that_was_forgotten_puts_it_in_doubt() {
        let (ledger, _) = ledger();
        let entry = begin(&ledger);
        ledger.forget([&id()]);
        entry.stored();
        assert!(sums(&ledger).is_empty());
        assert_eq!(ledger.take_doubts(false), [id()]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_that_was_read_too_late_is_not_taken() {
        let (ledger, token) = ledger();
        begin(&ledger).stored();
        ledger.learn(&id(), &page("/b"), Some(ObjectId::new()), one()).stored();
        assert_eq!(sums(&ledger), [(Some(token), 2)]);
        let newer = ObjectId::new();
        ledger.learn(&id(), &page("/c"), Some(newer), one()).stored();
        assert_eq!(sums(&ledger), [(Some(newer), 1)]);
    }
}
