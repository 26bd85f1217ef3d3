//! Sums over many sessions, kept beside these, so that a map of a page need not read them all.
//!
//! A *segment* is the sums over some sessions, its members, that started on the same day: rows, each for one page, part
//! and layer, whose bodies the store does not look into. It never changes, as a segment of an LSM tree does not; it is
//! merged with others of its day into a larger one, or dissolved. A session is a member of one segment at most, and the
//! segment knows how many batches it had when it was summed up. One of which that is no longer true, because a batch came
//! late, because it was deleted or because more became known of how it started, makes the segment *stale*: it is
//! dissolved, and its other members wait to be summed up again. A session that is in no segment is *loose*, and is read
//! event by event. So segments and loose sessions together always say what the events say.

use std::{fmt, ops::RangeInclusive};

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use super::StoreError;
use crate::model::{Millis, Session, SessionStart, is_like, path_of};

/// Days since the epoch, in UTC.
pub type Day = i32;

/// Milliseconds of a day.
pub(crate) const DAY_MS: Millis = 24 * 3600 * 1000;

/// The day of a time.
pub fn day_of(time: Millis) -> Day {
    let day = time.div_euclid(DAY_MS);
    Day::try_from(day).unwrap_or(if day < 0 { Day::MIN } else { Day::MAX })
}

/// The part of a store that keeps segments.
#[async_trait]
pub trait Rollups {
    /// Loose sessions that are ready to be summed up: all of one day, last seen before `quiet_before`, with batches, and
    /// scored since the last of these. At most `limit`; the oldest day comes first.
    async fn unrolled(&self, quiet_before: Millis, limit: usize) -> Result<Vec<Session>, StoreError>;

    /// Keeps the sums over some sessions that started on `day`. False, and nothing is kept, when one of them is not
    /// there, not of that day, a member of a segment already, or not as it was.
    async fn put_segment(&self, day: Day, members: &[Member], rows: Vec<RollupRow>) -> Result<bool, StoreError>;

    /// Dissolves the segments that are stale, and says how many were.
    async fn dissolve_stale(&self) -> Result<usize, StoreError>;

    /// All segments.
    async fn segments(&self) -> Result<Vec<Segment>, StoreError>;

    /// The rows of some segments. One that is dissolved meanwhile may give some of them, or none.
    fn segment_rows(&self, ids: &[SegmentId]) -> BoxStream<'static, Result<RollupRow, StoreError>>;

    /// Puts one segment with these rows in place of several of one day. False, and nothing changes, when one of them is
    /// not there any more.
    async fn merge_segments(&self, ids: &[SegmentId], rows: Vec<RollupRow>) -> Result<bool, StoreError>;

    /// Dissolves all segments.
    async fn clear_rollups(&self) -> Result<(), StoreError>;

    /// The rows that match, and the loose sessions that do, as of one moment: a session is in one of the segments found or
    /// among the loose ones, and never in both. What was stored before the call is counted.
    fn rollups(&self, query: RollupQuery) -> BoxStream<'static, Result<Found, StoreError>>;
}

/// Which segment. An id is never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(Box<str>);

impl SegmentId {
    pub(super) fn new(id: impl fmt::Display) -> Self {
        Self(id.to_string().into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SegmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A segment without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name.
    pub id: SegmentId,
    /// The day on which its members started.
    pub day: Day,
    /// How many these are.
    pub members: u32,
    /// The latest event of any of them.
    pub last_seen: Millis,
}

/// A session that is summed up, as it was when it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Which one, and what was known of its start.
    pub start: SessionStart,
    /// How many batches it had.
    pub batches: u32,
}

impl From<&Session> for Member {
    fn from(session: &Session) -> Self {
        Self { start: session.start.clone(), batches: session.batches }
    }
}

/// Some of the sums of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollupRow {
    /// Of which page: an address without query and fragment.
    pub page: String,
    /// Of which of its parts, such as a range of widths.
    pub part: u16,
    /// Of which kind.
    pub layer: u8,
    /// The sums; at most [`RollupRow::BODY`] bytes.
    pub body: Vec<u8>,
}

impl RollupRow {
    /// The largest body that every store can keep: a document of MongoDB has at most 16 MiB.
    pub const BODY: usize = 15 * 1024 * 1024;
}

