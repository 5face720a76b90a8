use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// How long a client may go on sending after its answer, before it is cut off. On a fast network that is more than a
/// client needs that sends everything before it looks at the answer; on a slow one, such a client sees a reset.
const LINGER: Duration = Duration::from_secs(1);

/// How many bytes are thrown away in that time: as many as anybody sends by mistake. They cost no memory, only reading.
const LINGER_BYTES: usize = 64 * 1024 * 1024;

/// The socket of one connection, as hyper sees it: a write that makes no progress is an error, and the end is polite.
#[derive(Debug)]
pub(super) struct Wire {
    socket: TokioIo<TcpStream>,
    /// See [`HeadTimer`](super::head_timer::HeadTimer), which reads it.
    heard: Arc<AtomicBool>,
    write_stall: Duration,
    /// Measures a stalled write, later the lingering. Made when first needed, which for most connections is never.
    sleep: Option<Pin<Box<Sleep>>>,
    is_stalled: bool,
    last_write: Option<Instant>,
    linger: Option<Linger>,
}

#[derive(Debug)]
struct Linger {
    until: Instant,
    bytes_left: usize,
}

impl Wire {
    pub(super) fn new(socket: TcpStream, heard: Arc<AtomicBool>, write_stall: Duration) -> Self {
        Self {
            socket: TokioIo::new(socket),
            heard,
            write_stall,
            sleep: None,
            is_stalled: false,
            last_write: None,
            linger: None,
        }
    }

    /// Polls a timer that was set to `deadline` when it was last restarted.
    fn poll_sleep(&mut self, context: &mut Context<'_>, restart: bool, deadline: Instant) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if restart {
            sleep.as_mut().reset(deadline);
        }
        sleep.as_mut().poll(context)
    }

    /// Passes on the result of a write; one that has been pending for too long becomes an error.
    fn watch_write(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.is_stalled = false;
            self.last_write = Some(Instant::now());
            self.heard.store(false, Ordering::Relaxed);
            return written;
        }
        let restart = !std::mem::replace(&mut self.is_stalled, true);
        ready!(self.poll_sleep(context, restart, Instant::now() + self.write_stall));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client does not take its answer")))
    }

    /// Reads and throws away what the client still sends, until it closes or the bounds are reached.
    fn poll_linger(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(linger) = &mut self.linger else {
            return Poll::Ready(());
        };
        let until = linger.until;
        let mut space = [MaybeUninit::uninit(); 16 * 1024];
        // The clock is asked too, because a timer says nothing to a task that has used up its share of the thread, as one
        // has that always finds bytes to read.
        while linger.bytes_left > 0 && Instant::now() < until {
            let mut buffer = ReadBuf::uninit(&mut space);
            match Pin::new(self.socket.inner_mut()).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    linger.bytes_left = linger.bytes_left.saturating_sub(buffer.filled().len());
                }
                Poll::Ready(_) => break,
                Poll::Pending => return self.poll_sleep(context, true, until),
            }
        }
        Poll::Ready(())
    }
}

impl Read for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.socket).poll_read(context, buffer);
        if read.is_ready() {
            // Bytes, or the end, or an error: after the latter two nobody asks any more.
            self.heard.store(true, Ordering::Relaxed);
        }
        read
    }
}

impl Write for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.watch_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, slices);
        self.watch_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    /// hyper calls this after the last answer, also when it has not read all of the request.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.linger.is_none() {
            ready!(Pin::new(&mut self.socket).poll_shutdown(context))?;
            // Counted from the last byte of the answer, so that a connection that was idle is closed at once.
            let until = self.last_write.map_or_else(Instant::now, |last_write| last_write + LINGER);
            self.linger = Some(Linger { until, bytes_left: LINGER_BYTES });
        }
        self.poll_linger(context).map(Ok)
    }
}
