//! The answer of an endpoint, while it is being made.

use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response};
use http_body_util::Full;
use marketplace_core::{Answer, Fault};
use pin_project_lite::pin_project;
use tokio::runtime::Handle;

use super::background::Background;
use super::counts::Counters;
use super::flight::Passenger;
use crate::Refusal;
use crate::deadline::Deadline;
use crate::sign::JSON;

type BoxedWork = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// The response of an [`Endpoint`](super::Endpoint).
///
/// It is ready within the endpoint's deadline. If the method takes longer, or this future is dropped because the caller
/// hung up, the method goes on in the background.
#[must_use = "futures do nothing unless polled"]
pub struct EndpointFuture(State);

enum State {
    Refused(Option<Refusal>),
    Answered(&'static str, Option<Answer>),
    Working(Working),
}

struct Working {
    activity: &'static str,
    work: Option<BoxedWork>,
    /// Where the work goes on if it changes something, and so is not to be given up.
    goes_on: Option<Background>,
    deadline: Deadline,
    late: (Late, Counters),
}

/// What is answered when the work takes too long.
pub(super) enum Late {
    /// `000004`, for a purchase with its instance id, if the work is on the disk.
    Once(Passenger),
    /// `000004`.
    Other,
}

impl EndpointFuture {
    pub(super) fn refused(refusal: Refusal) -> Self {
        Self(State::Refused(Some(refusal)))
    }

    pub(super) fn answered(activity: &'static str, answer: Answer) -> Self {
        Self(State::Answered(activity, Some(answer)))
    }

    /// Work that is to be finished whatever happens to the caller.
    pub(super) fn working(
        activity: &'static str,
        work: impl Future<Output = Answer> + Send + 'static,
        deadline: Duration,
        late: (Late, Counters),
        background: Background,
    ) -> Self {
        Self(State::Working(Working::new(activity, work, Some(background), deadline, late)))
    }

    /// Work that only this caller wants.
    pub(super) fn asking(
        activity: &'static str,
        work: impl Future<Output = Answer> + Send + 'static,
        deadline: Duration,
        late: (Late, Counters),
    ) -> Self {
        Self(State::Working(Working::new(activity, work, None, deadline, late)))
    }
}

impl Working {
    fn new(
        activity: &'static str,
        work: impl Future<Output = Answer> + Send + 'static,
        goes_on: Option<Background>,
        deadline: Duration,
        late: (Late, Counters),
    ) -> Self {
        Self { activity, work: Some(Box::pin(work)), goes_on, deadline: Deadline::new(deadline), late }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Answer> {
        let Some(work) = &mut self.work else {
            return Poll::Ready(Fault::internal("polled after it was answered").into());
        };
        match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx))) {
            Ok(Poll::Pending) => {}
            Ok(Poll::Ready(answer)) => {
                self.work = None;
                return Poll::Ready(answer);
            }
            Err(_) => {
                self.work = None;
                return Poll::Ready(Fault::internal("the seller's method panicked").into());
            }
        }
        if self.deadline.poll(cx).is_pending() {
            return Poll::Pending;
        }
        tracing::info!(activity = self.activity, "a method takes longer than the deadline: answered 000004");
        self.let_go();
        let (late, counters) = &self.late;
        counters.late();
        Poll::Ready(match late {
            Late::Other => Answer::processing(None),
            // What is not on the disk is not promised; nor an instance without an id, for which nobody could ask.
            Late::Once(work) => work
                .processing()
                .unwrap_or_else(|| Fault::internal("the work could not be begun in time").into()),
        })
    }

    /// Leaves the work to the runtime, if it has to be finished and is not.
    fn let_go(&mut self) {
        let Some(work) = self.work.take() else { return };
        let Some(background) = &self.goes_on else { return };
        // Without a runtime there is nobody to finish it: the next call of the same order line does.
        if let Ok(runtime) = Handle::try_current() {
            let (activity, running) = (self.activity, background.begin());
            runtime.spawn(async move {
                let answer = caught(work).await;
                tell(activity, &answer);
                drop(running);
            });
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl Future for EndpointFuture {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let (activity, answer) = match &mut self.0 {
            State::Refused(refusal) => {
                let refusal = refusal.take().unwrap_or(Refusal::NotVerified);
                let mut response = respond(refusal.body());
                response.extensions_mut().insert(refusal);
                return Poll::Ready(Ok(response));
            }
            State::Answered(activity, answer) => {
                let again = || Fault::internal("polled after it was answered").into();
                (*activity, answer.take().unwrap_or_else(again))
            }
            State::Working(working) => match working.poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(answer) => (working.activity, answer),
            },
        };
        tell(activity, &answer);
        Poll::Ready(Ok(respond(answer.into_body())))
    }
}

impl fmt::Debug for EndpointFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointFuture").finish_non_exhaustive()
    }
}

/// A panic of the seller's method becomes an answer.
pub(super) fn caught<F: Future<Output = Answer>>(work: F) -> Caught<F> {
    Caught { work }
}

pin_project! {
    pub(super) struct Caught<F> {
        #[pin]
        work: F,
    }
}

impl<F: Future<Output = Answer>> Future for Caught<F> {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let work = self.project().work;
        catch_unwind(AssertUnwindSafe(|| work.poll(cx)))
            .unwrap_or_else(|_| Poll::Ready(Fault::internal("the seller's method panicked").into()))
    }
}

fn respond(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    // Two are all: the content type, and `Body-Sign` from the layer.
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(CONTENT_TYPE, JSON);
    *response.headers_mut() = headers;
    response
}

/// One line says what was answered, and why it failed if it did.
fn tell(activity: &str, answer: &Answer) {
    let code = answer.code();
    match answer.fault() {
        None => tracing::debug!(activity, %code, "answered a marketplace call"),
        Some(fault) => {
            let cause = std::error::Error::source(fault).map(ToString::to_string).unwrap_or_default();
            tracing::warn!(activity, %code, answered = %fault.message(), cause, "a marketplace call failed");
        }
    }
}
