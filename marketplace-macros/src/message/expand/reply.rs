//! Replies: private fields whose lengths are checked, and how they are written.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Path;
use syn::ext::IdentExt;

use super::{Field, Message};

/// `whole` is an answer of its own, with a `resultMsg`; otherwise an object inside one.
pub(super) fn expand(message: &Message, whole: bool, root: &Path) -> TokenStream {
    let Message { attributes, visibility, name, fields, .. } = message;
    let names = fields.iter().map(|field| &field.name);
    let types = fields.iter().map(|field| &field.ty);
    let result_msg = whole.then(|| quote!(result_msg: ::core::option::Option<#root::__private::Text<255>>,));
    let constructor = constructor(message, whole);
    let setters = fields.iter().filter_map(|field| setter(field, message));
    let getters = fields.iter().map(|field| getter(field, message));
    let set_result_msg = whole.then(|| {
        quote! {
            /// With a `resultMsg` of the seller's own: at most 255 UTF-16 units.
            ///
            /// # Errors
            ///
            /// `FieldTooLong` with the limit and the length.
            #visibility fn with_result_msg(
                mut self,
                result_msg: impl __p::IntoField<__p::Text<255>>,
            ) -> ::core::result::Result<Self, __p::FieldTooLong> {
                self.result_msg = ::core::option::Option::Some(__p::field("resultMsg", result_msg)?);
                ::core::result::Result::Ok(self)
            }
        }
    });
    let writing = writing(message, whole);
    let as_part = (!whole).then(|| as_part(message));
    let as_default = fields.iter().all(|field| field.optional().is_some()).then(|| as_default(message));
    quote! {
        #(#attributes)*
        #[derive(Debug, Clone)]
        #visibility struct #name {
            #result_msg
            #(#names: #types,)*
        }
        const _: () = {
            use #root::__private as __p;
            impl #name {
                #constructor
                #(#setters)*
                #set_result_msg
                #(#getters)*
            }
            #writing
            #as_part
            #as_default
        };
    }
}

/// `new`, with what is required.
fn constructor(message: &Message, whole: bool) -> TokenStream {
    let Message { visibility, name, fields, .. } = message;
    let result_msg = whole.then(|| quote!(result_msg: ::core::option::Option::None,));
    let (optional, required): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.optional().is_some());
    let optional: Vec<_> = optional.into_iter().map(|field| &field.name).collect();
    if required.is_empty() {
        return quote! {
            /// With nothing in it yet: nothing is required.
            #[must_use]
            #visibility fn new() -> Self {
                Self { #result_msg #(#optional: ::core::option::Option::None,)* }
            }
        };
    }
    let list = required.iter().map(|field| format!("`{}`", field.wire)).collect::<Vec<_>>().join(", ");
    let documentation = format!(" With what is required: {list}.");
    let names: Vec<_> = required.iter().map(|field| &field.name).collect();
    let wires = required.iter().map(|field| &field.wire);
    let types = required.iter().map(|field| &field.ty);
    quote! {
        #[doc = #documentation]
        ///
        /// # Errors
        ///
        /// `FieldTooLong` names the field, its limit and the length of what was given.
        #visibility fn new(
            #(#names: impl __p::IntoField<#types>,)*
        ) -> ::core::result::Result<Self, __p::FieldTooLong> {
            ::core::result::Result::Ok(#name {
                #result_msg
                #(#names: __p::field(#wires, #names)?,)*
                #(#optional: ::core::option::Option::None,)*
            })
        }
    }
}

/// `with_…`, for what is not.
fn setter(field: &Field, message: &Message) -> Option<TokenStream> {
    let inner = field.optional()?;
    let (name, wire, visibility) = (&field.name, &field.wire, &message.visibility);
    let setter = format_ident!("with_{}", name.unraw());
    let line = format!(" With its `{wire}`, which is optional.");
    let own =
        field.attributes.iter().filter(|attribute| attribute.path().is_ident("doc")).collect::<Vec<_>>();
    let gap = (!own.is_empty()).then(|| quote!(#[doc = ""]));
    Some(quote! {
        #[doc = #line]
        #gap
        #(#own)*
        ///
        /// # Errors
        ///
        /// `FieldTooLong` names the field, its limit and the length of what was given.
        #visibility fn #setter(
            mut self,
            #name: impl __p::IntoField<#inner>,
        ) -> ::core::result::Result<Self, __p::FieldTooLong> {
            self.#name = ::core::option::Option::Some(__p::field(#wire, #name)?);
            ::core::result::Result::Ok(self)
        }
    })
}

fn getter(field: &Field, message: &Message) -> TokenStream {
    let (name, documentation, visibility) = (&field.name, field.documentation(), field.visibility(message));
    let (ty, value) = match field.optional() {
        Some(inner) => (quote!(::core::option::Option<&#inner>), quote!(self.#name.as_ref())),
        None => {
            let ty = &field.ty;
            (quote!(&#ty), quote!(&self.#name))
        }
    };
    quote! {
        #documentation
        #[must_use]
        #visibility fn #name(&self) -> #ty {
            #value
        }
    }
}

/// `impl ReplyMembers`, in the order of the declaration.
fn writing(message: &Message, whole: bool) -> TokenStream {
    let members = message.fields.iter().map(|field| {
        let (name, wire) = (&field.name, &field.wire);
        match field.optional() {
            Some(inner) => {
                quote! {
                    if let ::core::option::Option::Some(value) = &self.#name {
                        __p::write_member::<#inner, M>(map, #wire, value)?;
                    }
                }
            }
            None => {
                let ty = &field.ty;
                quote!(__p::write_member::<#ty, M>(map, #wire, &self.#name)?;)
            }
        }
    });
    let result_msg = whole.then(|| {
        quote! {
            fn result_msg(&self) -> ::core::option::Option<&__p::Text<255>> {
                self.result_msg.as_ref()
            }
        }
    });
    let name = &message.name;
    quote! {
        impl __p::ReplyMembers for #name {
            fn write<M: __p::serde::ser::SerializeMap>(&self, map: &mut M) -> ::core::result::Result<(), M::Error> {
                #(#members)*
                ::core::result::Result::Ok(())
            }

            #result_msg
        }
    }
}

/// What makes it a field of another reply.
fn as_part(message: &Message) -> TokenStream {
    let name = &message.name;
    quote! {
        impl __p::serde::Serialize for #name {
            fn serialize<S: __p::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                __p::serialize_members(self, serializer)
            }
        }
        impl __p::ReplyField for #name {}
        impl __p::IntoField<Self> for #name {
            fn into_field(self) -> ::core::result::Result<Self, __p::TooLong> {
                ::core::result::Result::Ok(self)
            }
        }
    }
}

/// Where nothing is required.
fn as_default(message: &Message) -> TokenStream {
    let name = &message.name;
    quote! {
        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self::new()
            }
        }
    }
}
