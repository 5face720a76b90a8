//! The integration tests: one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the report"
)]

mod cases;
mod check;
mod curl;
mod doctor;
mod explain;
mod healthy;
mod market;
mod mutations;
mod order;
mod program;
mod report;
mod seal;
mod secrets;
mod sign;
mod silence;
mod skm;
mod spelling;
mod support;
