//! How a batch is packed into one value.
//!
//! ```text
//! flags      u8      how page_url and title are told, two bits each: see `Told`
//! back       varint  how many rows ago the session's batch before this one is; 0 when there is none
//! seq        varint
//! start      signed  time of the first event
//! received   signed  less `start`
//! shifted    signed
//! page_url   text    unless there is none, or it is that of the batch before
//! title      text    likewise
//! moves      varint  number of moves n, times two; plus one when some are not on a whole pixel
//!            n times varint, each less the one before; the first less `start`
//!            n x     signed, each less the one before; the first less 0; a number each when not all are whole
//!            n y     likewise
//! events     varint  number of other events, m
//!            varint  0, or the length before compression when what follows is raw DEFLATE (RFC 1951)
//!            m       each its time as a varint, less the one before, its type and the fields of that: see `kinds`
//! checksum   u32     CRC-32 (ISO-HDLC) of all before, little-endian
//! ```
//! `bytes` says what a varint, a signed, a number and a text are.

mod bytes;
mod deflate;
mod kinds;
mod tokens;

pub(super) use kinds::TYPES;

use self::bytes::{Input, Output};
use crate::model::{Batch, Event, Millis, Move, px};

/// Events longer than this are worth the time to compress them: those of a wireframe are, others hardly ever.
const LONG: usize = 1024;

/// Packed values that cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackError {
    #[error("packed by a newer version of Pulse")]
    Version,
    #[error("cut short or altered")]
    Torn,
    #[error(transparent)]
    Deflate(#[from] flate2::CompressError),
}

/// What stands before the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) back: u64,
    pub(super) seq: u32,
    pub(super) start: Millis,
    pub(super) received_at: Millis,
    pub(super) shifted_ms: Millis,
    pub(super) page_url: Told,
    pub(super) title: Told,
}

/// A text that batches of a session tend to share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    None,
    /// The one of the batch before.
    Same,
    Text(String),
}

impl Told {
    /// How to say `now` behind a batch that said `before`, if that is known.
    pub(super) fn after(before: Option<&Option<String>>, now: &Option<String>) -> Self {
        match now {
            None => Self::None,
            Some(_) if before == Some(now) => Self::Same,
            Some(text) => Self::Text(text.clone()),
        }
    }

    /// What it says behind a batch that said `before`.
    pub(super) fn or(self, before: Option<&str>) -> Option<String> {
        match self {
            Self::None => None,
            Self::Same => before.map(str::to_owned),
            Self::Text(text) => Some(text),
        }
    }

    fn flags(&self) -> u8 {
        match self {
            Self::None => 0,
            Self::Same => 1,
            Self::Text(_) => 2,
        }
    }

    fn take(flags: u8, input: &mut Input<'_>) -> Result<Self, PackError> {
        Ok(match flags & 3 {
            0 => Self::None,
            1 => Self::Same,
            2 => Self::Text(input.text()?),
            _ => return Err(PackError::Version),
        })
    }
}

/// Packs the moves and events of a batch.
pub(super) fn events(batch: &Batch) -> Result<Vec<u8>, PackError> {
    let (moves, events) = (batch.moves(), batch.events());
    let mut out = Output::with_capacity(64 + moves.len() * 4);
    let whole = moves.iter().all(|place| is_whole(place.x) && is_whole(place.y));
    out.varint((moves.len() as u64) << 1 | u64::from(!whole));
    put_column(moves.iter().map(|place| place.at), batch.start(), |step| out.varint(step as u64));
    for of in [|place: &Move| place.x, |place: &Move| place.y] {
        if whole {
            put_column(moves.iter().map(|place| of(place) as i64), 0, |step| out.signed(step));
        } else {
            moves.iter().for_each(|place| out.number(of(place)));
        }
    }
    out.varint(events.len() as u64);
    let mut rest = Output::with_capacity(events.len() * 32);
    let mut before = batch.start();
    for event in events {
        rest.varint(event.timestamp.wrapping_sub(before) as u64);
        before = event.timestamp;
        kinds::put(&mut rest, &event.kind);
    }
    if rest.bytes.len() > LONG {
        out.varint(rest.bytes.len() as u64);
        deflate::deflate(&rest.bytes, &mut out.bytes)?;
    } else {
        out.varint(0);
        out.bytes.append(&mut rest.bytes);
    }
    Ok(out.bytes)
}

