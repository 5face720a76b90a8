//! The console as a seller meets it: against sellers that are sound, and sellers with exactly one fault each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the report"
)]

mod cases;
mod healthy;
mod mutations;
mod report;
mod silence;
mod spelling;
mod support;
