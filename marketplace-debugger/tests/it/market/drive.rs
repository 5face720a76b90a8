//! The driver, against sellers that are sound and sellers that are not.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body::Body;
use http_body_util::{BodyExt as _, Full};
use marketplace_core::open_api::Site;
use marketplace_debugger::Billing;
use marketplace_debugger::market::{Drive, DrivenStep, Plan, StepOutcome};
use marketplace_tower::{Endpoint, Layer as _, Ledger, MarketplaceLayer, Replay, guide};
use serde_json::{Value, json};
use tower_service::Service;

use super::client::{Desk, told};
use crate::spelling::Infallible as Unfailing;
use crate::support::broken::{Broken, Fault, Memory};
use crate::support::request::Asked;
use crate::support::serving::Serving;
use crate::support::shop::Shop;
use crate::support::{key, seller, seller_of};

/// Fast: an hour takes ten milliseconds.
fn plan(billing: Billing) -> Plan {
    Plan::new(billing).with_hour(Duration::from_millis(10)).with_patience(Duration::from_secs(20))
}

async fn drive_of(fault: Fault, plan: Plan) -> (Drive, Arc<Mutex<Memory>>) {
    let desk = Desk::of_today(key(), |settings| settings).await;
    let broken = Broken::new(fault);
    let memory = Arc::clone(&broken.memory);
    let serving = Serving::start(broken).await;
    (desk.market.drive(&serving.url(), plan).await.unwrap(), memory)
}

fn names(drive: &Drive) -> Vec<&str> {
    drive.steps.iter().map(|step| step.name).collect()
}

fn step<'d>(drive: &'d Drive, name: &str) -> &'d DrivenStep {
    drive.step(name).unwrap_or_else(|| panic!("{drive}"))
}

/// The values of a member, in all calls of an activity.
fn sent(memory: &Mutex<Memory>, activity: &str, name: &str) -> BTreeSet<Option<String>> {
    let memory = memory.lock().unwrap();
    let bodies = memory.seen.keys().map(|(_, body)| serde_json::from_slice::<Value>(body).unwrap());
    let bodies = bodies.filter(|body| body["activity"] == activity);
    bodies.map(|body| body.get(name).and_then(Value::as_str).map(ToOwned::to_owned)).collect()
}

#[tokio::test]
async fn a_sound_seller_is_driven_from_purchase_to_release() {
    let all: [(Billing, &[&str]); 3] = [
        (
            Billing::Period,
            &[
                "newInstance",
                "queryInstance",
                "newInstance again",
                "refreshInstance RENEWAL",
                "refreshInstance RENEWAL again",
                "upgradeInstance",
                "updateInstanceStatus FREEZE",
                "releaseInstance",
            ],
        ),
        (Billing::OneTime, &["newInstance", "queryInstance", "newInstance again", "releaseInstance"]),
        (
            Billing::OnDemand,
            &[
                "newInstance",
                "queryInstance",
                "newInstance again",
                "updateInstanceStatus FREEZE",
                "updateInstanceStatus UNFREEZE",
                "releaseInstance",
            ],
        ),
    ];
    for (billing, steps) in all {
        let (drive, memory) = drive_of(Fault::None, plan(billing)).await;
        drive.assert_fine();
        assert_eq!(names(&drive), steps);
        assert!(drive.steps.iter().all(|step| step.attempts == 1 && step.complaints.is_empty()), "{drive}");
        assert!(drive.to_string().ends_with(&format!("the order {} stands\n", drive.order_id)));
        assert_eq!(sent(&memory, "newInstance", "businessId").len(), 2);
        assert_eq!(sent(&memory, "releaseInstance", "instanceId"), [drive.instance_id].into());
    }
}

#[tokio::test]
async fn what_is_left_out_is_not_called() {
    let (drive, _) = drive_of(Fault::None, plan(Billing::Period).without_upgrade().without_release()).await;
    drive.assert_fine();
    assert_eq!((drive.step("upgradeInstance"), drive.step("releaseInstance")), (None, None));
}

#[tokio::test]
async fn china_flags_no_real_call() {
    for (site, flag) in [(Site::China, None), (Site::International, Some("0")), (Site::Europe, Some("0"))] {
        let desk = Desk::of_today(key(), |settings| settings.with_site(site)).await;
        let broken = Broken::new(Fault::None);
        let memory = Arc::clone(&broken.memory);
        let serving = Serving::start(broken).await;
        desk.market.drive(&serving.url(), plan(Billing::OneTime)).await.unwrap().assert_fine();
        assert_eq!(sent(&memory, "newInstance", "testFlag"), [flag.map(ToOwned::to_owned)].into());
    }
}

