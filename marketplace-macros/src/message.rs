//! Requests and replies from a plain declaration of the vendor's table.

mod check;
mod expand;
mod parse;
mod words;

use proc_macro2::TokenStream;
use syn::{Attribute, Ident, Path, Type, Visibility};

use crate::errors::Errors;
use crate::spec::Form;

/// A request, a reply, or an object inside one.
pub(crate) struct Message {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) kind: Kind,
    pub(crate) name: Ident,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The request of the activity of this name.
    Request(String, Form),
    RequestPart,
    Reply,
    ReplyPart,
}

pub(crate) struct Field {
    pub(crate) attributes: Vec<Attribute>,
    /// Of its getter, where it is not that of the message.
    pub(crate) visibility: Option<Visibility>,
    pub(crate) name: Ident,
    pub(crate) wire: String,
    /// Other names under which the vendor's pages have it.
    pub(crate) aliases: Vec<String>,
    pub(crate) ty: Type,
}

impl Field {
    /// The `T` of an `Option<T>`.
    fn optional(&self) -> Option<&Type> {
        argument_of(&self.ty, "Option")
    }
}

impl Message {
    /// A public message that a seller declares on the spot.
    pub(crate) fn declared(kind: Kind, name: Ident, fields: Vec<Field>, documentation: &str) -> Self {
        let attributes = vec![syn::parse_quote!(#[doc = #documentation])];
        Self { attributes, visibility: syn::parse_quote!(pub), kind, name, fields }
    }

    /// With the words of the vendor's tables found in `root`, so that a seller needs no import.
    pub(crate) fn with_words_of(mut self, root: &Path) -> Self {
        let words = match self.kind {
            Kind::Request(..) | Kind::RequestPart => words::OF_REQUESTS,
            Kind::Reply | Kind::ReplyPart => words::OF_REPLIES,
        };
        for field in &mut self.fields {
            words::find_words(&mut field.ty, words, root);
        }
        self
    }

    /// Reports what is wrong, and leaves what is right.
    pub(crate) fn check(&mut self, errors: &mut Errors) {
        check::check(self, errors);
    }

    /// The same for the types of a request that a seller declares; `also` are types that need no path.
    pub(crate) fn check_types(&mut self, root: &Path, also: &[&str], errors: &mut Errors) {
        check::check_types(self, root, also, errors);
    }

    /// `root` is the crate that generated code names.
    pub(crate) fn expand(&self, root: &Path) -> TokenStream {
        expand::expand(self, root)
    }
}

/// `message!`.
pub(crate) fn expand_declaration(input: TokenStream, root: &Path) -> TokenStream {
    let mut errors = Errors::default();
    let mut message = errors.keep(syn::parse2::<Message>(input));
    if let Some(message) = &mut message {
        message.check(&mut errors);
    }
    match message {
        Some(message) if errors.is_empty() => message.expand(root),
        _ => errors.into_tokens(),
    }
}

/// The `T` of `Wrapper<T>`, as it is written.
fn argument_of<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment =
        path.path.segments.last().filter(|segment| path.qself.is_none() && segment.ident == wrapper)?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(ty)) if arguments.args.len() == 1 => Some(ty),
        _ => None,
    }
}
