//! `#[marketplace_handler]`: from annotated methods to a typed dispatch.

mod check;
mod expand;
mod model;
mod parse;

use proc_macro2::TokenStream;
use syn::Path;

use crate::errors::Errors;

/// The user's item is always emitted again. After an error a stub stands for what cannot be generated, so that one
/// mistake is one error. `root` is the crate that generated code names.
pub(crate) fn expand_attribute(arguments: TokenStream, item: TokenStream, root: &Path) -> TokenStream {
    let mut errors = Errors::default();
    let (item, mut handler) = parse::parse(arguments, item, root, &mut errors);
    if let Some(handler) = &mut handler {
        check::check(handler, root, &mut errors);
    }
    let generated = match &handler {
        Some(handler) if errors.is_empty() => expand::handler(handler, root),
        Some(handler) => expand::stub(handler, root),
        None => TokenStream::new(),
    };
    let errors = errors.into_tokens();
    quote::quote!(#item #generated #errors)
}
