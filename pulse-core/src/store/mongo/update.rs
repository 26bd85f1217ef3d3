//! What is written to the documents of sessions, and why their totals and summaries stay right without transactions.
//!
//! Five fields of a session's document say how far its summary is:
//!
//! | field | meaning |
//! | --- | --- |
//! | `revision` | counts the announcements and additions, so that a writer sees whether one came in between |
//! | `hold_until` | until then a server may insert batches that nothing else in the document tells of |
//! | `due_at` | when its summary is to be made next; absent when the summary is right |
//! | `earlier_starts` | starts that it had before, whose buckets may count it still |
//! | `short` | its summary is right, and it lasted less than an hour: for the lists |
//!
//! A batch goes through three steps: its session is *announced* ([`announce`]), the batch is inserted, and at most
//! half a second later its sums are *added* to the totals ([`add`]). An announcement counts for eight seconds, and each
//! addition renews it. Then the *summary* is made from the log ([`put_summary`]):
//!
//! ```text
//! time     what                            batches  revision  hold_until  due_at
//! 10.0 s   announce                              0         1        18.0    18.0
//! 10.0 s   batches 0 and 1 are inserted          0         1        18.0    18.0
//! 10.5 s   add 2                                 2         2        18.5    10.5
//! 11.0 s   summary of 2, revision is still 2     2         2        18.5    18.5
//! 12.0 s   batch 2 is inserted, its server dies  2         2        18.5    18.5
//! 18.5 s   the hold is over: due once more       2         2        18.5    18.5
//! 18.6 s   summary of 3, exact totals            3         2        18.5       -
//! ```
//!
//! Only a summary that was listed after the hold had passed, and whose revision is unchanged, takes `due_at` away
//! ([`Stamp::is_last`]). No batch can be inserted between that listing and that update without a new announcement, so
//! the log that was read was whole. A server that dies needs no successor that knows of it: its sessions are due when
//! their holds pass, ten seconds later at most.
//!
//! An `$inc` whose answer got lost is repeated and may count twice. A summary replaces the totals by exact ones when
//! they are more than it found in the log, and in any case when it is the last.

use mongodb::bson::{self, Bson, DateTime, Document, doc};

use super::{active::Pending, document::SessionDoc, query::SHORT_MS};
use crate::{
    model::{EventType, Millis, Session, SessionStart, path_of},
    store::{Changed, HOUR_MS, SessionSummary, StoreError},
};

/// How long an announcement counts.
pub(super) const HOLD_MS: Millis = 8_000;

fn date(time: Millis) -> DateTime {
    DateTime::from_millis(time)
}

fn to_bson(value: &impl serde::Serialize) -> Result<Bson, StoreError> {
    Ok(bson::serialize_to_bson(value).map_err(mongodb::error::Error::from)?)
}

/// Says that batches of a session may come from now on, and makes its document when there is none. With `pages`, these
/// are added to the ones that it names.
pub(super) fn announce(start: &SessionStart, pages: Option<&[String]>, now: Millis) -> Result<Document, StoreError> {
    let Bson::Document(mut new) = to_bson(&SessionDoc::new(start))? else { return Ok(Document::new()) };
    // MongoDB refuses a field that two operators set.
    for field in ["_id", "pages", "paths", "revision"] {
        new.remove(field);
    }
    let mut update = doc! {
        "$setOnInsert": new,
        "$inc": { "revision": 1_i64 },
        "$max": { "hold_until": date(now + HOLD_MS) },
        "$min": { "due_at": date(now + HOLD_MS) },
    };
    if let Some(pages) = pages {
        let paths: Vec<&str> = pages.iter().map(|page| path_of(page)).collect();
        let more = doc! { "pages": { "$each": pages.to_vec() }, "paths": { "$each": paths } };
        update.insert("$addToSet", more);
    }
    Ok(update)
}

/// The condition that a session's document may name more pages. It is none that an upsert would write.
pub(super) fn has_room_for_pages() -> Document {
    doc! { format!("pages.{}", Session::PAGES - 1): { "$exists": false } }
}

/// Adds what is pending to the totals of a session.
pub(super) fn add(pending: &Pending, now: Millis) -> Document {
    let mut sums = pending.totals.increments();
    sums.insert("revision", 1_i64);
    let mut latest = doc! { "hold_until": date(now + HOLD_MS) };
    if let Some((_, end)) = pending.totals.span {
        latest.insert("last_seen", date(end));
    }
    let update = doc! {
        "$inc": sums,
        "$max": latest,
        "$min": { "due_at": date(now) },
        "$unset": { "short": "" },
    };
    doc! { "q": { "_id": pending.id.as_str() }, "u": update }
}

/// Moves the start of a session back, and notes the one before if it was in another hour: sums of that hour and its
/// day may count the session.
pub(super) fn move_start(pending: &Pending, now: Millis) -> Option<Document> {
    let start = pending.earlier_start()?;
    let hour = |time: Bson| doc! { "$floor": { "$divide": [{ "$toLong": time }, HOUR_MS] } };
    let same_hour = doc! { "$eq": [hour("$started_at".into()), hour(date(start).into())] };
    let before = doc! { "$ifNull": ["$earlier_starts", []] };
    let more = doc! { "$concatArrays": [before, ["$started_at"]] };
    let moved = doc! { "$set": {
        "started_at": date(start),
        "earlier_starts": { "$cond": [same_hour, "$earlier_starts", more] },
        "revision": { "$add": ["$revision", 1_i64] },
        "due_at": { "$min": ["$due_at", date(now)] },
        "short": "$$REMOVE",
    } };
    Some(doc! { "q": { "_id": pending.id.as_str(), "started_at": { "$gt": date(start) } }, "u": [moved] })
}

