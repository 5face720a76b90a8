//! What the market, or whoever answers in its place, may send: 120,000 executions.

use marketplace_core::UtcTime;
use marketplace_core::open_api::{
    MeteringSn, MockOrder, Order, UsageRecord, UsageValue, read_licence, read_order, read_push,
};
use marketplace_core::signature::sdk_hmac::{Authorization, Credentials, Payload, RequestToSign, verify};

use super::mutations::hostile;
use crate::random::Random;

const TIMES: usize = 20_000;

#[test]
fn no_answer_of_the_market_is_too_strange() {
    let mut random = Random::seeded(0x0de7);
    let now: UtcTime = "20260101T000000Z".parse().unwrap();
    let order = format!(r#"{{"resultCode":"MKT.0000","orderInfo":{}}}"#, MockOrder::PeriodYearNew.json(now));
    let push =
        r#"{"error_code":"MKT.0000","data":{"l":[{"metering_sn":"sn","error_code":5,"error_desc":"x"}]}}"#;
    let licence =
        r#"{"error_code":"92020000","data":{"license_code_info":"{\"status\":\"ALIVE\",\"amount\":1}"}}"#;
    let usage = UsageRecord::new("i", now, now, "1".parse().unwrap()).unwrap();
    let records = [usage.metered(MeteringSn::new("sn").unwrap(), now).unwrap()];
    let mut read = 0;
    for _ in 0..TIMES {
        if let Ok(Ok(info)) = read_order(&hostile(&mut random, order.as_bytes())) {
            assert!(!info.order_id().is_empty());
            for line in info.lines() {
                let order = Order::line_of(info.clone(), line.order_line_id()).unwrap();
                assert!(!format!("{order:?}").contains("18600000000"));
            }
            read += 1;
        }
        if let Ok(Ok(answer)) = read_push(&hostile(&mut random, push.as_bytes())) {
            let verdicts = answer.verdicts(&records);
            // No refusal is lost, and each is of a record that was pushed. What is only mentioned may join them.
            assert!(verdicts.refused.len() + verdicts.unattributed.len() >= answer.refusals().len());
            assert!(verdicts.refused.iter().all(|(at, _)| *at < records.len()));
        }
        let _ = read_licence(&hostile(&mut random, licence.as_bytes()));
    }
    // Mutations hit what does not matter, too.
    assert!(read > TIMES / 50, "{read}");
}

#[test]
fn no_header_time_or_number_is_too_strange() {
    let mut random = Random::seeded(0x5d4d);
    let credentials = Credentials::new("ak", "sk").unwrap();
    let now: UtcTime = "20260101T000000Z".parse().unwrap();
    let date = now.to_string();
    for _ in 0..TIMES {
        let path = String::from_utf8_lossy(&hostile(&mut random, b"/a%20b/%2F/c")).into_owned();
        let query = String::from_utf8_lossy(&hostile(&mut random, b"orderId=a&b=%zz&c&=d")).into_owned();
        let headers = [("x-sdk-date", &*date), ("host", &*path)];
        let request = RequestToSign {
            method: "GET",
            path: &path,
            query: &query,
            headers: &headers,
            payload: Payload::Unsigned,
        };
        let right = credentials.authorization(&request, now);
        assert_eq!(verify(&credentials, &request, &right, now.unix_millis()), Ok(()));
        let wrong = String::from_utf8_lossy(&hostile(&mut random, right.as_bytes())).into_owned();
        let verdict = verify(&credentials, &request, &wrong, now.unix_millis());
        assert!(wrong == right || verdict.is_err(), "{wrong}");
        let _ = Authorization::parse(&wrong);
        let text = String::from_utf8_lossy(&hostile(&mut random, b"20260101T000000Z")).into_owned();
        if let Ok(time) = text.parse::<UtcTime>() {
            assert_eq!(time.to_string(), text);
        }
        let text = String::from_utf8_lossy(&hostile(&mut random, b"12345.6789")).into_owned();
        if let Ok(value) = text.parse::<UsageValue>() {
            assert!(value.ten_thousandths() > 0 && value.to_string().parse() == Ok(value), "{text}");
        }
    }
}