#[tokio::test]
async fn a_seller_that_fails_twice_is_asked_with_another_business_id() {
    fn twice(asked: &Asked, memory: &Memory, answer: &mut Value) {
        if asked.activity() == "newInstance" && memory.calls <= 2 {
            *answer = json!({"resultCode": "000005", "resultMsg": "not now"});
        }
    }
    let (drive, memory) = drive_of(Fault::Remembers(twice), plan(Billing::OneTime)).await;
    drive.assert_fine();
    let step = step(&drive, "newInstance");
    assert_eq!((step.attempts, step.complaints.join("; ").as_str()), (3, "answered 000005 (not now)"));
    assert_eq!(step.to_string(), "ok    newInstance [3 calls: answered 000005 (not now)]");
    assert_eq!(sent(&memory, "newInstance", "businessId").len(), 4);
    assert_eq!(sent(&memory, "newInstance", "orderId").len(), 1);
}

#[tokio::test]
async fn an_order_that_fails_for_three_hours_is_refunded() {
    fn always(asked: &Asked, answer: &mut Value) {
        if asked.activity() == "newInstance" {
            answer["resultCode"] = "000005".into();
        }
    }
    let (drive, memory) = drive_of(Fault::Answers(always), plan(Billing::Period)).await;
    assert!(drive.is_refunded && drive.is_reached && !drive.is_fine());
    assert_eq!((drive.instance_id.as_ref(), names(&drive)), (None, vec!["newInstance", "everything else"]));
    assert_eq!(step(&drive, "newInstance").attempts, 4);
    assert!(drive.to_string().ends_with("failed and refunded\n"), "{drive}");
    // Nothing is asked or released of an order that failed.
    assert_eq!(memory.lock().unwrap().calls, 4);
}

#[tokio::test]
async fn who_needs_time_is_polled_until_the_instance_is_there() {
    let shop = Shop { provisioning: Duration::from_millis(200), ..Shop::default() };
    let endpoint =
        Endpoint::new::<guide::V2>(shop, Ledger::memory()).with_deadline(Duration::from_millis(20));
    let serving = Serving::start(MarketplaceLayer::new(key(), Replay::memory()).layer(endpoint)).await;
    let desk = Desk::of_today(key(), |settings| settings).await;
    let polled = plan(Billing::Period).with_polling(Duration::from_millis(5), Duration::from_secs(20));
    let drive = desk.market.drive(&serving.url(), polled).await.unwrap();
    drive.assert_fine();
    assert_eq!(step(&drive, "newInstance").attempts, 1);
    let query = step(&drive, "queryInstance");
    assert!(query.attempts > 1 && query.complaints.iter().all(|why| why.contains("000004")), "{query}");
}

#[tokio::test]
async fn an_instance_that_never_comes_is_given_up() {
    fn never(asked: &Asked, answer: &mut Value) {
        if asked.activity() == "queryInstance" {
            answer["info"][0]["instanceId"] = "another".into();
        }
    }
    let polled = plan(Billing::OneTime).with_polling(Duration::from_millis(1), Duration::from_millis(20));
    let (drive, _) = drive_of(Fault::Answers(never), polled).await;
    let query = step(&drive, "queryInstance");
    assert!(query.to_string().contains("it shows the instance `another`"), "{query}");
    assert_eq!(names(&drive), ["newInstance", "queryInstance", "everything else"]);
    assert!(!drive.is_refunded && !drive.is_fine());
}

#[tokio::test]
async fn who_takes_too_long_has_not_answered() {
    let sleeps = Fault::Sleeps(Duration::from_secs(60), |asked| asked.activity() == "newInstance");
    let (drive, _) = drive_of(sleeps, plan(Billing::OneTime).with_patience(Duration::from_millis(100))).await;
    let step = step(&drive, "newInstance");
    assert_eq!((step.attempts, step.complaints.len()), (4, 1));
    assert!(step.complaints[0].starts_with("no complete answer within"), "{step}");
    assert!(drive.is_refunded && !drive.is_reached);
}

