//! From tokens to a [`Message`].

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Token, Visibility, braced};

use super::{Field, Kind, Message};
use crate::spec::Form;
use crate::wire_name::wire_name;

mod keyword {
    syn::custom_keyword!(request);
    syn::custom_keyword!(reply);
    syn::custom_keyword!(part);
    syn::custom_keyword!(get);
    syn::custom_keyword!(path);
}

impl Parse for Message {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = Attribute::parse_outer(input)?;
        let visibility = input.parse()?;
        let lookahead = input.lookahead1();
        let is_request = if lookahead.peek(keyword::request) {
            input.parse::<keyword::request>()?;
            true
        } else if lookahead.peek(keyword::reply) {
            input.parse::<keyword::reply>()?;
            false
        } else {
            return Err(lookahead.error());
        };
        let is_part = input.parse::<Option<keyword::part>>()?.is_some();
        let name = input.parse()?;
        let kind = match (is_request, is_part) {
            (true, false) => {
                input.parse::<Token![=]>()?;
                let form = if input.parse::<Option<keyword::get>>()?.is_some() {
                    Form::Query
                } else if input.parse::<Option<keyword::path>>()?.is_some() {
                    Form::Path
                } else {
                    Form::Json
                };
                Kind::Request(input.parse::<LitStr>()?.value(), form)
            }
            (true, true) => Kind::RequestPart,
            (false, false) => Kind::Reply,
            (false, true) => Kind::ReplyPart,
        };
        let content;
        braced!(content in input);
        Ok(Self { attributes, visibility, kind, name, fields: Self::fields(&content)? })
    }
}

impl Message {
    /// What stands between the braces.
    pub(crate) fn fields(input: ParseStream<'_>) -> syn::Result<Vec<Field>> {
        Ok(Punctuated::<Field, Token![,]>::parse_terminated(input)?.into_iter().collect())
    }
}

impl Parse for Field {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (wire, attributes): (Vec<_>, Vec<_>) = Attribute::parse_outer(input)?
            .into_iter()
            .partition(|attribute| attribute.path().is_ident("wire"));
        let visibility = match input.parse()? {
            Visibility::Inherited => None,
            visibility => Some(visibility),
        };
        let name: Ident = input.parse()?;
        let mut names = match wire.first() {
            Some(wire) => wire.parse_args_with(Punctuated::<LitStr, Token![,]>::parse_separated_nonempty)?,
            None => Punctuated::new(),
        }
        .into_iter()
        .map(|name| name.value());
        let wire = names.next().unwrap_or_else(|| wire_name(&name));
        let aliases = names.collect();
        input.parse::<Token![:]>()?;
        Ok(Self { attributes, visibility, name, wire, aliases, ty: input.parse()? })
    }
}
