use std::io;
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take here: far more than a slow machine needs.
const LIMIT: Duration = Duration::from_secs(60);

/// Asks until there is an answer.
///
/// For what reports no event: the processes of others, and servers that are about to listen.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> io::Result<Option<T>>) -> io::Result<T> {
    let end = Instant::now() + LIMIT;
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if Instant::now() > end {
            let seconds = LIMIT.as_secs();
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("waited {seconds} s in vain until {what}"),
            ));
        }
        thread::sleep(Duration::from_millis(5));
    }
}
