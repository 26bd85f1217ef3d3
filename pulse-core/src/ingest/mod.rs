//! From the bytes of a request to a checked [`Batch`]. The engine enters here, once for each request.
//!
//! ```text
//! bytes -> body: unpack -> repair: text -> object | list: entries -> check: one event -> gather -> head: Batch
//! ```
//!
//! A body comes in one of two forms. The *object form* is for any client and documented in `docs/http-api.md`. The
//! *list form* is the tracker's own, see [`list`]; its first byte tells it apart. Both fill the same [`fields`] and go
//! through the same checks, so that the same events make the same batch.
//!
//! # One bad event costs itself alone
//!
//! Entries are first decoded in one pass. JSON that cannot be read ends that pass, and then each entry is read by
//! itself: the bad one is rejected with a reason, and the others are kept.
//!
//! # Bounds
//!
//! Whatever is sent, the work is bounded: a body unpacks to at most [`Limits::unpack_ratio`] times its bytes, only the
//! first
//! [`Limits::batch_events`] entries are decoded (the others are counted), and the answer lists the first rejections.

mod body;
mod check;
mod fields;
mod gather;
mod head;
mod list;
pub(crate) mod mask;
mod object;
mod repair;
mod text;

pub(crate) use self::body::{Encoding, IngestBody};
use self::gather::{Gathered, Reasons};
use crate::{
    limits::Limits,
    model::{Batch, Millis, SessionStart},
    wire::TrackRejection,
};

/// What the request says apart from its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestContext<'a> {
    /// When the body had been read.
    pub(crate) received_at: Millis,
    /// The `User-Agent` header.
    pub(crate) user_agent: &'a str,
    /// The origin of the page that sends it, when one does: what it says of its address has to agree.
    pub(crate) origin: Option<&'a str>,
}

/// A checked batch, and what was left out of it.
#[derive(Debug)]
pub(crate) struct DecodedTrack {
    pub(crate) batch: Batch,
    /// The start of its session, should this batch be the first thing known of it.
    pub(crate) start: SessionStart,
    pub(crate) rejected: Vec<TrackRejection>,
    /// Rejections that the list has no room for.
    pub(crate) rejected_unlisted: usize,
    /// All rejections, by reason.
    pub(crate) reasons: Reasons,
    /// Bytes of the body once it was unpacked.
    pub(crate) unpacked: usize,
}

/// Decodes the body of `POST /api/track`.
///
/// # Errors
///
/// When the body as a whole is of no use. A bad event is no error, but rejected.
pub(crate) fn decode_track(
    body: IngestBody<'_>,
    context: &RequestContext<'_>,
    limits: &Limits,
) -> Result<DecodedTrack, IngestError> {
    let bytes = body.unpack(limits)?;
    let text = repair::repair(&bytes);
    let mut gathered = Gathered::new(limits);
    let head =
        if list::is_list(&text) { list::track(&text, &mut gathered) } else { object::track(&text, &mut gathered) }?;
    head::batch(&head, gathered, context, limits).map(|decoded| DecodedTrack { unpacked: bytes.len(), ..decoded })
}

/// Decodes the body of `POST /api/session`; a missing id is minted.
///
/// # Errors
///
/// When the body is of no use, or an id in it is malformed.
pub(crate) fn decode_session(
    body: IngestBody<'_>,
    context: &RequestContext<'_>,
    limits: &Limits,
) -> Result<SessionStart, IngestError> {
    let bytes = body.unpack(limits)?;
    let text = repair::repair(&bytes);
    let fields = if list::is_list(&text) { list::session(&text) } else { object::session(&text) }?;
    head::session(&fields, context, limits)
}

/// Why a whole request cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IngestError {
    /// Neither of the two forms.
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
    /// The body is not packed as it says.
    #[error("the body is not valid gzip or deflate")]
    Packing,
    /// The body is too large once unpacked.
    #[error("the body is too large once unpacked")]
    TooLarge,
}

#[cfg(test)]
mod bounds_tests;
#[cfg(test)]
mod forms_tests;
#[cfg(test)]
mod tests;
