//! What V1 and the first kit have in common: sorted pairs, under a key that ends with the timestamp.

use crate::analysis::digest::{Digest, Letters, hmac_sha256, sha256};
use crate::analysis::finding::{Case, Finding};
use crate::analysis::pairs::{Pairs, Text};
use crate::analysis::search::{Recipe, Written};
use crate::analysis::slip::{Slip, Variant};
use crate::analysis::time;
use crate::analysis::token::{Origin, RawToken};
use crate::analysis::verdict::VerdictCode;

pub(super) struct Paired {
    pub(super) pairs: Pairs,
    pub(super) time_stamp: String,
    pub(super) origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Right,
    KeyAlone,
    KeyLast,
    OtherUnit(usize),
    HashOfAll,
    HashOfKeyAndText,
    HashOfText,
}

impl Paired {
    pub(super) fn explain(self, case: Case<'_>, provided: &str) -> Finding {
        let (finding, text) = Finding::search(case, &self, Letters::Base64, 32, provided);
        let mut tokens = vec![
            RawToken::key("accessKey", "***access key***", case.configured.name()),
            RawToken::new("timeStamp of the key", &*self.time_stamp, self.origin),
        ];
        tokens.extend(self.pairs.tokens(text.as_ref(), false));
        finding.with_tokens(tokens).with_time(time::of_v1(&self.time_stamp))
    }
}

impl Recipe for Paired {
    type Text = Text;
    type Method = Method;

    fn texts(&self) -> Vec<Variant<Text>> {
        self.pairs.texts()
    }

    fn methods(&self) -> Vec<Variant<Method>> {
        let mut methods = vec![
            Variant::right(Method::Right),
            Variant::wrong(Slip::new(VerdictCode::KeyWithoutTimestamp), Method::KeyAlone),
        ];
        let mut push =
            |code, about: &str, method| methods.push(Variant::wrong(Slip::about(code, about), method));
        push(VerdictCode::KeyLast, "timestamp, access key, for the key of the MAC", Method::KeyLast);
        for (at, other) in time::other_units(&self.time_stamp).into_iter().enumerate() {
            let what = format!("`{other}` was in the key, and `{}` was sent", self.time_stamp);
            push(VerdictCode::TimestampUnit, &what, Method::OtherUnit(at));
        }
        let hash = VerdictCode::HashInsteadOfHmac;
        push(hash, "access key, timestamp and text", Method::HashOfAll);
        push(hash, "access key and text", Method::HashOfKeyAndText);
        push(hash, "the text alone", Method::HashOfText);
        methods
    }

    fn write(&self, text: &Text) -> Option<Written> {
        self.pairs.write(text).map(Written::from)
    }

    fn digest(&self, key: &[u8], text: &Written, method: Method) -> Digest {
        let (stamp, text) = (self.time_stamp.as_bytes(), &*text.body);
        match method {
            Method::Right => hmac_sha256(&[key, stamp].concat(), &[text]),
            Method::KeyAlone => hmac_sha256(key, &[text]),
            Method::KeyLast => hmac_sha256(&[stamp, key].concat(), &[text]),
            Method::OtherUnit(at) => {
                let other = time::other_units(&self.time_stamp).into_iter().nth(at).unwrap_or_default();
                hmac_sha256(&[key, other.as_bytes()].concat(), &[text])
            }
            Method::HashOfAll => sha256(&[key, stamp, text]),
            Method::HashOfKeyAndText => sha256(&[key, text]),
            Method::HashOfText => sha256(&[text]),
        }
    }
}
