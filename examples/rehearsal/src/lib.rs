//! What the rehearsals of the examples share: KooGallery's side of the line, strict about every answer.
//!
//! Requests are written and answers read byte by byte, because `Body-Sign` has to be spelled as it is and an HTTP library
//! would not tell.

mod answer;
mod console;
mod koogallery;
mod line;
#[cfg(unix)]
mod machine;
mod report;
mod wire;

pub use answer::Answer;
pub use console::play_console;
pub use koogallery::KooGallery;
pub use line::{Line, Order, now_millis};
#[cfg(unix)]
pub use machine::Machine;
pub use report::Report;
pub use wire::RawAnswer;

use std::time::{SystemTime, SystemTimeError, UNIX_EPOCH};

pub use marketplace_debugger::{Billing, Console, market};

/// A key for one rehearsal.
///
/// Nothing depends on its being hard to guess: it protects a port of this machine, for some seconds.
///
/// # Errors
///
/// The clock stands before 1970.
pub fn throw_away_key(name: &str) -> Result<String, SystemTimeError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(format!("rehearsal-{name}-{}-{}", std::process::id(), now.as_nanos()))
}
