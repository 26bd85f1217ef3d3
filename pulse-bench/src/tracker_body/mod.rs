//! Bodies as the tracker makes them: lists instead of objects, positions in columns, deflated, with the headers that
//! Chromium sends beside them. Everything here that sends batches sends these.
//!
//! Two sources: the bodies in `pulse-tracker/test/fixtures`, recorded from the real script in a real browser
//! ([`recorded`]), and made-up events in the same form ([`Event`], [`Track`]). A [`Template`] writes many bodies with
//! the same events without deflating them each time.

mod encode;
mod event;
mod head;
mod recorded;
mod template;
#[cfg(test)]
mod tests;

use std::io::{Read as _, Write as _};

use anyhow::{Context as _, Result};
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};
use serde::{Deserialize, Serialize};

pub use self::{
    event::{Element, Event},
    head::{CHROME, write_head},
    recorded::{Recorded, recorded, recorded_visit},
    template::{Template, TrackHead},
};

/// The body of `POST /api/track`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Row", into = "Row")]
pub struct Track {
    /// When it is sent, in milliseconds since the epoch, as all times.
    pub sent_at: i64,
    /// Id of the session.
    pub session: String,
    /// Id of the page view.
    pub view: String,
    /// The number of the batch in its page view.
    pub seq: u32,
    /// The page's address.
    pub page_url: String,
    /// The page's title.
    pub title: String,
    /// The times of events and positions count from then.
    pub start: i64,
    /// Everything but the positions.
    pub events: Vec<Event>,
    /// Where the pointer was.
    pub moves: Vec<Move>,
}

/// A position of the pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Milliseconds since the batch's start.
    pub time: i64,
    /// From the left edge of the page, in px.
    pub x: i64,
    /// From the top edge of the page, in px.
    pub y: i64,
}

/// The body of `POST /api/session`, in the order of its list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session(
    /// When it is sent.
    pub i64,
    /// Id of the session.
    pub String,
    /// Id of the visitor, unless the page sends none.
    pub Option<String>,
    /// The first page's address.
    pub String,
    /// And its title.
    pub String,
    /// Where the visitor came from.
    pub Option<String>,
    /// Width and height of the window, in px.
    pub [u32; 2],
);

/// A track body as the list that it is.
type Row = (i64, String, String, u32, String, String, i64, Vec<Event>, Vec<i64>, Vec<i64>, Vec<i64>);

impl From<Row> for Track {
    fn from((sent_at, session, view, seq, page_url, title, start, events, times, xs, ys): Row) -> Self {
        let columns = summed(times).zip(summed(xs)).zip(summed(ys));
        let moves = columns.map(|((time, x), y)| Move { time, x, y }).collect();
        Self { sent_at, session, view, seq, page_url, title, start, events, moves }
    }
}

impl From<Track> for Row {
    fn from(track: Track) -> Self {
        let Track { sent_at, session, view, seq, page_url, title, start, events, moves } = track;
        let [times, xs, ys] = columns(&moves);
        (sent_at, session, view, seq, page_url, title, start, events, times, xs, ys)
    }
}

impl Track {
    /// Reads a body, deflated or not.
    ///
    /// # Errors
    /// It is not the tracker's.
    pub fn read(body: &[u8]) -> Result<Self> {
        serde_json::from_slice(&unpack(body)?).context("not a batch in the tracker's form")
    }

    /// The body, as it is before it is deflated. The tracker sends it so from a page that goes.
    #[must_use]
    pub fn text(&self) -> String {
        // Neither strings nor numbers can fail to become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The body, deflated.
    #[must_use]
    pub fn packed(&self) -> Vec<u8> {
        pack(self.text().as_bytes())
    }
}

/// Deflates a body as browsers do: zlib's format and level 6.
#[must_use]
pub fn pack(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(text.len() / 2), Compression::new(6));
    // Writing to a `Vec` cannot fail.
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}

/// A body's text; one that is not deflated is its own.
///
/// # Errors
/// It is deflated and damaged.
pub fn unpack(body: &[u8]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    match body.first() {
        Some(0x78) => ZlibDecoder::new(body).read_to_end(&mut text).map(drop).context("a damaged body")?,
        _ => text.extend_from_slice(body),
    }
    Ok(text)
}

/// Second differences of times, x and y.
fn columns(moves: &[Move]) -> [Vec<i64>; 3] {
    let values: [fn(&Move) -> i64; 3] = [|place| place.time, |place| place.x, |place| place.y];
    values.map(|value| {
        let (mut before, mut step) = (0, 0);
        let differences = moves.iter().map(value).map(|now| {
            let next = now - before;
            let difference = next - step;
            (before, step) = (now, next);
            difference
        });
        differences.collect()
    })
}

/// The values whose second differences these are.
fn summed(differences: Vec<i64>) -> impl Iterator<Item = i64> {
    let (mut step, mut value) = (0, 0);
    differences.into_iter().map(move |difference| {
        step += difference;
        value += step;
        value
    })
}
