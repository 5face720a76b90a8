//! What becomes of a body that nobody wants.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body;

use crate::deadline::Deadline;

/// The most that is read only to be dropped.
const MOST: usize = 16 << 20;
/// A sender that pauses for this long has stopped, or waits for the answer.
const PAUSE: Duration = Duration::from_millis(250);
/// In all.
const LONGEST: Duration = Duration::from_secs(2);

/// Reads and drops what is already on its way, within bounds.
///
/// A server that answers and closes while the sender is still sending makes the sender's machine drop the answer (the
/// connection is reset). So the rest is taken in first, without keeping it; of one that never ends, no more than fits
/// the bounds.
#[derive(Debug)]
pub(crate) struct Drain {
    dropped: usize,
    pause: Option<Deadline>,
    end: Deadline,
}

impl Default for Drain {
    fn default() -> Self {
        Self { dropped: 0, pause: None, end: Deadline::new(LONGEST) }
    }
}

impl Drain {
    pub(crate) fn poll<B: Body<Data = Bytes>>(
        &mut self,
        mut body: Pin<&mut B>,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        loop {
            match body.as_mut().poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    self.pause = None;
                    self.dropped += frame.data_ref().map_or(1, |data| data.len().max(1));
                    if self.dropped > MOST {
                        return Poll::Ready(());
                    }
                }
                Poll::Ready(None | Some(Err(_))) => return Poll::Ready(()),
                Poll::Pending => {
                    if self.end.poll(cx).is_ready() {
                        return Poll::Ready(());
                    }
                    ready!(self.pause.get_or_insert_with(|| Deadline::new(PAUSE)).poll(cx));
                    return Poll::Ready(());
                }
            }
        }
    }
}
