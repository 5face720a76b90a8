//! What `#[marketplace_handler]` implements, and who calls it.

mod argument;
mod context;
mod driver;
mod order;
mod request;
mod sealer;

pub use argument::{Argument, NamesInstance, argument};
pub use context::{Context, StandIn};
pub use driver::{Driver, Handler, Method, Run, serve};
pub use order::NamesOrder;
pub use request::{Request, RequestOf, Subject};
pub use sealer::{CannotSeal, Randomness, Sealer};
