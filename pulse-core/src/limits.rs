//! Every limit of the public endpoints in one place, each with its reason.

use std::time::Duration;

use crate::{model::Millis, rate::Rate};

/// What Pulse accepts, and how long it waits. `Limits::default()` suits a public server.
///
/// ```
/// use pulse_core::Limits;
///
/// let limits = Limits::default().with(|limits| limits.batch_events = 500);
/// assert_eq!(limits.batch_events, 500);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request body on the wire. A tracker sends at most 60 KiB; four times that leaves room for others.
    pub body_bytes: usize,
    /// Bytes of a body once it is unpacked, so that a small bomb stays small.
    pub unzipped_bytes: usize,
    /// Times that a body may become larger when it is unpacked, beyond `unpack_free_bytes`: work follows what comes out, and
    /// a tracker's body becomes some three times as large.
    pub unpack_ratio: usize,
    /// Bytes that any body may become: a short one that repeats itself is packed well.
    pub unpack_free_bytes: usize,
    /// Events and moves decoded of one batch; the others are counted as rejected. A tracker sends 2 s of them, some 50.
    pub batch_events: usize,
    /// Wireframes kept of one batch: they are large, and a page has one now and then.
    pub batch_layouts: usize,
    /// Longest wait for the next part of a body.
    pub body_idle: Duration,
    /// Longest wait for a whole body.
    pub body_total: Duration,
    /// Ingest requests in work at once. A quarter of the places is kept for bodies that came slowly. When none is free,
    /// requests wait up to 40 ms and are then refused with 503.
    pub ingest_in_flight: usize,
    /// Bytes of bodies in memory at once, so that many clients together stay small.
    pub waiting_bytes: usize,
    /// Longest wait for one call of the store.
    pub store_call: Duration,
    /// Longest work on what is asked for of many sessions.
    pub query: Duration,
    /// Longest wait for a model's answer, a second request included: what was asked for in the dashboard is there within
    /// 25 s, with the rules' answer at the latest.
    pub model_answer: Duration,
    /// Answers of a model asked for on one day of UTC. One costs some 6,000 tokens of input and 2,000 of output, and half
    /// as much again when a part is asked for twice: all of them are about a dollar with a small model.
    pub model_answers_per_day: u32,
    /// The same for one credential, so that one reader leaves something for the others.
    pub model_answers_per_credential: u32,
    /// Characters of a question in one's own words.
    pub question_chars: usize,
    /// A sender's clock may be off by this much before its times are shifted.
    pub clock_slack_ms: Millis,
    /// Events older than this are clamped to it: a tracker keeps what it could not deliver, but not for ever.
    pub event_age_ms: Millis,
    /// Characters of an address.
    pub url_chars: usize,
    /// Characters of an element's path.
    pub path_chars: usize,
    /// Characters of a label, an error message, an id attribute.
    pub label_chars: usize,
    /// Characters of a page title.
    pub title_chars: usize,
    /// Values that a page tells with an event of its own.
    pub props: usize,
    /// Boxes of a wireframe.
    pub layout_boxes: usize,
    /// Requests that send something, of one address (IPv6: of one /64). A visitor's tracker sends one in 2 s: 200 who are
    /// active at once behind one address, such as an office, pass. A body that becomes large counts as several.
    pub address_requests: Rate,
    /// Sessions that begin at one address: 300 people who open a page at once, and then one a second.
    pub address_sessions: Rate,
    /// Percent of a day's visits that one address may begin, once there are a hundred. Its further ones are kept, and
    /// left out of maps and problems, so that one address cannot move these much. 100 leaves nothing out, which suits a
    /// site whose people are all behind one address.
    pub address_share: u8,
    /// Bytes stored for one address: 200 active visitors take half of it.
    pub address_bytes: Rate,
    /// Events of the site: 800 visitors who move the mouse at once.
    pub site_events: Rate,
    /// Bytes stored for the site, so that a flood from many addresses does not fill the disk in a night.
    pub site_bytes: Rate,
    /// Whether these hold for programs on this machine, too. They need no network to do harm, and tests, benchmarks and
    /// imports run there.
    pub limit_local: bool,
    /// Batches of one session: eleven hours of a tracker that sends every 2 s.
    pub session_batches: u32,
    /// Bytes stored for one session. What is beyond it would not be read either.
    pub session_bytes: u64,
    /// Page loads of one session.
    pub session_views: u32,
    /// Wireframes of one session: a page has one, and another when it changes much.
    pub session_layouts: u32,
    /// Live streams at once, and of one address.
    pub streams: usize,
    /// See `streams`.
    pub address_streams: usize,
    /// Wrong credentials of one address. It is not listened to beyond that.
    pub address_guesses: Rate,
    /// Wrong credentials in all. Beyond that only those are listened to who were right before.
    pub guesses: Rate,
    /// Words that mark a parameter, or a value that a page tells, as secret: beside those that are built in.
    pub secret_words: Vec<String>,
    /// How often sessions and hours are summed up in the background.
    pub pace: Pace,
}

/// How often the background sums up what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// Time between two looks for sessions that have changed: a list that is refreshed every 3 s follows.
    pub look: Duration,
    /// Longest time between two summaries of a session that goes on. A young session gets one after a quarter of its
    /// age, so that its first clicks show soon.
    pub longest: Duration,
    /// Least time between two sets of sums of one hour or day.
    pub sums: Duration,
    /// An hour is summed up once it is over for so long: few of its sessions go on then.
    pub over_ms: Millis,
}

impl Limits {
    /// Changes some limits in one expression; `Limits` cannot be built field by field outside this crate, so that new
    /// limits break nobody.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(1),
            longest: Duration::from_secs(7),
            sums: Duration::from_secs(20),
            over_ms: 10 * 60 * 1000,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 256 * 1024,
            unzipped_bytes: 1024 * 1024,
            unpack_ratio: 40,
            unpack_free_bytes: 64 * 1024,
            batch_events: 1000,
            batch_layouts: 4,
            body_idle: Duration::from_secs(5),
            body_total: Duration::from_secs(15),
            ingest_in_flight: 256,
            waiting_bytes: 64 * 1024 * 1024,
            store_call: Duration::from_secs(5),
            query: Duration::from_secs(5),
            model_answer: Duration::from_secs(20),
            model_answers_per_day: 200,
            model_answers_per_credential: 100,
            question_chars: 500,
            clock_slack_ms: 60_000,
            event_age_ms: 7 * 24 * 3600 * 1000,
            url_chars: 2048,
            path_chars: 512,
            label_chars: 128,
            title_chars: 256,
            props: 32,
            layout_boxes: 400,
            address_requests: Rate::per_second(100, 1000),
            address_sessions: Rate::per_minute(60, 300),
            address_share: 5,
            address_bytes: Rate::per_hour(512 * 1024 * 1024),
            site_events: Rate::per_second(20_000, 100_000),
            site_bytes: Rate::per_day(8 * 1024 * 1024 * 1024),
            limit_local: false,
            session_batches: 20_000,
            session_bytes: 16 * 1024 * 1024,
            session_views: 2000,
            session_layouts: 20,
            streams: 64,
            address_streams: 16,
            address_guesses: Rate::per_minute(10, 10),
            guesses: Rate::per_minute(60, 60),
            secret_words: Vec::new(),
            pace: Pace::default(),
        }
    }
}
