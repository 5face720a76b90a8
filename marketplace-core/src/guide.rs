//! The vendor's guides, one module each: the requests of its calls, and the replies to them.
//!
//! [`v2`] is what new products are released with. [`v1`] is what it replaced, and stays for products on sale. The two kits,
//! [`kit_v1`] and [`kit_v2`], stand beside either. [`licence`] is about licences that V2 does not know.

mod kit;
pub mod kit_v1;
pub mod kit_v2;
pub mod licence;
mod marker;
mod result_only;
mod set;
pub mod v1;
pub mod v2;
mod wire_enum;

pub use marker::{KitV1, KitV2, Licence, Marker, V1, V2};
pub(crate) use result_only::{about_one_instance, change_of_one_instance, result_only};
pub(crate) use set::Guides;
pub(crate) use wire_enum::{numbered_enum, wire_enum};

use crate::signature::Scheme;

/// One of the vendor's guides: a set of calls that belong together.
///
/// A seller implements those that its products need; KooGallery sends all of them to one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guide {
    /// SaaS Access Guide V1.0: products on sale since before 2024-04-27, and licences 1.0.
    V1,
    /// SaaS Access Guide V2.0, and order notifications.
    V2,
    /// The joint-operations kit, first generation: paths under `/produceAPI/`.
    KitV1,
    /// The joint-operations kit, second generation: paths under `/produceAPI/v2/`.
    KitV2,
    /// Licence codes 2.0 and online licences.
    Licence,
}

impl Guide {
    /// How its calls are signed.
    #[must_use]
    pub fn scheme(self) -> Scheme {
        match self {
            Self::V1 => Scheme::V1,
            Self::V2 | Self::Licence => Scheme::V2,
            Self::KitV1 => Scheme::KitV1,
            Self::KitV2 => Scheme::KitV2,
        }
    }
}

impl std::fmt::Display for Guide {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
            Self::KitV1 => "kit_v1",
            Self::KitV2 => "kit_v2",
            Self::Licence => "licence",
        })
    }
}
