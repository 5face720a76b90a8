//! Sealing what an answer says.

use std::error::Error;
use std::fmt;

use super::{Argument, Context, Request};
use crate::seal::{Iv, KeySize, SealError, Sealed, seal};
use crate::{AccessKey, Fault, IntoFault};

/// Seals an account or a first password for the answer to a call, under the key that signed the call: an argument of a
/// seller's method.
///
/// V1 answers hold both sealed; those of V2 do not. What goes into an answer of one's own is sealed in the same way; it
/// then has a field `encrypt_type: Text<3>` for [`KeySize::encrypt_type`] too, which in the answers of guide V1 is written
/// by itself.
///
/// ```
/// use marketplace_core::handler::Sealer;
/// use marketplace_core::v1::{AppInfo, NewInstance, NewInstanceReply};
/// use marketplace_core::{Fault, InstanceId};
///
/// async fn open(_: NewInstance, instance: InstanceId, sealer: Sealer) -> Result<NewInstanceReply, Fault> {
///     let app_info = AppInfo::new("https://shop.example/")?
///         .with_user_name(sealer.seal("admin")?)?
///         .with_password(sealer.seal("the first password")?)?;
///     Ok(NewInstanceReply::new(instance)?.with_app_info(app_info)?)
/// }
/// ```
#[derive(Clone)]
pub struct Sealer {
    key: AccessKey,
    sealing: Sealing,
}

/// Fills a slice with random bytes of cryptographic quality, such as the operating system's.
pub type Randomness = fn(&mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>>;

/// How texts are sealed for answers.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sealing {
    pub(super) size: KeySize,
    pub(super) randomness: Option<Randomness>,
}

impl Sealer {
    /// Seals a text for a field of at most `MAX` UTF-16 units. Each time it comes out otherwise.
    ///
    /// # Errors
    ///
    /// [`CannotSeal`]: the text is too long (for 128, above 79 bytes of UTF-8), or there is no randomness to be had.
    pub fn seal<const MAX: usize>(&self, plain: &str) -> Result<Sealed<MAX>, CannotSeal> {
        let randomness = self.sealing.randomness.ok_or(CannotSeal::WithoutRandomness)?;
        let iv = Iv::from_random(randomness).map_err(CannotSeal::Randomness)?;
        Ok(seal(self.key.seal_keys(), self.sealing.size, iv, plain)?)
    }

    /// What it seals with: what was chosen for the product when it was released.
    #[must_use]
    pub fn key_size(&self) -> KeySize {
        self.sealing.size
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealer").field("key", &self.key).field("key_size", &self.sealing.size).finish()
    }
}

impl<A: Request> Argument<A> for Sealer {
    fn from_call(context: &Context, _: &A) -> Result<Self, Fault> {
        Ok(Self { key: context.verified().key().clone(), sealing: context.sealing() })
    }
}

/// Why a [`Sealer`] cannot seal a text. The text itself is not shown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CannotSeal {
    /// The text does not fit.
    #[error(transparent)]
    Text(#[from] SealError),
    /// Whoever made the call's [`Context`] gave it no randomness.
    #[error("nothing can be sealed without randomness: give the context some, by `with_sealing`")]
    WithoutRandomness,
    /// The source of randomness failed.
    #[error("there is no randomness to seal with")]
    Randomness(#[source] Box<dyn Error + Send + Sync>),
}

/// `000005`: what the seller answers is the seller's affair, not the caller's.
impl IntoFault for CannotSeal {
    fn into_fault(self) -> Fault {
        Fault::internal(self)
    }
}

impl From<CannotSeal> for Fault {
    fn from(error: CannotSeal) -> Self {
        Self::internal(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handler::argument;
    use crate::seal::{Shape, open};
    use crate::signature::v1::{SignedQuery, sign};
    use crate::v1::QueryInstance;
    use crate::{KeyRing, Mode};

    fn context() -> Context {
        let key = AccessKey::new("canary-key").unwrap();
        let query = sign(&key, &[("activity", "queryInstance"), ("timeStamp", "20230327065233980")]);
        let verified = SignedQuery::parse(&query).unwrap().verify(&KeyRing::from(key)).unwrap();
        Context::new(verified, Mode::Live)
    }

    fn sealer(context: &Context) -> Sealer {
        argument().take(context, &QueryInstance::from_query("instanceId=1").unwrap()).unwrap()
    }

    fn letters(bytes: &mut [u8]) -> Result<(), Box<dyn Error + Send + Sync>> {
        bytes.iter_mut().zip(7..).for_each(|(byte, number)| *byte = number);
        Ok(())
    }

    #[test]
    fn seals_with_the_key_of_the_call() {
        for size in [KeySize::Aes256, KeySize::Aes128] {
            let context = context().with_sealing(size, letters);
            let sealer = sealer(&context);
            let sealed = sealer.seal::<128>("admin").unwrap();
            assert!(sealed.as_str().starts_with("HIJKLMNOPQRSTUVW"));
            assert_eq!((sealed.key_size(), sealer.key_size()), (size, size));
            let keys = context.verified().key().seal_keys();
            assert_eq!(open(keys, size, sealed.as_str(), Shape::Text).unwrap().as_str(), "admin");
        }
    }

    #[test]
    fn says_why_it_cannot_seal_and_not_what() {
        let sealing = |randomness| sealer(&context().with_sealing(KeySize::Aes256, randomness));
        let without = sealer(&context()).seal::<128>("canary").unwrap_err();
        assert!(matches!(without, CannotSeal::WithoutRandomness));
        let failed = sealing(|_| Err("no entropy".into())).seal::<128>("canary").unwrap_err();
        assert_eq!(failed.source().map(ToString::to_string).as_deref(), Some("no entropy"));
        let long = sealing(letters).seal::<128>(&"canary-".repeat(12)).unwrap_err();
        assert_eq!(long.to_string(), "the text has 84 bytes of UTF-8; sealed, at most 79 fit this field");
        for error in [without, failed, long] {
            let fault = Fault::from(error);
            assert_eq!(
                (fault.code(), fault.message().as_str()),
                (crate::ResultCode::INTERNAL_ERROR, "internal error")
            );
            assert!(!format!("{fault:?}").contains("canary"));
        }
        assert!(!format!("{:?}", sealing(letters)).contains("canary"));
    }
}
