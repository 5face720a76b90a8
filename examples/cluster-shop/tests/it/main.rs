//! The shop as its operator and KooGallery meet it: processes that are killed, stopped and started again, on stores that are,
//! too. `scripts/soak` runs the same tests with larger numbers.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in a test a panic is the report")]

mod copies;
mod customers;
mod environment;
#[cfg(feature = "failpoints")]
mod failpoints;
mod kills;
mod outages;
mod overload;

mod random;
mod rehearsal;
mod resume;
mod schema;
mod signals;
mod slow;
mod stores;
mod world;

use std::str::FromStr;

/// What `scripts/soak` sets, or else this.
fn number<T: FromStr>(name: &str, otherwise: T) -> T {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}: `{text}` is no number")),
        Err(_) => otherwise,
    }
}