/// Puts a head before packed events, and the checksum behind them.
pub(super) fn seal(head: &Head, events: &[u8]) -> Vec<u8> {
    let mut out = Output::with_capacity(48 + events.len());
    out.byte(head.page_url.flags() | head.title.flags() << 2);
    out.varint(head.back);
    out.varint(head.seq.into());
    out.signed(head.start);
    out.signed(head.received_at.wrapping_sub(head.start));
    out.signed(head.shifted_ms);
    for told in [&head.page_url, &head.title] {
        if let Told::Text(text) = told {
            out.text(text);
        }
    }
    out.bytes.extend_from_slice(events);
    let checksum = crc32fast::hash(&out.bytes);
    out.bytes.extend_from_slice(&checksum.to_le_bytes());
    out.bytes
}

/// Reads the head of a packed batch; `rest` holds its events.
pub(super) fn open(packed: &[u8]) -> Result<(Head, &[u8]), PackError> {
    let (body, checksum) = packed.split_last_chunk().ok_or(PackError::Torn)?;
    if crc32fast::hash(body) != u32::from_le_bytes(*checksum) {
        return Err(PackError::Torn);
    }
    let mut input = Input::new(body);
    let flags = input.byte()?;
    let (back, seq, start) = (input.varint()?, input.integer()?, input.signed()?);
    let head = Head {
        back,
        seq,
        start,
        received_at: start.wrapping_add(input.signed()?),
        shifted_ms: input.signed()?,
        page_url: Told::take(flags, &mut input)?,
        title: Told::take(flags >> 2, &mut input)?,
    };
    Ok((head, input.rest))
}

/// Whether a coordinate is a whole number, and one that leaves room for differences.
fn is_whole(value: f64) -> bool {
    px::integer(value).is_some_and(|whole| i32::try_from(whole).is_ok())
}

/// Unpacks moves and other events, each in order.
pub(super) fn unpack(packed: &[u8], start: Millis) -> Result<(Vec<Move>, Vec<Event>), PackError> {
    let mut input = Input::new(packed);
    let moves = take_moves(&mut input, start)?;
    let count: usize = input.integer()?;
    let inflated = match input.integer()? {
        0 => None,
        length => Some(deflate::inflate(input.rest, length)?),
    };
    let mut input = inflated.as_deref().map_or(input, Input::new);
    // A type takes a byte, and so does a time.
    if count > input.rest.len() {
        return Err(PackError::Torn);
    }
    let mut events = Vec::with_capacity(count);
    let mut timestamp = start;
    for _ in 0..count {
        timestamp = timestamp.wrapping_add(input.varint()? as i64);
        events.push(Event { timestamp, kind: kinds::take(&mut input)? });
    }
    Ok((moves, events))
}

fn take_moves(input: &mut Input<'_>, start: Millis) -> Result<Vec<Move>, PackError> {
    let head = input.varint()?;
    let (count, whole) = (usize::try_from(head >> 1).map_err(|_| PackError::Torn)?, head & 1 == 0);
    // A move takes three bytes at least: a torn value must not make us allocate without bound.
    if count > input.rest.len() / 3 {
        return Err(PackError::Torn);
    }
    let mut moves = vec![Move { at: start, x: 0.0, y: 0.0 }; count];
    let mut at = start;
    for place in &mut moves {
        at = at.wrapping_add(input.varint()? as i64);
        place.at = at;
    }
    let mut column = |put: fn(&mut Move, f64)| {
        let mut value = 0_i64;
        for place in &mut moves {
            if whole {
                value = value.wrapping_add(input.signed()?);
                put(place, value as f64);
            } else {
                put(place, input.number()?);
            }
        }
        Ok::<_, PackError>(())
    };
    column(|place, x| place.x = x)?;
    column(|place, y| place.y = y)?;
    Ok(moves)
}

/// Gives the steps of a column to `put`, the first from `before`.
fn put_column(values: impl Iterator<Item = i64>, mut before: i64, mut put: impl FnMut(i64)) {
    for value in values {
        put(value.wrapping_sub(before));
        before = value;
    }
}

/// A batch that stands alone.
#[cfg(any(feature = "bench", fuzzing, test))]
pub(crate) fn packed(batch: &Batch) -> Result<Vec<u8>, PackError> {
    let text = |text: Option<&str>| Told::after(None, &text.map(str::to_owned));
    let head = Head {
        back: 0,
        seq: batch.id().seq,
        start: batch.start(),
        received_at: batch.received_at(),
        shifted_ms: batch.shifted_ms(),
        page_url: text(batch.page_url()),
        title: text(batch.title()),
    };
    Ok(seal(&head, &events(batch)?))
}

/// The moves and events of a packed batch.
#[cfg(any(feature = "bench", fuzzing, test))]
pub(crate) fn unpacked(packed: &[u8]) -> Result<(Vec<Move>, Vec<Event>), PackError> {
    let (head, events) = open(packed)?;
    unpack(events, head.start)
}

#[cfg(test)]
mod tests;
