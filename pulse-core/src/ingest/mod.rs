//! From the bytes of a request to a checked [`Batch`](crate::model::Batch): decode, validate, enrich.
//! A mistake costs the event that it is in and nothing else.

mod compact;
mod decode;
mod flat;
mod gunzip;
mod mask;
mod repair;
mod text;
mod validate;

pub(crate) use decode::{decode_session, decode_track};
pub(crate) use gunzip::{gunzip, inflate};
pub(crate) use repair::repair;
pub(crate) use validate::{Checked, Origin, batch, session};

/// Why a whole request cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IngestError {
    /// Not the JSON object that it should be.
    #[error("the body is not a json object of the expected shape")]
    Undecodable,
    /// `session_id` is missing or malformed.
    #[error("session_id: an id is 8 to 64 characters of A-Z, a-z, 0-9, _ and -")]
    SessionId,
    /// `visitor_id` is malformed.
    #[error("visitor_id: an id is 8 to 64 characters of A-Z, a-z, 0-9, _ and -")]
    VisitorId,
    /// `view_id` is malformed.
    #[error("view_id: an id is 8 to 64 characters of A-Z, a-z, 0-9, _ and -")]
    ViewId,
    /// `seq` does not fit.
    #[error("seq is an integer from 0 to 2147483647")]
    Seq,
    /// The body cannot be unpacked, though it says so.
    #[error("the body is not valid gzip or deflate")]
    Gzip,
    /// The body is too large once unpacked.
    #[error("the body is too large once unpacked")]
    TooLarge,
}
