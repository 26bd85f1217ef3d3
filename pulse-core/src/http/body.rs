//! The body of every answer.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::stream::BoxStream;
use http_body::{Frame, SizeHint};
use http_body_util::Full;

/// The body of an answer: whole in memory, or told as it happens.
pub struct Body(Kind);

enum Kind {
    Full(Full<Bytes>),
    Stream(BoxStream<'static, Bytes>),
}

impl Body {
    /// A body that is told as it happens.
    pub(super) fn stream(chunks: BoxStream<'static, Bytes>) -> Self {
        Self(Kind::Stream(chunks))
    }
}

impl Default for Body {
    fn default() -> Self {
        Self(Kind::Full(Full::default()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Full(whole) => f.debug_tuple("Body").field(whole).finish(),
            Kind::Stream(_) => f.write_str("Body::Stream"),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Kind::Full(Full::new(bytes.into())))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.0 {
            Kind::Full(whole) => Pin::new(whole).poll_frame(cx),
            Kind::Stream(chunks) => {
                chunks.as_mut().poll_next(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Full(whole) => whole.is_end_stream(),
            Kind::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(whole) => whole.size_hint(),
            Kind::Stream(_) => SizeHint::default(),
        }
    }
}

/// A body that a request may have: that of any server.
pub trait RequestBody: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static {}

impl<B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static> RequestBody for B {}

/// Any error.
type BoxError = Box<dyn std::error::Error + Send + Sync>;
