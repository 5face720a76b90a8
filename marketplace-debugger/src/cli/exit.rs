//! How the program ends, and what it says.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use super::keys;

/// The end of a subcommand that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing is wrong: 0.
    Fine,
    /// Something is: 1.
    Found,
}

/// Why a subcommand could not do its work: 2.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }

    /// About a file, a variable or an option.
    pub(crate) fn about(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

/// Writes to standard output. Whoever reads it may have gone, which is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::about("standard output", error))
        }
        _ => Ok(()),
    }
}

/// Writes what others chose, such as names that a server has: without what a terminal would obey, and without keys.
pub(crate) fn print_of_others(text: &str) -> Result<(), Failure> {
    print(&harmless(&keys::redacted(text)))
}

/// One line to standard error.
pub(crate) fn warn(text: &str) {
    // There is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "warning: {}", harmless(&keys::redacted(text)));
}

/// What was asked for beside the output, to standard error.
pub(crate) fn note(text: &str) {
    // There is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// What clap says: help and version are no failure.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        let _ = write!(io::stderr().lock(), "{}", keys::redacted(&error.render().to_string()));
        ExitCode::from(2)
    } else {
        end(print(&error.render().to_string()).map(|()| Exit::Fine))
    }
}

pub(crate) fn end(outcome: Result<Exit, Failure>) -> ExitCode {
    match outcome {
        Ok(Exit::Fine) => ExitCode::SUCCESS,
        Ok(Exit::Found) => ExitCode::from(1),
        Err(Failure(message)) => {
            let _ = writeln!(io::stderr().lock(), "error: {}", harmless(&keys::redacted(&message)));
            ExitCode::from(2)
        }
    }
}

/// Without what a terminal would obey: names of files and parameters may hold anything.
fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter })
        .collect()
}
