//! A running server: its process, and all that descend from it.

mod family;
mod spawner;

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

pub(crate) use spawner::spawn;

use crate::wait;

/// A server that runs. Dropping it kills it.
#[derive(Debug)]
pub(crate) struct Process {
    name: &'static str,
    child: Child,
    log: PathBuf,
    /// Its number may belong to somebody else by now.
    waited_for: bool,
}

impl Process {
    /// Starts it in a process group of its own. What it says goes to the file `log`, which is written anew.
    pub(crate) fn start(name: &'static str, mut command: Command, log: &Path) -> io::Result<Self> {
        let file = File::create(log)?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).process_group(0);
        Ok(Self { name, child: spawn(command)?, log: log.to_owned(), waited_for: false })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until `is_alive` says so. A server that ends before is an error, with the last that it said; if that is that
    /// its port is taken, an error of the kind [`AddrInUse`](io::ErrorKind::AddrInUse).
    pub(crate) fn until_alive(&mut self, mut is_alive: impl FnMut() -> io::Result<bool>) -> io::Result<()> {
        let what = format!("{} answered", self.name);
        wait::until(&what, || {
            if self.has_ended()? {
                return Err(self.last_words());
            }
            Ok(is_alive()?.then_some(()))
        })
    }

    pub(crate) fn has_ended(&mut self) -> io::Result<bool> {
        self.waited_for = self.child.try_wait()?.is_some();
        Ok(self.waited_for)
    }

    /// To the server itself, not to those that descend from it.
    pub(crate) fn signal(&self, signal: Signal) -> io::Result<()> {
        send(self.pid()?, signal)
    }

    /// Stops all its processes; returns when none of them runs any more.
    pub(crate) fn pause(&self) -> io::Result<Vec<Pid>> {
        let leader = self.pid()?;
        wait::until(&format!("{} stood still", self.name), || {
            let family = family::of(leader)?;
            let running: Vec<_> = family.iter().filter(|member| member.runs()).collect();
            for member in &running {
                send(member.pid, Signal::STOP)?;
            }
            Ok(running.is_empty().then(|| family.iter().map(|member| member.pid).collect()))
        })
    }

    pub(crate) fn go_on(&self) -> io::Result<()> {
        family::of(self.pid()?)?.iter().try_for_each(|member| send(member.pid, Signal::CONT))
    }

    /// SIGKILL to all its processes at one moment, as far as they can tell. Returns when they are gone.
    pub(crate) fn kill(&mut self) {
        if self.waited_for {
            return;
        }
        // While they stand still, none can have children that would be missed.
        let family = self.pause().unwrap_or_default();
        for pid in &family {
            // It may have ended by itself.
            let _ = send(*pid, Signal::KILL);
        }
        let _ = self.child.kill();
        self.waited_for = self.child.wait().is_ok();
        self.until_gone(&family);
    }

    /// Sends a signal on which the server ends by itself, and waits until it has, with all its processes.
    pub(crate) fn end(&mut self, signal: Signal) -> io::Result<()> {
        let family: Vec<_> = family::of(self.pid()?)?.into_iter().map(|member| member.pid).collect();
        self.go_on()?;
        self.signal(signal)?;
        let what = format!("{} ended", self.name);
        wait::until(&what, || Ok(self.has_ended()?.then_some(())))?;
        self.until_gone(&family);
        Ok(())
    }

    fn until_gone(&self, family: &[Pid]) {
        let what = format!("the processes of {} were gone", self.name);
        // Nothing is left to be done about one that does not go.
        let _ = wait::until(&what, || Ok(family.iter().all(|pid| family::is_gone(*pid)).then_some(())));
    }

    fn pid(&self) -> io::Result<Pid> {
        let number = i32::try_from(self.child.id()).ok().filter(|_| !self.waited_for);
        number.and_then(Pid::from_raw).ok_or_else(|| not_running(self.name))
    }

    fn last_words(&self) -> io::Error {
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        let mut lines: Vec<_> = said.lines().rev().take(10).collect();
        lines.reverse();
        let kind = if said.contains("Address already in use") {
            io::ErrorKind::AddrInUse
        } else {
            io::ErrorKind::Other
        };
        io::Error::new(kind, format!("{} ended at once; it said:\n{}", self.name, lines.join("\n")))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) fn not_running(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, format!("{name} does not run; restart it"))
}

/// Whoever has ended needs no signal.
fn send(pid: Pid, signal: Signal) -> io::Result<()> {
    match kill_process(pid, signal) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
