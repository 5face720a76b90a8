//! Faults, and what they turn red.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use marketplace_core::seal::{Iv, KeySize, Sealed, seal_with_iv};
use marketplace_core::signature::BodySign;
use marketplace_core::{AccessKey, Guide};
use marketplace_debugger::Billing;
use serde_json::{Value, json};

use crate::support::broken::{BODY_SIGN, Fault, remove, signed_by_another};
use crate::support::request::Asked;
use crate::support::{KEY, key};

pub(super) struct Row {
    pub(super) fault_name: &'static str,
    pub(super) guide: Guide,
    pub(super) billing: Billing,
    pub(super) fault: Fault,
    pub(super) slug: &'static str,
    pub(super) red: &'static [&'static str],
}

const fn row(
    fault_name: &'static str,
    guide: Guide,
    fault: Fault,
    slug: &'static str,
    red: &'static [&'static str],
) -> Row {
    Row { fault_name, guide, billing: Billing::Period, fault, slug, red }
}

const STATUS: &str = "every answer has status 200";
const KIND: &str = "every answer is `application/json`";
const SIGNED: &str = "every answer has `Body-Sign`";
const FORM: &str = "`Body-Sign` has the form that is read";
const MATCH: &str = "`Body-Sign` signs the bytes of the body";
const JSON: &str = "every body is a JSON object with a `resultCode`";
const MESSAGE: &str = "every body has a `resultMsg`";
const LENGTH: &str = "no field is longer than its table allows";
const CODE: &str = "refusals have the right code";
const REFUSALS_SIGNED: &str = "refusals are signed as well";
const SECRET: &str = "refusals keep the key and the right signature to themselves";
const SEALED_AS: &str = "`encryptType` says how the credentials are sealed";
const READABLE: &str = "the credentials can be opened with the access key";

/// Every answer is signed anew after these.
macro_rules! answers {
    (|$asked:ident, $answer:ident| $what:expr) => {
        Fault::Answers(|$asked: &Asked, $answer: &mut Value| $what)
    };
}

