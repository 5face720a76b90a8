//! The macros of [`marketplace-tower`](https://docs.rs/marketplace-tower): the attribute that turns annotated methods
//! into a seller of Huawei Cloud's KooGallery.
//!
//! Not for use by itself: what is generated names `marketplace-core` or `marketplace-tower`, and both re-export what is
//! theirs; the documentation is at theirs. One road for everything: parse (syn to a model) → check (every rule, all
//! errors) → expand (a correct model to tokens).

mod args;
mod errors;
mod handler;
mod message;
mod spec;
mod suggest;
mod tokens;
mod wire_name;

use proc_macro::TokenStream;
use syn::parse_quote;

/// Turns an impl block with annotated methods into a handler of KooGallery's calls: typed dispatch, and a build that
/// fails where the vendor would fail the product.
///
/// ```text
/// #[marketplace_handler(billing = period)] // or `one_time`, `on_demand`, or a list: `[period, on_demand]`
/// impl Shop {
///     #[activity(newInstance)]
///     async fn open(&self, order: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, ShopError> { … }
/// }
/// ```
///
/// Arguments, activities and the types of methods:
/// [`marketplace_core::marketplace_handler`](https://docs.rs/marketplace-core/latest/marketplace_core/attr.marketplace_handler.html).
#[proc_macro_attribute]
pub fn marketplace_handler(arguments: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand_attribute(arguments.into(), item.into(), &parse_quote!(::marketplace_tower)).into()
}

// The same for who depends on `marketplace-core` alone: under the same public name there, and documented there.
#[allow(missing_docs)]
#[proc_macro_attribute]
pub fn marketplace_handler_core(arguments: TokenStream, item: TokenStream) -> TokenStream {
    handler::expand_attribute(arguments.into(), item.into(), &parse_quote!(::marketplace_core)).into()
}

/// Declares a request or a reply of the vendor's tables. For `marketplace-core` itself.
///
/// ```text
/// message! { pub request Name = "wireName" { field: Text<64>, … } }
/// message! { pub request part Name { … } }
/// message! { pub reply Name { … } }
/// message! { pub reply part Name { … } }
/// ```
///
/// The wire name of a field is its name in camel case, or what `#[wire("…")]` says. A request keeps its fields as they
/// were sent and has a getter for each; a reply is built by `new` with what is required and `with_…` for what is not.
#[proc_macro]
pub fn message(input: TokenStream) -> TokenStream {
    message::expand_declaration(input.into(), &parse_quote!(::marketplace_core)).into()
}
