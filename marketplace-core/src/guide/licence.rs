//! Licences: codes 2.0 and online licences. POST, a JSON object in each direction, the signature in the query.
//!
//! The vendor writes `license` on the wire, and so do the names that are its own. Codes are KooGallery's, and all three calls
//! about them are optional; they are repeated every two minutes, 60 times. A licence for client software is the seller's: it is
//! asked for by [`GetLicenseAsync`], and the product's other calls are those of [`v2`](super::v2).

mod get_license_async;
mod license_time;
mod refresh_license_code;
mod release_license_code;
mod update_license_code_status;

pub use get_license_async::GetLicenseAsync;
pub use license_time::LicenseTime;
pub use refresh_license_code::{RefreshLicenseCode, Scene};
pub use release_license_code::ReleaseLicenseCode;
pub use update_license_code_status::{LicenseStatus, UpdateLicenseCodeStatus};