pub(super) const ROWS: &[Row] = &[
    // The form of answers.
    row(
        "status 500",
        Guide::V2,
        Fault::Travels(|_, status, _, _| *status = StatusCode::INTERNAL_SERVER_ERROR),
        "http-status",
        &[STATUS],
    ),
    row(
        "status 401 for refusals",
        Guide::V2,
        Fault::Travels(|_, status, _, body| {
            if is_refusal(body) {
                *status = StatusCode::UNAUTHORIZED
            }
        }),
        "http-status",
        &[STATUS],
    ),
    row(
        "a redirect",
        Guide::V2,
        Fault::Travels(|asked, status, headers, _| {
            if is(asked, "releaseInstance") {
                *status = StatusCode::PERMANENT_REDIRECT;
                headers.insert(header::LOCATION, HeaderValue::from_static("/saasproduce/"));
            }
        }),
        "redirect",
        &["no answer sends the caller elsewhere"],
    ),
    row(
        "text",
        Guide::V2,
        Fault::Travels(|_, _, headers, _| {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
        }),
        "content-type",
        &[KIND],
    ),
    row(
        "no content type",
        Guide::V1,
        Fault::Travels(|_, _, headers, _| {
            headers.remove(header::CONTENT_TYPE);
        }),
        "content-type",
        &[KIND],
    ),
    row(
        "never signs",
        Guide::V2,
        Fault::Travels(|_, _, headers, _| {
            headers.remove(BODY_SIGN);
        }),
        "body-sign-missing",
        &[SIGNED],
    ),
    row(
        "never signs",
        Guide::V1,
        Fault::Travels(|_, _, headers, _| {
            headers.remove(BODY_SIGN);
        }),
        "body-sign-missing",
        &[SIGNED],
    ),
    row(
        "the signature alone",
        Guide::V2,
        Fault::Travels(|_, _, headers, _| alone(headers)),
        "body-sign-form",
        &[FORM],
    ),
    row(
        "another key signs",
        Guide::V2,
        Fault::Travels(|_, _, headers, body| {
            headers.insert(BODY_SIGN, signed_by_another(body));
        }),
        "body-sign-mismatch",
        &[MATCH],
    ),
    row(
        "a line end after signing",
        Guide::KitV2,
        Fault::Travels(|_, _, _, body| *body = [&**body, b"\n"].concat().into()),
        "body-sign-mismatch",
        &[MATCH],
    ),
    row("a page instead of JSON", Guide::V2, Fault::Travels(page), "body-not-json", &[JSON]),
    row(
        "no result code",
        Guide::V2,
        answers!(|asked, answer| if is(asked, "orderNotify") {
            remove(answer, "resultCode")
        }),
        "body-not-json",
        &[JSON],
    ),
    row(
        "no message",
        Guide::V2,
        answers!(|_asked, answer| remove(answer, "resultMsg")),
        "result-msg-missing",
        &[MESSAGE],
    ),
    row(
        "a long message",
        Guide::V2,
        answers!(|_asked, answer| answer["resultMsg"] = "x".repeat(256).into()),
        "field-length",
        &[LENGTH],
    ),
    row(
        "a long URL",
        Guide::V2,
        answers!(|asked, answer| if is(asked, "queryInstance") {
            long_url(answer)
        }),
        "field-length",
        &[LENGTH],
    ),
    // Time and connections.
    row(
        "slow",
        Guide::V2,
        Fault::Sleeps(Duration::from_secs(6), |asked| is(asked, "releaseInstance")),
        "slow-answer",
        &["every answer is on time"],
    ),
    row(
        "too slow",
        Guide::V2,
        Fault::Sleeps(Duration::from_secs(21), |asked| is(asked, "upgradeInstance") && asked.is_debugging()),
        "timeout",
        &["every call is answered before the console gives up"],
    ),
    row(
        "hangs up",
        Guide::V2,
        Fault::HangsUp(|asked| is(asked, "releaseInstance")),
        "connection-closed",
        &["every answer is complete"],
    ),
    // The life of an instance.
    row(
        "another id for the same order",
        Guide::V2,
        answers!(|asked, answer| if bought_again(asked) {
            answer["instanceId"] = asked.field("businessId").unwrap().into()
        }),
        "not-idempotent",
        &["newInstance again, with another businessId", "newInstance once more, when it is ready"],
    ),
    row(
        "another id for the same order",
        Guide::V1,
        answers!(|asked, answer| if bought_again(asked) {
            answer["instanceId"] = asked.field("businessId").unwrap().into()
        }),
        "not-idempotent",
        &["newInstance again, with another businessId"],
    ),
    row(
        "an order is refused again",
        Guide::V2,
        answers!(|asked, answer| if bought_again(asked) {
            answer["resultCode"] = "000103".into()
        }),
        "not-idempotent",
        &["newInstance again, with another businessId", "newInstance once more, when it is ready"],
    ),
    row(
        "no instanceId",
        Guide::V2,
        answers!(|asked, answer| if is(asked, "newInstance") && !asked.is_debugging() {
            remove(answer, "instanceId")
        }),
        "field-missing",
        &["newInstance: the required fields"],
    ),
    row(
        "no frontEndUrl",
        Guide::V2,
        answers!(|_asked, answer| remove(answer, "frontEndUrl")),
        "field-missing",
        &[
            "queryInstance, until it is ready: the required fields",
            "queryInstance, later: the required fields",
            "debugging queryInstance: the required fields",
        ],
    ),
    row(
        "no frontEndUrl",
        Guide::V1,
        answers!(|asked, answer| if is(asked, "newInstance") {
            remove(answer, "frontEndUrl")
        }),
        "field-missing",
        &["newInstance: the required fields", "debugging newInstance: the required fields"],
    ),
    Row {
        billing: Billing::OnDemand,
        ..row(
            "no usageValue",
            Guide::V2,
            answers!(|_asked, answer| remove(answer, "usageValue")),
            "field-missing",
            &[
                "queryInstance, until it is ready: the required fields",
                "queryInstance, later: the required fields",
            ],
        )
    },
    row(
        "000004 for ever",
        Guide::V2,
        answers!(|asked, answer| if is(asked, "queryInstance") && !asked.is_debugging() {
            answer["resultCode"] = "000004".into()
        }),
        "result-code",
        &["queryInstance, until it is ready", "queryInstance, later"],
    ),
    row(
        "renewals fail",
        Guide::V1,
        answers!(|asked, answer| if is(asked, "refreshInstance")
            && asked.field("productId").as_deref() == Some("")
            && asked.field("trialToFormal").is_some()
            && !asked.is_debugging()
        {
            answer["resultCode"] = "000005".into()
        }),
        "result-code",
        &["refreshInstance, from trial to paid"],
    ),
    // Credentials.
    row(
        "the other encryptType",
        Guide::V1,
        answers!(|_asked, answer| if answer.get("encryptType").is_some() {
            answer["encryptType"] = "2".into()
        }),
        "encrypt-type",
        &[SEALED_AS],
    ),
    row(
        "no encryptType for 128 bits",
        Guide::V1,
        answers!(|_asked, answer| sealed(answer, &key(), KeySize::Aes128, None)),
        "encrypt-type",
        &[SEALED_AS],
    ),
    row(
        "an encryptType that is none",
        Guide::V1,
        answers!(|_asked, answer| sealed(answer, &key(), KeySize::Aes256, Some("AES"))),
        "encrypt-type",
        &[SEALED_AS],
    ),
    row(
        "credentials in clear",
        Guide::V1,
        answers!(|_asked, answer| for_each_app(answer, &|app| app["password"] = "first password".into())),
        "credentials-unreadable",
        &[READABLE],
    ),
    row(
        "sealed with another key",
        Guide::V1,
        answers!(|_asked, answer| sealed(
            answer,
            &AccessKey::new("another-key").unwrap(),
            KeySize::Aes256,
            Some("1")
        )),
        "credentials-unreadable",
        &[READABLE],
    ),
    // Debugging.
    row(
        "looks ids up",
        Guide::V2,
        answers!(|asked, answer| if asked.is_debugging() && asked.field("instanceId").is_some() {
            answer["resultCode"] = "000003".into()
        }),
        "debugging-refused",
        &[
            "debugging queryInstance",
            "debugging refreshInstance",
            "debugging updateInstanceStatus",
            "debugging changeInstanceCheck",
            "debugging upgradeInstance",
            "debugging releaseInstance",
        ],
    ),
    row(
        "looks ids up",
        Guide::V1,
        answers!(|asked, answer| if asked.is_debugging() && asked.field("instanceId").is_some() {
            answer["resultCode"] = "000003".into()
        }),
        "debugging-refused",
        &[
            "debugging queryInstance",
            "debugging refreshInstance",
            "debugging upgrade",
            "debugging instanceStatus",
            "debugging expireInstance",
            "debugging releaseInstance",
        ],
    ),
    row(
        "wants an instance of the kit",
        Guide::KitV1,
        answers!(
            |asked, answer| if asked.field("instanceId").as_deref() == Some("") && is(asked, "authSync") {
                answer["resultCode"] = "000002".into()
            }
        ),
        "debugging-refused",
        &["debugging authSync"],
    ),
    row(
        "creates instances",
        Guide::V2,
        CREATES,
        "debugging-created",
        &["a debugging newInstance creates nothing"],
    ),
    row(
        "creates instances",
        Guide::V1,
        CREATES,
        "debugging-created",
        &["a debugging newInstance creates nothing"],
    ),
    // Refusals.
    row(
        "takes any signature",
        Guide::V2,
        Fault::Accepts(|asked, _| wrong_by_one(asked)),
        "refusal-accepted",
        &["a wrong signature is refused"],
    ),
    row(
        "takes any signature",
        Guide::V1,
        Fault::Accepts(|asked, _| wrong_by_one(asked)),
        "refusal-accepted",
        &["a wrong signature is refused"],
    ),
    row(
        "takes any signature",
        Guide::KitV2,
        Fault::Accepts(|asked, _| wrong_by_one(asked)),
        "refusal-accepted",
        &["a wrong signature is refused"],
    ),
    row(
        "takes the key of another",
        Guide::V2,
        Fault::Accepts(|asked, _| {
            wrong(asked) && !wrong_by_one(asked) && asked.is_fresh() && !is_altered(asked)
        }),
        "refusal-accepted",
        &["the signature of another key is refused"],
    ),
    row(
        "signs no body",
        Guide::V2,
        Fault::Accepts(|asked, _| is_altered(asked)),
        "refusal-accepted",
        &["a call that was altered after signing is refused"],
    ),
    row(
        "unsigned",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.parameters("signature").is_empty()),
        "refusal-accepted",
        &["a call without `signature` is refused"],
    ),
    row(
        "unsigned",
        Guide::V1,
        Fault::Accepts(|asked, _| asked.parameters("authToken").is_empty()),
        "refusal-accepted",
        &["a call without `authToken` is refused"],
    ),
    row(
        "unsigned",
        Guide::KitV1,
        Fault::Accepts(|asked, _| asked.parameters("authToken").is_empty()),
        "refusal-accepted",
        &["a call without `authToken` is refused"],
    ),
    row(
        "without a time",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.parameters("timestamp").is_empty()),
        "refusal-accepted",
        &["a call without `timestamp` is refused"],
    ),
    row(
        "without a nonce",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.parameters("nonce").is_empty()),
        "refusal-accepted",
        &["a call without `nonce` is refused"],
    ),
    row(
        "the first of two",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.parameters("nonce").len() == 2),
        "refusal-accepted",
        &["a call with `nonce` twice is refused"],
    ),
    row(
        "stale",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.ahead().is_some_and(|ahead| ahead < -60_000) && !wrong(asked)),
        "refusal-accepted",
        &["a call of ten minutes ago is refused"],
    ),
    row(
        "stale",
        Guide::KitV2,
        Fault::Accepts(|asked, _| asked.ahead().is_some_and(|ahead| ahead < -60_000) && !wrong(asked)),
        "refusal-accepted",
        &["a call of ten minutes ago is refused"],
    ),
    row(
        "future",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.ahead().is_some_and(|ahead| ahead > 60_000) && !wrong(asked)),
        "refusal-accepted",
        &["a call of the future is refused"],
    ),
    row("replayed", Guide::V2, REPLAYS, "replay-accepted", &["the same signed call again is refused"]),
    row("replayed", Guide::KitV2, REPLAYS, "replay-accepted", &["the same signed call again is refused"]),
    row(
        "no order line",
        Guide::V2,
        Fault::Accepts(|asked, _| is(asked, "newInstance") && asked.field("orderLineId").is_none()),
        "refusal-accepted",
        &["a call without the field `orderLineId` is refused"],
    ),
    row(
        "no activity",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.activity().is_empty() && asked.field("orderId").is_some()),
        "refusal-accepted",
        &["a call without the field `activity` is refused"],
    ),
    row(
        "broken JSON",
        Guide::V2,
        Fault::Accepts(|asked, _| !wrong(asked) && serde_json::from_slice::<Value>(&asked.body).is_err()),
        "refusal-accepted",
        &["a body that is cut off is refused"],
    ),
    row(
        "anything",
        Guide::V2,
        Fault::Accepts(|asked, _| is(asked, "unheardOfActivity")),
        "unknown-activity-accepted",
        &["an unknown activity is refused"],
    ),
    row(
        "anything",
        Guide::V1,
        Fault::Accepts(|asked, _| is(asked, "unheardOfActivity")),
        "unknown-activity-accepted",
        &["an unknown activity is refused"],
    ),
    row(
        "no limit",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.body.len() > 32 * 1024 && asked.is_length_told),
        "oversize-accepted",
        &["a body that is far too long, with its length told, is refused"],
    ),
    row(
        "no limit of chunks",
        Guide::V2,
        Fault::Accepts(|asked, _| asked.body.len() > 32 * 1024 && !asked.is_length_told),
        "oversize-accepted",
        &["a body that is far too long, in chunks, is refused"],
    ),
    row(
        "one code for all",
        Guide::V2,
        answers!(|_asked, answer| if answer["resultCode"] == "000001" {
            answer["resultCode"] = "000005".into()
        }),
        "refusal-code",
        &[CODE],
    ),
    row(
        "codes mixed up",
        Guide::V2,
        answers!(|asked, answer| if wrong(asked) && answer["resultCode"] == "000001" {
            answer["resultCode"] = "000002".into()
        }),
        "refusal-code",
        &[CODE],
    ),
    row(
        "signs no refusals",
        Guide::V2,
        Fault::Travels(|_, _, headers, body| {
            if is_refusal(body) {
                headers.remove(BODY_SIGN);
            }
        }),
        "refusal-unsigned",
        &[REFUSALS_SIGNED],
    ),
    row(
        "another key signs refusals",
        Guide::KitV1,
        Fault::Travels(|_, _, headers, body| {
            if is_refusal(body) {
                headers.insert(BODY_SIGN, signed_by_another(body));
            }
        }),
        "refusal-unsigned",
        &[REFUSALS_SIGNED],
    ),
    row(
        "shows the right signature",
        Guide::V2,
        answers!(|asked, answer| if wrong(asked) {
            shows(asked, answer)
        }),
        "refusal-body-leaks",
        &[SECRET],
    ),
    row(
        "shows the right signature",
        Guide::V1,
        answers!(|asked, answer| if wrong(asked) {
            shows(asked, answer)
        }),
        "refusal-body-leaks",
        &[SECRET],
    ),
    row(
        "shows the key",
        Guide::V2,
        answers!(|_asked, answer| if answer["resultCode"] == "000001" {
            answer["resultMsg"] = format!("not signed with {KEY}").into()
        }),
        "refusal-body-leaks",
        &[SECRET],
    ),
];

