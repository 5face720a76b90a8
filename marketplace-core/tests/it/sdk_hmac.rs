//! The vendor's vectors of `SDK-HMAC-SHA256`, and ours of the usage push.

use marketplace_core::signature::sdk_hmac::{
    Authorization, Credentials, Payload, RequestToSign, Unauthorized, verify,
};
use marketplace_core::signature::usage_push;
use marketplace_core::{AccessKey, UnixMillis, UtcTime};
use serde_json::Value;

const VECTORS: &str = include_str!("../data/sdk-hmac.json");

struct Vector {
    credentials: Credentials,
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    signature: String,
}

fn vectors() -> Vec<Vector> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let read = |row: &Value| {
        let url = text(&row["url"]);
        let after = url.strip_prefix("https://").unwrap().split_once('/').unwrap().1.to_owned();
        let (path, query) = after.split_once('?').unwrap_or((&after, ""));
        let headers = row["headers"].as_object().unwrap();
        Vector {
            credentials: Credentials::new(row["ak"].as_str().unwrap(), text(&row["sk"])).unwrap(),
            method: text(&row["method"]),
            path: format!("/{path}"),
            query: query.to_owned(),
            headers: headers.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
            body: text(&row["body"]).into_bytes(),
            signature: text(&row["signature"]),
        }
    };
    let vectors: Vec<_> = vectors["vectors"].as_array().unwrap().iter().map(read).collect();
    assert_eq!(vectors.len(), 4);
    vectors
}

impl Vector {
    fn date(&self) -> UtcTime {
        let date = self.headers.iter().find(|(name, _)| name == "x-sdk-date").unwrap();
        date.1.parse().unwrap()
    }

    fn with<T>(&self, use_it: impl FnOnce(&RequestToSign<'_>) -> T) -> T {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        use_it(&RequestToSign {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
            payload: Payload::Body(&self.body),
        })
    }

    fn authorization(&self) -> String {
        self.with(|request| self.credentials.authorization(request, self.date()))
    }

    fn verify(&self, authorization: &str) -> Result<(), Unauthorized> {
        self.with(|request| verify(&self.credentials, request, authorization, self.date().unix_millis()))
    }
}

#[test]
fn every_vector_is_reproduced_and_verifies() {
    for vector in vectors() {
        let authorization = vector.authorization();
        assert!(authorization.ends_with(&format!(", Signature={}", vector.signature)), "{authorization}");
        let names: Vec<_> = Authorization::parse(&authorization).unwrap().signed_headers().collect();
        assert_eq!(names, vector.headers.iter().map(|(name, _)| name).collect::<Vec<_>>());
        assert_eq!(vector.verify(&authorization), Ok(()));
    }
}

#[test]
fn whatever_is_changed_on_the_way_is_noticed() {
    for vector in vectors() {
        let authorization = vector.authorization();
        let changes: [fn(&mut Vector); 5] = [
            |vector| vector.method.push('X'),
            |vector| vector.path.push('x'),
            |vector| vector.query.push_str("&x=1"),
            |vector| vector.body.push(b' '),
            |vector| vector.credentials = Credentials::new(vector.credentials.access_key_id(), "x").unwrap(),
        ];
        for change in changes {
            let mut changed =
                vectors().into_iter().find(|other| other.signature == vector.signature).unwrap();
            change(&mut changed);
            assert_eq!(changed.verify(&authorization), Err(Unauthorized::Signature));
        }
        for at in 0..vector.headers.len() {
            let mut changed =
                vectors().into_iter().find(|other| other.signature == vector.signature).unwrap();
            let (name, _) = changed.headers.remove(at);
            assert_eq!(changed.verify_at(&authorization, vector.date()), Err(Unauthorized::Header { name }));
        }
    }
}

impl Vector {
    fn verify_at(&self, authorization: &str, now: UtcTime) -> Result<(), Unauthorized> {
        self.with(|request| verify(&self.credentials, request, authorization, now.unix_millis()))
    }
}

#[test]
fn the_clocks_may_be_fifteen_minutes_apart() {
    let vector = vectors().remove(0);
    let (authorization, signed) = (vector.authorization(), vector.date().unix_millis().0);
    let at = |millis| {
        vector.with(|request| verify(&vector.credentials, request, &authorization, UnixMillis(millis)))
    };
    for skew in [0, 900_000] {
        assert_eq!((at(signed - skew), at(signed + skew)), (Ok(()), Ok(())));
    }
    for now in [signed - 900_001, signed + 900_001, 0, u64::MAX] {
        assert_eq!(at(now), Err(Unauthorized::ClockSkew));
    }
}

