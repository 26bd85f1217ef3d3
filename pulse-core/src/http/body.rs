//! The body of every answer.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http_body::{Frame, SizeHint};

/// The body of an answer: whole in memory, or streamed as it happens. It is `Default`, `Send` and `Sync`, which layers
/// of `tower-http` and frameworks such as poem ask of a body.
pub struct Body(Kind);

enum Kind {
    /// None once it was sent, and when it is empty.
    Whole(Option<Bytes>),
    /// The lock is never taken, since who polls has the body to itself. It makes the stream `Sync`.
    Stream(Mutex<BoxStream<'static, Bytes>>),
}

impl Body {
    /// The bytes of a body that is whole in memory.
    pub(super) fn whole(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Whole(bytes) => bytes.as_ref(),
            Kind::Stream(_) => None,
        }
    }

    /// A body that is streamed as it happens.
    pub(crate) fn stream(chunks: BoxStream<'static, Bytes>) -> Self {
        Self(Kind::Stream(Mutex::new(chunks)))
    }
}

impl Default for Body {
    fn default() -> Self {
        Self(Kind::Whole(None))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Whole(whole) => f.debug_tuple("Body").field(whole).finish(),
            Kind::Stream(_) => f.write_str("Body::Stream"),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Kind::Whole(Some(bytes.into()).filter(|bytes| !bytes.is_empty())))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.0 {
            Kind::Whole(whole) => Poll::Ready(whole.take().map(|bytes| Ok(Frame::data(bytes)))),
            Kind::Stream(chunks) => {
                let chunks = chunks.get_mut().unwrap_or_else(PoisonError::into_inner);
                chunks.as_mut().poll_next(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(whole) => whole.is_none(),
            Kind::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(whole) => SizeHint::with_exact(whole.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}

/// A body that a request may have: that of any server.
pub trait RequestBody: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static {}

impl<B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static> RequestBody for B {}

/// Any error.
type BoxError = Box<dyn std::error::Error + Send + Sync>;
