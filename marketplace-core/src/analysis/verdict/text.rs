//! The sentences and the advice of each verdict.

use super::VerdictCode;

/// What is wrong. `about` names the parameter, the key or the form, if the code is about one.
pub(super) fn sentence(code: VerdictCode, about: Option<&str>) -> String {
    let named = |known: &str, unknown: &str| match about {
        Some(about) => known.replace("{}", about),
        None => unknown.to_owned(),
    };
    match code {
        VerdictCode::Valid => "The signature is right, and so is its time.".to_owned(),
        VerdictCode::ParameterMissing => {
            named("`{}` is missing or empty.", "Something that signing needs is missing or empty.")
        }
        VerdictCode::ParameterRepeated => {
            named("`{}` is there more than once.", "Something is there more than once.")
        }
        VerdictCode::StaleTimestamp => named(
            "The timestamp is {} behind the clock of the receiver.",
            "The timestamp is too old for the clock of the receiver.",
        ),
        VerdictCode::FutureTimestamp => named(
            "The timestamp is {} ahead of the clock of the receiver.",
            "The timestamp is ahead of the clock of the receiver.",
        ),
        VerdictCode::TimestampUnit => {
            named("The timestamp is in the wrong unit: {}.", "The timestamp is in the wrong unit.")
        }
        VerdictCode::NonceTimestampSwapped => "Nonce and timestamp have traded places.".to_owned(),
        VerdictCode::AccessKeyMissing => "The key was left out of the signed text.".to_owned(),
        VerdictCode::InnerPlainHash => {
            "The body was hashed with plain SHA-256; its hash is an HMAC under the access key.".to_owned()
        }
        VerdictCode::InnerMissing => named(
            "The signed text ends with {} instead of the hash of the body.",
            "The signed text does not end with the hash of the body.",
        ),
        VerdictCode::InnerUpperCase => {
            "The hash of the body was signed in upper case; its digits are in lower case.".to_owned()
        }
        VerdictCode::SignatureBase64 => named(
            "The signature is written as {}.",
            "The signature is in base64 where hexadecimal digits belong.",
        ),
        VerdictCode::SignatureHex => named(
            "The signature is written as {}.",
            "The signature is in hexadecimal digits where base64 belongs.",
        ),
        VerdictCode::KeyWhitespace => {
            named("It was signed with {}.", "It was signed with a key that has white space around it.")
        }
        VerdictCode::KeyQuoted => named("It was signed with {}.", "It was signed with a key in quotes."),
        VerdictCode::KeyOther => named(
            "It was signed with another key than the configured one: the one called \"{}\".",
            "It was signed with another key than the configured one.",
        ),
        VerdictCode::KeyWithoutTimestamp => {
            "The key of the MAC was the access key alone; the timestamp belongs directly behind it."
                .to_owned()
        }
        VerdictCode::KeyWithTimestamp => {
            "The key of the MAC was the access key and the timestamp; here it is the access key alone."
                .to_owned()
        }
        VerdictCode::BodyTrailingNewline => named(
            "What was signed is {}.",
            "The signed body and the sent one differ in a line end behind it.",
        ),
        VerdictCode::BodyWhitespace => {
            named("What was signed is {}.", "The signed body and the sent one differ in white space.")
        }
        VerdictCode::BodyKeyOrder => {
            named("What was signed is {}.", "The members of the body were signed in another order.")
        }
        VerdictCode::BodyEscapedUnicode => {
            named("What was signed is {}.", "The signed body and the sent one differ in escapes of letters.")
        }
        VerdictCode::BodyEscapedSlash => {
            named("What was signed is {}.", "The signed body and the sent one differ in `\\/`.")
        }
        VerdictCode::BodyBom => {
            named("What was signed is {}.", "The signed body and the sent one differ in a byte order mark.")
        }
        VerdictCode::BodyEmpty => "An empty body was signed.".to_owned(),
        VerdictCode::PlusBecameBlank => named(
            "A `+` and a blank were taken for each other in {}.",
            "A `+` and a blank were taken for each other.",
        ),
        VerdictCode::UrlEncodedValues => {
            named("{}.", "Percent-encoded values were signed instead of the decoded ones.")
        }
        VerdictCode::NotSorted => named(
            "The parameters were signed {}; they are sorted by name, in ascending order of their letters.",
            "The parameters were not sorted by name before signing.",
        ),
        VerdictCode::TokenIncluded => named(
            "The parameter of the signature was signed itself, as {}.",
            "The parameter of the signature was signed itself.",
        ),
        VerdictCode::EmptyValueDropped => {
            named("Left out of the signed text were {}.", "Parameters with empty values were left out.")
        }
        VerdictCode::EmptyValueKept => {
            named("Signed were {}.", "Parameters with empty values were signed, which do not count here.")
        }
        VerdictCode::ParameterUnsigned => {
            named("`{}` was left out of the signed text.", "A parameter was left out of the signed text.")
        }
        VerdictCode::HmacInsteadOfHash => {
            "An HMAC was computed; this scheme wants a plain hash of key and text.".to_owned()
        }
        VerdictCode::HashInsteadOfHmac => named(
            "A plain hash was computed, of {}; this scheme wants an HMAC.",
            "A plain hash was computed; this scheme wants an HMAC.",
        ),
        VerdictCode::KeyLast => named(
            "The order was {}; the key comes first.",
            "The key stood behind the text instead of before it.",
        ),
        VerdictCode::Latin1 => {
            named("The signed text was {}; it is UTF-8.", "The signed text was not in UTF-8.")
        }
        VerdictCode::DebugComponentSigned => {
            "`debug-component` was signed; it stays out of the signed text.".to_owned()
        }
        VerdictCode::QueryFormEncoded => named(
            "The query was signed as {}; it is percent-encoded by RFC 3986.",
            "The query was encoded as a form before signing; it is percent-encoded by RFC 3986.",
        ),
        VerdictCode::HeaderCase => named("{}.", "The name of a header is in the wrong case."),
        VerdictCode::HeaderForm => named("{}.", "The value of a header does not have the form that is read."),
        VerdictCode::Unknown => {
            named("{}.", "The signature is wrong, and none of the known mistakes explains it.")
        }
    }
}

