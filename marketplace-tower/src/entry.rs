//! Entries of the catalogue, by their slugs.

/// The entry with this slug; that there is one is checked at compile time.
macro_rules! entry {
    ($slug:literal) => {
        const {
            match marketplace_core::catalogue::find($slug) {
                Some(entry) => entry,
                None => panic!(concat!("`", $slug, "` has no entry in the catalogue")),
            }
        }
    };
}

pub(crate) use entry;