#[tokio::test]
async fn another_instance_for_the_same_order_is_found_out() {
    fn fresh(asked: &Asked, memory: &Memory, answer: &mut Value) {
        if asked.activity() == "newInstance" && memory.calls > 1 {
            answer["instanceId"] = "another".into();
        }
    }
    let (drive, _) = drive_of(Fault::Remembers(fresh), plan(Billing::OneTime)).await;
    let again = step(&drive, "newInstance again");
    let first = drive.instance_id.as_deref().unwrap();
    let why = format!("it names the instance `another`, and named `{first}` before for the same order");
    assert_eq!((again.attempts, &again.outcome), (1, &StepOutcome::Failed(why)));
    assert!(!drive.is_fine());

    // Also if the first answer was none that counts.
    fn unsure(asked: &Asked, memory: &Memory, answer: &mut Value) {
        if asked.activity() == "newInstance" {
            answer["instanceId"] = format!("i-{}", memory.calls).into();
            answer["resultCode"] = if memory.calls == 1 { "000005" } else { "000000" }.into();
        }
    }
    let (drive, _) = drive_of(Fault::Remembers(unsure), plan(Billing::OneTime)).await;
    let bought = step(&drive, "newInstance");
    assert!(bought.to_string().contains("`i-2`, and named `i-1` before") && drive.is_refunded, "{bought}");
}

#[tokio::test]
async fn every_answer_is_judged_as_the_console_does_it() {
    for (fault, why) in [
        (Fault::Travels(|_, status, _, _| *status = http::StatusCode::ACCEPTED), "http-status: status 202"),
        (
            Fault::Travels(|_, _, headers, _| {
                _ = headers.insert("content-type", "text/plain".parse().unwrap())
            }),
            "content-type: `text/plain`",
        ),
        (
            Fault::Travels(|_, _, headers, _| _ = headers.remove("body-sign")),
            "body-sign-missing: there is no `Body-Sign`",
        ),
        (
            Fault::Travels(|_, _, _, body| *body = [body, " ".as_bytes()].concat().into()),
            "body-sign-mismatch: it does not sign these bytes",
        ),
        (
            Fault::Answers(|_, answer| answer["resultMsg"] = "x".repeat(256).into()),
            "field-length: `resultMsg` has 256 characters, the limit is 255",
        ),
        (
            Fault::Answers(|_, answer| _ = answer.as_object_mut().unwrap().remove("instanceId")),
            "`instanceId` is missing",
        ),
    ] {
        let (drive, _) = drive_of(fault, plan(Billing::OneTime)).await;
        assert_eq!(step(&drive, "newInstance").complaints, [why], "{drive}");
    }
}

#[tokio::test]
async fn the_spelling_of_body_sign_counts() {
    let router = axum::Router::new().route_service("/saasproduce", Unfailing(Broken::new(Fault::None)));
    let serving = Serving::axum(router).await;
    let desk = Desk::of_today(key(), |settings| settings).await;
    let drive = desk.market.drive(&serving.url(), plan(Billing::OneTime)).await.unwrap();
    assert_eq!(step(&drive, "newInstance").complaints, ["body-sign-spelling: spelled `body-sign`"]);
}

#[tokio::test]
async fn each_call_has_its_number_of_repeats() {
    fn late(asked: &Asked, answer: &mut Value) {
        if !matches!(&*asked.activity(), "newInstance" | "queryInstance") {
            answer["resultCode"] = "000005".into();
        }
    }
    let (drive, _) = drive_of(Fault::Answers(late), plan(Billing::Period)).await;
    for (name, attempts) in [
        ("refreshInstance RENEWAL", 3),
        ("upgradeInstance", 4),
        ("updateInstanceStatus FREEZE", 2),
        ("releaseInstance", 2),
    ] {
        let step = step(&drive, name);
        assert!(step.attempts == attempts && !step.is_done(), "{step}");
    }
    assert!(!drive.is_refunded);
}

#[tokio::test]
async fn the_seller_can_ask_for_every_order_while_it_is_called() {
    let desk = Arc::new(Desk::of_today(key(), |settings| settings).await);
    let asking = Asking { inner: seller(), desk: Arc::clone(&desk), types: Arc::default() };
    let types = Arc::clone(&asking.types);
    let serving = Serving::start(asking).await;
    desk.market.drive(&serving.url(), plan(Billing::Period)).await.unwrap().assert_fine();
    desk.market.drive(&serving.url(), plan(Billing::OnDemand)).await.unwrap().assert_fine();
    let known = [
        ("newInstance", "NEW", "ON_DEMAND"),
        ("newInstance", "NEW", "PERIOD"),
        ("refreshInstance", "RENEW", "PERIOD"),
        ("releaseInstance", "NEW", "ON_DEMAND"),
        ("releaseInstance", "NEW", "PERIOD"),
        ("upgradeInstance", "CHANGE", "PERIOD"),
    ];
    assert_eq!(*types.lock().unwrap(), known.map(|(a, b, c)| format!("{a} {b} {c}")).into());
}

