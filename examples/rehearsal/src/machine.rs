//! One of the machines of a seller: its program, running.

use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// As long as a machine may take to end before something is surely wrong.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that serves. It is killed when this is dropped.
#[derive(Debug)]
pub struct Machine {
    child: Child,
    address: SocketAddr,
}

impl Machine {
    /// Starts a program, and waits until it says `listening on http://…`.
    ///
    /// # Errors
    ///
    /// It cannot be started, or ends without saying so.
    pub fn start(command: &mut Command) -> Result<Self, String> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| format!("the shop cannot be started: {error}"))?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            // What cannot be read says nothing.
            let _ = BufReader::new(output).read_line(&mut line);
        }
        let said = line.trim_end().strip_prefix("listening on http://");
        match said.and_then(|rest| rest.split('/').next()?.parse().ok()) {
            Some(address) => Ok(Self { child, address }),
            None => {
                let _ = child.kill();
                let ended = child.wait().map_err(as_text)?;
                Err(format!("the shop said `{line}`, and ended with {ended}"))
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a power failure would (SIGKILL). Returns when it is gone.
    pub fn kill(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end (SIGTERM), which takes as long as it has something to finish. Returns when it is gone.
    ///
    /// # Errors
    ///
    /// It does not end, or not cleanly.
    pub fn stop(mut self) -> Result<(), String> {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).ok_or("it has no process")?;
        kill_process(id, Signal::TERM).map_err(as_text)?;
        let status = self.ended()?;
        if status.success() { Ok(()) } else { Err(format!("after SIGTERM it ended with {status}")) }
    }

    /// Waits until it has killed itself (SIGKILL).
    ///
    /// # Errors
    ///
    /// It lives on, or has ended otherwise.
    pub fn killed_itself(&mut self) -> Result<(), String> {
        match self.ended()? {
            status if status.signal() == Some(Signal::KILL.as_raw()) => Ok(()),
            status => Err(format!("it was not killed, but ended with {status}")),
        }
    }

    fn ended(&mut self) -> Result<ExitStatus, String> {
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().map_err(as_text)? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Err(format!("it has not ended within {} s", PATIENCE.as_secs()))
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

fn as_text(error: impl fmt::Display) -> String {
    error.to_string()
}
