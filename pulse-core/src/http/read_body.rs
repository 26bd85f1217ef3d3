//! Request bodies, within their limits of size and time.

use bytes::{Buf, Bytes};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{PulseService, RequestBody, access::Asked, respond::Problem};
use crate::{
    engine::{Encoding, IngestBody},
    limits::Limits,
    wire::{ErrorCode, NoQuery, Query as _},
};

/// Bytes beyond the limit that are read and thrown away.
const DISCARDED: usize = 1024 * 1024;

/// A body that has been read. While it lives, its bytes are taken from the budget.
pub(super) struct ReadBody<'a> {
    bytes: Bytes,
    encoding: Encoding,
    _held: Vec<SemaphorePermit<'a>>,
}

impl ReadBody<'_> {
    /// The bytes, when they are not packed.
    pub(super) fn plain(&self) -> Option<&[u8]> {
        (self.encoding == Encoding::Identity).then_some(&*self.bytes)
    }

    pub(super) fn as_ingest(&self) -> IngestBody<'_> {
        IngestBody::new(&self.bytes, self.encoding)
    }
}

/// Bytes that bodies may hold in memory, in units of [`UNIT`].
#[derive(Debug)]
pub(crate) struct BodyBudget(Semaphore);

/// A unit of [`BodyBudget`]: a semaphore cannot count to large numbers of bytes.
const UNIT: usize = 1024;

impl BodyBudget {
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Semaphore::new(bytes / UNIT))
    }

    fn take(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Problem> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let full = |_| Problem::new(ErrorCode::Unavailable, "too many bytes are in work; try again soon");
        self.0.try_acquire_many(units).map_err(full)
    }
}

/// Reads `body` whole, as it came.
pub(super) async fn read<'a, B: RequestBody>(
    headers: &HeaderMap,
    body: B,
    limits: &Limits,
    budget: &'a BodyBudget,
) -> Result<ReadBody<'a>, Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(&b"identity"[..], |value| value.as_bytes());
    let encoding = Encoding::from_name(encoding)
        .ok_or_else(|| Problem::new(ErrorCode::UnsupportedEncoding, "content-encoding is gzip or identity"))?;
    let mut held = Vec::new();
    let bytes = tokio::time::timeout(limits.body_total, frames(body, limits, budget, &mut held))
        .await
        .unwrap_or_else(|_| Err(Problem::new(ErrorCode::Timeout, "the body did not arrive in time")))?;
    // What it may become counts, too: a batch in work takes about as much.
    held.push(budget.take(IngestBody::new(&bytes, encoding).most_unpacked(limits))?);
    Ok(ReadBody { bytes, encoding, _held: held })
}

/// Reads a small body of JSON; `expected` tells who sent another one what it is.
pub(super) async fn json_body<B: RequestBody, T: DeserializeOwned>(
    service: &PulseService,
    asked: Asked<'_>,
    body: B,
    expected: &'static str,
) -> Result<T, Problem> {
    NoQuery::parse(asked.parts.uri.query().unwrap_or_default())?;
    let body = read(&asked.parts.headers, body, &service.shared.engine.limits, &service.shared.budget).await?;
    let value = body.plain().and_then(|body| serde_json::from_slice(body).ok());
    value.ok_or_else(|| Problem::new(ErrorCode::BadRequest, expected))
}

async fn frames<'a, B: RequestBody>(
    body: B,
    limits: &Limits,
    budget: &'a BodyBudget,
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
            held.push(budget.take(data.remaining())?);
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
