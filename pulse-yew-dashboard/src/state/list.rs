//! The sessions list: pages of rows, a filter and an order.

use std::rc::Rc;

use pulse_core::{
    model::SessionId,
    wire::{SessionRow, SessionSort, SessionsAnswer, SessionsQuery, dashboard},
};

use super::Failure;

/// What the server is asked for; an answer to another question is not taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListKey {
    /// What comes first.
    pub sort: SessionSort,
    /// Only sessions that visited this page.
    pub page: Option<String>,
    /// Only sessions in which each of these words occurs.
    pub words: String,
}

impl ListKey {
    /// The first rows, `rows` of them.
    pub fn query(&self, rows: usize) -> SessionsQuery {
        SessionsQuery { limit: Some(rows), ..dashboard::list(self.page.as_deref(), &self.words, self.sort) }
    }

    /// The rows from a cursor on.
    pub fn after(&self, cursor: &str) -> SessionsQuery {
        SessionsQuery { cursor: Some(cursor.to_owned()), ..self.query(dashboard::ROWS) }
    }
}

/// The sessions list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// What the server is asked for.
    pub key: ListKey,
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
    pub fn ask(&mut self, key: ListKey) {
        if key == self.key {
            return;
        }
        let only_words =
            ListKey { words: String::new(), ..key.clone() } == ListKey { words: String::new(), ..self.key.clone() };
        let (words, old) = (std::mem::take(&mut self.words), std::mem::take(self));
        *self = Self { words, key, ..Self::default() };
        if only_words {
            (self.rows, self.total) = (old.rows, old.total);
        }
    }

    /// Whether nothing was ever recorded, as far as the list can tell.
    pub fn is_bare(&self) -> bool {
        self.known && self.rows.is_empty() && self.key.words.is_empty() && self.key.page.is_none()
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
        for row in rows {
            if self.row(&row.session_id).is_none() {
                self.rows.push(row);
            }
        }
    }

    /// The row of a session, if it is loaded.
    pub fn row(&self, id: &SessionId) -> Option<&Rc<SessionRow>> {
        self.rows.iter().find(|row| row.session_id == *id)
    }
}
