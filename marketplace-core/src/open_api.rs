//! The Open APIs, which a seller calls at KooGallery.