/// What a debugging call made is there for everybody.
const CREATES: Fault = Fault::Remembers(|asked, memory, answer| {
    let Some(instance) =
        asked.field("instanceId").filter(|_| is(asked, "queryInstance") && !asked.is_debugging())
    else {
        return;
    };
    if memory.stand_ins.contains(&instance) {
        let info = json!([{"instanceId": instance, "appInfo": {"frontEndUrl": "https://shop.example/"}}]);
        *answer = json!({"resultCode": "000000", "resultMsg": "success.", "info": info});
    }
});

const REPLAYS: Fault = Fault::Accepts(|asked, memory| {
    asked.is_fresh() && memory.seen.get(&asked.identity()).is_some_and(|times| *times > 1)
});

fn is(asked: &Asked, activity: &str) -> bool {
    asked.activity() == activity
}

fn is_refusal(body: &Bytes) -> bool {
    let body: Value = serde_json::from_slice(body).unwrap();
    body["resultCode"] == "000001" || body["resultCode"] == "000002"
}

/// The signature that was sent.
fn sent(asked: &Asked) -> Option<String> {
    let all: Vec<_> =
        ["signature", "authToken", "x-sign"].into_iter().flat_map(|name| asked.parameters(name)).collect();
    let [one] = all[..] else { return None };
    Some(one.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
}

fn wrong(asked: &Asked) -> bool {
    sent(asked).zip(asked.right_signature()).is_some_and(|(sent, right)| sent != right)
}

fn wrong_by_one(asked: &Asked) -> bool {
    let is_one = |(sent, right): (String, String)| {
        sent.len() == right.len()
            && sent.bytes().zip(right.bytes()).filter(|(sent, right)| sent != right).count() == 1
    };
    sent(asked).zip(asked.right_signature()).is_some_and(is_one)
}

fn is_altered(asked: &Asked) -> bool {
    asked.field("orderId").is_some_and(|order| order.contains("altered"))
}

/// The first call has the first businessId.
fn bought_again(asked: &Asked) -> bool {
    is(asked, "newInstance")
        && !asked.is_debugging()
        && asked.field("businessId").is_some_and(|id| !id.ends_with("-b1"))
}

fn shows(asked: &Asked, answer: &mut Value) {
    let right = asked.right_signature().unwrap();
    answer["resultMsg"] = format!("expected {}", right.to_lowercase()).into();
}

fn page(_: &Asked, _: &mut StatusCode, headers: &mut HeaderMap, body: &mut Bytes) {
    *body = Bytes::from_static(b"<html>it works</html>");
    headers.insert(BODY_SIGN, BodySign::of(&key(), body).as_str().parse().unwrap());
}

/// Without the quotes and the name of the algorithm.
fn alone(headers: &mut HeaderMap) {
    let value = headers.get(BODY_SIGN).unwrap().to_str().unwrap();
    let signature = value.rsplit_once("signature=").unwrap().1.trim_matches('"');
    let signature = signature.parse().unwrap();
    headers.insert(BODY_SIGN, signature);
}

fn for_each_app(answer: &mut Value, change: &dyn Fn(&mut Value)) {
    let mut apps = Vec::new();
    if let Value::Object(members) = answer {
        for (name, value) in members {
            match (name.as_str(), value) {
                ("appInfo", app) => apps.push(app),
                ("info", Value::Array(entries)) => {
                    apps.extend(entries.iter_mut().filter_map(|one| one.get_mut("appInfo")))
                }
                _ => {}
            }
        }
    }
    apps.into_iter().filter(|app| app.get("password").is_some()).for_each(change);
}

fn long_url(answer: &mut Value) {
    if let Some(app) = answer.pointer_mut("/info/0/appInfo") {
        app["frontEndUrl"] = format!("https://{}", "x".repeat(505)).into();
    }
}

/// Seals anew, and says this about it.
fn sealed(answer: &mut Value, key: &AccessKey, size: KeySize, said: Option<&str>) {
    let text = || {
        let sealed: Sealed<128> =
            seal_with_iv(key, size, Iv::new("AbCdEfGh12345678").unwrap(), "admin").unwrap();
        Value::from(sealed.as_str())
    };
    for_each_app(answer, &|app| {
        app["userName"] = text();
        app["password"] = text();
    });
    match (answer.get("encryptType").is_some(), said) {
        (true, Some(said)) => answer["encryptType"] = said.into(),
        (true, None) => remove(answer, "encryptType"),
        (false, _) => {}
    }
}
