//! What no answer may say.

use marketplace_core::AccessKey;
use marketplace_core::signature::BodySign;

use crate::transport::RawAnswer;

/// Shorter pieces of an answer are no keys.
const SHORTEST_KEY: usize = 8;
/// An answer has fewer pieces, unless it is made to keep somebody busy.
const MOST_PIECES: usize = 2_000;

/// What has to stay between the seller and KooGallery: the key, and the right signature of a call that has a wrong one.
pub(crate) struct Secrets<'s> {
    pub(crate) key: &'s AccessKey,
    /// If the call was signed rightly, it is no secret.
    pub(crate) signature: Option<&'s str>,
}

impl Secrets<'_> {
    pub(crate) fn are_in(&self, answer: &RawAnswer) -> bool {
        let body = String::from_utf8_lossy(&answer.body);
        // The header that signs the answer is of the answer, and no secret.
        let fields = answer.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(BodySign::NAME));
        fields.map(|(_, value)| value.as_str()).chain([&*body]).any(|text| self.are_in_text(text))
    }

    fn are_in_text(&self, text: &str) -> bool {
        let is_signed = self.signature.filter(|right| !right.is_empty()).is_some_and(|right| {
            text.to_ascii_lowercase().replace("\\/", "/").contains(&right.to_ascii_lowercase())
        });
        is_signed || self.names_the_key(text)
    }

    /// A key is never compared as text, here too: a piece of the answer is the key if it signs as the key does.
    fn names_the_key(&self, text: &str) -> bool {
        const PROBE: &[u8] = b"is this the key?";
        let ours = BodySign::of(self.key, PROBE);
        let separators = |letter: char| {
            letter.is_whitespace()
                || matches!(
                    letter,
                    '"' | '\'' | '\\' | ',' | ';' | '&' | '=' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>'
                )
        };
        text.split(separators)
            .flat_map(|piece| [Some(piece), piece.split_once(':').map(|(_, rest)| rest)])
            .flatten()
            .filter(|piece| piece.len() >= SHORTEST_KEY)
            .take(MOST_PIECES)
            .filter_map(|piece| AccessKey::new(piece).ok())
            .any(|piece| BodySign::of(&piece, PROBE).as_str() == ours.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(body: &str) -> RawAnswer {
        RawAnswer {
            status: 200,
            headers: vec![("X".to_owned(), "y".to_owned())],
            body: body.to_owned().into(),
            took: Duration::ZERO,
        }
    }

    #[test]
    fn finds_key_and_signature_wherever_they_stand() {
        let key = AccessKey::new("11111111-2222-3333-4444-555555555555").unwrap();
        let secrets = Secrets { key: &key, signature: Some("70AB/+=") };
        for body in [
            r#"{"resultMsg":"expected 70ab/+="}"#,
            r#"{"resultMsg":"expected 70AB\/+="}"#,
            r#"{"resultMsg":"the key 11111111-2222-3333-4444-555555555555 did not fit"}"#,
            "key:11111111-2222-3333-4444-555555555555",
        ] {
            assert!(secrets.are_in(&answer(body)), "{body}");
        }
        for body in ["", "{}", r#"{"resultMsg":"70AB 11111111-2222-3333-4444"}"#] {
            assert!(!secrets.are_in(&answer(body)), "{body}");
        }
    }
}
