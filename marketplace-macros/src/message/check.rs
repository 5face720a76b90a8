//! What a message cannot be.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Path, Type, parse_quote};

use super::{Kind, Message, argument_of};
use crate::errors::Errors;
use crate::spec::Form;
use crate::suggest::listed;

/// A wrong field is reported and taken out, so that what is left is a message.
pub(super) fn check(message: &mut Message, errors: &mut Errors) {
    let (members, methods): (&[&str], &[&str]) = match message.kind {
        Kind::Request(_, Form::Json) => (&["activity", "testFlag"], &["mode", "from_json"]),
        Kind::Request(_, Form::Path) => (&["testFlag"], &["mode", "from_json"]),
        Kind::Request(_, Form::Query) => {
            (&["activity", "testFlag", "authToken", "timeStamp"], &["mode", "from_query"])
        }
        Kind::Reply => (&["resultCode", "resultMsg"], &["new", "result_msg"]),
        Kind::ReplyPart => (&[], &["new"]),
        Kind::RequestPart => (&[], &[]),
    };
    let (mut names, mut wires) = (BTreeSet::new(), BTreeSet::new());
    message.fields.retain(|field| {
        let (name, wire) = (field.name.unraw().to_string(), &field.wire);
        let wrong = if wire.is_empty() {
            "a field has a name on the wire".to_owned()
        } else if members.contains(&wire.as_str()) {
            format!("every such message has {} already", listed(members.iter().copied()))
        } else if methods.contains(&name.as_str()) {
            format!("every such message has a method `{name}`; call the field otherwise, and say `#[wire(\"{wire}\")]`")
        } else if !names.insert(name)
            || !wires.insert(wire.clone())
            || !field.aliases.iter().all(|alias| wires.insert(alias.clone()))
        {
            format!("there is a field `{wire}` already")
        } else {
            return true;
        };
        errors.at(&field.name, wrong);
        false
    });
}

/// The types of a request that a seller declares. Elsewhere the trait of such types is enough; here a type without it
/// would be an error in everything that uses the request. So what has no path has to be known. A wrong type is reported
/// and becomes a text.
pub(super) fn check_types(message: &mut Message, root: &Path, also: &[&str], errors: &mut Errors) {
    for field in &mut message.fields {
        if let Some(unknown) = unknown_word(&field.ty, also) {
            errors.at(
                unknown,
                format_args!(
                    "`{}` cannot be a field of a request: use `Text<MAX>`, `i64`, `Amount`, `MarketTime`, or `Option` or \
                     `Vec` of these; a type of your own that implements `RequestField` is written with its path",
                    unknown.to_token_stream(),
                ),
            );
            field.ty = parse_quote!(#root::Text<64>);
        }
    }
}

/// The part of a type that is neither a word of requests nor a path.
fn unknown_word<'a>(ty: &'a Type, also: &[&str]) -> Option<&'a Type> {
    if let Some(inner) = argument_of(ty, "Option").or_else(|| argument_of(ty, "Vec")) {
        return unknown_word(inner, also);
    }
    let known = match ty {
        Type::Path(path) => match path.path.get_ident() {
            Some(word) => word == "i64" || also.iter().any(|name| word == name),
            None => path.path.segments.len() > 1,
        },
        _ => false,
    };
    (!known).then_some(ty)
}
