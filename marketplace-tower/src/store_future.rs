//! What a store returns.

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The answer of a store: there already, or on its way.
///
/// A store in memory answers at once and allocates nothing; one across a network boxes its future. Store traits return
/// this type, so that they stay object-safe.
pub struct StoreFuture<'a, T>(Inner<'a, T>);

enum Inner<'a, T> {
    Ready(Ready<T>),
    Boxed(Pin<Box<dyn Future<Output = T> + Send + 'a>>),
}

impl<'a, T> StoreFuture<'a, T> {
    /// An answer that is there already. Allocates nothing.
    #[must_use]
    pub fn ready(answer: T) -> Self {
        Self(Inner::Ready(ready(answer)))
    }

    /// An answer that has to be waited for.
    #[must_use]
    pub fn boxed(answer: impl Future<Output = T> + Send + 'a) -> Self {
        Self(Inner::Boxed(Box::pin(answer)))
    }
}

impl<T> Future for StoreFuture<'_, T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match &mut self.0 {
            Inner::Ready(answer) => Pin::new(answer).poll(context),
            Inner::Boxed(answer) => answer.as_mut().poll(context),
        }
    }
}

/// Without the answer, which may be a secret.
impl<T> fmt::Debug for StoreFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Inner::Ready(_) => "StoreFuture(ready)",
            Inner::Boxed(_) => "StoreFuture(boxed)",
        })
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomPinned;
    use std::pin::pin;
    use std::task::Waker;

    use super::*;

    #[test]
    fn answers_at_once_or_later() {
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(pin!(StoreFuture::ready(7)).poll(&mut context), Poll::Ready(7));
        assert_eq!(pin!(StoreFuture::boxed(async { 7 })).poll(&mut context), Poll::Ready(7));
        assert_eq!(pin!(StoreFuture::<u8>::boxed(std::future::pending())).poll(&mut context), Poll::Pending);
    }

    #[test]
    fn can_be_moved_and_sent() {
        fn is_unpin<T: Unpin>() {}
        fn is_send<T: Send>() {}
        is_unpin::<StoreFuture<'_, PhantomPinned>>();
        is_send::<StoreFuture<'_, u8>>();
    }
}
