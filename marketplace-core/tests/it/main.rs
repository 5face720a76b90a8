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
mod catalogue;
mod fields;
mod handler;
mod hostile;
mod kit_v1;
mod kit_v2;
mod random;
mod sdk_hmac;
mod secrets;
mod tags;
mod text;
mod ui;
mod v1_bytes;
mod v1_query;
mod v1_vectors;
mod vectors;
mod window;
