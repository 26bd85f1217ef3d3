//! The body of an answer where Pulse is mounted: Pulse's own, or the host's.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{Body, inject::TaggedBody};

pin_project! {
    /// The body of an answer of [`Mount`](super::Mount): Pulse's own, or that of the host, `R`. It is `Default` whatever
    /// the host's body is, and `Sync` and `Unpin` if that is.
    pub struct MountBody<R: http_body::Body> {
        #[pin]
        kind: Kind<R>,
    }
}

pin_project! {
    #[project = KindPinned]
    enum Kind<R: http_body::Body> {
        Pulse { body: Body },
        Host { #[pin] body: R },
        Tagged { body: TaggedBody<R> },
    }
}

impl<R: http_body::Body> MountBody<R> {
    pub(super) fn pulse(body: Body) -> Self {
        Self { kind: Kind::Pulse { body } }
    }

    pub(super) fn host(body: R) -> Self {
        Self { kind: Kind::Host { body } }
    }

    pub(super) fn tagged(body: TaggedBody<R>) -> Self {
        Self { kind: Kind::Tagged { body } }
    }
}

impl<R: http_body::Body> Default for MountBody<R> {
    fn default() -> Self {
        Self::pulse(Body::default())
    }
}

impl<R: http_body::Body> fmt::Debug for MountBody<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Pulse { .. } => "MountBody::Pulse",
            Kind::Host { .. } => "MountBody::Host",
            Kind::Tagged { .. } => "MountBody::Tagged",
        })
    }
}

impl<R: http_body::Body<Data = Bytes>> http_body::Body for MountBody<R> {
    type Data = Bytes;
    type Error = R::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, R::Error>>> {
        match self.project().kind.project() {
            KindPinned::Pulse { body } => {
                Pin::new(body).poll_frame(cx).map(|frame| frame.map(|frame| frame.map_err(|never| match never {})))
            }
            KindPinned::Host { body } => body.poll_frame(cx),
            KindPinned::Tagged { body } => Pin::new(body).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Pulse { body } => body.is_end_stream(),
            Kind::Host { body } => body.is_end_stream(),
            Kind::Tagged { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Pulse { body } => body.size_hint(),
            Kind::Host { body } => body.size_hint(),
            Kind::Tagged { body } => body.size_hint(),
        }
    }
}
