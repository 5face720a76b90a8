//! The words of the vendor's tables, which need no import at a seller's.

use syn::{GenericArgument, Path, PathArguments, Token, Type};

pub(super) const OF_REQUESTS: &[&str] = &["Text", "Amount", "MarketTime"];
pub(super) const OF_REPLIES: &[&str] = &["Text", "SecretText", "Sealed", "Amount", "MarketTime"];

/// Makes `Text<64>` the root's, wherever it stands in the type. A path is left as it is.
pub(super) fn find_words(ty: &mut Type, words: &[&str], root: &Path) {
    let Type::Path(path) = ty else { return };
    for segment in &mut path.path.segments {
        if let PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            for argument in &mut arguments.args {
                if let GenericArgument::Type(inner) = argument {
                    find_words(inner, words, root);
                }
            }
        }
    }
    let alone = path.qself.is_none() && path.path.leading_colon.is_none() && path.path.segments.len() == 1;
    let Some(word) = path
        .path
        .segments
        .first()
        .filter(|word| alone && words.iter().any(|name| word.ident == name))
        .cloned()
    else {
        return;
    };
    // Spanned at the word, so that an error is shown there.
    let span = word.ident.span();
    let mut found = root.clone();
    found.leading_colon = Some(Token![::](span));
    for segment in &mut found.segments {
        segment.ident.set_span(span);
    }
    found.segments.push(word);
    path.path = found;
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::*;

    #[test]
    fn words_are_found_without_an_import() {
        for (written, found) in [
            (parse_quote!(Text<64>), parse_quote!(::root::Text<64>)),
            (parse_quote!(Option<Vec<Text<64>>>), parse_quote!(Option<Vec<::root::Text<64>>>)),
            (parse_quote!(Amount), parse_quote!(::root::Amount)),
            (parse_quote!(mine::Text<64>), parse_quote!(mine::Text<64>)),
            (parse_quote!(&'static str), parse_quote!(&'static str)),
        ] {
            let (mut ty, found): (Type, Type) = (written, found);
            find_words(&mut ty, OF_REPLIES, &parse_quote!(::root));
            assert_eq!(ty.to_token_stream().to_string(), found.to_token_stream().to_string());
        }
    }
}
