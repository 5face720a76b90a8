//! The sentences of verdicts about something in particular. What they mean in general is in the catalogue.

use super::VerdictCode;

/// What is wrong. `about` names the parameter, the key or the form, if the code is about one.
pub(super) fn sentence(code: VerdictCode, about: Option<&str>) -> String {
    match (about, template(code)) {
        (Some(about), Some(template)) => template.replace("{}", about),
        _ => code.entry().what.to_owned(),
    }
}

fn template(code: VerdictCode) -> Option<&'static str> {
    Some(match code {
        VerdictCode::ParameterMissing => "`{}` is missing or empty.",
        VerdictCode::ParameterRepeated => "`{}` is there more than once.",
        VerdictCode::StaleTimestamp => "The timestamp is {} behind the clock of the receiver.",
        VerdictCode::FutureTimestamp => "The timestamp is {} ahead of the clock of the receiver.",
        VerdictCode::TimestampUnit => "The timestamp is in the wrong unit: {}.",
        VerdictCode::InnerMissing => "The signed text ends with {} instead of the hash of the body.",
        VerdictCode::SignatureBase64 | VerdictCode::SignatureHex => "The signature is written as {}.",
        VerdictCode::KeyWhitespace | VerdictCode::KeyQuoted => "It was signed with {}.",
        VerdictCode::KeyOther => {
            "It was signed with another key than the configured one: the one called \"{}\"."
        }
        VerdictCode::BodyTrailingNewline
        | VerdictCode::BodyWhitespace
        | VerdictCode::BodyKeyOrder
        | VerdictCode::BodyEscapedUnicode
        | VerdictCode::BodyEscapedSlash
        | VerdictCode::BodyBom => "What was signed is {}.",
        VerdictCode::PlusBecameBlank => "A `+` and a blank were taken for each other in {}.",
        VerdictCode::UrlEncodedValues => "Percent-encoded is {}.",
        VerdictCode::NotSorted => {
            "The parameters were signed {}; they are sorted by name, in ascending order of their letters."
        }
        VerdictCode::TokenIncluded => "The parameter of the signature was signed itself, as {}.",
        VerdictCode::EmptyValueDropped => "Left out of the signed text were {}.",
        VerdictCode::EmptyValueKept => "Signed were {}.",
        VerdictCode::ParameterUnsigned => "`{}` was left out of the signed text.",
        VerdictCode::HashInsteadOfHmac => "A plain hash was computed, of {}; this scheme wants an HMAC.",
        VerdictCode::KeyLast => "The order was {}.",
        VerdictCode::Latin1 => "The signed text was {}; it is UTF-8.",
        VerdictCode::QueryFormEncoded => "The query was signed as {}; it is percent-encoded by RFC 3986.",
        VerdictCode::HeaderCase | VerdictCode::HeaderForm | VerdictCode::Unknown => "{}.",
        _ => return None,
    })
}