#[test]
fn a_date_that_is_not_signed_authorizes_nothing() {
    let credentials = Credentials::new("ak", "sk").unwrap();
    let headers = [("host", "h")];
    let request =
        RequestToSign { method: "GET", path: "/", query: "", headers: &headers, payload: Payload::Unsigned };
    let date: UtcTime = "20250101T000000Z".parse().unwrap();
    let authorization = credentials.authorization(&request, date);
    let verdict = verify(&credentials, &request, &authorization, date.unix_millis());
    assert_eq!(verdict, Err(Unauthorized::NoDate));
}

/// Computed with an independent program, which reproduces the vendor's vectors.
#[test]
fn an_order_query_is_signed_with_the_case_of_its_names() {
    let credentials =
        Credentials::new("QTWAOYTTINDUT2QVKYUC", "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc").unwrap();
    let date = "20250101T000000Z";
    for (query, signature) in [
        ("orderId=MOCKPERIODYEARNEW", "6d021a9bf089bd6dc296ce90f51a4bdb1e2dec4bc9764d7a88e46a86c439d0c3"),
        (
            "orderId=CS2207261447AUY4H&orderLineId=CS2207261447AUY4H-000001",
            "1bc1ee01b910a7c596a0586d5fc760a6850e7aa4f044edae3570b6bee9048929",
        ),
    ] {
        let headers = [
            ("Content-Type", "application/json"),
            ("Host", "mkt-intl.myhuaweicloud.com"),
            ("X-Sdk-Date", date),
        ];
        let request = RequestToSign {
            method: "GET",
            path: "/api/mkp-openapi-public/global/v1/order/query",
            query,
            headers: &headers,
            payload: Payload::Body(b""),
        };
        let authorization = credentials.authorization(&request, date.parse().unwrap());
        assert!(authorization.ends_with(signature), "{authorization}");
        assert!(authorization.contains("SignedHeaders=content-type;host;x-sdk-date,"), "{authorization}");
    }
}

#[test]
fn signed_headers_are_listed_in_one_way() {
    let vector = vectors().remove(0);
    let authorization = vector.authorization();
    let list = "content-type;host;x-sdk-date";
    assert!(authorization.contains(list));
    for other in
        ["content-type;Host;x-sdk-date", "host;content-type;x-sdk-date", "content-type;host;X-Sdk-Date"]
    {
        let verdict = vector.verify(&authorization.replace(list, other));
        assert!(
            matches!(verdict, Err(Unauthorized::SignedHeaders | Unauthorized::NoDate)),
            "{other}: {verdict:?}"
        );
    }
}

#[test]
fn only_one_form_of_the_header_is_read() {
    let hex = "0".repeat(64);
    let right = format!("SDK-HMAC-SHA256 Access=ak, SignedHeaders=host;x-sdk-date, Signature={hex}");
    assert_eq!(Authorization::parse(&right).unwrap().to_string(), right);
    for wrong in [
        String::new(),
        right.replace(", ", ","),
        right.replace("SHA256 ", "SHA256, "),
        right.replace("Access=ak", "Access="),
        right.replace("host;x-sdk-date", ""),
        right.to_ascii_lowercase(),
        right.replace(&hex, &"A".repeat(64)),
        format!("{right}0"),
    ] {
        assert!(Authorization::parse(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn the_vector_of_the_usage_push_is_reproduced_and_verifies() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    for row in vectors["usagePush"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap();
        let key = AccessKey::new(text("key")).unwrap();
        let (ts, nonce, body) = (text("ts"), text("nonce"), text("body").as_bytes());
        let signature = usage_push::sign(&key, ts, nonce, body);
        assert_eq!(signature, text("signature"));
        assert!(usage_push::verify(&key, ts, nonce, body, &signature));
        let other = AccessKey::new("other").unwrap();
        assert!(!usage_push::verify(&other, ts, nonce, body, &signature));
        assert!(!usage_push::verify(&key, "1", nonce, body, &signature));
        assert!(!usage_push::verify(&key, ts, "n", body, &signature));
        assert!(!usage_push::verify(&key, ts, nonce, b"{}", &signature));
        for wrong in ["", "x", &signature[..43], &signature.to_lowercase()] {
            assert!(!usage_push::verify(&key, ts, nonce, body, wrong), "{wrong}");
        }
    }
}