/// What to do.
pub(super) fn action(code: VerdictCode) -> &'static str {
    match code {
        VerdictCode::Valid => "Nothing; if the call still fails, look at the next error.",
        VerdictCode::ParameterMissing => "Send it, or look for what removes it on the way.",
        VerdictCode::ParameterRepeated => "Send it once: receivers differ in which one they take.",
        VerdictCode::StaleTimestamp => {
            "Set the clocks of both sides by NTP, and sign right before sending; for an old recording, give the time at which \
             it was received."
        }
        VerdictCode::FutureTimestamp => {
            "Set the clocks of both sides by NTP, and check the time zone of the sender."
        }
        VerdictCode::TimestampUnit => {
            "Write the timestamp once, in the unit of the scheme, and sign and send that text."
        }
        VerdictCode::NonceTimestampSwapped => "Put nonce and timestamp where the scheme has them.",
        VerdictCode::AccessKeyMissing => {
            "Begin the signed text with the key; it is part of the text as well as the key of the MAC."
        }
        VerdictCode::InnerPlainHash => "Hash the body with HMAC-SHA256 under the access key.",
        VerdictCode::InnerMissing => {
            "End the text with the HMAC-SHA256 of the body, in lower-case hexadecimal digits."
        }
        VerdictCode::InnerUpperCase => "Write the hash of the body in lower case before signing it.",
        VerdictCode::SignatureBase64 | VerdictCode::SignatureHex => {
            "Encode the bytes of the hash in the way of the scheme, once."
        }
        VerdictCode::KeyWhitespace => {
            "Trim the key where it is read: look for the line end of a file or a secret."
        }
        VerdictCode::KeyQuoted => {
            "Take the quotes off the key: look at how the environment or the file is read."
        }
        VerdictCode::KeyOther => {
            "Use the key that belongs to this kind of interface on both sides; each kind in the console has its own."
        }
        VerdictCode::KeyWithoutTimestamp => {
            "Use access key and timestamp, one directly behind the other, as the key of the MAC."
        }
        VerdictCode::KeyWithTimestamp => "Use the access key alone as the key of the MAC.",
        VerdictCode::BodyTrailingNewline => {
            "Sign and send the same bytes: look for what ends the output with a line end."
        }
        VerdictCode::BodyWhitespace => {
            "Serialise once, then sign and send those bytes; nothing may reformat them."
        }
        VerdictCode::BodyKeyOrder => {
            "Serialise once, then sign and send those bytes; do not sort or parse in between."
        }
        VerdictCode::BodyEscapedUnicode | VerdictCode::BodyEscapedSlash => {
            "Serialise once, then sign and send those bytes; two serialisers escape differently."
        }
        VerdictCode::BodyBom => "Write UTF-8 without a byte order mark, and sign what is sent.",
        VerdictCode::BodyEmpty => "Sign the body that is sent: look for a stream that had been read before.",
        VerdictCode::PlusBecameBlank => "Send `+` as `%2B`, and decode exactly once.",
        VerdictCode::UrlEncodedValues => "Sign decoded values, and encode them for the URL afterwards, once.",
        VerdictCode::NotSorted => "Sort by name, byte by byte: upper case before lower case.",
        VerdictCode::TokenIncluded => "Leave the parameter of the signature out of the signed text.",
        VerdictCode::EmptyValueDropped => "Sign every parameter that is sent, empty ones as `name=`.",
        VerdictCode::EmptyValueKept => "Leave members that are null or blank out of the signed text.",
        VerdictCode::ParameterUnsigned => "Sign every parameter that is sent, not a list of known names.",
        VerdictCode::HmacInsteadOfHash => "Hash `key&text` plainly.",
        VerdictCode::HashInsteadOfHmac => "Compute the HMAC.",
        VerdictCode::KeyLast => "Put the key first.",
        VerdictCode::Latin1 => "Convert the text to UTF-8 bytes, once, by naming the encoding.",
        VerdictCode::DebugComponentSigned => "Add `debug-component` after signing.",
        VerdictCode::QueryFormEncoded => "Encode a blank as `%20`, `*` as `%2A`, and leave `~` alone.",
        VerdictCode::HeaderCase => {
            "Send the name exactly as documented, over HTTP/1.1: frameworks and proxies write lower case."
        }
        VerdictCode::HeaderForm => "Write the value exactly as documented.",
        VerdictCode::Unknown => {
            "Compare the tokens with your own text one by one; if they agree, it was another key: name it among the others."
        }
    }
}
