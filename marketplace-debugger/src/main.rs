//! The command line of the console: what fails, why, and what a call should look like.
//!
//! `marketplace-debugger --help` has the rest.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
