//! The messages of the Solution Guide.
//!
//! The spelling on the wire is not documented (`Invalid Key ID` in English, `Invalid Key Id` in Korean, `ipv4 auth failure` in a
//! report), so letters and digits are compared and nothing else.

use super::{Refused, SkmError};

type Variant = fn(Refused) -> SkmError;

/// As the guide prints them.
const MESSAGES: [(&str, Variant); 10] = [
    ("Invalid Appkey", SkmError::InvalidAppkey),
    ("Invalid Key ID", SkmError::InvalidKeyId),
    ("Invalid Key Version", SkmError::InvalidKeyVersion),
    ("Invalid User Data", SkmError::InvalidUserData),
    ("Invalid Key Status", SkmError::InvalidKeyStatus),
    ("Invalid Key Version Status", SkmError::InvalidKeyVersionStatus),
    ("IPv4 Auth Failure", SkmError::Ipv4AuthFailure),
    ("MAC Auth Failure", SkmError::MacAuthFailure),
    ("Certificate Auth Failure", SkmError::CertificateAuthFailure),
    ("URL NOT FOUND", SkmError::UrlNotFound),
];

/// The error that a message stands for, if the guide has it.
pub(in super::super) fn by_message(message: &str, refused: Refused) -> Option<SkmError> {
    let is_same = |(text, _): &&(&str, Variant)| letters(text).eq(letters(message));
    MESSAGES.iter().find(is_same).map(|(_, variant)| variant(refused))
}

pub(super) fn message_of(error: &SkmError) -> Option<&'static str> {
    Some(match error {
        SkmError::InvalidAppkey(_) => "Invalid Appkey",
        SkmError::InvalidKeyId(_) => "Invalid Key ID",
        SkmError::InvalidKeyVersion(_) => "Invalid Key Version",
        SkmError::InvalidUserData(_) => "Invalid User Data",
        SkmError::InvalidKeyStatus(_) => "Invalid Key Status",
        SkmError::InvalidKeyVersionStatus(_) => "Invalid Key Version Status",
        SkmError::Ipv4AuthFailure(_) => "IPv4 Auth Failure",
        SkmError::MacAuthFailure(_) => "MAC Auth Failure",
        SkmError::CertificateAuthFailure(_) => "Certificate Auth Failure",
        SkmError::UrlNotFound(_) => "URL NOT FOUND",
        _ => return None,
    })
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    const REFUSED: Refused = Refused { code: 7, status: StatusCode::OK };

    #[test]
    fn is_told_by_its_words_however_they_are_spelled() {
        for (text, _) in MESSAGES {
            for spelled in [text.to_owned(), text.to_lowercase(), text.to_uppercase(), format!(" {text}. ")] {
                let error = by_message(&spelled, REFUSED).unwrap_or_else(|| panic!("{spelled}"));
                assert_eq!((error.guide_message(), error.refused()), (Some(text), Some(REFUSED)));
            }
        }
        for unknown in
            ["", "Invalid", "Invalid Key", "Invalid Key Version Status Code", "Failed to Decrypt Data"]
        {
            assert!(by_message(unknown, REFUSED).is_none(), "{unknown}");
        }
    }
}
