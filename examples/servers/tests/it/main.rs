//! The integration tests: one binary. They need the servers.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the report"
)]

mod nginx;
mod postgres;
mod program;
mod redis;
mod support;
