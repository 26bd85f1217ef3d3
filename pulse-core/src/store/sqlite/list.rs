//! The list of sessions.
//!
//! Each order has an index that holds what lists are filtered by, too, so that a list is read from there alone until the
//! page is full: 100,000 entries of which none matches take some 6 ms. What is not in these indexes, pages and visitors,
//! has one of its own: where few sessions are found there, they are looked up and sorted.

use std::borrow::Cow;

use rusqlite::{Connection, ToSql, functions::FunctionFlags};

use super::row;
use crate::{
    model::Session,
    store::{SessionFilter, StoreError, counted::Count},
    wire::SessionSort,
};

/// So many sessions of a page are looked up and sorted in the time in which a list finds 50 of them among 100,000.
const FEW: i64 = 2000;

const OF_VISITOR: &str = "SELECT id FROM sessions INDEXED BY sessions_visitor WHERE visitor_id = :visitor";

/// The words that are looked for, as parameters.
const WORDS: [&str; SessionFilter::WORDS] =
    [":word0", ":word1", ":word2", ":word3", ":word4", ":word5", ":word6", ":word7"];

/// Makes `holds(text, word)` known to a connection: whether a word in lower case occurs in a text of any case. SQLite's
/// own LIKE knows the case of ASCII only.
pub(super) fn add_functions(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    db.create_scalar_function("holds", 2, flags, |call| {
        let text = call.get_raw(0).as_str_or_null()?;
        let word = call.get_raw(1).as_str()?;
        Ok(text.is_some_and(|text| text.to_lowercase().contains(word)))
    })
}

/// A filter in SQL.
struct Question<'a> {
    filter: &'a SessionFilter,
    conditions: Vec<Cow<'static, str>>,
    values: Vec<(&'static str, Box<dyn ToSql>)>,
    /// The pages that are asked for.
    pages: Option<String>,
}

/// The sessions of a page of the list, and one more if there is one.
pub(super) fn sessions(db: &Connection, filter: &SessionFilter) -> Result<Vec<Session>, StoreError> {
    // One snapshot for the places and the rows.
    let tx = db.unchecked_transaction()?;
    let mut question = Question::new(filter);
    let (sort, index) = match filter.sort {
        SessionSort::Recent => ("s.last_seen", "sessions_recent"),
        SessionSort::Started => ("s.started_at", "sessions_started"),
        SessionSort::Frustration => ("s.frustration", "sessions_frustration"),
    };
    let from = question.source(&tx, index)?;
    let mut matching = question.condition();
    if let Some(cursor) = &filter.after {
        matching += &format!(" AND {sort} <= :key AND ({sort} < :key OR s.session_id > :id)");
        question.value(":key", cursor.key);
        question.value(":id", cursor.id.to_string());
    }
    question.value(":limit", filter.limit as i64 + 1);
    let places = format!("SELECT s.id FROM {from} WHERE {matching} ORDER BY {sort} DESC, s.session_id LIMIT :limit");
    let mut places = tx.prepare_cached(&places)?;
    let mut places = places.query(question.parameters().as_slice())?;
    let mut row = tx.prepare_cached(&format!("SELECT {} FROM sessions s WHERE s.id = ?1", row::SESSION))?;
    let mut sessions = Vec::new();
    while let Some(place) = places.next()? {
        let mut found = row.query([place.get::<_, i64>(0)?])?;
        if let Some(found) = found.next()? {
            sessions.push(row::session(found)?);
        }
    }
    Ok(sessions)
}

/// How many sessions match.
pub(super) fn count(db: &Connection, filter: &SessionFilter) -> Result<Count, StoreError> {
    let stored: i64 =
        db.prepare_cached("SELECT coalesce(max(id), 0) FROM sessions")?.query_row([], |row| row.get(0))?;
    let question = Question::new(filter);
    let count = match &question.pages {
        Some(pages) if question.conditions.is_empty() => {
            format!("SELECT count(DISTINCT session) FROM session_pages WHERE page IN {pages}")
        }
        None if question.conditions.is_empty() => "SELECT count(*) FROM sessions".to_owned(),
        _ => {
            let index = if filter.seen_from.or(filter.seen_to).is_some() {
                "sessions_recent"
            } else if filter.from.or(filter.to).is_some() {
                "sessions_started"
            } else {
                "sessions_frustration"
            };
            let from = question.source(db, index)?;
            format!("SELECT count(*) FROM {from} WHERE {}", question.condition())
        }
    };
    let matching: i64 = db.prepare_cached(&count)?.query_row(question.parameters().as_slice(), |row| row.get(0))?;
    Ok(Count { matching: matching.unsigned_abs(), stored: stored.unsigned_abs() })
}

