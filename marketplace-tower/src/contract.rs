//! What a store of the seller's own has to do, as tests that run on any store.

pub mod ledger;
pub mod replay;
