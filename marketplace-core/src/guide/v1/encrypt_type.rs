//! `encryptType`: what an answer's account and password were sealed with.
//!
//! No seller sets it. It is told by the sealed texts themselves, so that it is always the truth.

use serde::ser::SerializeMap;

use super::AppInfo;
use crate::reply::{Encoded, ReplyMembers};
use crate::seal::KeySize;
use crate::{Fault, Text};

/// `000000` with these members, and before them, if anything in them is sealed, `encryptType`.
///
/// One answer has one, so that texts that were sealed with different sizes are a fault.
pub(super) fn success<'a>(
    members: &impl ReplyMembers,
    sealed: impl IntoIterator<Item = &'a AppInfo>,
) -> Result<Encoded, Fault> {
    let mut sizes = sealed.into_iter().flat_map(AppInfo::key_sizes);
    let size = sizes.next();
    if sizes.any(|other| Some(other) != size) {
        return Err(Fault::internal(
            "one answer has texts that were sealed with 256 bits, and others with 128",
        ));
    }
    Ok(Encoded::success(&WithEncryptType { size, members }))
}

struct WithEncryptType<'a, M> {
    size: Option<KeySize>,
    members: &'a M,
}

impl<R: ReplyMembers> ReplyMembers for WithEncryptType<'_, R> {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(size) = self.size {
            map.serialize_entry("encryptType", size.encrypt_type())?;
        }
        self.members.write(map)
    }

    fn result_msg(&self) -> Option<&Text<255>> {
        self.members.result_msg()
    }
}
