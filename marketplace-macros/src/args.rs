//! `key = value, …` inside an attribute.

use std::fmt;

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Token, bracketed, token};

use crate::suggest::{did_you_mean, listed};

/// A name, written as an identifier or as text.
pub(crate) struct Name {
    pub(crate) name: String,
    pub(crate) span: proc_macro2::Span,
}

impl Parse for Name {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            let text: LitStr = input.parse()?;
            return Ok(Self { name: text.value(), span: text.span() });
        }
        let ident: Ident = input.parse()?;
        Ok(Self { name: ident.to_string(), span: ident.span() })
    }
}

impl Name {
    pub(crate) fn error(&self, message: impl fmt::Display) -> syn::Error {
        syn::Error::new(self.span, message)
    }
}

/// One name, or several in brackets.
pub(crate) fn one_or_list(input: ParseStream<'_>) -> syn::Result<Vec<Name>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![input.parse()?]);
    }
    let content;
    bracketed!(content in input);
    Ok(Punctuated::<Name, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

/// The key of an argument and its `=`, out of those that are allowed and were not given before.
pub(crate) fn key(
    input: ParseStream<'_>,
    allowed: &[&'static str],
    given: &mut Vec<&'static str>,
) -> syn::Result<&'static str> {
    let key: Ident = input.parse()?;
    let Some(known) = allowed.iter().copied().find(|known| key == known) else {
        let written = key.to_string();
        let message = format!(
            "there is no argument `{written}`{}; allowed are {}",
            did_you_mean(&written, allowed.iter().copied()),
            listed(allowed.iter().copied()),
        );
        return Err(syn::Error::new(key.span(), message));
    };
    if given.contains(&known) {
        return Err(syn::Error::new(key.span(), format!("`{known}` is given twice")));
    }
    given.push(known);
    input.parse::<Token![=]>()?;
    Ok(known)
}
