//! A lease that is kept while a method works.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::sleep;

use crate::Ledger;
use crate::ledger::{Lease, LedgerError};

/// Does the work, and extends its lease three times as often as needed. A work that is done at once costs nothing here.
pub(super) fn keeping<'l, F: Future>(
    work: F,
    ledger: &'l Ledger,
    lease: &'l Lease,
    duration: Duration,
) -> Keeping<'l, F> {
    Keeping { work, ledger, lease, duration, keeper: None }
}

pin_project! {
    pub(super) struct Keeping<'l, F> {
        #[pin]
        work: F,
        ledger: &'l Ledger,
        lease: &'l Lease,
        duration: Duration,
        keeper: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    }
}

impl<F: Future> Future for Keeping<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Poll::Ready(answer) = this.work.poll(cx) {
            return Poll::Ready(answer);
        }
        let keeper = this
            .keeper
            .get_or_insert_with(|| Box::pin(keep(this.ledger.clone(), this.lease.clone(), *this.duration)));
        if keeper.as_mut().poll(cx).is_ready() {
            // Lost: what the work comes to will not be written.
            *keeper = Box::pin(std::future::pending());
        }
        Poll::Pending
    }
}

async fn keep(ledger: Ledger, lease: Lease, duration: Duration) {
    loop {
        sleep(duration / 3).await;
        match ledger.extend(&lease, duration).await {
            Ok(()) => {}
            Err(LedgerError::Superseded { .. }) => {
                tracing::warn!(work = %lease.work, "the lease of a work was lost: another machine may do it again");
                return;
            }
            Err(error) => tracing::warn!(work = %lease.work, %error, "a lease could not be extended"),
        }
    }
}
