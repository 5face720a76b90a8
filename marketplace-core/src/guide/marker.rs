//! Guides as types: a seller implements [`Handler`](crate::handler::Handler) once for each.

use super::Guide;

mod sealed {
    pub trait Sealed {}
}

/// A guide as a type.
pub trait Marker: sealed::Sealed + Send + Sync + 'static {
    /// The guide.
    const GUIDE: Guide;
}

macro_rules! markers {
    ($($(#[$about:meta])* $name:ident)+) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl sealed::Sealed for $name {}

        impl Marker for $name {
            const GUIDE: Guide = Guide::$name;
        }
    )+};
}

markers! {
    /// [`Guide::V1`] as a type.
    V1
    /// [`Guide::V2`] as a type.
    V2
    /// [`Guide::KitV1`] as a type.
    KitV1
    /// [`Guide::KitV2`] as a type.
    KitV2
    /// [`Guide::Licence`] as a type.
    Licence
}
