//! Signed calls, for tests.

use crate::handler::Context;
use crate::seal::{Iv, KeySize, SealKeys, Sealed, seal};
use crate::signature::v1::{SignedQuery, sign};
use crate::{AccessKey, InstanceId, KeyRing, Mode, Verified};

pub(super) const KEY: &str = "11111111-2222-3333-4444-555555555555";

/// A call that is signed with [`KEY`] and verified.
pub(super) fn verified(parameters: &[(&str, &str)]) -> Verified {
    let key = AccessKey::new(KEY).unwrap();
    let query = sign(&key, parameters);
    SignedQuery::parse(&query).unwrap().verify(&KeyRing::from(key)).unwrap()
}

pub(super) fn context() -> Context {
    let verified = verified(&[("activity", "queryInstance"), ("timeStamp", "20230327065233980")]);
    Context::new(verified, Mode::Live)
}

pub(super) fn reserving(instance: &str) -> Context {
    context().with_reserved(InstanceId::new(instance).unwrap())
}

/// Sealed with [`KEY`] and a given vector.
pub(super) fn sealed(size: KeySize, iv: &str, plain: &str) -> Sealed<128> {
    seal(&SealKeys::derive(KEY.as_bytes()), size, Iv::new(iv).unwrap(), plain).unwrap()
}
