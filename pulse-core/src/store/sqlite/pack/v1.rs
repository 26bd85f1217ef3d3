//! How version 1 of the store packed the events of a batch; read when a file is brought up to date.
//!
//! ```text
//! version      u8      1
//! moves        varint  number of positions on whole pixels, n
//! times        n x signed, each less the one before; the first less the batch's start
//! x            n x signed, each less the one before; the first less 0
//! y            n x signed, likewise
//! length       varint  bytes of the rest before compression; 0 when there are no other events
//! rest         raw DEFLATE (RFC 1951) of a JSON array of the other events
//! ```

use super::{PackError, bytes::Input, deflate, take_column};
use crate::model::{Event, Millis, WholeMove};

/// Unpacks events; the positions come first, so the caller puts the whole in order.
pub(in super::super) fn unpack(packed: &[u8], start: Millis) -> Result<Vec<Event>, PackError> {
    let mut input = Input::new(packed);
    if input.byte()? != 1 {
        return Err(PackError::Version);
    }
    let count = input.count()?;
    let mut column = |before| take_column(count, before, || input.signed());
    let (times, xs, ys) = (column(start)?, column(0)?, column(0)?);
    let moves = times.into_iter().zip(xs.into_iter().zip(ys));
    let mut events: Vec<Event> = moves.map(|(timestamp, (x, y))| WholeMove { timestamp, x, y }.into()).collect();
    let length = input.varint()?;
    if length > 0 {
        events.append(&mut serde_json::from_slice(&deflate::inflate(input.rest, length)?)?);
    }
    Ok(events)
}
