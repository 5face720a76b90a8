//! The hash of a body that is in memory.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::Buf as _;
use http_body::Body;
use sha2::{Digest as _, Sha256};

use super::sign::CannotSign;
use crate::BoxError;

/// What of the body goes into the signature.
#[derive(Clone, Copy)]
pub(in super::super) enum BodyHash {
    Sha256([u8; 32]),
    Unsigned,
}

impl BodyHash {
    pub(in super::super) fn of(body: &[u8]) -> Self {
        Self::Sha256(Sha256::digest(body).into())
    }
}

/// Reads a clone, which shares the bytes. Whoever has them all is ready at once, each time.
pub(super) fn payload<B>(body: &B) -> Result<BodyHash, CannotSign>
where
    B: Body<Error: Into<BoxError>> + Clone,
{
    let mut hash = Sha256::new();
    let mut body = pin!(body.clone());
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match body.as_mut().poll_frame(&mut context) {
            Poll::Pending => return Err(CannotSign::BodyNotInMemory),
            Poll::Ready(None) => return Ok(BodyHash::Sha256(hash.finalize().into())),
            Poll::Ready(Some(Err(error))) => return Err(CannotSign::Body(error.into())),
            Poll::Ready(Some(Ok(frame))) => {
                // Trailers are not part of the payload.
                let Ok(mut data) = frame.into_data() else { continue };
                while data.has_remaining() {
                    let chunk = data.chunk();
                    hash.update(chunk);
                    let length = chunk.len();
                    data.advance(length);
                }
            }
        }
    }
}
