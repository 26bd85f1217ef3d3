//! The sessions list: pages of rows, and what they were asked for by.

use std::{collections::HashSet, rc::Rc};

use pulse_core::{
    model::{Millis, SessionId},
    wire::{SessionRow, SessionsAnswer, SessionsQuery, dashboard},
};

use super::{Erase, Failure};
use crate::{format, route::Filter};

/// The sessions list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// What the server is asked for.
    pub key: Filter,
    /// Words in the search box; they are asked for when nobody types any more.
    pub words: String,
    /// Rows loaded, in the server's order.
    pub rows: Vec<Rc<SessionRow>>,
    /// Where the next rows begin.
    pub next_cursor: Option<String>,
    /// Rows that are asked for, from here.
    pub more: Option<String>,
    /// Sessions that match on the server.
    pub total: u64,
    /// Whether an answer to `key` has come.
    pub known: bool,
    /// Why the latest request failed, if it did.
    pub failure: Option<Failure>,
}

impl List {
    /// How many rows a refresh asks for: as many as are loaded.
    pub fn refresh_rows(&self) -> usize {
        if self.known { self.rows.len().clamp(dashboard::ROWS, dashboard::MOST_ROWS) } else { dashboard::ROWS }
    }

    /// Asks another question. While other words are looked for, the rows stay, so that the list does not flicker at
    /// each of them; rows of another page or order would be wrong.
    pub fn ask(&mut self, key: Filter) {
        if key == self.key {
            return;
        }
        let without_words = |key: &Filter| Filter { words: String::new(), ..key.clone() };
        let only_words = without_words(&key) == without_words(&self.key);
        let (words, old) = (std::mem::take(&mut self.words), std::mem::take(self));
        *self = Self { words, key, ..Self::default() };
        if only_words {
            (self.rows, self.total) = (old.rows, old.total);
        }
    }

    /// Whether nothing was ever recorded, as far as the list can tell.
    pub fn is_bare(&self) -> bool {
        self.known && self.rows.is_empty() && self.key.is_all()
    }

    /// Takes the answer of a refresh; rows beyond it stay as they are.
    pub fn refresh(&mut self, answer: SessionsAnswer) {
        let mut old = std::mem::take(&mut self.rows);
        if !self.known || old.len() <= answer.sessions.len() || answer.next_cursor.is_none() {
            old.clear();
            self.next_cursor = answer.next_cursor;
        } else {
            old.drain(..answer.sessions.len());
        }
        self.rows = answer.sessions.into_iter().map(Rc::new).collect();
        self.append(old);
        self.total = answer.total;
        self.known = true;
        self.failure = None;
    }

    /// Takes the rows after the last one.
    pub fn extend(&mut self, answer: SessionsAnswer) {
        self.append(answer.sessions.into_iter().map(Rc::new).collect());
        self.next_cursor = answer.next_cursor;
        self.total = answer.total;
        self.more = None;
        self.failure = None;
    }

    /// A session moves up the list while it is active, and may then come twice: the upper one is the newer.
    fn append(&mut self, rows: Vec<Rc<SessionRow>>) {
        let mut known: HashSet<SessionId> = self.rows.iter().map(|row| row.session_id.clone()).collect();
        self.rows.extend(rows.into_iter().filter(|row| known.insert(row.session_id.clone())));
    }

    /// Takes a session away that was erased.
    pub(super) fn remove(&mut self, id: &SessionId) {
        let before = self.rows.len();
        self.rows.retain(|row| row.session_id != *id);
        self.total = self.total.saturating_sub((before - self.rows.len()) as u64);
    }

    /// How many sessions match, without those that are being erased: `634`. Those of a place on a page are known only as
    /// far as they are loaded, since the server's total counts the others of the page, too: `50+`.
    pub fn counted(&self, erase: &Erase) -> String {
        let hidden = self.rows.iter().filter(|row| erase.hides(&row.session_id)).count();
        let (all, more) = match self.key.place() {
            Some(_) => (self.rows.len() as u64, self.next_cursor.is_some()),
            None => (self.total, false),
        };
        let count = format::grouped(all.saturating_sub(hidden as u64));
        if more { count + "+" } else { count }
    }

    /// The row of a session, if it is loaded.
    pub fn row(&self, id: &SessionId) -> Option<&Rc<SessionRow>> {
        self.rows.iter().find(|row| row.session_id == *id)
    }
}

/// The rows from a cursor on.
pub fn after(key: &Filter, cursor: &str, now: Millis) -> SessionsQuery {
    SessionsQuery { cursor: Some(cursor.to_owned()), ..key.query(dashboard::ROWS, now) }
}
