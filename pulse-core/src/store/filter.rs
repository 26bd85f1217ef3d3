//! Which sessions a list holds, and where its next page begins.

use std::{cmp::Reverse, fmt, str::FromStr};

use super::PageMatch;
use crate::{
    model::{Device, Millis, Session, SessionId, VisitorId},
    wire::SessionSort,
};

/// Which sessions, in which order, and how many.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SessionFilter {
    /// At most this many.
    pub limit: usize,
    /// Only those after this place in the order.
    pub after: Option<Cursor>,
    /// Only those that visited this page: an address without query, or a path that begins with a slash. A `*` stands
    /// for any part of it.
    pub page: Option<String>,
    /// Only those in which each of these words, in lower case, occurs in the address of a page, in the title or in the
    /// device, whatever its case there. At most [`SessionFilter::WORDS`]; no more are looked for.
    pub words: Vec<String>,
    /// Only those that started at or after this time.
    pub from: Option<Millis>,
    /// Only those that started before this time.
    pub to: Option<Millis>,
    /// Only those on this kind of device.
    pub device: Option<Device>,
    /// Only those of at least this frustration.
    pub min_frustration: Option<u32>,
    /// Only those with rage bursts, or only those without.
    pub has_rage: Option<bool>,
    /// Only those with script errors, or only those without.
    pub has_errors: Option<bool>,
    /// Only those that reached a goal, or only those that did not.
    pub has_goal: Option<bool>,
    /// Only those of this visitor.
    pub visitor: Option<VisitorId>,
    /// Only those last seen at or after this time.
    pub seen_from: Option<Millis>,
    /// Only those last seen before this time.
    pub seen_to: Option<Millis>,
    /// What comes first.
    pub sort: SessionSort,
}

impl SessionFilter {
    /// Words that are looked for.
    pub const WORDS: usize = 8;

    /// Whether a session is among those that are asked for, wherever it stands in the order. For stores that go through
    /// their sessions one by one.
    pub fn matches(&self, session: &Session) -> bool {
        let start = &session.start;
        let is = |asked: Option<bool>, is: bool| asked.is_none_or(|asked| asked == is);
        let has = |word: &String| {
            let texts = session.pages.iter().chain([&start.page_url]).chain(&start.title);
            texts.into_iter().any(|text| text.to_lowercase().contains(word))
                || Self::devices(word).any(|device| device == start.device.as_str())
        };
        self.page.as_ref().is_none_or(|asked| {
            let asked = PageMatch::new(asked);
            session.pages.iter().any(|page| asked.matches(page))
        }) && self.words.iter().take(Self::WORDS).all(has)
            && self.from.is_none_or(|from| start.started_at >= from)
            && self.to.is_none_or(|to| start.started_at < to)
            && self.device.is_none_or(|device| start.device == device)
            && self.min_frustration.is_none_or(|least| session.score.frustration >= least)
            && is(self.has_rage, session.score.rage > 0)
            && is(self.has_errors, session.counts.error > 0)
            && is(self.has_goal, session.score.reached)
            && self.visitor.as_ref().is_none_or(|visitor| start.visitor_id.as_ref() == Some(visitor))
            && self.seen_from.is_none_or(|from| session.last_seen >= from)
            && self.seen_to.is_none_or(|to| session.last_seen < to)
    }

    /// The devices in whose name a word occurs, such as `desktop` of `desk`, or `mobile` of `phone`, as people call it: a
    /// store that searches by itself compares the stored device with these.
    ///
    /// ```
    /// use pulse_core::store::SessionFilter;
    ///
    /// assert_eq!(SessionFilter::devices("desk").collect::<Vec<_>>(), ["desktop"]);
    /// assert_eq!(SessionFilter::devices("phone").collect::<Vec<_>>(), ["mobile"]);
    /// ```
    pub fn devices(word: &str) -> impl Iterator<Item = &'static str> {
        let all = [Device::Desktop, Device::Mobile, Device::Tablet, Device::Unknown];
        let is_called = move |device: &Device| {
            device.as_str().contains(word) || (*device == Device::Mobile && "phone".contains(word))
        };
        all.into_iter().filter(is_called).map(Device::as_str)
    }

    /// The place of a session in the order: what it is sorted by, highest first, then its id.
    pub fn place(&self, session: &Session) -> Cursor {
        let key = match self.sort {
            SessionSort::Recent => session.last_seen,
            SessionSort::Started => session.start.started_at,
            SessionSort::Frustration => session.score.frustration.into(),
        };
        Cursor { key, id: session.start.session_id.clone() }
    }

    /// The same sessions, whatever part of the list is asked for: what their total can be kept under.
    pub fn whole(&self) -> Self {
        Self { limit: 0, after: None, sort: SessionSort::default(), ..self.clone() }
    }
}

/// A page of the list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionPage {
    /// The sessions.
    pub sessions: Vec<Session>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// Sessions that match, on all pages.
    pub total: u64,
}

impl SessionPage {
    /// The page that a filter asks for, of all sessions that a store has. For stores that hold them in memory.
    pub fn of(sessions: impl IntoIterator<Item = Session>, filter: &SessionFilter) -> Self {
        let mut matching: Vec<(Reverse<i64>, SessionId, Session)> = sessions
            .into_iter()
            .filter(|session| filter.matches(session))
            .map(|session| {
                let Cursor { key, id } = filter.place(&session);
                (Reverse(key), id, session)
            })
            .collect();
        matching.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let total = matching.len() as u64;
        let after = filter.after.as_ref().map(|Cursor { key, id }| (Reverse(*key), id));
        matching.retain(|(key, id, _)| after.is_none_or(|after| (*key, id) > after));
        let sessions = matching.into_iter().take(filter.limit.saturating_add(1)).map(|(_, _, session)| session);
        Self::new(sessions.collect(), total, filter)
    }

    /// Makes a page from up to one session more than asked for, which shows that there is another page.
    pub(crate) fn new(mut sessions: Vec<Session>, total: u64, filter: &SessionFilter) -> Self {
        let more = sessions.len() > filter.limit;
        sessions.truncate(filter.limit);
        let next = sessions.last().filter(|_| more).map(|last| filter.place(last));
        Self { sessions, next, total }
    }
}

/// A place in an ordered list of sessions, as text `<key>.<session id>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// What the list is sorted by.
    pub key: i64,
    /// The session at that place.
    pub id: SessionId,
}

/// Text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCursor;

impl fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not a next_cursor of this list")
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let (key, id) = text.split_once('.').ok_or(InvalidCursor)?;
        Ok(Self { key: key.parse().map_err(|_| InvalidCursor)?, id: id.parse().map_err(|_| InvalidCursor)? })
    }
}
