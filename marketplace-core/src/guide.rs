//! The vendor's guides, one module each.

pub mod v2;
