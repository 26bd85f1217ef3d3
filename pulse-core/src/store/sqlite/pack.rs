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

use std::{cell::RefCell, io::Read};

use flate2::{Compress, CompressError, Compression, FlushCompress, Status, read::DeflateDecoder};

use crate::model::{Batch, Event, Millis, WholeMove};

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
    #[error(transparent)]
    Deflate(#[from] CompressError),
}

/// Packs the events of a batch.
pub(super) fn pack(batch: &Batch) -> Result<Vec<u8>, PackError> {
    let (moves, rest) = batch.columns();
    let mut out = Vec::with_capacity(16 + moves.len() * 4);
    out.push(VERSION);
    put(&mut out, moves.len() as u64);
    put_deltas(&mut out, batch.start(), moves.iter().map(|m| m.timestamp));
    put_deltas(&mut out, 0, moves.iter().map(|m| m.x));
    put_deltas(&mut out, 0, moves.iter().map(|m| m.y));
    if rest.is_empty() {
        put(&mut out, 0);
        return Ok(out);
    }
    let json = serde_json::to_vec(&rest)?;
    put(&mut out, json.len() as u64);
    deflate(&json, &mut out)?;
    Ok(out)
}

thread_local! {
    /// A compressor's state is far larger than a batch, so each thread keeps one.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
}

/// Appends `data` compressed to `out`.
fn deflate(data: &[u8], out: &mut Vec<u8>) -> Result<(), CompressError> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        loop {
            let read = usize::try_from(compressor.total_in()).unwrap_or(data.len());
            // `compress_vec` fills what is reserved and no more.
            out.reserve(64 + (data.len() - read) / 2);
            if compressor.compress_vec(&data[read..], out, FlushCompress::Finish)? == Status::StreamEnd {
                return Ok(());
            }
        }
    })
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
        .map(|(timestamp, (x, y))| WholeMove { timestamp, x, y }.into())
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
    use crate::{
        model::{EventKind, MouseMove, Scroll},
        store::contract,
    };

    fn movement(timestamp: Millis, x: f64, y: f64) -> Event {
        Event { timestamp, kind: EventKind::MouseMove(MouseMove { x, y }) }
    }

    fn batch(events: Vec<Event>) -> Batch {
        contract::batch(1, "view-0001", 0, events)
    }

    fn there_and_back(batch: &Batch) -> Vec<Event> {
        unpack(&pack(batch).unwrap(), batch.start()).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(
            points in prop::collection::vec((any::<i64>(), -100_000_i32..1_000_000, -100_000_i32..1_000_000), 0..80),
            scale in prop::sample::select(vec![1.0, 0.5]),
        ) {
            let batch = batch(points.iter().map(|p| movement(p.0, f64::from(p.1) * scale, p.2.into())).collect());
            prop_assert_eq!(there_and_back(&batch), batch.events());
        }

        #[test]
        fn altered_bytes_are_an_error_or_other_events_but_never_a_panic(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = unpack(&bytes, 0);
            let mut with_version = vec![VERSION];
            with_version.extend(&bytes);
            let _ = unpack(&with_version, 0);
        }
    }

    #[test]
    fn positions_take_few_bytes() {
        let moves = (0..40).map(|n| movement(1_800_000_000_000 + n * 50, 400.0 + n as f64 * 7.0, 300.0 - n as f64));
        let packed = pack(&batch(moves.collect())).unwrap();
        assert!(packed.len() <= 40 * 4, "{} bytes", packed.len());
    }

    #[test]
    fn one_compressor_serves_many_batches() {
        let scroll = |depth| EventKind::Scroll(Scroll { depth, y: 3.0, direction: Default::default(), turned: true });
        for size in [1, 700, 3, 0, 50] {
            let events = (0..size).map(|n| Event { timestamp: n, kind: scroll(n as f64 / 7.0) });
            let batch = batch(events.collect());
            assert_eq!(there_and_back(&batch), batch.events());
        }
    }

    #[test]
    fn a_cut_value_is_noticed() {
        let scroll = EventKind::Scroll(Scroll { depth: 12.5, y: 3.0, direction: Default::default(), turned: true });
        let batch = batch(vec![movement(10, 1.0, 2.0), Event { timestamp: 11, kind: scroll }]);
        let packed = pack(&batch).unwrap();
        assert_eq!(there_and_back(&batch), batch.events());
        for length in 0..packed.len() - 1 {
            assert!(unpack(&packed[..length], 10).is_err(), "{length} of {}", packed.len());
        }
    }
}
