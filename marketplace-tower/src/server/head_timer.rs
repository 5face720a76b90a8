use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::rt::{Sleep, Timer};
use pin_project_lite::pin_project;

/// The timer of one connection, which tells a client that thinks from a client that dribbles.
///
/// hyper knows one deadline, `header_read_timeout`, from the moment at which it begins to wait for a head until the head is
/// complete. On a kept-alive connection that is two things: the pause before a request, which may be long, and the head
/// itself, which may not. hyper asks its timer for a new sleep each time it begins to wait, and polls it after each read;
/// so the sleep can be as long as the pause may be, and shorten itself when the first byte arrives.
pub(super) struct HeadTimer {
    /// Whether the client has sent anything since something was last sent to it.
    heard: Arc<AtomicBool>,
    head: Duration,
    idle: Duration,
    first_is_done: AtomicBool,
}

impl HeadTimer {
    pub(super) fn new(heard: Arc<AtomicBool>, head: Duration, idle: Duration) -> Self {
        Self { heard, head, idle, first_is_done: AtomicBool::new(false) }
    }
}

impl Timer for HeadTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    /// `deadline` is the one of a head; for HTTP/1 hyper asks for no other.
    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        // A new connection has been opened to send something: no pause before its first head.
        let first = !self.first_is_done.swap(true, Ordering::Relaxed);
        let (deadline, head) =
            if first { (deadline, None) } else { (self.now() + self.idle, Some(self.head)) };
        let sleep = tokio::time::sleep_until(deadline.into());
        Box::pin(HeadSleep { sleep, heard: Arc::clone(&self.heard), head })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into()
    }
}

pin_project! {
    struct HeadSleep {
        #[pin]
        sleep: tokio::time::Sleep,
        heard: Arc<AtomicBool>,
        // How long the head may take from its first byte; `None` once that is what `sleep` measures. Bytes of a pipelined
        // head that came before the last answer went out are not noticed: such a head has the pause and its own time.
        head: Option<Duration>,
    }
}

impl Future for HeadSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if this.heard.load(Ordering::Relaxed)
            && let Some(head) = this.head.take()
        {
            this.sleep.as_mut().reset(tokio::time::Instant::now() + head);
        }
        this.sleep.poll(context)
    }
}

impl Sleep for HeadSleep {}
