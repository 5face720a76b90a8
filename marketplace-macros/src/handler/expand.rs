//! From a correct [`Handler`] to tokens, and the stub that stands for an incorrect one.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Ident, Path, PredicateType, Token, Type, WherePredicate, parse_quote_spanned};

use super::model::{Declared, Handler, Method, Served};

/// The typed dispatch.
pub(super) fn handler(handler: &Handler, root: &Path) -> TokenStream {
    let methods = handler.methods.iter().filter_map(|method| {
        let conditions = &method.conditions;
        let (name, request) = (&method.activity.name()?.name, request(&method.activity, root)?);
        let arm = arm(method, &request);
        Some((quote!(#(#conditions)* #name), quote!(#(#conditions)* #name => #arm,)))
    });
    let (names, arms): (Vec<_>, Vec<_>) = methods.unzip();
    let dispatch = quote_spanned! {Span::mixed_site()=>
        match activity {
            #(#arms)*
            _ => __p::Driver::unknown(driver),
        }
    };
    implementation(handler, root, &quote!(&[#(#names),*]), &dispatch)
}

/// Serves nothing. It is there so that whoever uses the handler is not in error too.
pub(super) fn stub(handler: &Handler, root: &Path) -> TokenStream {
    let dispatch = quote_spanned! {Span::mixed_site()=>
        let _ = activity;
        __p::Driver::unknown(driver)
    };
    implementation(handler, root, &quote!(&[]), &dispatch)
}

fn implementation(
    handler: &Handler,
    root: &Path,
    activities: &TokenStream,
    dispatch: &TokenStream,
) -> TokenStream {
    let self_type = &handler.self_type;
    let declared = handler.methods.iter().map(|method| declared(method, root));
    let generics = with_bounds(&handler.generics, self_type);
    let (parameters, _, conditions) = generics.split_for_impl();
    // Of a guide that could not be read, the one that most are.
    let marker = ident(handler.arguments.guide.map_or("V2", |guide| guide.marker));
    quote_spanned! {Span::mixed_site()=>
        #(#declared)*
        const _: () = {
            use #root::__private as __p;
            impl #parameters __p::Handler<__p::guide::#marker> for #self_type #conditions {
                const ACTIVITIES: &'static [&'static str] = #activities;

                fn dispatch<__D: __p::Driver>(
                    self: &::std::sync::Arc<Self>,
                    activity: &str,
                    driver: __D,
                ) -> __D::Output {
                    #dispatch
                }
            }
        };
    }
}

/// A handler is shared between threads. Said here, a type that cannot be is one error, not one for each method.
fn with_bounds(generics: &Generics, self_type: &Type) -> Generics {
    let mut generics = generics.clone();
    let span = self_type.span();
    generics.make_where_clause().predicates.push(WherePredicate::Type(PredicateType {
        attrs: Vec::new(),
        lifetimes: None,
        bounded_ty: self_type.clone(),
        colon_token: Token![:](span),
        bounds: parse_quote_spanned!(span=> ::core::marker::Send + ::core::marker::Sync + 'static),
    }));
    generics
}

/// One method: every token is at what the user wrote, where an error about it is shown.
fn arm(method: &Method, request: &TokenStream) -> TokenStream {
    let name = method.name();
    let mut types = method.arguments();
    let request_type = types.next();
    let types: Vec<_> = types.collect();
    let takers: Vec<Ident> = (0..types.len())
        .map(|number| format_ident!("argument_{number}", span = Span::mixed_site()))
        .collect();
    let arguments = types.iter().map(|ty| quote_spanned!(at(ty.span())=> __p::argument::<#request, #ty>()));
    let from_request = quote_spanned! {at(request_type.span())=>
        <#request_type as __p::RequestOf<#request>>::from_request(request)
    };
    let returns =
        method.returns().map_or_else(|| quote_spanned!(at(name.span())=> ()), ToTokens::to_token_stream);
    let into_answer = quote_spanned! {at(returns.span())=>
        <#returns as __p::Outcome<#request>>::into_answer(outcome, &context)
    };
    quote_spanned! {at(name.span())=> {
        #(let #takers = #arguments;)*
        let method = __p::Method::new() #(.taking(&#takers))*;
        let call = move |shop: ::std::sync::Arc<Self>, request: #request, context: __p::Context| async move {
            #(let #takers = match #takers.take(&context, &request) {
                ::core::result::Result::Ok(argument) => argument,
                ::core::result::Result::Err(answer) => return answer,
            };)*
            let outcome = Self::#name(&shop, #from_request, #(#takers),*).await;
            #into_answer
        };
        __p::serve(self, driver, method, call)
    }}
}

/// What is generated, but shown there.
fn at(span: Span) -> Span {
    Span::mixed_site().located_at(span)
}

/// The type of the request that the activity sends.
fn request(served: &Served, root: &Path) -> Option<TokenStream> {
    match served {
        Served::Known { guide, activity, .. } => {
            let (guide, request) = (ident(guide.name), ident(activity.request));
            Some(quote!(#root::#guide::#request))
        }
        Served::Declared { declared, .. } => Some(declared.request.name.to_token_stream()),
        Served::Unknown { .. } | Served::Unreadable => None,
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The messages of an activity that is declared on the spot, and what makes them its request and reply.
fn declared(method: &Method, root: &Path) -> TokenStream {
    let Served::Declared { name, declared } = &method.activity else { return TokenStream::new() };
    let Declared { request: message, reply } = &**declared;
    let (wire, request) = (&name.name, &message.name);
    let (message, reply_message) = (message.expand(root), reply.as_ref().map(|reply| reply.expand(root)));
    let (reply, members) = match reply {
        Some(reply) => (reply.name.to_token_stream(), quote!(&self)),
        None => (quote!(()), quote!(&__p::Nothing)),
    };
    quote! {
        #message
        #reply_message
        const _: () = {
            use #root::__private as __p;
            impl __p::Request for #request {
                const ACTIVITY: &'static str = #wire;

                fn decode(text: __p::CallText) -> ::core::result::Result<Self, __p::DecodeError> {
                    Self::__decode(text)
                }

                fn mode(&self) -> __p::Mode {
                    self.mode()
                }
            }
            impl __p::ReplyOf<#request> for #reply {
                fn encode(self, _: &__p::Context) -> ::core::result::Result<__p::Encoded, __p::Fault> {
                    ::core::result::Result::Ok(__p::Encoded::success(#members))
                }
            }
        };
    }
}
