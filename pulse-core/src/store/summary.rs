//! What the log of batches means, kept beside it: a summary of each session, and sums over the sessions of an hour or a
//! day. The log is the truth; everything here can be thrown away and made again.
//!
//! # Summaries
//! The store lists the sessions whose log has grown since their summary was made ([`Summaries::changed`]), and keeps a
//! summary for each of them ([`Summaries::put_summaries`]). A summary is right when its stamp, the number of batches that
//! it was made from, equals the number of batches of the session:
//!
//! ```text
//! append  ->  batches 4, summary of 3: changed  ->  fold 4 batches  ->  summary of 4: right
//!                                                    \- a fifth batch meanwhile: summary of 4, changed again
//! ```
//!
//! # Sums
//! A [`Bucket`] is an hour or a day of UTC. It counts the changes of the sessions that started in it: one more whenever
//! such a session gets a summary. Sums over all sessions of a bucket are a *set* of rows by page, part and layer, whose
//! bodies only `analyze::page` reads. A set is written first and then published by one conditional update:
//!
//! ```text
//! begin -> add rows ... -> publish with "changes were 7"  ->  valid while the bucket's changes are 7
//!                                                             an eighth change: behind, replaced by a newer set
//!                              erasure in between: refused, and the set is dropped
//! ```
//!
//! So a set is never corrected, a crash leaves at most an unpublished set (which is swept), and nothing depends on a
//! transaction over several documents. An erasure takes the published sets of its buckets away at once.

use std::ops::Range;

use async_trait::async_trait;
use futures_util::stream::BoxStream;

use super::StoreError;
use crate::model::{Counts, Millis, Score, Session, SessionId, is_like, path_of};

/// Version of summaries and sums. A store that persists them keeps this number beside them, and forgets them at the
/// start when the number was another: what they mean has changed, and they are made again from the log.
pub const SUMMARY_VERSION: i64 = 4;

pub(crate) const HOUR_MS: Millis = 3600 * 1000;
pub(crate) const DAY_MS: Millis = 24 * HOUR_MS;

/// The part of a store that keeps what the log means.
#[async_trait]
pub trait Summaries {
    /// Sessions whose summary is older than their log, at most `limit`, those that wait longest first. Of several
    /// servers on one database, each gets its share.
    async fn changed(&self, limit: usize) -> Result<Vec<Changed>, StoreError>;

    /// Keeps the summaries of sessions that [`Self::changed`] listed, and counts a change in their buckets. A summary of
    /// fewer batches than the one that is kept, or of a session that was erased, is ignored.
    async fn put_summaries(&self, summaries: Vec<(Changed, SessionSummary)>) -> Result<(), StoreError>;

    /// Throws all summaries and sums away: every session counts as changed.
    async fn forget_summaries(&self) -> Result<(), StoreError>;

    /// The sessions that started within one of these spans and visited a page, by their start. Their `pages` and the
    /// activity of their scores are left out.
    fn started(&self, spans: Vec<Range<Millis>>, page: PageMatch) -> BoxStream<'static, Result<Session, StoreError>>;

    /// The logs of some sessions, in no particular order; a session that is gone is left out. A log is cut after `most`
    /// bytes of memory ([`Batch::weight`](crate::model::Batch::weight)).
    fn logs(&self, ids: Vec<SessionId>, most: usize) -> BoxStream<'static, Result<SessionLog, StoreError>>;

    /// The buckets that overlap a span and in which anything has changed, by size and time.
    async fn buckets(&self, span: Range<Millis>) -> Result<Vec<BucketState>, StoreError>;

    /// Whether this server is the one that sums a bucket up. Of several servers on one database, each has its share; one
    /// that has died is no longer counted after some seconds. Two that both answer yes do the same work twice.
    fn owns(&self, _bucket: Bucket) -> bool {
        true
    }

    /// Begins a new set of sums.
    async fn begin_sums(&self, bucket: Bucket) -> Result<SetId, StoreError>;

    /// Adds rows to a set that is not published. Rows of the same page, part and layer add up.
    async fn add_sums(&self, set: &SetId, rows: Vec<SumsRow>) -> Result<(), StoreError>;

    /// Publishes a set in place of the one before, which is dropped. `seen` is the state of the bucket before the first
    /// session was read. False, and the set is dropped, when a session of the bucket was erased since, or when a set of
    /// as many changes is published already.
    async fn publish_sums(&self, set: SetId, seen: &BucketState) -> Result<bool, StoreError>;

    /// Drops sets, published or not.
    async fn drop_sums(&self, sets: &[SetId]) -> Result<(), StoreError>;

    /// The rows of some sets, by page, part and layer. Rows of a set that is dropped meanwhile may be missing.
    fn sums(&self, query: SumsQuery) -> BoxStream<'static, Result<(SetId, SumsRow), StoreError>>;
}

/// A session whose log has grown since its summary was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which one.
    pub id: SessionId,
    /// Batches that were counted when it was listed. A summary that had to be cut carries this stamp.
    pub batches: u32,
    /// Whether these are all of its log. When a server may have died between storing a batch and counting it, only the
    /// log says how many there are.
    pub is_counted: bool,
    /// Its start, which says in which buckets it is.
    pub started_at: Millis,
    /// The state of the session for the store's own use.
    pub revision: i64,
}

