//! The integration tests: one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the report"
)]

mod curl;
mod doctor;
mod explain;
mod program;
mod seal;
mod secrets;
mod sign;
