//! What KooGallery may send as a V1 call is accepted in every spelling, and nothing that it did not sign.

use marketplace_core::signature::Scheme;
use marketplace_core::signature::v1::{self, KnownName, QueryError, SignedQuery};
use marketplace_core::{AccessKey, Guide, KeyRing, Verified};

use crate::random::Random;

pub(crate) const STAMP: &str = "20200727073711903";
const CIPHER: &str = "ABCDEFGHIJKLMNOP+2wqsCOa3czT9t/aX65+EQ==";

pub(crate) fn key() -> AccessKey {
    AccessKey::new("11111111-2222-3333-4444-555555555555").unwrap()
}

pub(crate) fn verify(query: &str) -> Option<Verified> {
    SignedQuery::parse(query).ok()?.verify(&KeyRing::from(key())).ok()
}

fn refused(query: &str) -> QueryError {
    SignedQuery::parse(query).expect_err(query)
}

/// The token of a text, as it stands in a query.
pub(crate) fn token(text: &str) -> String {
    encoded(&v1::token(&key(), STAMP, text))
}

pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn parameters(call: &Verified) -> Vec<(&str, &str)> {
    call.parameters().collect()
}

/// A purchase with a name of a company, a ciphertext, and an empty value.
pub(crate) fn purchase() -> [(&'static str, &'static str); 7] {
    [
        ("activity", "newInstance"),
        ("customerName", "研发 A&B = C & Co, 100%"),
        ("email", CIPHER),
        ("orderId", "CS1906666666ABCDE"),
        ("productId", ""),
        ("saasExtendParams", "W3sibmFtZSI6Ijx%2BPj8%3D"),
        ("timeStamp", STAMP),
    ]
}

