//! Rows to values and back.

use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};

use super::pack::{PackError, TYPES};
use crate::{
    model::{Counts, Device, Exclusion, Session, SessionStart, ViewportSize},
    store::StoreError,
    varint,
};

/// The columns that [`session`] reads, in its order; the last are the session's
/// pages as a JSON array.
pub(super) const SESSION: &str = "s.session_id, s.visitor_id, s.started_at, s.page_url, s.title, s.referrer, \
    s.device, s.viewport_w, s.viewport_h, s.excluded, s.last_seen, s.batches, s.counts, s.score, \
    (SELECT json_group_array(url) FROM (SELECT p.url FROM session_pages sp JOIN pages p ON p.id = sp.page \
    WHERE sp.session = s.id ORDER BY sp.place))";

/// The same with no pages, which cost as much to read as all the rest.
pub(super) const SESSION_WITHOUT_PAGES: &str = "s.session_id, s.visitor_id, s.started_at, s.page_url, s.title, \
    s.referrer, s.device, s.viewport_w, s.viewport_h, s.excluded, s.last_seen, s.batches, s.counts, s.score, '[]'";

/// A row of [`SESSION`].
pub(super) fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        start: start(row)?,
        last_seen: row.get(10)?,
        batches: row.get(11)?,
        counts: counts(&row.get::<_, Vec<u8>>(12)?)?,
        score: json(&row.get::<_, String>(13)?)?,
        pages: json(&row.get::<_, String>(14)?)?,
    })
}

/// The first columns of a row of [`SESSION`].
pub(super) fn start(row: &Row<'_>) -> Result<SessionStart, StoreError> {
    let visitor: Option<String> = row.get(1)?;
    let device: String = row.get(6)?;
    Ok(SessionStart {
        session_id: parse(&row.get::<_, String>(0)?)?,
        visitor_id: visitor.map(|id| parse(&id)).transpose()?,
        started_at: row.get(2)?,
        page_url: row.get(3)?,
        title: row.get(4)?,
        referrer: row.get(5)?,
        device: Device::from_name(&device).unwrap_or_default(),
        viewport: Option::zip(row.get(7)?, row.get(8)?).map(|(w, h)| ViewportSize { w, h }),
        excluded: row.get::<_, Option<String>>(9)?.and_then(|name| Exclusion::from_name(&name)),
    })
}

/// Counts as a varint for each of [`TYPES`].
pub(super) fn counts_blob(counts: Counts) -> Vec<u8> {
    let mut out = Vec::with_capacity(TYPES.len() * 2);
    TYPES.iter().for_each(|of| varint::put(&mut out, counts.get(*of)));
    out
}

/// Reads [`counts_blob`]; types that it does not reach to are not counted yet.
pub(super) fn counts(mut blob: &[u8]) -> Result<Counts, StoreError> {
    let mut counts = Counts::default();
    for of in TYPES {
        if blob.is_empty() {
            break;
        }
        *counts.slot(of) =
            varint::take(&mut blob).ok_or(PackError::Torn).map_err(|e| StoreError::corrupt("a row", e))?;
    }
    Ok(counts)
}

pub(super) fn parse<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    text: &str,
) -> Result<T, StoreError> {
    text.parse().map_err(|e: T::Err| StoreError::corrupt("an id", e))
}

pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::corrupt("a row", e))
}

pub(super) fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::corrupt("a new row", e))
}
