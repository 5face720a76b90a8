//! The whole answer of the wrapped service.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http::response;
use http_body::Body;

use crate::BoxError;

/// Longer answers are not collected. A `queryInstance` with 100 instances has less than 1 MiB.
const LONGEST: usize = 16 << 20;

/// Collects a body; a single frame is not copied.
#[derive(Debug)]
pub(crate) struct Collect {
    head: Option<response::Parts>,
    first: Bytes,
    joined: Option<BytesMut>,
}

impl Collect {
    pub(crate) fn new(head: response::Parts) -> Self {
        Self { head: Some(head), first: Bytes::new(), joined: None }
    }

    pub(crate) fn poll<B>(
        &mut self,
        mut body: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(response::Parts, Bytes), BoxError>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        loop {
            match ready!(body.as_mut().poll_frame(cx)) {
                Some(Ok(frame)) => {
                    // Trailers are not part of what is signed, and of no use here.
                    if let Ok(data) = frame.into_data() {
                        self.push(data)?;
                    }
                }
                Some(Err(error)) => return Poll::Ready(Err(error.into())),
                None => {
                    let whole =
                        self.joined.take().map_or_else(|| std::mem::take(&mut self.first), BytesMut::freeze);
                    let head = self.head.take().ok_or("the answer was collected before");
                    return Poll::Ready(head.map(|head| (head, whole)).map_err(Into::into));
                }
            }
        }
    }

    fn push(&mut self, data: Bytes) -> Result<(), BoxError> {
        if self.joined.as_ref().map_or(self.first.len(), BytesMut::len) + data.len() > LONGEST {
            return Err("the answer is longer than 16 MiB".into());
        }
        match &mut self.joined {
            Some(joined) => joined.extend_from_slice(&data),
            None if self.first.is_empty() => self.first = data,
            None => {
                let mut joined = BytesMut::with_capacity(self.first.len() + data.len());
                joined.extend_from_slice(&self.first);
                joined.extend_from_slice(&data);
                self.joined = Some(joined);
            }
        }
        Ok(())
    }
}