#[tokio::test]
async fn usage_of_what_was_bought_is_taken_until_it_is_released() {
    let desk = Desk::of_today(key(), |settings| settings).await;
    let broken = Broken::new(Fault::None);
    let memory = Arc::clone(&broken.memory);
    let serving = Serving::start(broken).await;
    let (bought, mut is_bought) = tokio::sync::mpsc::unbounded_channel();
    let plan =
        plan(Billing::OnDemand).with_usage_within(Duration::from_secs(20)).with_observer(move |step| {
            bought.send(step.name).unwrap();
        });
    let now = desk.clock.ago(0);
    let record = |instance: &str, sn: &str| {
        json!({"instance_id": instance, "metering_sn": sn, "record_time": now, "begin_time": now,
            "end_time": now, "usage_value": "1"})
    };
    let push = async |body: Value| {
        let request = desk.request("POST", marketplace_core::open_api::path::PUSH_USAGE, &body.to_string());
        desk.send(&desk.signed(&key(), request)).await.unwrap()
    };
    let seller_pushes = async {
        while is_bought.recv().await.unwrap() != "queryInstance" {}
        let instance = sent(&memory, "queryInstance", "instanceId").pop_first().unwrap().unwrap();
        let early = json!({"usage_records": [{"instance_id": instance, "metering_sn": "sn-0", "record_time": now,
            "begin_time": desk.clock.ago(3600), "end_time": now, "usage_value": "1"}]});
        assert_eq!(push(early).await.1["abnormalUsageData"][0]["error_code"], "011");
        let answer = push(json!({"usage_records": [record(&instance, "sn-1")]})).await;
        assert_eq!((told(&answer), answer.1.get("abnormalUsageData")), ((200, "MKT.0000"), None));
        instance
    };
    let url = serving.url();
    let (drive, instance) = tokio::join!(desk.market.drive(&url, plan), seller_pushes);
    let drive = drive.unwrap();
    drive.assert_fine();
    assert!(step(&drive, "usage").is_done());
    assert_eq!(desk.market.billed_of(&instance).records, 1);
    // What came before the release may still be pushed, what came after may not.
    desk.clock.advance(1);
    let mut late = record(&instance, "sn-2");
    late["end_time"] = json!(desk.clock.ago(0));
    let answer = push(json!({"usage_records": [late]})).await;
    assert_eq!(answer.1["abnormalUsageData"][0]["error_code"], "011");

    // What is billed by the year has no usage.
    let serving = Serving::start(seller_of(Shop::default())).await;
    let drive = desk.market.drive(&serving.url(), super::drive::plan(Billing::Period)).await.unwrap();
    let answer =
        push(json!({"usage_records": [record(drive.instance_id.as_deref().unwrap(), "sn-3")]})).await;
    assert_eq!(answer.1["abnormalUsageData"][0]["error_code"], "012");
}

#[tokio::test]
async fn usage_that_does_not_come_is_missed() {
    let (drive, _) =
        drive_of(Fault::None, plan(Billing::OnDemand).with_usage_within(Duration::from_millis(20))).await;
    assert_eq!(
        step(&drive, "usage").to_string(),
        "FAIL  usage: no record of the instance was taken within 20ms"
    );
    assert!(step(&drive, "releaseInstance").is_done());
}

/// A seller that asks the market for the order of each call before it answers.
#[derive(Clone)]
struct Asking<S> {
    inner: S,
    desk: Arc<Desk>,
    types: Arc<Mutex<BTreeSet<String>>>,
}

impl<S, B> Service<Request<B>> for Asking<S>
where
    S: Service<Request<Full<Bytes>>, Error = Infallible, Future: Send> + Clone + Send + 'static,
    B: Body<Data = Bytes, Error: std::fmt::Debug> + Send + 'static,
{
    type Response = S::Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut this = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let call: Value = serde_json::from_slice(&body).unwrap();
            if let (Some(order), Some(line)) = (call["orderId"].as_str(), call["orderLineId"].as_str()) {
                let answer = this.desk.query(&format!("orderId={order}&orderLineId={line}")).await;
                assert_eq!(told(&answer), (200, "MKT.0000"));
                let info = &answer.1["orderInfo"];
                let words = [&call["activity"], &info["orderType"], &info["orderLine"][0]["chargingMode"]];
                let words = words.map(|word| word.as_str().unwrap());
                this.types.lock().unwrap().insert(words.join(" "));
            }
            this.inner.call(Request::from_parts(head, Full::new(body))).await
        })
    }
}
