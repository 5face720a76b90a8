//! Bodies that follow a script, and count what becomes of them.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};

/// No test wants so much of an endless body.
const FAR_TOO_MUCH: usize = 128 << 20;

/// What a body does next.
#[derive(Debug)]
pub(crate) enum Step {
    Data(Bytes),
    Trailers(HeaderMap),
    /// Pending once.
    Yield,
    /// Waits on tokio's clock.
    Sleep(Duration),
    /// Pending for ever.
    Stall,
    Fail,
    Panic,
}

/// Follows its script to the end; then, if it is endless, repeats the last frame for ever.
#[derive(Debug, Default)]
pub(crate) struct TestBody {
    steps: VecDeque<Step>,
    endless: Option<usize>,
    announced: Option<u64>,
    sleep: Option<Pin<Box<tokio::time::Sleep>>>,
    tally: Arc<Tally>,
}

/// What became of a body.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    polls: AtomicUsize,
    given: AtomicUsize,
    held: AtomicUsize,
    most_held: AtomicUsize,
}

impl Tally {
    /// How often it was asked for a frame.
    pub(crate) fn polls(&self) -> usize {
        self.polls.load(SeqCst)
    }

    /// How many bytes it has given.
    pub(crate) fn given(&self) -> usize {
        self.given.load(SeqCst)
    }

    /// How many of its bytes were alive at the same time.
    pub(crate) fn most_held(&self) -> usize {
        self.most_held.load(SeqCst)
    }
}

impl TestBody {
    pub(crate) fn script(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), ..Self::default() }
    }

    /// One frame of known length.
    pub(crate) fn of(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = bytes.len() as u64;
        Self::script([Step::Data(bytes)]).announcing(length)
    }

    /// One frame for each piece, of unknown length.
    pub(crate) fn frames(bytes: &[u8], length: usize) -> Self {
        Self::script(bytes.chunks(length).map(|piece| Step::Data(Bytes::copy_from_slice(piece))))
    }

    /// Frames of this length that never end.
    pub(crate) fn endless(length: usize) -> Self {
        Self { endless: Some(length), ..Self::default() }
    }

    /// Says how long it is, which may be a lie.
    pub(crate) fn announcing(mut self, length: u64) -> Self {
        self.announced = Some(length);
        self
    }

    pub(crate) fn tally(&self) -> Arc<Tally> {
        Arc::clone(&self.tally)
    }

    /// Bytes that tell when they are dropped.
    fn counted(&self, bytes: Bytes) -> Bytes {
        let length = bytes.len();
        self.tally.given.fetch_add(length, SeqCst);
        let held = self.tally.held.fetch_add(length, SeqCst) + length;
        self.tally.most_held.fetch_max(held, SeqCst);
        Bytes::from_owner(Held { bytes, tally: self.tally() })
    }
}

struct Held {
    bytes: Bytes,
    tally: Arc<Tally>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.tally.held.fetch_sub(self.bytes.len(), SeqCst);
    }
}

/// What a failing body says.
#[derive(Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken on cue")
    }
}

impl std::error::Error for Broken {}

impl Body for TestBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        self.tally.polls.fetch_add(1, SeqCst);
        if let Some(sleep) = &mut self.sleep {
            std::task::ready!(sleep.as_mut().poll(cx));
            self.sleep = None;
        }
        Poll::Ready(match self.steps.pop_front() {
            Some(Step::Data(bytes)) => Some(Ok(Frame::data(self.counted(bytes)))),
            Some(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
            Some(Step::Yield) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Some(Step::Sleep(time)) => {
                self.sleep = Some(Box::pin(tokio::time::sleep(time)));
                return self.poll_frame(cx);
            }
            Some(Step::Stall) => {
                self.steps.push_front(Step::Stall);
                return Poll::Pending;
            }
            Some(Step::Fail) => Some(Err(Broken)),
            Some(Step::Panic) => panic!("a body panics on cue"),
            None => self.endless.map(|length| {
                assert!(self.tally.given() < FAR_TOO_MUCH, "an endless body is read without end");
                Ok(Frame::data(self.counted(vec![b'x'; length].into())))
            }),
        })
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map(SizeHint::with_exact).unwrap_or_default()
    }
}
