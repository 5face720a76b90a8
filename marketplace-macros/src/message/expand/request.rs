//! Requests: their fields stay in the signed text, getters show them.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Lifetime, Path, Visibility};

use super::{Field, Message, is_text};
use crate::spec::Form;

pub(super) fn whole(message: &Message, activity: &str, form: Form, root: &Path) -> TokenStream {
    let Message { attributes, visibility, name, fields, .. } = message;
    let stored = format_ident!("__{}Fields", name);
    let (members, reading) = (members(fields, root), reading(&stored, fields));
    let getters = fields.iter().map(|field| {
        let (name, ty, view) = (&field.name, &field.ty, view(field, None));
        let (documentation, visibility) = (field.documentation(), field.visibility(message));
        quote! {
            #documentation
            #[must_use]
            #visibility fn #name(&self) -> #view {
                <#ty as __p::RequestField>::view(&self.call.fields.#name, &self.call.source)
            }
        }
    });
    let debug = debug(name, fields);
    let from_text = from_text(visibility, activity, form);
    quote! {
        #(#attributes)*
        #visibility struct #name {
            call: ::std::boxed::Box<#root::__private::Decoded<#stored>>,
        }
        struct #stored {
            #members
        }
        const _: () = {
            use #root::__private as __p;
            #reading
            impl #name {
                #(#getters)*

                /// Whether the call is real.
                #[must_use]
                #visibility fn mode(&self) -> __p::Mode {
                    self.call.mode
                }

                #from_text

                fn __decode(text: __p::CallText) -> ::core::result::Result<Self, __p::DecodeError> {
                    ::core::result::Result::Ok(Self { call: __p::decode::<#stored>(#activity, text)? })
                }
            }
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #debug.field("mode", &self.call.mode).finish()
                }
            }
        };
    }
}

/// Reading it without a signature.
fn from_text(visibility: &Visibility, activity: &str, form: Form) -> TokenStream {
    let (name, argument, text, what) = match form {
        Form::Json => {
            let argument = quote!(body: impl ::core::convert::Into<__p::Bytes>);
            (quote!(from_json), argument, quote!(__p::CallText::new(body.into())), "body")
        }
        Form::Path => {
            let argument = quote!(body: impl ::core::convert::Into<__p::Bytes>);
            (quote!(from_json), argument, quote!(__p::CallText::named(#activity, body.into())), "body")
        }
        Form::Query => {
            (quote!(from_query), quote!(query: &str), quote!(__p::CallText::from_query(query)), "query")
        }
    };
    let line = format!(
        " Reads it out of the {what} of a call, for tests of a seller's own methods. It verifies nothing."
    );
    quote! {
        #[doc = #line]
        ///
        /// # Errors
        ///
        /// `DecodeError` names the field and the rule that it breaks.
        #visibility fn #name(#argument) -> ::core::result::Result<Self, __p::DecodeError> {
            <Self as __p::Request>::decode(#text?)
        }
    }
}

pub(super) fn part(message: &Message, root: &Path) -> TokenStream {
    let Message { attributes, visibility, name, fields, .. } = message;
    let name_of_view = format_ident!("{}View", name);
    let (members, reading) = (members(fields, root), reading(name, fields));
    let lifetime = Lifetime::new("'a", proc_macro2::Span::mixed_site());
    let getters = fields.iter().map(|field| {
        let (name, ty, view) = (&field.name, &field.ty, view(field, Some(&lifetime)));
        let (documentation, visibility) = (field.documentation(), field.visibility(message));
        quote! {
            #documentation
            #[must_use]
            #visibility fn #name(&self) -> #view {
                <#ty as __p::RequestField>::view(&self.fields.#name, self.source)
            }
        }
    });
    let debug = debug(name, fields);
    let documentation_of_storage = format!("As it is kept; a request shows it as [`{name_of_view}`].");
    quote! {
        #[doc = #documentation_of_storage]
        #visibility struct #name {
            #members
        }
        #(#attributes)*
        #[derive(Clone, Copy)]
        #visibility struct #name_of_view<#lifetime> {
            fields: &#lifetime #name,
            source: &#lifetime #root::__private::Source,
        }
        const _: () = {
            use #root::__private as __p;
            #reading
            impl __p::RequestField for #name {
                type Stored = Self;
                type View<#lifetime> = #name_of_view<#lifetime>;

                fn decode<'de, D: __p::serde::de::Deserializer<'de>>(
                    deserializer: D,
                    decoder: &mut __p::Decoder<'de>,
                ) -> ::core::result::Result<Self, D::Error> {
                    __p::decode_object(deserializer, decoder)
                }

                fn view<#lifetime>(fields: &#lifetime Self, source: &#lifetime __p::Source) -> #name_of_view<#lifetime> {
                    #name_of_view { fields, source }
                }
            }
            impl<#lifetime> #name_of_view<#lifetime> {
                #(#getters)*
            }
            impl ::core::fmt::Debug for #name_of_view<'_> {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #debug.finish()
                }
            }
            impl ::core::fmt::Debug for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.debug_struct(::core::stringify!(#name)).finish_non_exhaustive()
                }
            }
        };
    }
}