pub(crate) fn joined(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[test]
fn the_order_of_the_query_does_not_matter() {
    let mut random = Random::seeded(0x0d3);
    let mut pairs = purchase();
    for _ in 0..200 {
        for at in (1..pairs.len()).rev() {
            pairs.swap(at, random.below(at + 1));
        }
        let call = verify(&v1::sign(&key(), &pairs)).unwrap();
        assert_eq!(parameters(&call), purchase());
    }
    // Also the token may stand anywhere, and empty pairs are none.
    let query = v1::sign(&key(), &pairs);
    let (rest, token) = query.rsplit_once('&').unwrap();
    assert!(verify(&format!("&{token}&&{rest}&")).is_some());
}

#[test]
fn parameters_that_nobody_knows_are_signed() {
    let query = v1::sign(&key(), &[&purchase()[..], &[("Zebra", "1"), ("zebra", "2"), ("新", "3")]].concat());
    let call = verify(&query).unwrap();
    let names: Vec<_> = call.parameters().map(|(name, _)| name).collect();
    assert_eq!((names[0], &names[7..]), ("Zebra", &["timeStamp", "zebra", "新"][..]));
    assert!(verify(&format!("{query}&more=1")).is_none());
    // Names are sorted by UTF-16 units, as in Java: a crab comes before a full-width letter.
    let text = format!("activity=a&timeStamp={STAMP}&🦀=1&ｚ=2");
    let query = format!("{}&authToken={}", text.replace('🦀', &encoded("🦀")), token(&text));
    assert_eq!(verify(&query).unwrap().body(), text.as_bytes());
}

#[test]
fn a_plus_is_a_blank_or_itself() {
    for (value, spellings) in [
        ("A Ltd", ["A+Ltd", "A%20Ltd"]),
        ("a+b/c==", ["a+b/c==", "a%2Bb%2Fc%3D%3D"]),
        ("A+B Ltd", ["A%2BB+Ltd", "A+B%20Ltd"]),
    ] {
        let text = format!("activity=a&customerName={value}&timeStamp={STAMP}");
        for spelling in spellings {
            let query =
                format!("activity=a&customerName={spelling}&timeStamp={STAMP}&authToken={}", token(&text));
            assert_eq!(parameters(&verify(&query).expect(&query))[1], ("customerName", value));
        }
    }
    // But not both in one call.
    let text = format!("activity=a&customerName=A B&email=c+d&timeStamp={STAMP}");
    let query = |name, email| {
        format!("activity=a&customerName={name}&email={email}&timeStamp={STAMP}&authToken={}", token(&text))
    };
    assert!(verify(&query("A+B", "c%2Bd")).is_some() && verify(&query("A%20B", "c+d")).is_some());
    assert!(verify(&query("A+B", "c+d")).is_none());
}

#[test]
fn a_plus_in_the_token_may_travel_as_a_blank() {
    let token = "8hK+b/7Z9v4jSh+c8NSIcKW0Nmm7RkSHE0z9xn6sIKI=";
    for spelling in [token.to_owned(), encoded(token), token.replace('+', "%20"), token.replace('+', "%2b")] {
        let query = format!("activity=a&timeStamp=1&authToken={spelling}");
        let read = *SignedQuery::parse(&query).unwrap().auth_token();
        assert_eq!(read[..4], [0xf2, 0x12, 0xbe, 0x6f]);
    }
    for wrong in
        ["", "%", &token[1..], &token.replace('+', "-"), &format!("{token}%20"), &format!("+{token}"), "QQ=="]
    {
        let query = format!("activity=a&timeStamp=1&authToken={wrong}");
        assert!(SignedQuery::parse(&query).is_err(), "{wrong}");
    }
}

#[test]
fn empty_values_are_signed_or_left_out() {
    let with = format!("activity=refreshInstance&orderId=1&productId=&timeStamp={STAMP}");
    let without = with.replace("&productId=", "");
    for (signed, travelled, accepted) in [
        (&with, &with, true),
        (&without, &with, true),
        (&without, &without, true),
        // What was signed cannot be left out.
        (&with, &without, false),
    ] {
        let query = format!("{travelled}&authToken={}", token(signed));
        let call = verify(&query);
        assert_eq!(call.is_some(), accepted, "{query}");
        // And what was not signed is not seen.
        if let Some(call) = call {
            assert_eq!(call.body(), signed.as_bytes());
            assert_eq!(joined(&parameters(&call)), *signed);
        }
    }
    // A name alone has an empty value.
    assert!(
        verify(&format!("{}&authToken={}", with.replace("productId=", "productId"), token(&with))).is_some()
    );
}

#[test]
fn says_what_is_wrong_with_a_query() {
    let token = token(&format!("activity=a&timeStamp={STAMP}"));
    let whole = format!("activity=a&timeStamp={STAMP}&authToken={token}");
    assert!(verify(&whole).is_some());
    let missing = QueryError::Missing;
    for (query, error) in [
        (String::new(), missing("timeStamp")),
        ("activity=a".to_owned(), missing("timeStamp")),
        (format!("activity=a&timeStamp=&authToken={token}"), missing("timeStamp")),
        (format!("timeStamp={STAMP}"), missing("authToken")),
        (format!("activity=a&timeStamp={STAMP}"), missing("authToken")),
        (format!("activity=a&timeStamp={STAMP}&authToken"), missing("authToken")),
        (whole.replace(STAMP, "20200727x"), QueryError::Malformed("timeStamp")),
        (whole.replace(STAMP, "123456789012345678901"), QueryError::Malformed("timeStamp")),
        (whole.replace(STAMP, "+1"), QueryError::Malformed("timeStamp")),
        (whole.replace(STAMP, "%D9%A1"), QueryError::Malformed("timeStamp")),
        (whole.replace("authToken=%", "authToken=%41%"), QueryError::Malformed("authToken")),
        (format!("{whole}&a=%zz"), QueryError::Encoding),
        (format!("{whole}&a=%ff"), QueryError::Encoding),
        (format!("{whole}&%e5=1"), QueryError::Encoding),
        (format!("{whole}&a=%4"), QueryError::Encoding),
        (format!("{whole}&=1"), QueryError::Name),
        (format!("{whole}&a%3Db=1"), QueryError::Name),
        (format!("{whole}&a%26b=1"), QueryError::Name),
        (format!("{whole}&a+b=1"), QueryError::Name),
        (format!("{whole}&a%2Bb=1"), QueryError::Name),
        (format!("{whole}&a%20=1"), QueryError::Name),
        (format!("{whole}&a%00=1"), QueryError::Name),
        (format!("{whole}&a%0A=1"), QueryError::Name),
        (format!("{whole}&a=1&a=1"), QueryError::Repeated(KnownName::of("a"))),
        (format!("{whole}&a=1&%61=2"), QueryError::Repeated(KnownName::of("a"))),
        (format!("{whole}&a&a"), QueryError::Repeated(KnownName::of("a"))),
        (format!("{whole}&authToken={token}"), QueryError::Repeated(KnownName::of("authToken"))),
        (format!("{whole}&%61ctivity=b"), QueryError::Repeated(KnownName::of("activity"))),
        (format!("{whole}&timeStamp={STAMP}"), QueryError::Repeated(KnownName::of("timeStamp"))),
        (format!("{whole}&a=%26"), QueryError::Ampersand(KnownName::of("a"))),
        (format!("{whole}&a=b%26c"), QueryError::Ampersand(KnownName::of("a"))),
        (format!("{whole}&CustomerName=b%26c"), QueryError::Ampersand(KnownName::of("CustomerName"))),
        (
            format!("{whole}&customerName=b%26orderId%3D1"),
            QueryError::Ampersand(KnownName::of("customerName")),
        ),
        (
            format!("{whole}&customerName=b%26%E6%96%B0="),
            QueryError::Ampersand(KnownName::of("customerName")),
        ),
        (
            format!("{whole}{}", (0..126).map(|at| format!("&a{at}=")).collect::<String>()),
            QueryError::TooMany,
        ),
        (format!("{whole}&a={}", "a".repeat(16 * 1024)), QueryError::TooLong),
        ("&".repeat(17_000), QueryError::TooLong),
    ] {
        assert_eq!(refused(&query), error, "{query}");
    }
    for allowed in
        ["customerName=A%26B", "customerName=A+%26+B+=+C", "a=b=c", "a==", "customerName=%26", "a=%00"]
    {
        let query = format!("{whole}&{allowed}");
        assert!(SignedQuery::parse(&query).is_ok(), "{query}");
    }
}

#[test]
fn a_call_without_an_activity_is_told_so_only_if_it_is_signed() {
    let unverified = |query: &str| {
        SignedQuery::parse(query).unwrap().verify(&KeyRing::from(key())).unwrap_err().to_string()
    };
    for text in [
        format!("timeStamp={STAMP}"),
        format!("activity=&timeStamp={STAMP}"),
        format!("Activity=a&timeStamp={STAMP}"),
        format!("p1=1&p2=2&timeStamp={STAMP}"),
    ] {
        let signed = format!("{text}&authToken={}", token(&text));
        assert_eq!(unverified(&signed), "signed, but no call: `activity` is missing", "{text}");
        let stranger = format!("{text}&authToken={}", token("another"));
        assert_eq!(unverified(&stranger), "no key of the ring signed this request", "{text}");
    }
}

#[test]
fn errors_and_debug_output_do_not_repeat_the_query() {
    for query in
        ["canary=1&canary=2", "canary", "canary=%zz", "canary=a%26canary", "=canary", "timeStamp=canary"]
    {
        assert!(!refused(query).to_string().contains("canary"));
    }
    let query = v1::sign(&key(), &[("activity", "canary"), ("canary", "1"), ("timeStamp", STAMP)]);
    let query = SignedQuery::parse(&query).unwrap();
    assert!(!format!("{query:?}").contains("canary"));
    assert!(!format!("{:?}", query.into_owned().verify(&KeyRing::from(key())).unwrap()).contains("canary"));
}

#[test]
fn a_key_that_does_not_serve_v1_is_not_accepted() {
    let query = v1::sign(&key(), &purchase());
    let query = SignedQuery::parse(&query).unwrap();
    for (guides, accepted) in [
        (&[Guide::V1][..], true),
        (&[Guide::V2, Guide::V1], true),
        (&[Guide::V2, Guide::Licence, Guide::KitV1, Guide::KitV2], false),
        (&[], false),
    ] {
        let ring = KeyRing::from(key().serving(guides.iter().copied()));
        assert_eq!(query.verify(&ring).is_ok(), accepted, "{guides:?}");
    }
    // Nor if a key that serves it stands beside it.
    let other = || AccessKey::named("other", "22222222-2222-3333-4444-555555555555").unwrap();
    let ring = KeyRing::new([key().serving([Guide::V2]), other().serving([Guide::V1])]).unwrap();
    assert!(query.verify(&ring).is_err());
    let ring = KeyRing::new([other(), other(), key().serving([Guide::V1]), other()]).unwrap();
    let call = query.verify(&ring).unwrap();
    assert_eq!((call.key().name(), call.scheme()), ("access key", Scheme::V1));
}

#[test]
fn no_other_stamp_and_no_other_key_pass() {
    let query = v1::sign(&key(), &purchase());
    let parsed = SignedQuery::parse(&query).unwrap();
    for other in ["11111111-2222-3333-4444-55555555555", "11111111-2222-3333-4444-5555555555552", "x"] {
        assert!(parsed.verify(&KeyRing::from(AccessKey::new(other).unwrap())).is_err());
    }
    assert!(verify(&query.replace(STAMP, "20200727073711904")).is_none());
    assert!(verify(&query.replace(STAMP, "2020072707371190")).is_none());
    // The key of the MAC is key and stamp without a separator: a key with the first digit needs the stamp without it.
    let longer = KeyRing::from(AccessKey::new("11111111-2222-3333-4444-5555555555552").unwrap());
    let shorter = query.replace(STAMP, &STAMP[1..]);
    assert!(SignedQuery::parse(&shorter).unwrap().verify(&longer).is_err());
}

#[test]
fn names_a_parameter_that_the_pages_know_and_repeats_no_other() {
    let text = |query: &str| refused(query).to_string();
    assert_eq!(text("orderId=1&orderId=2"), "the parameter `orderId` is given more than once");
    assert_eq!(text("canary=1&canary=2"), "a parameter that is on no page is given more than once");
    assert!(
        text(
            "activity=a&timeStamp=1&authToken=I6xHQNLGRXei2TQyonzfsdN/RRGT55AmGiZIkTw9oJg=&skuCode=canary%261"
        )
        .starts_with("the parameter `skuCode` has a value with `&`")
    );
}
