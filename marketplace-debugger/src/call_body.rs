//! The body of a call in this process.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::transport::Framing;

/// How many bytes a frame has, of a body whose length is not told.
const FRAME: usize = 16 * 1024;

/// The body of a call that the console makes in this process.
///
/// Its length is told at once, or known only at its end, as of a body that arrives in chunks.
pub struct CallBody {
    rest: Bytes,
    framing: Framing,
}

impl CallBody {
    pub(crate) fn new(body: Bytes, framing: Framing) -> Self {
        Self { rest: body, framing }
    }
}

impl Body for CallBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = match self.framing {
            Framing::Length => self.rest.len(),
            Framing::Chunks => self.rest.len().min(FRAME),
        };
        Poll::Ready((length > 0).then(|| Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.framing {
            Framing::Length => SizeHint::with_exact(self.rest.len() as u64),
            Framing::Chunks => SizeHint::default(),
        }
    }
}

/// Shows the length alone.
impl fmt::Debug for CallBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallBody({}, {:?})", self.rest.len(), self.framing)
    }
}
