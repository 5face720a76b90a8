//! KooGallery's debugging console on the seller's own desk.

pub mod capture;
pub mod curl;
pub mod doctor;
