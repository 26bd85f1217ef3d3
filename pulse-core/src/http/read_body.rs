//! Request bodies, within their limits of size and time.

use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, Limited};

use super::{RequestBody, respond::Problem};
use crate::{ingest::gunzip, limits::Limits, wire::ErrorCode};

/// A body that has been read: as it came, or unpacked.
pub(super) enum Read {
    Plain(Bytes),
    Unpacked(Vec<u8>),
}

impl AsRef<[u8]> for Read {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Plain(bytes) => bytes,
            Self::Unpacked(bytes) => bytes,
        }
    }
}

/// Reads `body` whole, and unpacks it when its headers say that it is packed.
pub(super) async fn read<B: RequestBody>(headers: &HeaderMap, body: B, limits: &Limits) -> Result<Read, Problem> {
    let packed = match headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"identity") => false,
        Some(b"gzip") => true,
        Some(_) => return Err(Problem::new(ErrorCode::UnsupportedEncoding, "content-encoding is gzip or identity")),
    };
    let bytes = tokio::time::timeout(limits.body_total, frames(body, limits))
        .await
        .unwrap_or_else(|_| Err(Problem::new(ErrorCode::Timeout, "the body did not arrive in time")))?;
    if packed {
        let unpacked = gunzip(&bytes, limits.unzipped_bytes).map_err(crate::engine::EngineError::from)?;
        return Ok(Read::Unpacked(unpacked));
    }
    Ok(Read::Plain(bytes))
}

async fn frames<B: RequestBody>(body: B, limits: &Limits) -> Result<Bytes, Problem> {
    let mut body = std::pin::pin!(Limited::new(body, limits.body_bytes));
    let mut parts: Vec<Bytes> = Vec::new();
    loop {
        let frame = tokio::time::timeout(limits.body_idle, body.frame())
            .await
            .map_err(|_| Problem::new(ErrorCode::Timeout, "the body did not arrive in time"))?;
        match frame {
            None => break,
            Some(Ok(frame)) => {
                if let Ok(mut data) = frame.into_data() {
                    let length = bytes::Buf::remaining(&data);
                    // Free of a copy when the data is `Bytes` already.
                    parts.push(bytes::Buf::copy_to_bytes(&mut data, length));
                }
            }
            Some(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(Problem::new(ErrorCode::TooLarge, "the body is too large"));
            }
            Some(Err(_)) => return Err(Problem::new(ErrorCode::BadRequest, "the body broke off")),
        }
    }
    Ok(match parts.len() {
        1 => parts.remove(0),
        _ => parts.concat().into(),
    })
}
