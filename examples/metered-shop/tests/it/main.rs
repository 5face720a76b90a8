//! The shop as its operator runs it.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in a test a panic is the report")]

mod books;
#[cfg(feature = "failpoints")]
mod kills;
mod program;
mod rehearsal;
mod settings;