/// What has to be so for [`fill_in`] to change anything; none when nothing is known that could be missing.
pub(super) fn lacks(start: &SessionStart) -> Option<Document> {
    let mut any = Vec::new();
    let fields = [
        ("visitor_id", start.visitor_id.is_some()),
        ("title", start.title.is_some()),
        ("referrer", start.referrer.is_some()),
        ("viewport", start.viewport.is_some()),
        ("excluded", start.excluded.is_some()),
    ];
    any.extend(fields.into_iter().filter(|(_, is_known)| *is_known).map(|(field, _)| doc! { field: Bson::Null }));
    if !start.page_url.is_empty() {
        any.push(doc! { "page_url": "" });
    }
    if start.device.as_str() != "unknown" {
        any.push(doc! { "device": "unknown" });
    }
    (!any.is_empty()).then(|| doc! { "_id": start.session_id.as_str(), "$or": any })
}

/// Fills in what was not known of a session, as an update pipeline. Its device says in which of the sums it is.
pub(super) fn fill_in(start: &SessionStart, now: Millis) -> Result<Vec<Document>, StoreError> {
    let literal = |value: Bson| doc! { "$literal": value };
    let kept = |field: &str, value: Bson| doc! { "$ifNull": [format!("${field}"), literal(value), "$$REMOVE"] };
    let unless = |field: &str, unknown: &str, value: &str| {
        doc! { "$cond": [{ "$eq": [format!("${field}"), unknown] }, literal(value.into()), format!("${field}")] }
    };
    let has_batches = doc! { "$gt": [{ "$max": ["$batches", "$score.of_batches"] }, 0] };
    Ok(vec![doc! { "$set": {
        "visitor_id": kept("visitor_id", to_bson(&start.visitor_id)?),
        "title": kept("title", to_bson(&start.title)?),
        "referrer": kept("referrer", to_bson(&start.referrer)?),
        "viewport": kept("viewport", to_bson(&start.viewport)?),
        "excluded": kept("excluded", to_bson(&start.excluded)?),
        "page_url": unless("page_url", "", &start.page_url),
        "device": unless("device", "unknown", start.device.as_str()),
        "revision": { "$add": ["$revision", 1_i64] },
        "due_at": { "$cond": [has_batches, { "$min": ["$due_at", date(now)] }, "$due_at"] },
    } }])
}

/// What [`Changed::revision`] holds: the revision of the session when it was listed, and whether its hold had passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) revision: i64,
    /// Whether a summary of this revision is the last one.
    pub(super) is_last: bool,
}

impl Stamp {
    pub(super) fn pack(self) -> i64 {
        self.revision * 2 + i64::from(self.is_last)
    }

    pub(super) fn unpack(packed: i64) -> Self {
        Self { revision: packed.div_euclid(2), is_last: packed.rem_euclid(2) == 1 }
    }
}

/// Keeps the summary of a session.
pub(super) fn put_summary(changed: &Changed, summary: &SessionSummary, now: Millis) -> Result<Document, StoreError> {
    let Stamp { revision, is_last } = Stamp::unpack(changed.revision);
    let of_batches = i64::from(summary.score.of_batches);
    let is_current = doc! { "$eq": ["$revision", revision] };
    let is_short = doc! { "$lt": [{ "$subtract": ["$last_seen", "$started_at"] }, SHORT_MS] };
    let mut set = doc! {
        "score": { "$literal": to_bson(&summary.score)? },
        "earlier_starts": { "$cond": [&is_current, "$$REMOVE", "$earlier_starts"] },
    };
    // A summary of fewer batches is older than the one that is kept, unless nothing can have come since.
    let newer = doc! { "score.of_batches": { "$lte": of_batches } };
    let filter = if is_last {
        set.insert("due_at", doc! { "$cond": [&is_current, "$$REMOVE", date(now)] });
        set.insert("short", doc! { "$cond": [{ "$and": [&is_current, is_short] }, true, "$$REMOVE"] });
        doc! { "_id": changed.id.as_str(), "$or": [newer, { "revision": revision }] }
    } else {
        set.insert("due_at", doc! { "$cond": [&is_current, "$hold_until", date(now)] });
        doc! { "_id": changed.id.as_str(), "score.of_batches": { "$lte": of_batches } }
    };
    if let Some(totals) = &summary.totals {
        // Before the hold has passed, batches that this summary found may wait to be added, and would count twice.
        let is_exact = doc! { "$and": [is_current, { "$or": [is_last, { "$gt": ["$batches", of_batches] }] }] };
        let count = |of: &EventType| {
            let count = i64::try_from(totals.counts.get(*of)).unwrap_or(i64::MAX);
            (of.as_str().to_owned(), Bson::Int64(count))
        };
        let counts: Document = EventType::ALL.iter().map(count).collect();
        set.insert("batches", doc! { "$cond": [&is_exact, i64::from(totals.batches), "$batches"] });
        set.insert("counts", doc! { "$cond": [is_exact, { "$literal": counts }, "$counts"] });
    }
    Ok(doc! { "q": filter, "u": [{ "$set": set }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_back() {
        for (revision, is_last) in [(0, false), (0, true), (1, false), (7, true), (-3, true)] {
            let stamp = Stamp { revision, is_last };
            assert_eq!(Stamp::unpack(stamp.pack()), stamp);
        }
    }
}
