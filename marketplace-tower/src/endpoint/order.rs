//! The order that a call names, fetched before the method that takes it runs.

mod failure;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use marketplace_core::handler::{Context, Method, Request, Run};
use marketplace_core::open_api::{MockOrder, Order};
use marketplace_core::{Answer, Fault, OrderKey, UtcTime};
use pin_project_lite::pin_project;
use tokio::time::Instant;

use self::failure::Failure;
use super::Shared;
use super::counts::Counters;
use crate::Orders;
use crate::clock::Clock;
use crate::deadline::Deadline;

/// A method that is run with the order in hand, if it takes one.
pub(super) struct WithOrder<R> {
    run: R,
    /// Boxed, because calls without an order carry it as well.
    fetch: Option<Box<Fetch>>,
}

struct Fetch {
    orders: Arc<dyn Orders>,
    counters: Counters,
    deadline: Duration,
    began: Instant,
}

impl<R> WithOrder<R> {
    pub(super) fn new<H>(run: R, method: Method, shared: &Shared<H>) -> Self {
        let orders = shared.orders.as_ref().filter(|_| method.wants_order);
        let fetch = orders.map(|orders| {
            Box::new(Fetch {
                orders: Arc::clone(orders),
                counters: shared.counters.clone(),
                deadline: shared.deadline,
                began: Instant::now(),
            })
        });
        Self { run, fetch }
    }
}

impl<A: Request, R: Run<A>> Run<A> for WithOrder<R> {
    fn run(self, request: A, context: Context) -> impl Future<Output = Answer> + Send + 'static {
        let Self { run, fetch } = self;
        // The key is made only if it is needed: it allocates.
        let Some((fetch, key)) = fetch.and_then(|fetch| Some((fetch, request.order_key()?))) else {
            return Running::Plain { work: run.run(request, context) };
        };
        let work = async move {
            let order =
                if context.mode().is_debug() { mock_order(&request, &key) } else { fetch.order(&key).await };
            match order {
                Ok(order) => run.run(request, context.with_order(order)).await,
                Err(failure) => Fault::internal(failure).into(),
            }
        };
        Running::Ordered { work: Box::pin(work) }
    }
}

pin_project! {
    /// What has no order to wait for is as large, and allocates as much, as without all this.
    #[project = Projected]
    enum Running<F> {
        Plain {
            #[pin]
            work: F,
        },
        Ordered {
            work: Pin<Box<dyn Future<Output = Answer> + Send>>,
        },
    }
}

impl<F: Future<Output = Answer>> Future for Running<F> {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Answer> {
        match self.project() {
            Projected::Plain { work } => work.poll(cx),
            Projected::Ordered { work } => work.as_mut().poll(cx),
        }
    }
}

/// The console replays saved calls, about orders that nobody placed, against production: no network, and no failure.
fn mock_order<A: Request>(request: &A, key: &OrderKey) -> Result<Order, Failure> {
    let mock = MockOrder::of(key.order_id()).unwrap_or_else(|| request.mock_order());
    let now = UtcTime::at(Clock::default().now()).unwrap_or(UtcTime::MAX);
    mock.stand_in(key.order_id(), key.order_line_id(), now).ok_or_else(|| Failure::no_line(key))
}

impl Fetch {
    /// A failure is known before the deadline is over: KooGallery sends a failed purchase again, and only asks for one that it
    /// was promised by `000004`.
    async fn order(&self, key: &OrderKey) -> Result<Order, Failure> {
        self.counters.order_asked();
        let order = self.asked(key).await;
        if order.is_err() {
            self.counters.order_failed();
        }
        order
    }

    async fn asked(&self, key: &OrderKey) -> Result<Order, Failure> {
        let limit = self.limit();
        let (mut answer, mut deadline) =
            (self.orders.order(key.order_id(), key.order_line_id()), Deadline::new(limit));
        let answer = poll_fn(|cx| match Pin::new(&mut answer).poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => deadline.poll(cx).map(|()| None),
        });
        let order = match answer.await {
            Some(Ok(order)) => order,
            Some(Err(error)) => return Err(Failure::failed(key, error)),
            None => return Err(Failure::late(key, limit)),
        };
        if order.order_id() != key.order_id() {
            return Err(Failure::other_order(key, &order));
        }
        let line = match (key.order_line_id(), order.lines()) {
            (Some(line), _) => line.to_owned(),
            // Early purchases name no line, and make one instance.
            (None, [line]) => line.order_line_id().to_owned(),
            (None, lines) => return Err(Failure::which_line(key, lines.len())),
        };
        Order::line_of(order, &line).ok_or_else(|| Failure::no_line(key))
    }

    /// Three quarters of the deadline, from when the call came. A call that has been answered for since, because it waited for
    /// another machine, has as long again.
    fn limit(&self) -> Duration {
        let (limit, elapsed) = (self.deadline / 4 * 3, self.began.elapsed());
        if elapsed < self.deadline { limit.saturating_sub(elapsed) } else { limit }
    }
}
