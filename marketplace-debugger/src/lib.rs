//! KooGallery's debugging console on the seller's own desk.

pub mod curl;
