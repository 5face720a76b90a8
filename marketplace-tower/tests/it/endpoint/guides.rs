//! A seller of several guides at one address.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use bytes::Bytes;
use http::Request;
use marketplace_tower::v2::{
    NewInstance, NewInstanceReply, QueryInstance, QueryInstanceReply, ReleaseInstance,
};
use marketplace_tower::{
    AccessKey, Endpoint, Fault, Guide, InstanceId, KeyRing, KeySize, Layer, Ledger, Marketplace,
    MarketplaceLayer, Mode, Provisioning, Replay, Sealer, UnixMillis, guide, kit_v1, kit_v2, licence,
    marketplace_handler, v1,
};
use serde_json::Value;

use crate::support::bodies::TestBody;
use crate::support::signing::{Call, kit_v1_request, kit_v2_request, v1_request};
use crate::support::{AUTHENTICATION_FAILED, Answered, INVALID_PARAMETER, KEY, NOW, SECOND_KEY, layer, send};

#[derive(Default)]
struct Joint {
    opened: AtomicUsize,
    synced: AtomicUsize,
}

#[marketplace_handler(billing = one_time)]
impl Joint {
    #[activity(newInstance)]
    async fn open(&self, _: NewInstance, instance: InstanceId) -> Result<NewInstanceReply, Fault> {
        self.opened.fetch_add(1, SeqCst);
        Ok(NewInstanceReply::new(instance)?)
    }

    #[activity(queryInstance)]
    async fn describe(&self, _: QueryInstance) -> Result<QueryInstanceReply, Fault> {
        Err(Fault::instance_not_found())
    }

    #[activity(releaseInstance)]
    async fn close(&self, _: ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }
}

#[marketplace_handler(guide = v1, billing = one_time)]
impl Joint {
    #[activity(newInstance)]
    async fn open_v1(
        &self,
        order: v1::NewInstance,
        instance: InstanceId,
        sealer: Sealer,
    ) -> Result<Provisioning<v1::NewInstanceReply>, Fault> {
        self.opened.fetch_add(1, SeqCst);
        if order.sku_code() == Some("slow") {
            return Ok(Provisioning::Pending);
        }
        let app_info =
            v1::AppInfo::new("https://shop.example/")?.with_password(sealer.seal("first password")?)?;
        Ok(Provisioning::Ready(v1::NewInstanceReply::new(instance)?.with_app_info(app_info)?))
    }

    #[activity(releaseInstance)]
    async fn close_v1(&self, _: v1::ReleaseInstance) -> Result<(), Fault> {
        Ok(())
    }

    #[activity("audit", request = Audit { ticket: Text<8>, weight: Option<i64> }, reply = Audited { note: Text<64> })]
    async fn audit(&self, ask: Audit) -> Result<Audited, Fault> {
        Ok(Audited::new(format!("{} {:?}", ask.ticket(), ask.weight()))?)
    }
}

#[marketplace_handler(guide = kit_v1)]
impl Joint {
    #[activity(tenantSync)]
    async fn tenant(&self, sync: kit_v1::TenantSync, mode: Mode) -> Result<(), Fault> {
        assert_eq!((sync.tenant_id(), mode.is_debug()), ("t-1", false));
        self.synced.fetch_add(1, SeqCst);
        Ok(())
    }

    #[activity(applicationSync)]
    async fn application(&self, _: kit_v1::ApplicationSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(authSync)]
    async fn users(&self, _: kit_v1::AuthSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity("dataSync", request = DataSync { name: Text<8> })]
    async fn data(&self, sync: DataSync, signed: Bytes) -> Result<(), Fault> {
        assert!(signed.starts_with(b"{") && sync.name() == "n");
        self.synced.fetch_add(1, SeqCst);
        Ok(())
    }
}

#[marketplace_handler(guide = kit_v2)]
impl Joint {
    #[activity(tenantSync)]
    async fn tenant_v2(&self, _: kit_v2::TenantSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(applicationSync)]
    async fn application_v2(&self, _: kit_v2::ApplicationSync) -> Result<(), Fault> {
        Ok(())
    }

    #[activity(authSync)]
    async fn users_v2(&self, _: kit_v2::AuthSync) -> Result<(), Fault> {
        self.synced.fetch_add(1, SeqCst);
        Ok(())
    }
}

#[marketplace_handler(guide = licence)]
impl Joint {
    #[activity(releaseLicenseCode)]
    async fn revoke(&self, _: licence::ReleaseLicenseCode) -> Result<(), Fault> {
        Ok(())
    }
}

type Service = Marketplace<Endpoint<Joint>>;

fn endpoint() -> Endpoint<Joint> {
    Endpoint::new::<guide::V2>(Joint::default(), Ledger::memory())
        .with_guide::<guide::V1>()
        .with_guide::<guide::KitV1>()
        .with_guide::<guide::KitV2>()
        .with_guide::<guide::Licence>()
}

