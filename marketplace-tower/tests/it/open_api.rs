//! The client of KooGallery's Open APIs, against servers of the tests' own.

mod sign_request;
