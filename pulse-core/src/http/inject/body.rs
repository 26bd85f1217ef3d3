//! A page with the tag in it, as it is passed on: nothing is held back but the few bytes that may begin the end of the head.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};

use super::scan::{HeadScan, Step};

/// The body of a page of the host, which the tag is put into.
pub(crate) struct TaggedBody<R: Body> {
    page: Pin<Box<R>>,
    tag: Bytes,
    /// None when the tag is in, or has no place.
    scan: Option<HeadScan>,
    /// Bytes of the page that may begin the end of the head.
    held: Bytes,
    ready: VecDeque<Frame<Bytes>>,
    is_tagged: bool,
    /// Whether the page was read in one piece.
    is_whole: bool,
    /// How the page ended, before that is passed on.
    end: Option<Result<(), R::Error>>,
}

/// Only the page is ever pinned, in its box.
impl<R: Body> Unpin for TaggedBody<R> {}

impl<R: Body<Data = Bytes>> TaggedBody<R> {
    pub(super) fn new(page: R, tag: Bytes) -> Self {
        Self {
            page: Box::pin(page),
            tag,
            scan: Some(HeadScan::new()),
            held: Bytes::new(),
            ready: VecDeque::new(),
            is_tagged: false,
            is_whole: false,
            end: None,
        }
    }

    /// Reads the whole page if it is there already, in one piece of `length` bytes. False when it is still to come.
    pub(super) fn read_at_once(&mut self, length: u64, cx: &mut Context<'_>) -> bool {
        let Poll::Ready(frame) = self.page.as_mut().poll_frame(cx) else { return false };
        let is_whole = match &frame {
            Some(Ok(frame)) => frame.data_ref().is_some_and(|data| data.len() as u64 == length),
            _ => false,
        };
        self.take_next(frame);
        if is_whole {
            self.give_up();
            self.is_whole = true;
        }
        is_whole
    }

    pub(super) fn is_tagged(&self) -> bool {
        self.is_tagged
    }

    fn take_next(&mut self, next: Option<Result<Frame<Bytes>, R::Error>>) {
        match next {
            Some(Ok(frame)) => self.take(frame),
            Some(Err(error)) => {
                self.give_up();
                self.end = Some(Err(error));
            }
            None => {
                self.give_up();
                self.end = Some(Ok(()));
            }
        }
    }

    fn take(&mut self, frame: Frame<Bytes>) {
        let data = match frame.into_data() {
            Ok(data) => data,
            Err(trailers) => {
                self.give_up();
                return self.ready.push_back(trailers);
            }
        };
        let Some(scan) = &mut self.scan else { return self.push(data) };
        let mut data = if self.held.is_empty() {
            data
        } else {
            let mut both = BytesMut::with_capacity(self.held.len() + data.len());
            both.extend_from_slice(&std::mem::take(&mut self.held));
            both.extend_from_slice(&data);
            both.freeze()
        };
        match scan.look(&data) {
            Step::Past(bytes) => {
                self.push(data.split_to(bytes));
                self.held = data;
            }
            Step::Here(at) => {
                self.scan = None;
                self.is_tagged = true;
                self.push(data.split_to(at));
                self.push(self.tag.clone());
                self.push(data);
            }
            Step::Never => {
                self.scan = None;
                self.push(data);
            }
        }
    }

    /// Looks no further: what was held back is passed on.
    fn give_up(&mut self) {
        self.scan = None;
        let held = std::mem::take(&mut self.held);
        self.push(held);
    }

    fn push(&mut self, data: Bytes) {
        if !data.is_empty() {
            self.ready.push_back(Frame::data(data));
        }
    }
}

impl<R: Body<Data = Bytes>> Body for TaggedBody<R> {
    type Data = Bytes;
    type Error = R::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, R::Error>>> {
        let this = self.get_mut();
        loop {
            if let Some(frame) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(frame)));
            }
            match this.end.take() {
                Some(Ok(())) => {
                    this.end = Some(Ok(()));
                    return Poll::Ready(None);
                }
                Some(Err(error)) => {
                    this.end = Some(Ok(()));
                    return Poll::Ready(Some(Err(error)));
                }
                None => {}
            }
            let next = ready!(this.page.as_mut().poll_frame(cx));
            this.take_next(next);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.ready.is_empty() && self.held.is_empty() && (matches!(self.end, Some(Ok(()))) || self.page.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        if self.scan.is_some() {
            return SizeHint::default();
        }
        let data = self.ready.iter().filter_map(Frame::data_ref);
        let ready: u64 = data.map(|data| data.len() as u64).sum();
        let rest = if self.end.is_some() || self.is_whole { SizeHint::with_exact(0) } else { self.page.size_hint() };
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(ready + upper);
        }
        hint.set_lower(ready + rest.lower());
        hint
    }
}
