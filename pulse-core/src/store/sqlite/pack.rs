//! How the events of a batch are packed into one value.
//!
//! ```text
//! version      u8      1
//! moves        varint  number of positions on whole pixels, n
//! times        n x zigzag varint, each the difference to the one before; the first to the batch's start
//! x            n x zigzag varint, each the difference to the one before; the first to 0
//! y            n x zigzag varint, likewise
//! length       varint  bytes of the rest before compression; 0 when there are no other events
//! rest         raw DEFLATE (RFC 1951) of a JSON array of the other events
//! ```
//! Varints are little-endian base 128 (as in Protocol Buffers), zigzag puts the sign in the lowest bit.

use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

use crate::model::{Event, EventKind, Millis, MouseMove};

const VERSION: u8 = 1;

/// Far more than a batch can hold: a torn value must not make us allocate without bound.
const MAX_REST: u64 = 64 << 20;

/// Packed events that cannot be unpacked.
#[derive(Debug, thiserror::Error)]
pub(super) enum PackError {
    #[error("packed by a newer version of Pulse")]
    Version,
    #[error("cut short or altered")]
    Torn,
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Packs events that are in the order of [`crate::model::Batch::events`].
pub(super) fn pack(events: &[Event], start: Millis) -> Result<Vec<u8>, PackError> {
    let moves: Vec<(Millis, (i64, i64))> = events.iter().filter_map(|e| Some((e.timestamp, e.whole_move()?))).collect();
    let mut out = Vec::with_capacity(16 + moves.len() * 4);
    out.push(VERSION);
    put(&mut out, moves.len() as u64);
    put_deltas(&mut out, start, moves.iter().map(|m| m.0));
    put_deltas(&mut out, 0, moves.iter().map(|m| m.1.0));
    put_deltas(&mut out, 0, moves.iter().map(|m| m.1.1));
    let rest: Vec<&Event> = events.iter().filter(|e| e.whole_move().is_none()).collect();
    if rest.is_empty() {
        put(&mut out, 0);
        return Ok(out);
    }
    let json = serde_json::to_vec(&rest)?;
    put(&mut out, json.len() as u64);
    let mut deflate = DeflateEncoder::new(out, Compression::default());
    deflate.write_all(&json)?;
    Ok(deflate.finish()?)
}

/// Unpacks events; the positions come first, so the caller puts the whole in order.
pub(super) fn unpack(mut packed: &[u8], start: Millis) -> Result<Vec<Event>, PackError> {
    let input = &mut packed;
    let (&version, tail) = input.split_first().ok_or(PackError::Torn)?;
    *input = tail;
    if version != VERSION {
        return Err(PackError::Version);
    }
    let count = usize::try_from(take(input)?).map_err(|_| PackError::Torn)?;
    // Three columns of at least one byte a value.
    if count > input.len() / 3 {
        return Err(PackError::Torn);
    }
    let times = take_deltas(input, start, count)?;
    let xs = take_deltas(input, 0, count)?;
    let ys = take_deltas(input, 0, count)?;
    let mut events: Vec<Event> = times
        .into_iter()
        .zip(xs.into_iter().zip(ys))
        .map(|(timestamp, (x, y))| Event {
            timestamp,
            kind: EventKind::MouseMove(MouseMove { x: x as f64, y: y as f64 }),
        })
        .collect();
    let length = take(input)?;
    if length > 0 {
        let mut json = Vec::new();
        DeflateDecoder::new(*input).take(length.min(MAX_REST)).read_to_end(&mut json)?;
        if json.len() as u64 != length {
            return Err(PackError::Torn);
        }
        events.append(&mut serde_json::from_slice(&json)?);
    }
    Ok(events)
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn take(input: &mut &[u8]) -> Result<u64, PackError> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, tail) = input.split_first().ok_or(PackError::Torn)?;
        *input = tail;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(PackError::Torn)
}

fn put_deltas(out: &mut Vec<u8>, mut before: i64, values: impl Iterator<Item = i64>) {
    for value in values {
        let delta = value.wrapping_sub(before);
        put(out, ((delta << 1) ^ (delta >> 63)) as u64);
        before = value;
    }
}

fn take_deltas(input: &mut &[u8], mut before: i64, count: usize) -> Result<Vec<i64>, PackError> {
    (0..count)
        .map(|_| {
            let zigzag = take(input)?;
            before = before.wrapping_add((zigzag >> 1) as i64 ^ -((zigzag & 1) as i64));
            Ok(before)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::model::Scroll;

    fn movement(timestamp: Millis, x: f64, y: f64) -> Event {
        Event { timestamp, kind: EventKind::MouseMove(MouseMove { x, y }) }
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(points in prop::collection::vec((any::<i64>(), -100_000_i32..1_000_000, -100_000_i32..1_000_000), 0..80)) {
            let events: Vec<Event> = points.iter().map(|p| movement(p.0, p.1.into(), p.2.into())).collect();
            prop_assert_eq!(unpack(&pack(&events, 5).unwrap(), 5).unwrap(), events);
        }

        #[test]
        fn altered_bytes_are_an_error_or_other_events_but_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&bytes, 0);
            let mut with_version = vec![VERSION];
            with_version.extend(&bytes);
            let _ = unpack(&with_version, 0);
        }
    }

    #[test]
    fn positions_take_few_bytes() {
        let start = 1_800_000_000_000;
        let events: Vec<Event> =
            (0..40).map(|n| movement(start + n * 50, 400.0 + n as f64 * 7.0, 300.0 - n as f64)).collect();
        let packed = pack(&events, start).unwrap();
        assert!(packed.len() <= 40 * 4, "{} bytes", packed.len());
    }

    #[test]
    fn a_cut_value_is_noticed() {
        let scroll = EventKind::Scroll(Scroll { depth: 12.5, y: 3.0, direction: Default::default(), turned: true });
        let events = vec![movement(10, 1.0, 2.0), Event { timestamp: 11, kind: scroll }];
        let packed = pack(&events, 10).unwrap();
        assert_eq!(unpack(&packed, 10).unwrap(), events);
        for length in 0..packed.len() - 1 {
            assert!(unpack(&packed[..length], 10).is_err(), "{length} of {}", packed.len());
        }
    }
}
