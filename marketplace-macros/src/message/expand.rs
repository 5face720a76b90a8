//! From a correct [`Message`] to tokens.

mod reply;
mod request;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Path, Type, Visibility};

use super::{Field, Kind, Message};

pub(super) fn expand(message: &Message, root: &Path) -> TokenStream {
    match &message.kind {
        Kind::Request(activity, form) => request::whole(message, activity, *form, root),
        Kind::RequestPart => request::part(message, root),
        Kind::Reply => reply::expand(message, true, root),
        Kind::ReplyPart => reply::expand(message, false, root),
    }
}

impl Field {
    /// Its own documentation, or a line that names it.
    fn documentation(&self) -> TokenStream {
        let attributes = &self.attributes;
        if attributes.iter().any(|attribute| attribute.path().is_ident("doc")) {
            quote!(#(#attributes)*)
        } else {
            let line = format!("`{}` on the wire.", self.wire);
            quote!(#[doc = #line] #(#attributes)*)
        }
    }

    fn visibility<'a>(&'a self, message: &'a Message) -> &'a Visibility {
        self.visibility.as_ref().unwrap_or(&message.visibility)
    }
}

/// Is it `Text<…>`, which a handler sees as `&str`?
fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none()
        && path.path.segments.last().is_some_and(|segment| segment.ident == "Text"))
}
