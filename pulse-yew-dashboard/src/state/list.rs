//! The sessions list: pages of rows, a filter and an order.

use std::rc::Rc;

use pulse_core::{
    model::SessionId,
    wire::{SessionRow, SessionSort, SessionsAnswer},
};

use super::Failure;
use crate::format;

/// Rows that are asked for at a time.
pub const PAGE_ROWS: usize = 50;
/// Most rows that the server gives in one answer, and that a refresh covers.
const REFRESH_ROWS: usize = 500;

/// What the server is asked for; an answer to another question is not taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ListKey {
    /// What comes first.
    pub sort: SessionSort,
    /// Only sessions that visited this page.
    pub page: Option<String>,
}

/// The sessions list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct List {
    /// What the server is asked for.
    pub key: ListKey,
    /// Words that rows must hold.
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
        self.rows.len().clamp(PAGE_ROWS, REFRESH_ROWS)
    }

    /// Asks another question: what is shown no longer answers it.
    pub fn ask(&mut self, key: ListKey) {
        if key != self.key {
            *self = Self { words: std::mem::take(&mut self.words), key, ..Self::default() };
        }
    }

    /// Takes the answer of a refresh; rows beyond it stay as they are.
    pub fn refresh(&mut self, answer: SessionsAnswer) {
        let mut old = std::mem::take(&mut self.rows);
        if old.len() <= answer.sessions.len() || answer.next_cursor.is_none() {
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

    /// The rows that hold every word of the filter.
    pub fn shown(&self) -> Vec<Rc<SessionRow>> {
        let words: Vec<String> = self.words.split_whitespace().map(str::to_lowercase).collect();
        self.rows.iter().filter(|row| matches(row, &words)).cloned().collect()
    }

    /// The sessions to look at first: the most frustrated of those loaded.
    pub fn worst(&self, most: usize) -> Vec<Rc<SessionRow>> {
        let mut rows: Vec<_> = self.rows.iter().filter(|row| row.frustration > 0).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.frustration));
        rows.truncate(most);
        rows
    }

    /// Pages visited by the sessions loaded, with the number of sessions, most first.
    pub fn pages(&self) -> Vec<(String, u64)> {
        let mut pages: Vec<(String, u64)> = Vec::new();
        for page in self.rows.iter().flat_map(|row| &row.pages) {
            match pages.iter_mut().find(|(known, _)| known == page) {
                Some((_, sessions)) => *sessions += 1,
                None => pages.push((page.clone(), 1)),
            }
        }
        pages.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        pages
    }
}

fn matches(row: &SessionRow, words: &[String]) -> bool {
    if words.is_empty() {
        return true;
    }
    let visitor = row.visitor_id.as_ref().map_or("", |id| id.as_str());
    let mut text =
        [format::name(row), &row.page_url, format::tier(row.tier), visitor, row.session_id.as_str()].join(" ");
    for part in
        row.pages.iter().map(String::as_str).chain([format::device(row.device), if row.live { "live" } else { "" }])
    {
        text.push(' ');
        text.push_str(part);
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}
