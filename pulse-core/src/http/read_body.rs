//! Request bodies, within their limits of size and time.

use bytes::{Buf, Bytes};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{RequestBody, respond::Problem};
use crate::{
    ingest::{gunzip, inflate},
    limits::Limits,
    wire::ErrorCode,
};

/// Bytes beyond the limit that are read and thrown away.
const DISCARDED: usize = 1024 * 1024;

/// A body that has been read: as it came, or unpacked. While it lives, its bytes are taken from what may wait.
pub(super) struct Read<'a> {
    bytes: Kind,
    _held: Vec<SemaphorePermit<'a>>,
}

enum Kind {
    Plain(Bytes),
    Unpacked(Vec<u8>),
}

impl AsRef<[u8]> for Read<'_> {
    fn as_ref(&self) -> &[u8] {
        match &self.bytes {
            Kind::Plain(bytes) => bytes,
            Kind::Unpacked(bytes) => bytes,
        }
    }
}

/// Bytes that bodies may hold in memory, in units of [`UNIT`].
#[derive(Debug)]
pub(crate) struct Room(Semaphore);

/// A unit of [`Room`]: a semaphore cannot count to large numbers of bytes.
const UNIT: usize = 1024;

impl Room {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Semaphore::new(bytes / UNIT))
    }

    fn take(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Problem> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let full = |_| Problem::new(ErrorCode::Unavailable, "too many bytes are in work; try again soon");
        self.0.try_acquire_many(units).map_err(full)
    }
}

/// How zlib's deflate begins, as browsers write it.
const ZLIB: u8 = b'x';

/// Reads `body` whole, and unpacks it when its headers or its first byte say that it is packed.
pub(super) async fn read<'a, B: RequestBody>(
    headers: &HeaderMap,
    body: B,
    limits: &Limits,
    room: &'a Room,
) -> Result<Read<'a>, Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(&b"identity"[..], |value| value.as_bytes());
    let packed = encoding.eq_ignore_ascii_case(b"gzip");
    if !packed && !encoding.eq_ignore_ascii_case(b"identity") {
        return Err(Problem::new(ErrorCode::UnsupportedEncoding, "content-encoding is gzip or identity"));
    }
    let mut held = Vec::new();
    let bytes = tokio::time::timeout(limits.body_total, frames(body, limits, room, &mut held))
        .await
        .unwrap_or_else(|_| Err(Problem::new(ErrorCode::Timeout, "the body did not arrive in time")))?;
    // The tracker says so by the first byte alone: a header would cost a preflight. No JSON begins like that.
    let deflated = !packed && bytes.first() == Some(&ZLIB);
    if !packed && !deflated {
        return Ok(Read { bytes: Kind::Plain(bytes), _held: held });
    }
    held.push(room.take(limits.unzipped_bytes)?);
    let unpack = if deflated { inflate } else { gunzip };
    let unpacked = unpack(&bytes, limits.unzipped_bytes).map_err(crate::engine::EngineError::from)?;
    Ok(Read { bytes: Kind::Unpacked(unpacked), _held: held })
}

async fn frames<'a, B: RequestBody>(
    body: B,
    limits: &Limits,
    room: &'a Room,
    held: &mut Vec<SemaphorePermit<'a>>,
) -> Result<Bytes, Problem> {
    let mut body = std::pin::pin!(body);
    let mut parts: Vec<Bytes> = Vec::new();
    let mut length = 0;
    loop {
        let frame = tokio::time::timeout(limits.body_idle, body.frame())
            .await
            .map_err(|_| Problem::new(ErrorCode::Timeout, "the body did not arrive in time"))?;
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|_| Problem::new(ErrorCode::BadRequest, "the body broke off"))?;
        let Ok(mut data) = frame.into_data() else { continue };
        length += data.remaining();
        if length <= limits.body_bytes {
            held.push(room.take(data.remaining())?);
            // Free of a copy when the data is `Bytes` already.
            parts.push(data.copy_to_bytes(data.remaining()));
        } else if length > limits.body_bytes + DISCARDED {
            break;
        } else {
            // A body that is not much too large is read to its end, so that the connection can be used again.
            (parts, *held) = (Vec::new(), Vec::new());
        }
    }
    if length > limits.body_bytes {
        return Err(Problem::new(ErrorCode::TooLarge, "the body is too large"));
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => parts.concat().into(),
    })
}