/// What the log of one session means.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionSummary {
    /// The signals, with the number of batches that they were computed from.
    pub score: Score,
    /// What the log adds up to; none when it was too long to be read whole.
    pub totals: Option<Totals>,
}

/// What the batches of a session add up to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many there are.
    pub batches: u32,
    /// Their events by type.
    pub counts: Counts,
}

/// The batches of one session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionLog {
    /// Which session.
    pub id: SessionId,
    /// Its batches, in no particular order.
    pub batches: Vec<crate::model::Batch>,
    /// Whether there are more, which are left out.
    pub is_cut: bool,
}

impl SessionLog {
    /// A session without batches.
    pub fn empty(id: SessionId) -> Self {
        Self { id, batches: Vec::new(), is_cut: false }
    }
}

/// An hour or a day of UTC, whose sessions are summed up together: those that started in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// The hour that begins so many hours after the epoch.
    Hour(i32),
    /// The day that begins so many days after the epoch.
    Day(i32),
}

impl Bucket {
    /// The hour of a time.
    pub fn hour_of(time: Millis) -> Self {
        Self::Hour(index(time, HOUR_MS))
    }

    /// The day of a time.
    pub fn day_of(time: Millis) -> Self {
        Self::Day(index(time, DAY_MS))
    }

    /// From its first millisecond to the one after its last.
    ///
    /// ```
    /// assert_eq!(pulse_core::store::Bucket::hour_of(3_600_001).span(), 3_600_000..7_200_000);
    /// ```
    pub fn span(self) -> Range<Millis> {
        let (index, length) = match self {
            Self::Hour(index) => (index, HOUR_MS),
            Self::Day(index) => (index, DAY_MS),
        };
        let start = Millis::from(index) * length;
        start..start + length
    }

    /// The bucket as two numbers, to be stored: 0 for hours or 1 for days, and hours or days since the epoch.
    ///
    /// ```
    /// use pulse_core::store::Bucket;
    ///
    /// let noon = Bucket::hour_of(12 * 3_600_000);
    /// assert_eq!(noon.numbers(), (0, 12));
    /// assert_eq!(Bucket::from_numbers(0, 12), Some(noon));
    /// ```
    pub fn numbers(self) -> (i32, i32) {
        match self {
            Self::Hour(index) => (0, index),
            Self::Day(index) => (1, index),
        }
    }

    /// The bucket of two numbers that [`Self::numbers`] made; none of a kind that does not exist.
    pub fn from_numbers(kind: i32, index: i32) -> Option<Self> {
        match kind {
            0 => Some(Self::Hour(index)),
            1 => Some(Self::Day(index)),
            _ => None,
        }
    }
}

fn index(time: Millis, length: Millis) -> i32 {
    let index = time.div_euclid(length);
    i32::try_from(index).unwrap_or(if index < 0 { i32::MIN } else { i32::MAX })
}

/// What is known of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketState {
    /// Which one.
    pub bucket: Bucket,
    /// How often a session in it has changed.
    pub changes: u64,
    /// How often a session in it was erased.
    pub erasures: u64,
    /// The set that is published, and how many changes it knows of.
    pub sums: Option<(SetId, u64)>,
}

impl BucketState {
    /// Whether the published sums know of every change.
    pub fn is_valid(&self) -> bool {
        self.sums.as_ref().is_some_and(|(_, changes)| *changes >= self.changes)
    }
}

/// The name of a set of sums, which is never used again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(Box<str>);

impl SetId {
    /// The set of that name, which the store has made up.
    pub fn new(name: impl Into<Box<str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Some of the sums of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumsRow {
    /// The page's name.
    pub page: String,
    /// Number of the [`Part`](crate::analyze::page::Part): device, width band and tier.
    pub part: u16,
    /// Number of the [`Layer`](crate::analyze::page::Layer).
    pub layer: u8,
    /// The sums; at most [`SumsRow::BODY`] bytes.
    pub body: Vec<u8>,
}

impl SumsRow {
    /// The largest body that every store can keep: a document of MongoDB has at most 16 MiB.
    pub const BODY: usize = 15 * 1024 * 1024;
}

/// Which rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumsQuery {
    /// Of these sets.
    pub sets: Vec<SetId>,
    /// Of these pages.
    pub page: PageMatch,
    /// Of these parts; of all when there is no list.
    pub parts: Option<Vec<u16>>,
    /// Of these layers.
    pub layers: Vec<u8>,
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
    /// Reads a page as a query names it: an address, a path that begins with a slash, or a pattern of either.
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
    fn hours_and_days_begin_at_midnight_utc() {
        for (time, hour, day) in [(0, 0, 0), (-1, -1, -1), (DAY_MS - 1, 23, 0), (DAY_MS, 24, 1)] {
            assert_eq!((Bucket::hour_of(time), Bucket::day_of(time)), (Bucket::Hour(hour), Bucket::Day(day)), "{time}");
            assert!(Bucket::hour_of(time).span().contains(&time) && Bucket::day_of(time).span().contains(&time));
        }
        assert_eq!(Bucket::day_of(i64::MAX), Bucket::Day(i32::MAX));
        for bucket in [Bucket::Hour(-7), Bucket::Day(20_000)] {
            let (kind, index) = bucket.numbers();
            assert_eq!(Bucket::from_numbers(kind, index), Some(bucket));
        }
        assert_eq!(Bucket::from_numbers(2, 0), None);
    }
}