fn members(fields: &[Field], root: &Path) -> TokenStream {
    let members = fields.iter().map(|field| {
        let (name, ty) = (&field.name, &field.ty);
        quote!(#name: <#ty as #root::__private::RequestField>::Stored)
    });
    quote!(#(#members,)*)
}

/// `impl Fields`: by number, so that nothing is allocated for a name.
fn reading(stored: &impl ToTokens, fields: &[Field]) -> TokenStream {
    let numbers: Vec<_> = (0..fields.len()).collect();
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let wires: Vec<_> = fields.iter().map(|field| &field.wire).collect();
    let aliases = fields.iter().map(|field| {
        let aliases = &field.aliases;
        quote!(#(| #aliases)*)
    });
    let types: Vec<_> = fields.iter().map(|field| &field.ty).collect();
    quote! {
        #[derive(Default)]
        pub struct __Slots {
            #(#names: ::core::option::Option<<#types as __p::RequestField>::Stored>,)*
        }
        impl __p::Fields for #stored {
            type Slots = __Slots;

            fn index(name: &str) -> ::core::option::Option<usize> {
                match name {
                    #(#wires #aliases => ::core::option::Option::Some(#numbers),)*
                    _ => ::core::option::Option::None,
                }
            }

            fn read<'de, A: __p::serde::de::MapAccess<'de>>(
                slots: &mut __Slots,
                index: usize,
                map: &mut A,
                decoder: &mut __p::Decoder<'de>,
            ) -> ::core::result::Result<(), A::Error> {
                match index {
                    #(#numbers => __p::read::<#types, A>(&mut slots.#names, #wires, map, decoder),)*
                    _ => ::core::result::Result::Ok(()),
                }
            }

            fn finish(slots: __Slots) -> ::core::result::Result<Self, &'static str> {
                ::core::result::Result::Ok(Self {
                    #(#names: slots.#names.or_else(<#types as __p::RequestField>::absent).ok_or(#wires)?,)*
                })
            }
        }
    }
}

/// How a getter shows a field: the plain types where that can be seen, for the sake of who reads the documentation.
fn view(field: &Field, lifetime: Option<&Lifetime>) -> TokenStream {
    match field.optional() {
        None if is_text(&field.ty) => quote!(&#lifetime str),
        Some(inner) if is_text(inner) => quote!(::core::option::Option<&#lifetime str>),
        _ => {
            let ty = &field.ty;
            let lifetime = lifetime.map_or_else(|| quote!('_), ToTokens::to_token_stream);
            quote!(<#ty as __p::RequestField>::View<#lifetime>)
        }
    }
}

fn debug(name: &syn::Ident, fields: &[Field]) -> TokenStream {
    let names = fields.iter().map(|field| &field.name);
    let texts = fields.iter().map(|field| field.name.unraw().to_string());
    quote!(f.debug_struct(::core::stringify!(#name)) #(.field(#texts, &self.#names()))*)
}