impl<'a> Question<'a> {
    fn new(filter: &'a SessionFilter) -> Self {
        let mut new = Self { filter, conditions: Vec::new(), values: Vec::new(), pages: None };
        new.put("s.visitor_id = :visitor", ":visitor", filter.visitor.as_ref().map(ToString::to_string));
        new.put("s.started_at >= :from", ":from", filter.from);
        // Nobody was last seen before the start: it bounds the other order, too.
        new.put("s.last_seen >= :from", ":from", filter.from.filter(|_| filter.sort == SessionSort::Recent));
        new.put("s.started_at < :to", ":to", filter.to);
        new.put("s.last_seen >= :seen_from", ":seen_from", filter.seen_from);
        new.put("s.last_seen < :seen_to", ":seen_to", filter.seen_to);
        new.put("s.device = :device", ":device", filter.device.map(|device| device.as_str()));
        new.put("s.frustration >= :min", ":min", filter.min_frustration);
        new.conditions.extend(filter.has_rage.map(|has| if has { "s.rage > 0".into() } else { "s.rage = 0".into() }));
        new.conditions
            .extend(filter.has_errors.map(|has| if has { "s.errors > 0".into() } else { "s.errors = 0".into() }));
        new.conditions.extend(filter.has_goal.map(|has| format!("s.reached = {}", u8::from(has)).into()));
        for (word, name) in filter.words.iter().zip(WORDS) {
            let devices: Vec<String> = SessionFilter::devices(word).map(|device| format!("'{device}'")).collect();
            new.conditions.push(
                format!(
                    "(s.device IN ({}) OR holds(s.title, {name}) OR holds(s.page_url, {name}) \
                     OR EXISTS (SELECT 1 FROM session_pages sp WHERE sp.session = s.id \
                     AND +sp.page IN (SELECT id FROM pages WHERE holds(url, {name}))))",
                    devices.join(", ")
                )
                .into(),
            );
            new.value(name, word.clone());
        }
        if let Some(page) = &filter.page {
            let column = if page.starts_with('/') { "path" } else { "url" };
            let (matches, page) = match page.contains('*') {
                true => ("GLOB", glob(page)),
                false => ("=", page.clone()),
            };
            new.pages = Some(format!("(SELECT id FROM pages WHERE {column} {matches} :page)"));
            new.value(":page", page);
        }
        new
    }

    /// Adds a condition for a value that is there.
    fn put(&mut self, condition: &'static str, name: &'static str, value: Option<impl ToSql + 'static>) {
        if let Some(value) = value {
            self.conditions.push(condition.into());
            self.value(name, value);
        }
    }

    fn value(&mut self, name: &'static str, value: impl ToSql + 'static) {
        if self.values.iter().all(|(known, _)| *known != name) {
            self.values.push((name, Box::new(value)));
        }
    }

    fn parameters(&self) -> Vec<(&str, &dyn ToSql)> {
        self.values.iter().map(|(name, value)| (*name, &**value)).collect()
    }

    /// Where the sessions are read from: those of a visitor, those of a page that few have seen, the latest ones, or
    /// all in the order of an index.
    fn source(&self, db: &Connection, index: &str) -> Result<String, StoreError> {
        let live = "SELECT id FROM sessions INDEXED BY sessions_recent WHERE last_seen >= :seen_from";
        let few = match &self.pages {
            _ if self.filter.visitor.is_some() => Some(OF_VISITOR.to_owned()),
            Some(pages) if is_few(db, pages, &self.parameters())? => {
                Some(format!("SELECT DISTINCT session AS id FROM session_pages WHERE page IN {pages}"))
            }
            _ if self.filter.seen_from.is_some() && index != "sessions_recent" => Some(live.to_owned()),
            _ => None,
        };
        // A cross join is made from left to right.
        Ok(few.map_or_else(
            || format!("sessions s INDEXED BY {index}"),
            |few| format!("({few}) few CROSS JOIN sessions s ON s.id = few.id"),
        ))
    }

    fn condition(&self) -> String {
        let mut all = self.conditions.join(" AND ");
        if let Some(pages) = &self.pages {
            let and = if all.is_empty() { "" } else { " AND " };
            // The plus: a session has fewer pages than a pattern may stand for.
            all += &format!(
                "{and}EXISTS (SELECT 1 FROM session_pages sp WHERE sp.session = s.id AND +sp.page IN {pages})"
            );
        }
        if all.is_empty() { "1".to_owned() } else { all }
    }
}

/// Whether some pages have few sessions.
fn is_few(db: &Connection, pages: &str, values: &[(&str, &dyn ToSql)]) -> Result<bool, StoreError> {
    let page: Vec<_> = values.iter().copied().filter(|(name, _)| *name == ":page").collect();
    let some = format!("SELECT 1 FROM session_pages WHERE page IN {pages} LIMIT {FEW}");
    let mut count = db.prepare_cached(&format!("SELECT count(*) FROM ({some})"))?;
    Ok(count.query_row(page.as_slice(), |row| row.get::<_, i64>(0))? < FEW)
}

/// A pattern in SQLite's form, where more than `*` has a meaning.
pub(super) fn glob(page: &str) -> String {
    page.replace('[', "[[]").replace('?', "[?]")
}