async fn ask(service: &Service, request: Request<TestBody>) -> Answered {
    let answered = send(service, request).await.unwrap();
    assert!(answered.is_signed_by(KEY));
    answered
}

fn text(answered: &Answered, member: &str) -> String {
    let json: Value = serde_json::from_slice(&answered.body).unwrap();
    json[member].as_str().unwrap_or_else(|| panic!("no {member} in {json}")).to_owned()
}

fn purchase<'a>(order: &'a str, business: &'a str, more: &[(&'a str, &'a str)]) -> Request<TestBody> {
    let mut parameters = vec![
        ("activity", "newInstance"),
        ("businessId", business),
        ("customerId", "c-1"),
        ("orderId", order),
        ("timeStamp", "20200727073711903"),
    ];
    parameters.extend_from_slice(more);
    v1_request(KEY, &parameters)
}

#[tokio::test]
async fn each_call_reaches_the_method_of_its_guide() {
    let service = layer().layer(endpoint());
    let members = [
        ("timeStamp", "20220413093539534"),
        ("tenantId", "t-1"),
        ("tenantCode", "c"),
        ("name", "n"),
        ("domainName", "d"),
        ("flag", "1"),
        ("testFlag", "0"),
    ];
    for request in [
        Call::new(r#"{"activity":"newInstance","businessId":"b","orderId":"o","orderLineId":"l"}"#).request(),
        Call::new(r#"{"activity":"releaseLicenseCode","license":"l"}"#).request(),
        purchase("o-1", "b-1", &[("productId", "p")]),
        kit_v1_request(KEY, "tenantSync", &members),
        kit_v1_request(KEY, "dataSync", &members),
    ] {
        let answered = ask(&service, request).await;
        assert_eq!(text(&answered, "resultCode"), "000000", "{}", answered.text());
    }
    let audit = ask(
        &service,
        v1_request(KEY, &[("activity", "audit"), ("ticket", "7"), ("weight", "12"), ("timeStamp", "1")]),
    );
    assert_eq!(text(&audit.await, "note"), "7 Some(12)");
}

#[tokio::test]
async fn an_activity_of_one_guide_is_none_of_another() {
    let service = layer().layer(endpoint());
    for request in [
        // V1 knows no `queryInstance` of this seller, and no licence code; the kits' names are no activities.
        v1_request(KEY, &[("activity", "queryInstance"), ("instanceId", "i"), ("timeStamp", "1")]),
        v1_request(KEY, &[("activity", "releaseLicenseCode"), ("license", "i"), ("timeStamp", "1")]),
        v1_request(KEY, &[("activity", "tenantSync"), ("timeStamp", "1")]),
        Call::new(r#"{"activity":"audit","ticket":"7"}"#).request(),
        Call::new(r#"{"activity":"tenantSync"}"#).request(),
        kit_v1_request(KEY, "newInstance", &[("timeStamp", "20220413093539534")]),
        kit_v2_request(KEY, "dataSync", "n-7", NOW, r#"{"name":"n"}"#, r#"{"name":"n"}"#),
    ] {
        let answered = ask(&service, request).await;
        assert_eq!(answered.body, INVALID_PARAMETER);
        assert_eq!(answered.slug(), Some("unknown-activity"));
    }
}

#[tokio::test]
async fn a_key_serves_its_guides_also_where_they_sign_alike() {
    let base = AccessKey::named("base", KEY).unwrap().serving([Guide::V2]);
    let codes = AccessKey::named("codes", SECOND_KEY).unwrap().serving([Guide::Licence]);
    let layer = MarketplaceLayer::new(KeyRing::new([base, codes]).unwrap(), Replay::memory())
        .with_test_clock(|| UnixMillis(NOW));
    let service = layer.layer(endpoint());
    let purchase = r#"{"activity":"newInstance","businessId":"b","orderId":"o","orderLineId":"l"}"#;
    let revoke = r#"{"activity":"releaseLicenseCode","license":"l"}"#;
    for (body, key, passes) in [
        (purchase, KEY, true),
        (revoke, SECOND_KEY, true),
        (purchase, SECOND_KEY, false),
        (revoke, KEY, false),
    ] {
        let answered = send(&service, Call::new(body).with_key(key).request()).await.unwrap();
        assert!(answered.is_signed_by(key));
        if passes {
            assert_eq!(text(&answered, "resultCode"), "000000");
        } else {
            assert_eq!(answered.body, AUTHENTICATION_FAILED);
            assert_eq!(answered.slug(), Some("key-of-other-guide"));
        }
    }
}

#[tokio::test]
async fn a_repeated_v1_purchase_gets_the_same_instance_and_the_same_login() {
    let service = layer().layer(endpoint());
    let first = ask(&service, purchase("o-2", "b-1", &[("productId", "p"), ("chargingMode", "1")])).await;
    assert_eq!(text(&first, "instanceId"), "b-1");
    assert_eq!(text(&first, "encryptType"), "1");
    for (business, product) in [("b-1", "p"), ("b-2", "p"), ("b-3", "another")] {
        let again = purchase("o-2", business, &[("productId", product), ("chargingMode", "1")]);
        assert_eq!(ask(&service, again).await.body, first.body);
    }
    // What is paid per use has an instance for each product; so has what does not say.
    for (order, mode) in [("o-3", &[("chargingMode", "0")][..]), ("o-4", &[])] {
        let mut instances = Vec::new();
        for (business, product) in [("b-4", "p"), ("b-5", "q"), ("b-6", "p")] {
            let business = format!("{order}-{business}");
            let mut more = vec![("productId", product)];
            more.extend_from_slice(mode);
            instances.push(text(&ask(&service, purchase(order, &business, &more)).await, "instanceId"));
        }
        assert_eq!(instances, [format!("{order}-b-4"), format!("{order}-b-5"), format!("{order}-b-4")]);
    }
}

#[tokio::test]
async fn sixty_four_simultaneous_v1_purchases_are_one() {
    let service = layer().layer(endpoint());
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..64 {
        let service = service.clone();
        calls.spawn(async move {
            let business = format!("b-{number}");
            ask(&service, purchase("o-5", &business, &[("productId", "p"), ("chargingMode", "1")])).await.body
        });
    }
    let bodies: Vec<_> = calls.join_all().await;
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
}

#[tokio::test]
async fn a_v1_purchase_may_be_answered_later_and_runs_again_when_it_is_sent_again() {
    let joint = Arc::new(endpoint());
    let service = layer().layer((*joint).clone());
    let slow = ask(&service, purchase("o-6", "b-1", &[("productId", "p"), ("skuCode", "slow")])).await;
    assert_eq!((text(&slow, "resultCode"), text(&slow, "instanceId")), ("000004".into(), "b-1".into()));
    let ready = ask(&service, purchase("o-6", "b-2", &[("productId", "p")])).await;
    assert_eq!((text(&ready, "resultCode"), text(&ready, "instanceId")), ("000000".into(), "b-1".into()));
}

#[tokio::test]
async fn debugging_calls_create_nothing_in_any_guide() {
    let service = layer().layer(endpoint());
    let debug = purchase("CS1906666666ABCDE", "b", &[("productId", "p"), ("testFlag", "1")]);
    let answered = ask(&service, debug).await;
    assert_eq!(text(&answered, "resultCode"), "000000");
    assert!(text(&answered, "instanceId").starts_with("debug-"));
    assert!(answered.text().contains(r#""frontEndUrl":"https://example.com/""#));
    // The real one afterwards is a purchase of its own.
    let real = ask(&service, purchase("CS1906666666ABCDE", "b-real", &[("productId", "p")])).await;
    assert_eq!(text(&real, "instanceId"), "b-real");
    let users = r#"{"testFlag":1,"flag":1,"instanceId":"","tenantId":"t","appId":"a","userList":"[]","currentSyncTime":"20220413093539534","timeStamp":"20220413093539534"}"#;
    let answered = ask(&service, kit_v2_request(KEY, "authSync", "n-8", NOW, users, users)).await;
    assert_eq!(text(&answered, "resultCode"), "000000", "{}", answered.text());
}

#[tokio::test]
async fn the_size_of_the_key_is_the_products_and_is_told() {
    let service = layer().layer(endpoint().with_key_size(KeySize::Aes128));
    let answered = ask(&service, purchase("o-7", "b-1", &[("productId", "p")])).await;
    assert_eq!(text(&answered, "encryptType"), "2");
}

#[tokio::test]
async fn a_field_that_is_wrong_is_named_to_the_operator_alone() {
    let service = layer().layer(endpoint());
    let long = "x".repeat(65);
    for (request, names) in [
        (purchase("o-8", "b", &[]), "`productId` is missing"),
        (purchase(&long, "b", &[("productId", "p")]), "`orderId`: 65 UTF-16 units, the limit is 64"),
        (purchase("o-8", "b", &[("productId", "")]), "`productId`: is empty"),
        (purchase("o-8", "b", &[("productId", "p"), ("amount", "12345678")]), "`amount`"),
        (kit_v1_request(KEY, "tenantSync", &[("timeStamp", "20220413093539534")]), "is missing"),
    ] {
        let answered = ask(&service, request).await;
        assert_eq!((answered.slug(), &answered.body[..]), (Some("body"), INVALID_PARAMETER), "{names}");
        let refusal = answered.refusal.unwrap().to_string();
        assert!(refusal.contains(names), "{refusal}");
    }
}
