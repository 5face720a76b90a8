use std::fmt;
use std::io;
use std::pin::Pin;

/// The future that begins the shutdown; `None` for the signals, which are not touched before `serve`.
pub(super) struct Shutdown(pub(super) Option<Pin<Box<dyn Future<Output = ()> + Send>>>);

impl Shutdown {
    pub(super) fn or_signals(self) -> io::Result<Pin<Box<dyn Future<Output = ()> + Send>>> {
        match self.0 {
            Some(shutdown) => Ok(shutdown),
            None => Ok(Box::pin(signals()?)),
        }
    }
}

impl fmt::Debug for Shutdown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Future" } else { "Signals" })
    }
}

#[cfg(unix)]
fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(windows)]
fn signals() -> io::Result<impl Future<Output = ()> + Send> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
