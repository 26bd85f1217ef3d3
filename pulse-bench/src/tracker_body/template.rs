//! Many bodies with the same events, each with other ids and times, for the price of copying.
//!
//! In the tracker's list only what comes first says who and when; times of events count from the start. So the rest is
//! deflated once. What comes first goes before it as a block of its own that is stored as it is, and the checksum of the
//! whole is put together from those of the parts. Any inflater reads it as one stream; it is some 30 bytes longer than
//! what a browser makes.

use std::io::Write as _;

use flate2::{Compression, write::DeflateEncoder};
use serde_json::json;

use super::{Event, Move, columns};

/// What differs from body to body, in the order of the list.
#[derive(Debug, Clone, Copy)]
pub struct TrackHead<'a> {
    /// When it is sent.
    pub sent_at: i64,
    /// Id of the session.
    pub session: &'a str,
    /// Id of the page view.
    pub view: &'a str,
    /// The number of the batch in its page view.
    pub seq: u32,
    /// The page's address.
    pub page_url: &'a str,
    /// The page's title.
    pub title: &'a str,
    /// The times of events and positions count from then.
    pub start: i64,
}

/// Events and positions, deflated.
#[derive(Debug, Clone)]
pub struct Template {
    deflated: Vec<u8>,
    /// Of the text that is deflated.
    sum: Adler,
}

impl Template {
    /// Of these events and positions.
    #[must_use]
    pub fn new(events: &[Event], moves: &[Move]) -> Self {
        let [times, xs, ys] = columns(moves);
        let list = json!([events, times, xs, ys]).to_string();
        // After the comma that follows the head.
        let text = list.get(1..).unwrap_or_default().as_bytes();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
        // Writing to a `Vec` cannot fail.
        let _ = encoder.write_all(text);
        Self { deflated: encoder.finish().unwrap_or_default(), sum: Adler::of(text) }
    }

    /// Appends a body to `out`.
    pub fn write(&self, head: TrackHead<'_>, out: &mut Vec<u8>) {
        let TrackHead { sent_at, session, view, seq, page_url, title, start } = head;
        let mut text = json!([sent_at, session, view, seq, page_url, title, start]).to_string().into_bytes();
        // The list goes on.
        if let Some(end) = text.last_mut() {
            *end = b',';
        }
        let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
        // zlib's header for level 6; a stored block that is not the last.
        out.extend_from_slice(&[0x78, 0x9c, 0]);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(&text);
        out.extend_from_slice(&self.deflated);
        out.extend_from_slice(&Adler::of(&text).then(self.sum).value().to_be_bytes());
    }
}

/// zlib's checksum (RFC 1950): the sum of all bytes plus one, and the sum of all those sums.
#[derive(Debug, Clone, Copy)]
struct Adler {
    sum: u64,
    sums: u64,
    length: u64,
}

impl Adler {
    const BASE: u64 = 65521;

    fn of(bytes: &[u8]) -> Self {
        let (mut sum, mut sums) = (1, 0);
        for byte in bytes {
            sum = (sum + u64::from(*byte)) % Self::BASE;
            sums = (sums + sum) % Self::BASE;
        }
        Self { sum, sums, length: bytes.len() as u64 }
    }

    /// That of these bytes and then the others: each of the other's sums has this one's sum, less the one that it began with.
    fn then(self, other: Self) -> Self {
        let more = self.sum + Self::BASE - 1;
        Self {
            sum: (more + other.sum) % Self::BASE,
            sums: (self.sums + other.sums + other.length % Self::BASE * (more % Self::BASE)) % Self::BASE,
            length: self.length + other.length,
        }
    }

    fn value(self) -> u32 {
        (self.sums << 16 | self.sum) as u32
    }
}
