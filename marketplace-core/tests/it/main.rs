//! The integration tests: one binary.
//!
//! Inputs are random but seeded, so that each run is the same. What a test counts it prints; `--nocapture` shows it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the report"
)]

mod analysis;
mod boundary;
mod bytes;
mod calls;
mod fields;
mod handler;
mod hostile;
mod random;
mod secrets;
mod tags;
mod text;
mod ui;
mod vectors;
mod window;
