//! Filters and updates of `sessions`.

use mongodb::bson::{self, Bson, DateTime, Document, doc};

use crate::{
    model::{Millis, Score, SessionId, SessionStart, path_of},
    store::SessionFilter,
    wire::SessionSort,
};

/// A session that lasted less is short. Nearly all are: a list of those that started before some time need not look for
/// them among those who were last seen this long after it.
pub(super) const SHORT_MS: Millis = 60 * 60 * 1000;

fn optional(value: Option<&str>) -> Bson {
    value.map_or(Bson::Null, Into::into)
}

/// Fills in what was not known of a session, as an update pipeline.
pub(super) fn fill_in(start: &SessionStart) -> mongodb::error::Result<Vec<Document>> {
    let viewport = start.viewport.map(|v| bson::serialize_to_bson(&v)).transpose()?.unwrap_or(Bson::Null);
    let literal = |value: Bson| doc! { "$literal": value };
    let kept = |field: &str, value: Bson| doc! { "$ifNull": [format!("${field}"), literal(value), "$$REMOVE"] };
    let unless = |field: &str, unknown: &str, value: &str| {
        doc! { "$cond": [{ "$eq": [format!("${field}"), unknown] }, literal(value.into()), format!("${field}")] }
    };
    Ok(vec![doc! { "$set": {
        "visitor_id": kept("visitor_id", optional(start.visitor_id.as_ref().map(|id| id.as_str()))),
        "title": kept("title", optional(start.title.as_deref())),
        "referrer": kept("referrer", optional(start.referrer.as_deref())),
        "viewport": kept("viewport", viewport),
        "page_url": unless("page_url", "", &start.page_url),
        "device": unless("device", "unknown", start.device.as_str()),
        // Sums that it is part of may depend on these.
        "rolled": "$$REMOVE",
    } }])
}

/// Makes sure that a session is there, knows its pages, and will be counted.
pub(super) fn ensure(
    start: &SessionStart,
    pages: &[String],
    now: Millis,
) -> Result<Document, crate::store::StoreError> {
    let new = super::SessionDoc::new(start, now);
    let mut insert = bson::serialize_to_document(&new).map_err(mongodb::error::Error::from)?;
    // MongoDB refuses a field that two operators set.
    for field in ["_id", "pages", "paths", "settled", "touched_at"] {
        insert.remove(field);
    }
    let paths: Vec<&str> = pages.iter().map(|page| path_of(page)).collect();
    Ok(doc! {
        "$setOnInsert": insert,
        "$addToSet": { "pages": { "$each": pages.to_vec() }, "paths": { "$each": paths } },
        "$set": { "settled": false, "touched_at": DateTime::from_millis(now) },
    })
}

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
    out
}

/// Where sessions name a page that is asked for so.
pub(super) fn page_field(page: &str) -> &'static str {
    if page.starts_with('/') { "paths" } else { "pages" }
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

/// Which session a score is for, and the score.
pub(super) fn score(id: &SessionId, score: &Score) -> Result<(Document, Document), crate::store::StoreError> {
    let value = bson::serialize_to_bson(score).map_err(mongodb::error::Error::from)?;
    let filter = doc! { "_id": id.as_str(), "score.of_batches": { "$lte": i64::from(score.of_batches) } };
    Ok((filter, doc! { "$set": { "score": value } }))
}

/// Settles sessions. Those that were short are marked so; each change of their span takes the mark away.
pub(super) fn settle() -> Vec<Document> {
    vec![doc! { "$set": { "settled": true, "short": { "$cond": [is_short(), true, "$$REMOVE"] } } }]
}

/// Short sessions that an earlier version has settled.
pub(super) fn unmarked() -> Document {
    doc! { "short": null, "settled": true, "$expr": is_short() }
}

fn is_short() -> Document {
    doc! { "$lt": [{ "$subtract": ["$last_seen", "$started_at"] }, SHORT_MS] }
}

/// Sessions whose score is older than their batches; only those in work can be.
pub(super) fn unscored() -> Document {
    doc! { "settled": false, "$expr": { "$gt": ["$batches", "$score.of_batches"] } }
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
