//! What the crate does as its users see it, mostly over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the report"
)]

mod catalogue;
mod endpoint;
mod keys;
mod layer;
mod ledger;
#[cfg(feature = "server")]
mod limits;
mod replay;
mod replay_window;
#[cfg(feature = "skm")]
mod secure_key_manager;
#[cfg(feature = "server")]
mod server;
mod signed_bytes;
#[cfg(feature = "server")]
mod spelling;
mod support;
mod usage;
