//! What a store of the seller's own has to keep, as tests to run on it.

pub mod ledger;
pub mod replay;
pub mod usage;
