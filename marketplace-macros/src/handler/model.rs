//! What an annotated impl block is, as far as it could be read.

use syn::{Attribute, FnArg, Generics, Ident, Path, ReturnType, Signature, Type};

use crate::args::Name;
use crate::message::Message;
use crate::spec::{Activity, Billing, Guide};

/// An annotated impl block.
pub(crate) struct Handler {
    pub(crate) arguments: Arguments,
    pub(crate) generics: Generics,
    pub(crate) self_type: Type,
    /// The trait, if it is the impl block of one.
    pub(crate) of_trait: Option<Path>,
    pub(crate) methods: Vec<Method>,
}

/// `billing = …, guide = …`; nothing where it could not be read.
pub(crate) struct Arguments {
    pub(crate) billing: Option<Vec<Billing>>,
    pub(crate) guide: Option<&'static Guide>,
}

/// One method with an activity.
pub(crate) struct Method {
    pub(crate) signature: Signature,
    /// `#[cfg(…)]`: what is generated for the method stands under the same condition.
    pub(crate) conditions: Vec<Attribute>,
    pub(crate) activity: Served,
}

/// What `#[activity(…)]` says.
pub(crate) enum Served {
    /// An activity of the guide.
    Known { name: Name, guide: &'static Guide, activity: &'static Activity },
    /// An activity that is declared on the spot; boxed, because it is large.
    Declared { name: Name, declared: Box<Declared> },
    /// A name that is neither.
    Unknown { name: Name },
    /// It could not be read, which has been said.
    Unreadable,
}

pub(crate) struct Declared {
    pub(crate) request: Message,
    /// Without one, the answer is a result only.
    pub(crate) reply: Option<Message>,
}

impl Served {
    /// The name on the wire.
    pub(crate) fn name(&self) -> Option<&Name> {
        match self {
            Self::Known { name, .. } | Self::Declared { name, .. } | Self::Unknown { name } => Some(name),
            Self::Unreadable => None,
        }
    }
}

impl Method {
    pub(crate) fn name(&self) -> &Ident {
        &self.signature.ident
    }

    /// The types of the arguments after `self`, the request first.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Type> {
        self.signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(argument) => Some(&*argument.ty),
            FnArg::Receiver(_) => None,
        })
    }

    pub(crate) fn returns(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Type(_, ty) => Some(ty),
            ReturnType::Default => None,
        }
    }
}
