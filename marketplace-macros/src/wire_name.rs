//! What a field is called on the wire.

use syn::Ident;
use syn::ext::IdentExt;

/// `order_line_id` → `orderLineId`.
pub(crate) fn wire_name(field: &Ident) -> String {
    let field = field.unraw().to_string();
    let mut name = String::with_capacity(field.len());
    let mut upper = false;
    for letter in field.chars() {
        match letter {
            '_' => upper = !name.is_empty(),
            letter if upper => {
                name.extend(letter.to_uppercase());
                upper = false;
            }
            letter => name.push(letter),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_camel_case() {
        for (field, name) in [
            ("order_id", "orderId"),
            ("front_end_url", "frontEndUrl"),
            ("memo", "memo"),
            ("trial_to_formal", "trialToFormal"),
            ("ipv4_address", "ipv4Address"),
            ("line_2", "line2"),
            ("_hidden_", "hidden"),
            ("r#type", "type"),
        ] {
            let field = syn::parse_str::<Ident>(field).unwrap();
            assert_eq!(wire_name(&field), name);
        }
    }
}
