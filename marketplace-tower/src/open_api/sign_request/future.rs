//! The answer that a signed request waits for.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::sign::CannotSign;
use crate::BoxError;

pin_project! {
    /// The future of [`SignRequest`](super::SignRequest).
    pub struct SignRequestFuture<F> {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F> {
        Sent {
            #[pin]
            future: F,
        },
        Refused {
            error: Option<CannotSign>,
        },
    }
}

impl<F> SignRequestFuture<F> {
    pub(super) fn sent(future: F) -> Self {
        Self { state: State::Sent { future } }
    }

    pub(super) fn refused(error: CannotSign) -> Self {
        Self { state: State::Refused { error: Some(error) } }
    }
}

impl<F, R, E> Future for SignRequestFuture<F>
where
    F: Future<Output = Result<R, E>>,
    E: Into<BoxError>,
{
    type Output = Result<R, BoxError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Sent { future } => Poll::Ready(ready!(future.poll(context)).map_err(Into::into)),
            StateProjection::Refused { error } => match error.take() {
                Some(error) => Poll::Ready(Err(error.into())),
                None => Poll::Pending,
            },
        }
    }
}

impl<F> fmt::Debug for SignRequestFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignRequestFuture")
    }
}
