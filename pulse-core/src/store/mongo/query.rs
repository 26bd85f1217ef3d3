//! Filters of `sessions`.

use mongodb::bson::{Bson, DateTime, Document, doc};

use crate::{
    model::Millis,
    store::{PageMatch, SessionFilter},
    wire::SessionSort,
};

/// A session that lasted less is short. Nearly all are: a list of those that started before some time need not look for
/// them among those who were last seen this long after it.
pub(super) const SHORT_MS: Millis = 60 * 60 * 1000;

/// The condition of a list.
pub(super) fn matching(filter: &SessionFilter) -> Document {
    let mut out = Document::new();
    if let Some(page) = &filter.page {
        out.insert(page_field(page), page);
    }
    if let Some(visitor) = &filter.visitor {
        out.insert("visitor_id", visitor.as_str());
    }
    let mut started = Document::new();
    if let Some(from) = filter.from {
        started.insert("$gte", DateTime::from_millis(from));
    }
    if let Some(to) = filter.to {
        started.insert("$lt", DateTime::from_millis(to));
    }
    if !started.is_empty() {
        out.insert("started_at", started);
    }
    let mut seen = Document::new();
    if let Some(from) = filter.seen_from {
        seen.insert("$gte", DateTime::from_millis(from));
    }
    if let Some(to) = filter.seen_to {
        seen.insert("$lt", DateTime::from_millis(to));
    }
    if !seen.is_empty() {
        out.insert("last_seen", seen);
    }
    if let Some(device) = filter.device {
        out.insert("device", device.as_str());
    }
    if let Some(min) = filter.min_frustration {
        out.insert("score.frustration", doc! { "$gte": i64::from(min) });
    }
    if !filter.words.is_empty() {
        let words = filter.words.iter().take(SessionFilter::WORDS);
        out.insert("$and", words.map(|word| holds(word)).collect::<Vec<_>>());
    }
    let some = |has| {
        if has {
            doc! { "$gt": 0 }.into()
        } else {
            // In an index of more fields, the order of the others holds for one value only.
            Bson::Int32(0)
        }
    };
    out.extend(filter.has_rage.map(|has| ("score.rage".to_owned(), some(has))));
    out.extend(filter.has_errors.map(|has| ("counts.error".to_owned(), some(has))));
    let reached = |has| if has { Bson::Boolean(true) } else { doc! { "$ne": true }.into() };
    out.extend(filter.has_goal.map(|has| ("score.reached".to_owned(), reached(has))));
    out
}

/// Where sessions name a page that is asked for so.
pub(super) fn page_field(page: &str) -> &'static str {
    if page.starts_with('/') { "paths" } else { "pages" }
}

/// The condition that the page, or one of the pages, in these fields is selected.
pub(super) fn page_condition(page: &PageMatch, pages: &str, paths: &str) -> Option<Document> {
    match page {
        PageMatch::All => None,
        PageMatch::Page(page) => Some(doc! { pages: page }),
        PageMatch::Path(path) => Some(doc! { paths: path }),
        PageMatch::Glob(glob) if glob.starts_with('/') => Some(doc! { paths: like(glob) }),
        PageMatch::Glob(glob) => Some(doc! { pages: like(glob) }),
    }
}

/// The condition that a word occurs in a session, whatever its case.
fn holds(word: &str) -> Document {
    let devices: Vec<&str> = SessionFilter::devices(word).collect();
    let text = doc! { "$regex": word.chars().map(literal).collect::<String>(), "$options": "i" };
    doc! { "$or": [{ "device": { "$in": devices } }, { "title": &text }, { "page_url": &text }, { "pages": text }] }
}

/// The condition that a page is like a pattern, in which `*` stands for any text.
pub(super) fn like(pattern: &str) -> Document {
    let mut regex = String::from("^");
    for c in pattern.chars() {
        match c {
            '*' => regex.push_str(".*"),
            c => regex.push_str(&literal(c)),
        }
    }
    // `$` would also match before a line feed at the end, and the dot none.
    doc! { "$regex": regex + "\\z", "$options": "s" }
}

/// The same, from a place of the order on.
pub(super) fn after(matching: Document, filter: &SessionFilter) -> Document {
    let Some(cursor) = &filter.after else { return matching };
    let (field, key) = match filter.sort {
        SessionSort::Recent => ("last_seen", Bson::DateTime(DateTime::from_millis(cursor.key))),
        SessionSort::Started => ("started_at", Bson::DateTime(DateTime::from_millis(cursor.key))),
        SessionSort::Frustration => ("score.frustration", cursor.key.into()),
    };
    let later = doc! { field: { "$lt": &key } };
    let same = doc! { field: &key, "_id": { "$gt": cursor.id.as_str() } };
    // The first of these bounds the index, which an alternative does not.
    doc! { "$and": [matching, { field: { "$lte": &key } }, { "$or": [later, same] }] }
}

/// The order of a list.
pub(super) fn order(sort: SessionSort) -> Document {
    match sort {
        SessionSort::Recent => doc! { "last_seen": -1, "_id": 1 },
        SessionSort::Started => doc! { "started_at": -1, "_id": 1 },
        SessionSort::Frustration => doc! { "score.frustration": -1, "_id": 1 },
    }
}

/// A character that means itself in a regular expression.
fn literal(c: char) -> String {
    if c.is_ascii_punctuation() { format!("\\{c}") } else { c.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_holds_no_regex_of_its_own() {
        let like = like("/a.b(*)[x]\\Q$ü");
        assert_eq!(like.get_str("$regex").ok(), Some(r"^\/a\.b\(.*\)\[x\]\\Q\$ü\z"));
    }
}
