//! The body of a call, as it arrives.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Body;
use marketplace_core::signature::Incoming;

use crate::{BoxError, Refusal};

const FRAMES_AT_A_TIME: usize = 256;

/// Reads on until the body is complete.
pub(crate) fn poll<B>(
    incoming: &mut Incoming,
    mut body: Pin<&mut B>,
    limit: usize,
    cx: &mut Context<'_>,
) -> Poll<Result<(), Refusal>>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    for _ in 0..FRAMES_AT_A_TIME {
        match ready!(body.as_mut().poll_frame(cx)) {
            None => return Poll::Ready(Ok(())),
            Some(Ok(frame)) => {
                // Trailers say nothing here.
                let Ok(data) = frame.into_data() else { continue };
                if data.len() > limit - incoming.len() {
                    return Poll::Ready(Err(Refusal::BodyTooLong { limit }));
                }
                incoming.push(data);
            }
            Some(Err(error)) => {
                return Poll::Ready(Err(Refusal::BodyBroken(error.into().to_string().into())));
            }
        }
    }
    // Frames that hold nothing could go on for ever: others, and the deadline, have their turn.
    cx.waker().wake_by_ref();
    Poll::Pending
}
