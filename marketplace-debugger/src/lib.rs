//! KooGallery's debugging console on the seller's own desk.
//!
//! [`Console`] plays KooGallery against a seller: the whole life of an instance, the debugging calls that the vendor's
//! console replays twice a day, and calls that have to be refused. It judges every answer as the vendor's console does, and
//! says more: each [`Check`] that fails comes with its cause and what to do. In a test it calls the service itself, from the
//! command line a URL:
//!
//! ```sh
//! KOOGALLERY_ACCESS_KEY=… marketplace-debugger check https://shop.example/saasproduce --guide v2 --billing period
//! ```
//!
//! [`market`] is the other direction, the Open APIs that a seller calls: order query, usage and licence codes.

mod billing;
mod call_body;
pub mod capture;
mod case;
mod check;
mod console;
pub mod curl;
mod debugging;
pub mod doctor;
mod fields;
mod in_process;
mod life_cycle;
pub mod market;
mod refusals;
mod report;
mod transport;
pub mod wire;

pub use billing::{Billing, UnknownBilling};
pub use call_body::CallBody;
pub use case::{Case, CaseError};
pub use check::{Check, Failure, Group, Outcome};
pub use console::{CannotRun, Console, Event, guide_name, guide_of};
pub use report::Report;
pub use transport::{Exchanged, Framing, RawAnswer, Silence, Transport};

/// The examples of the page about it, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/debugger.md")]
struct Page;

/// The same, of the page about the market.
#[cfg(doctest)]
#[doc = include_str!("../../docs/market.md")]
struct MarketPage;
