//! Calls of the debugging console.

use std::sync::Arc;

use marketplace_tower::v2::{
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, ReleaseInstance,
};
use marketplace_tower::{Endpoint, Fault, InstanceId, Layer, Ledger, Mode, Text, marketplace_handler};
use serde_json::Value;

use super::ledgers::TestLedger;
use super::shop::Till;
use super::{ask, ask_briefly, code, code_with, open, open_with, purchase, query};
use crate::support::signing::Call;
use crate::support::{layer, send};

fn debugged(call: &str, flag: &str) -> String {
    call.replace('}', &format!(r#","testFlag":{flag}}}"#))
}

#[tokio::test]
async fn stand_ins_answer_for_methods_that_did_not_ask_for_the_mode() {
    let ledger = TestLedger::default();
    let (service, till) = open_with(|shop| Endpoint::new(shop, Ledger::custom(ledger.clone())));
    for flag in ["1", "\"1\""] {
        for call in [
            r#"{"activity":"refreshInstance","scene":"RENEWAL","orderId":"o","orderLineId":"l","instanceId":"i","expireTime":"20301124023618"}"#,
            r#"{"activity":"updateInstanceStatus","instanceId":"unknown","status":"FREEZE"}"#,
            r#"{"activity":"releaseInstance","instanceId":"never issued"}"#,
            r#"{"activity":"upgradeInstance","instanceId":"i","orderId":"o","orderLineId":"l"}"#,
            r#"{"activity":"orderNotify","orderId":"o","orderLineId":"l"}"#,
            r#"{"activity":"orderAudit","orderId":"o"}"#,
            r#"{"activity":"changeInstanceCheck","instanceId":"i","productInfo":[]}"#,
        ] {
            assert_eq!(ask_briefly(&service, &debugged(call, flag)).await, code("000000"), "{call}");
        }
        let (result, id) = ask_briefly(&service, &debugged(&purchase("o", "b"), flag)).await;
        assert_eq!(result, "000000");
        let id = id.unwrap();
        assert!(id.starts_with("debug-"), "{id}");
        // The same each time, whatever the business id.
        assert_eq!(
            ask_briefly(&service, &debugged(&purchase("o", "c"), flag)).await,
            code_with("000000", &id)
        );
        assert_ne!(ask_briefly(&service, &debugged(&purchase("p", "b"), flag)).await.1.unwrap(), id);
        let described = ask(&service, &debugged(&query(&format!("{id},unknown")), flag)).await;
        let described: Value = serde_json::from_slice(&described.body).unwrap();
        assert_eq!(described["resultCode"], "000000");
        assert_eq!(described["info"][0]["instanceId"], id);
        assert_eq!(described["info"][1]["instanceId"], "unknown");
        assert_eq!(described["info"][1]["appInfo"]["frontEndUrl"], "https://example.com/");
    }
    assert!(till.take_log().is_empty());
    assert!(ledger.take_log().is_empty());
    // The order can still be placed, and has an id of its own.
    assert_eq!(ask_briefly(&service, &purchase("o", "b")).await, code_with("000000", "b"));
}

#[tokio::test]
async fn the_address_that_a_debugged_query_shows_can_be_set() {
    let url = Text::new("https://console.shop.example/").unwrap();
    let (service, _till) =
        open_with(|shop| Endpoint::new(shop, Ledger::memory()).with_debug_front_end_url(url));
    let described = ask(&service, &debugged(&query("i"), "1")).await;
    assert!(
        described.text().contains(r#""frontEndUrl":"https://console.shop.example/""#),
        "{}",
        described.text()
    );
}

#[tokio::test]
async fn other_flags_are_real_calls() {
    let (service, till) = open();
    for (flag, id) in
        [("0", "a"), ("\"0\"", "b"), ("null", "c"), ("\"\"", "d"), ("2", "e"), ("\"true\"", "f")]
    {
        assert_eq!(
            ask_briefly(&service, &debugged(&purchase(id, id), flag)).await,
            code_with("000000", id),
            "{flag}"
        );
        assert_eq!(till.take_log().len(), 2, "{flag}");
    }
}

#[tokio::test]
async fn a_debugging_call_has_to_have_its_form_too() {
    let (service, _till) = open();
    let call = debugged(r#"{"activity":"updateInstanceStatus","instanceId":"i","status":"FROZEN"}"#, "1");
    assert_eq!(ask_briefly(&service, &call).await, code("000002"));
}

/// Wants to see debugging calls.
struct Curious(Arc<Till>);

#[marketplace_handler(billing = one_time)]
impl Curious {
    #[activity(newInstance)]
    async fn open(&self, order: NewInstance, id: InstanceId, mode: Mode) -> Result<NewInstanceReply, Fault> {
        self.0.note(format!("open {} {id} {mode:?}", order.order_id()));
        Ok(NewInstanceReply::new(id)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, query: QueryInstance, mode: Mode) -> Result<QueryInstanceReply, Fault> {
        let _ = query;
        self.0.note(format!("describe {mode:?}"));
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, end: ReleaseInstance, mode: Mode) -> Result<(), Fault> {
        self.0.note(format!("close {} {mode:?}", end.instance_id()));
        Ok(())
    }
}

#[tokio::test]
async fn a_method_that_asks_for_the_mode_gets_debugging_calls_and_the_ledger_does_not() {
    let (till, ledger) = (Arc::<Till>::default(), TestLedger::default());
    let service = layer().layer(Endpoint::new(Curious(Arc::clone(&till)), Ledger::custom(ledger.clone())));
    let answer =
        async |body: String| send(&service, Call::new(body).request()).await.unwrap().text().to_owned();

    let debug_id = InstanceId::derived("debug-", &marketplace_tower::OrderKey::new("o", Some("o-1")));
    for _ in 0..2 {
        let answered = answer(debugged(&purchase("o", "b"), "1")).await;
        assert!(answered.contains(&format!(r#""instanceId":"{debug_id}""#)), "{answered}");
        assert_eq!(till.take_log(), [format!("open o {debug_id} Debug")]);
    }
    answer(debugged(&query(debug_id.as_str()), "1")).await;
    answer(debugged(r#"{"activity":"releaseInstance","instanceId":"i"}"#, "\"1\"")).await;
    assert_eq!(till.take_log(), ["describe Debug", "close i Debug"]);
    assert!(ledger.take_log().is_empty());

    answer(purchase("o", "b")).await;
    answer(query("b")).await;
    assert_eq!(till.take_log(), ["open o b Live", "describe Live"]);
    assert_eq!(ledger.take_log(), ["begin", "record", "unfinished"]);
}
