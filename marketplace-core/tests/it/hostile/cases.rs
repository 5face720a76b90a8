//! Queries and bodies that are known to break parsers.

use marketplace_core::signature::v2::{SignedQuery, SortStep};
use marketplace_core::v2::{ChangeInstanceCheck, NewInstance, ReleaseInstance};
use marketplace_core::{AccessKey, KeyRing};

use super::{bodies, read_one};
use crate::calls::{Call, verify};

#[test]
fn nesting_is_refused_wherever_it_stands() {
    let ring = KeyRing::from(AccessKey::new("key").unwrap());
    let heads = bodies().map(|body| body.strip_suffix('}').unwrap().to_owned());
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"activity\":", "}]")] {
        for close in [close, ""] {
            let value = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            let escaped = serde_json::to_string(&value).unwrap();
            let places = [
                value.clone(),
                escaped.clone(),
                format!("{{{value}:1}}"),
                format!(r#"{{"activity":{value}}}"#),
                format!(r#"{{"unknown":{value},"activity":"newInstance"}}"#),
                format!(r#"{{"activity":"newInstance"}}{value}"#),
                format!(r#"{{"activity":"newInstance","orderInfo":[{{"orderId":"1","unknown":{value}}}]}}"#),
                format!(r#"{{"activity":"newInstance","orderInfo":[{{"orderId":{value}}}]}}"#),
                format!(r#"{{"activity":"newInstance","orderInfo":{value}}}"#),
                format!(r#"{{"activity":"newInstance","buyerInfo":{value}}}"#),
                format!(r#"{{"activity":"changeInstanceCheck","instanceId":"1","productInfo":{value}}}"#),
                format!(
                    r#"{{"activity":"changeInstanceCheck","instanceId":"1","productInfo":[{{"x":{value}}}]}}"#
                ),
            ];
            for (at, head) in heads.iter().enumerate() {
                for member in ["unknown", "testFlag", "instanceId", "orderId"] {
                    let body = format!(r#"{head},"{member}":{value}}}"#);
                    assert!(read_one(at, body.as_bytes()).is_err(), "{head} with {member}");
                }
            }
            for body in places {
                // As the activity that it names, or as any.
                let at = if body.contains("changeInstanceCheck") { 6 } else { 0 };
                assert!(read_one(at, body.as_bytes()).is_err(), "{}…", &body[..80]);
                // The sort step looks at it too.
                let query = format!("signature={}&timestamp=1680508066618&nonce=n", "0".repeat(64));
                assert!(verify(&ring, &query, body.as_bytes(), SortStep::On).is_none());
            }
            // JSON in a text is read by one activity only; to the others it is a member that they do not know.
            let text =
                format!(r#"{{"activity":"changeInstanceCheck","instanceId":"1","productInfo":{escaped}}}"#);
            let error = ChangeInstanceCheck::from_json(text).unwrap_err().to_string();
            assert!(error.starts_with("`productInfo"), "{error}");
        }
    }
    // As deep as anything real, and deeper, is fine.
    let value = format!("{}{}", "[".repeat(100), "]".repeat(100));
    for (at, head) in heads.iter().enumerate() {
        assert_eq!(read_one(at, format!(r#"{head},"unknown":{value}}}"#).as_bytes()), Ok(()));
    }
    // Brackets inside a text are letters.
    let text = format!(r#"{},"unknown":"{}"}}"#, heads[1], "[".repeat(100_000));
    assert_eq!(read_one(1, text.as_bytes()), Ok(()));
}

#[test]
fn trailing_and_leading_bytes_are_refused() {
    for (at, body) in bodies().iter().enumerate() {
        for blank in ["", " ", "\n", "\r\n\t "] {
            assert_eq!(read_one(at, format!("{blank}{body}{blank}").as_bytes()), Ok(()), "{blank:?}");
        }
        for odd in ["\u{feff}", "\0", "x", "{}", ",", "]", "}", "\u{a0}", "//", "null"] {
            assert!(read_one(at, format!("{body}{odd}").as_bytes()).is_err(), "{odd:?} after {body}");
            assert!(read_one(at, format!("{odd}{body}").as_bytes()).is_err(), "{odd:?} before {body}");
        }
        for odd in [&b"\xff"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe5\xae"] {
            let inside = [&body.as_bytes()[..body.len() - 1], br#","unknown":""#, odd, br#""}"#].concat();
            assert_eq!(read_one(at, &inside), Err("the body is not UTF-8".to_owned()));
        }
        assert!(read_one(at, &body.as_bytes()[..body.len() - 1]).is_err(), "cut short");
    }
}

#[test]
fn numbers_keep_their_value_or_are_refused() {
    let linear = |number: &str| {
        let body = format!(
            r#"{{"activity":"changeInstanceCheck","instanceId":"1","productInfo":{{"linearValue":{number}}}}}"#
        );
        ChangeInstanceCheck::from_json(body)
            .map(|request| request.product_info().first().unwrap().linear_value().unwrap())
    };
    for (number, value) in [
        ("9007199254740993", 9_007_199_254_740_993), // 2^53 + 1 is no f64
        ("\"9007199254740993\"", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("20.0", 20),
        ("2e1", 20),
        ("-0.0", 0),
        ("9007199254740992.0", 9_007_199_254_740_992),
    ] {
        assert_eq!(linear(number).unwrap(), value, "{number}");
    }
    for number in [
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "1e400",
        "-1e400",
        "1.5",
        "1e-1",
        "1e18",
        "9007199254740994.0",
        "\"\"",
        "\"1.0\"",
        "\"1e3\"",
        "\" 1\"",
        "\"９\"",
        "true",
        "[]",
        "{}",
        "01",
        "+1",
        "0x1",
        "NaN",
        "\"9223372036854775808\"",
    ] {
        let error = linear(number).expect_err(number).to_string();
        assert!(
            error.starts_with("`productInfo")
                || error.starts_with("invalid number")
                || error.starts_with("expected"),
            "{number}: {error}"
        );
    }

    let amount = |number: &str| {
        let body =
            format!(r#"{{"activity":"newInstance","orderInfo":[{{"orderId":"1","orderAmount":{number}}}]}}"#);
        NewInstance::from_json(body).map(|request| {
            request.order_info().unwrap().first().unwrap().order_amount().unwrap().ten_thousandths()
        })
    };
    for (number, value) in [
        ("0", 0),
        ("12.78", 127_800),
        ("\"12.78\"", 127_800),
        ("99999999.9999", 999_999_999_999),
        ("1e3", 10_000_000),
        ("0.1", 1_000),
        ("0.0001", 1),
        ("12", 120_000),
        ("33333333.3333", 333_333_333_333),
        ("12.780000", 127_800),
    ] {
        assert_eq!(amount(number).unwrap(), value, "{number}");
    }
    for number in [
        "100000000",
        "99999999.99999",
        "0.00001",
        "-1",
        "-0.5",
        "9007199254740993",
        "1e400",
        "1e-400000",
        "\"1e3\"",
        "\"\"",
        "\"-1\"",
        "\"1,5\"",
        "true",
        "[]",
        "{}",
    ] {
        if number == "1e-400000" {
            // Too small for a float is zero, and zero is a price.
            assert!(amount(number).is_ok_and(|value| value == 0));
            continue;
        }
        let error = amount(number).expect_err(number).to_string();
        assert!(error.starts_with("`orderInfo[0].orderAmount`"), "{number}: {error}");
    }
}

#[test]
fn odd_texts_are_refused_or_kept_as_they_are() {
    let release = |id: &str| {
        ReleaseInstance::from_json(format!(r#"{{"activity":"releaseInstance","instanceId":"{id}"}}"#))
            .map(|request| request.instance_id().to_owned())
            .map_err(|error| error.to_string())
    };
    for surrogate in
        [r"\ud800", r"\udc00", r"\ud800x", r"\ud800\ud800", r"\udc00\ud800", r"\ud83e", r"\u12", r"\x41"]
    {
        assert!(release(surrogate).is_err(), "{surrogate}");
        let named = format!(r#"{{"activity":"releaseInstance","instanceId":"1","{surrogate}":1}}"#);
        assert!(ReleaseInstance::from_json(named).is_err(), "{surrogate} as a name");
    }
    for control in ["\0", "\n", "\t", "\u{1f}"] {
        assert!(release(control).is_err(), "{control:?} has to be escaped");
    }
    for (spelled, kept) in [
        (r"\ud83e\udd80", "🦀"),
        (r"\u0000", "\0"),
        ("\u{feff}x", "\u{feff}x"),
        (r"\/", "/"),
        ("\u{7f}", "\u{7f}"),
        (r"a\u005c\u0022", "a\\\""),
        ("\u{202e}x", "\u{202e}x"),
        ("%00", "%00"),
    ] {
        assert_eq!(release(spelled).as_deref(), Ok(kept), "{spelled}");
    }
}

#[test]
fn members_given_twice_are_refused() {
    for (at, body) in bodies().iter().enumerate() {
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body).unwrap();
        for (name, value) in &members {
            for again in [value.to_string(), "null".to_owned()] {
                for name in [name.clone(), format!("\\u{:04x}{}", name.as_bytes()[0], &name[1..])] {
                    let head = body.strip_suffix('}').unwrap();
                    let twice = format!(r#"{head},"{name}":{again}}}"#);
                    let error = read_one(at, twice.as_bytes()).clone().expect_err(&twice);
                    assert!(error.contains("given more than once"), "{twice}: {error}");
                }
            }
        }
        // Nobody reads what nobody knows, however often it is there.
        let head = body.strip_suffix('}').unwrap();
        assert_eq!(read_one(at, format!(r#"{head},"unknown":1,"unknown":2}}"#).as_bytes()), Ok(()));
    }
}

#[test]
fn unknown_members_are_ignored_whatever_they_hold() {
    for (at, body) in bodies().iter().enumerate() {
        let head = body.strip_suffix('}').unwrap();
        for value in [
            "null",
            "true",
            "-1",
            "1.5",
            "18446744073709551615",
            "1e300",
            "\"x\"",
            "\"\"",
            "[]",
            "{}",
            r#"[1,{"a":[null]}]"#,
            r#"{"activity":"no","testFlag":{"instanceId":7}}"#,
            "123456789012345678901234567890",
            r#""\u5b9e""#,
        ] {
            for name in [
                "unknown",
                "",
                "Activity",
                "instanceid",
                "activity ",
                "实",
                r"\u0000",
                "__proto__",
                "source",
                "fields",
            ] {
                let more = format!(r#"{head},"{name}":{value}}}"#);
                assert_eq!(read_one(at, more.as_bytes()), Ok(()), "{more}");
            }
        }
    }
}

/// Which of the two would have been signed? A reader that takes the first and one that takes the last disagree.
#[test]
fn parameters_given_twice_are_refused() {
    let call = Call::signed("key", "RLLUammMSInlrNWb", "1680508066618", bodies()[0].as_bytes());
    let query = call.query();
    assert!(call.accepts(&query, &call.body, SortStep::On).is_some());
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap();
        for again in [value, "", "0", "1680508066619", &"0".repeat(64)] {
            for twice in [
                format!("{query}&{name}={again}"),
                format!("{name}={again}&{query}"),
                format!("{query}&&x=1&{name}={again}&"),
                format!("{name}&{query}"),
                format!("{query}&{name}"),
            ] {
                let error = SignedQuery::parse(&twice).expect_err(&twice).to_string();
                assert_eq!(error, format!("the parameter `{name}` is given more than once"));
            }
        }
        // Only the exact name is the parameter; anything else is somebody else's.
        for other in
            [name.to_uppercase(), format!("{name}[]"), format!(" {name}"), format!("%{name}"), String::new()]
        {
            let more = format!("{query}&{other}={value}");
            assert!(call.accepts(&more, &call.body, SortStep::On).is_some(), "{more}");
            let renamed = query.replacen(&format!("{name}="), &format!("{other}="), 1);
            assert!(call.accepts(&renamed, &call.body, SortStep::On).is_none(), "{renamed}");
        }
    }
}
