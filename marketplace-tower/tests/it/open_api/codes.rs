//! Every documented code, in both envelopes.

use http::StatusCode;
use marketplace_tower::open_api::{LicenceCode, Meaning, OpenApiError};

use super::market::{Market, answer};
use super::{client, records};

/// What a failure becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Refused,
    Credentials,
    Throttled,
}
use Kind::{Credentials, Refused, Throttled};

/// "Querying an order", table of 2024-11-21; "Pushing usage data" 2023-11-09 and later; licence codes; API Gateway's error codes
/// 2025-10-20. The number, the status, what it means, what becomes of it, whether it passes by itself.
const CODES: &[(&str, u16, Meaning, Kind, bool)] = &[
    ("MKT.0999", 500, Meaning::Internal, Refused, true),
    ("MKT.0100", 500, Meaning::Parameter, Refused, false),
    ("MKT.0101", 400, Meaning::Parameter, Refused, false),
    ("MKT.0199", 400, Meaning::Parameter, Refused, false),
    ("MKT.0102", 400, Meaning::BodySignature, Refused, false),
    ("MKT.0150", 401, Meaning::NotYours, Refused, false),
    ("MKT.0151", 401, Meaning::NotASeller, Refused, false),
    ("MKT.0154", 401, Meaning::Authentication, Credentials, false),
    ("MKT.0250", 406, Meaning::Throttled, Throttled, true),
    ("MKT. 0250", 406, Meaning::Throttled, Throttled, true),
    ("MKT.9001", 500, Meaning::NoSuchInstance, Refused, false),
    ("MKT.9002", 500, Meaning::Usage, Refused, false),
    ("MKT.9003", 500, Meaning::TooManyRecords, Refused, false),
    ("MKT.9004", 500, Meaning::TooOld, Refused, false),
    ("MKT.9005", 500, Meaning::Unknown, Refused, true),
    ("94060001", 500, Meaning::Internal, Refused, true),
    ("94060002", 401, Meaning::Authentication, Credentials, false),
    ("94060004", 400, Meaning::Parameter, Refused, false),
    ("92020001", 500, Meaning::Internal, Refused, true),
    ("92020001", 403, Meaning::Internal, Credentials, false),
    ("92020002", 400, Meaning::Parameter, Refused, false),
    ("92020004", 200, Meaning::LicenceNotReceived, Refused, false),
    ("92020005", 200, Meaning::NoSuchLicence, Refused, false),
    ("CBC.0150", 403, Meaning::NotYours, Refused, false),
    ("CBC.0101", 400, Meaning::Parameter, Refused, false),
    ("CBC.0999", 500, Meaning::Internal, Refused, true),
    ("91381033", 400, Meaning::Unknown, Refused, false),
    ("91380150", 403, Meaning::Unknown, Credentials, false),
    ("APIGW.0101", 404, Meaning::NoSuchApi, Refused, false),
    ("APIGW.0103", 404, Meaning::NoSuchApi, Refused, false),
    ("APIGW.0104", 400, Meaning::Internal, Refused, true),
    ("APIGW.0105", 400, Meaning::Internal, Refused, true),
    ("APIGW.0106", 400, Meaning::Internal, Refused, true),
    ("APIGW.0201", 400, Meaning::Parameter, Refused, false),
    ("APIGW.0201", 413, Meaning::Parameter, Refused, false),
    ("APIGW.0301", 401, Meaning::Authentication, Credentials, false),
    ("APIGW.0307", 401, Meaning::Authentication, Credentials, false),
    ("APIGW.0308", 429, Meaning::Throttled, Throttled, true),
];

fn kind(error: &OpenApiError) -> Kind {
    match error {
        OpenApiError::Refused { .. } => Refused,
        OpenApiError::Unauthenticated { .. } => Credentials,
        OpenApiError::Throttled { .. } => Throttled,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_code_has_its_meaning_in_both_envelopes_and_with_both_prefixes() {
    let code = LicenceCode::new("L").unwrap();
    for (number, status, meaning, expected, is_temporary) in CODES {
        let older = number.replace("MKT.", "CBC.").replace("APIGW.", "APIG.");
        for body in [
            format!(r#"{{"resultCode":"{number}","resultMsg":"words"}}"#),
            format!(r#"{{"error_code":"{number}","error_msg":"words","request_id":"r"}}"#),
            format!(r#"{{"error_code":"{older}","error_msg":"words"}}"#),
            format!(r#"{{"resultCode":"{older}","resultMsg":"words","extra_info":{{"a":1}}}}"#),
        ] {
            let market = Market::start([answer(*status, &body)]).await;
            // One try each, so that the table is not one of pauses.
            let error = client(&market).push_usage_once(&records(1)).await.unwrap_err();
            assert_eq!((kind(&error), error.meaning()), (*expected, Some(*meaning)), "{status} {body}");
            assert_eq!(error.is_temporary(), *is_temporary, "{status} {body}");
            assert!(error.to_string().contains("words"), "{error}");
            assert!(error.may_have_been_sent());
            if !is_temporary {
                let error = client(&market).query_order("O", None).await.unwrap_err();
                assert_eq!((kind(&error), error.meaning()), (*expected, Some(*meaning)), "{status} {body}");
                let error = client(&market).activate_licence(&code).await.unwrap_err();
                assert_eq!((kind(&error), error.meaning()), (*expected, Some(*meaning)), "{status} {body}");
                assert_eq!(market.seen().len(), 3, "{status} {body}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_json_is_told_by_its_status() {
    for (status, is_temporary) in
        [(200, false), (302, false), (404, false), (500, true), (502, true), (503, true)]
    {
        for body in ["", "<html>Bad Gateway</html>", "[]", "{}", r#"{"resultCode":null}"#] {
            let market = Market::start([answer(status, body)]).await;
            let error = client(&market).push_usage_once(&records(1)).await.unwrap_err();
            let OpenApiError::UnexpectedAnswer { status: seen, .. } = &error else { panic!("{error:?}") };
            assert_eq!((seen.as_u16(), error.is_temporary()), (status, is_temporary));
        }
    }
    for (status, expected) in [(401, Credentials), (403, Credentials), (406, Throttled), (429, Throttled)] {
        let market = Market::start([answer(status, "<html>")]).await;
        let error = client(&market).push_usage_once(&records(1)).await.unwrap_err();
        assert_eq!((kind(&error), error.code()), (expected, None));
    }
}

#[tokio::test]
async fn nobody_is_let_in_by_a_success_that_is_none() {
    let taken = r#"{"error_code":"MKT.0000","list":[{"metering_sn":"sn-0","error_code":"003"}]}"#;
    let market = Market::start([answer(401, taken)]).await;
    let error = client(&market).push_usage_once(&records(1)).await.unwrap_err();
    assert!(
        matches!(error, OpenApiError::Unauthenticated { status: StatusCode::UNAUTHORIZED, .. }),
        "{error:?}"
    );
}