/// Which sums, and which sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollupQuery {
    /// Rows of these pages; loose sessions that visited one.
    pub page: PageMatch,
    /// Segments of these days; loose sessions that started on one.
    pub days: RangeInclusive<Day>,
    /// Loose sessions that started at or after this time.
    pub from: Option<Millis>,
    /// Loose sessions that started before this time.
    pub to: Option<Millis>,
    /// Rows of these parts; of all when not said.
    pub parts: Option<Vec<u16>>,
    /// Rows of these kinds.
    pub layers: Vec<u8>,
    /// Segments that are taken for dissolved: their members are found among the loose sessions.
    pub except: Vec<SegmentId>,
    /// Segments whose rows are known: instead of these, it is told that they still count.
    pub known: Vec<SegmentId>,
}

impl RollupQuery {
    /// The first and the last millisecond of its days, and of its times, at which a loose session may have started.
    pub(super) fn started(&self) -> (Millis, Millis) {
        let first = Millis::from(*self.days.start()) * DAY_MS;
        let last = Millis::from(*self.days.end()) * DAY_MS + (DAY_MS - 1);
        (self.from.map_or(first, |from| from.max(first)), self.to.map_or(last, |to| to.saturating_sub(1).min(last)))
    }
}

/// Which pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageMatch {
    /// Every page.
    All,
    /// The page of this address.
    Page(String),
    /// The pages of this path, on any host.
    Path(String),
    /// The pages of a pattern in which `*` stands for any text: of paths when it begins with a slash, else of addresses.
    Glob(String),
}

impl PageMatch {
    /// Reads what was asked for: an address, a path that begins with a slash, or a pattern of either.
    pub fn new(asked: &str) -> Self {
        match asked {
            "*" => Self::All,
            glob if glob.contains('*') => Self::Glob(glob.to_owned()),
            path if path.starts_with('/') => Self::Path(path.to_owned()),
            page => Self::Page(page.to_owned()),
        }
    }

    /// Whether a page, an address without query and fragment, is among them.
    pub fn matches(&self, page: &str) -> bool {
        match self {
            Self::All => true,
            Self::Page(asked) => page == asked,
            Self::Path(path) => path_of(page) == path,
            Self::Glob(glob) if glob.starts_with('/') => is_like(path_of(page), glob),
            Self::Glob(glob) => is_like(page, glob),
        }
    }
}

/// What a query finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// A row of a segment.
    Rollup {
        /// Which one.
        segment: SegmentId,
        /// The row.
        row: RollupRow,
    },
    /// A segment whose rows are known counts, as before.
    Known(SegmentId),
    /// A session that is in no segment.
    Loose(Box<Session>),
    /// What was found so far is void: it had changed on the way, and is looked up anew.
    Restart,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_any_part_of_a_page() {
        let page = "http://shop.test/item/7/buy";
        for like in ["*", "http://shop.test/*", "*/buy", "http://*/item/*/buy", "*item*", "**", page, "http*test*7*"] {
            assert!(is_like(page, like), "{like}");
        }
        for other in ["/item/*", "http://shop.test/*/", "*/bu", "*buy*buy", "http://shop.test/item/7/buy*y", ""] {
            assert!(!is_like(page, other), "{other}");
        }
        assert!(is_like("", "*") && is_like("aXa", "a*a") && !is_like("a", "a*a"));
    }

    #[test]
    fn pages_are_matched_by_address_path_and_pattern() {
        let page = "http://shop.test/cart/pay";
        for (asked, is) in [
            ("*", true),
            ("http://shop.test/cart/pay", true),
            ("http://shop.test/cart", false),
            ("/cart/pay", true),
            ("/cart", false),
            ("/cart*", true),
            ("/*/pay", true),
            ("/*a*a*", true),
            ("/*a*a*a*", false),
            ("/cart/pay*", true),
            ("/cart/*pay", true),
            ("/cart/pay/*", false),
            ("/pay*", false),
            ("/ca*rt/pay/", false),
            ("/cart/pa*ay", false),
            ("http://*/pay", true),
            ("*shop.test*", true),
            ("**", true),
        ] {
            assert_eq!(PageMatch::new(asked).matches(page), is, "{asked}");
        }
    }

    #[test]
    fn days_begin_at_midnight_utc() {
        for (time, day) in [(0, 0), (-1, -1), (DAY_MS - 1, 0), (DAY_MS, 1), (i64::MIN, Day::MIN), (i64::MAX, Day::MAX)]
        {
            assert_eq!(day_of(time), day, "{time}");
        }
    }
}
