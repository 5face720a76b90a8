//! What the calls send that make, change and delete something.

use marketplace_tower::secure_key_manager::{
    AuthMode, KeyKind, KeyStoreDescription, KeyStoreId, MacAddress, Methods, NewKey, Registered,
    RotationPeriod,
};
use serde_json::{Value, json};

use super::recorder::{Recorder, v1_0, v1_2, v1_3};
use super::requests::{STORE, key, sends};
use super::text;

#[tokio::test]
async fn managing_keys() {
    let created = json!({"keyId": "k2", "keyStatus": "ACTIVE"});
    let new = NewKey { key_store: "shop", name: "n", description: "d" };
    let named = |field: &str, value: Value| json!({"keyStoreName": "shop", "name": "n", "description": "d", (field): value});
    sends!(
        v1_2(),
        created,
        |client| client.create_secret(new, &text("s")),
        "POST {}/v1.2/appkey/app/keys/secrets/create",
        named("secretValue", json!("s"))
    );
    let rotation = RotationPeriod::days(30).unwrap();
    sends!(
        v1_3(),
        created,
        |client| client.create_symmetric_key(new, rotation),
        "POST {}/v1.3/appkey/app/keys/symmetric-keys/create",
        named("autoRotationPeriod", json!(30))
    );
    let made = sends!(
        v1_2(),
        created,
        |client| client.create_asymmetric_key(new, RotationPeriod::OFF),
        "POST {}/v1.2/appkey/app/keys/asymmetric-keys/create",
        named("autoRotationPeriod", json!(0))
    );
    assert_eq!((made.key_id.as_str(), made.key_status.as_deref()), ("k2", Some("ACTIVE")));
    // Written in one way here, in another in the inventory; both are read.
    for field in ["deletionDateTime", "deletionDatetime"] {
        let deletion = json!({"keyId": "k1", (field): "2026-06-16T09:00:00.12"});
        let scheduled = sends!(
            v1_2(),
            deletion,
            |client| client.schedule_key_deletion(&key()),
            "PUT {}/v1.2/appkey/app/keys/k1/delete",
            Value::Null
        );
        assert_eq!(scheduled.deletion.unwrap().as_str(), "2026-06-16T09:00:00.12");
        let deleted = sends!(
            v1_3(),
            deletion,
            |client| client.delete_key_now(&key()),
            "DELETE {}/v1.3/appkey/app/keys/k1",
            Value::Null
        );
        assert_eq!(deleted.deletion.unwrap().wall_clock().unwrap().nanosecond, 120_000_000);
        let listed = json!({"keyId": "k1", "keyType": "SOMETHING_NEW", (field): "soon"});
        let detail = sends!(
            v1_0(),
            listed,
            |client| client.key(STORE, &key()),
            "GET {}/v1.0/appkey/app/keystores/7/keys/k1",
            Value::Null
        );
        assert_eq!((detail.deletion.unwrap().as_str(), detail.key_type), ("soon", Some(KeyKind::Unknown)));
    }
}

#[tokio::test]
async fn registering_clients() {
    let answer = json!({"value": "v", "description": "d"});
    let mac = MacAddress::new("AA:bb:cc:dd:ee:ff").unwrap();
    let range = "10.0.0.0/8".parse().unwrap();
    let value = |value: &str| json!({"keyStoreName": "shop", "value": value});
    let described = |mut body: Value| {
        body["description"] = json!("d");
        body
    };
    sends!(
        v1_2(),
        answer,
        |client| client.register_ipv4("shop", range, "d"),
        "POST {}/v1.2/appkey/app/auths/ipv4s",
        described(value("10.0.0.0/8"))
    );
    sends!(
        v1_2(),
        answer,
        |client| client.register_mac("shop", &mac, "d"),
        "POST {}/v1.2/appkey/app/auths/macs",
        described(value("AA:bb:cc:dd:ee:ff"))
    );
    sends!(
        v1_3(),
        json!({"name": "web", "description": "d"}),
        |client| client.register_certificate("shop", "web", &text("p"), 365, "d"),
        "POST {}/v1.3/appkey/app/auths/certificates",
        described(json!({"keyStoreName": "shop", "name": "web", "password": "p", "lifeTime": 365}))
    );
    for (registered, path, body) in [
        (Registered::Ipv4(range), "ipv4s", value("10.0.0.0/8")),
        (Registered::Mac(&mac), "macs", value("AA:bb:cc:dd:ee:ff")),
        (Registered::Certificate("web"), "certificates", json!({"keyStoreName": "shop", "name": "web"})),
    ] {
        // One path, one body: the verb alone tells scheduling from deleting.
        for verb in ["PUT", "POST"] {
            let recorder = Recorder::succeeding(&json!({"deletionDateTime": "2026-06-16T09:00:00"}));
            let client = recorder.client(v1_2());
            let deletion = match verb {
                "PUT" => client.schedule_registration_deletion("shop", registered).await.unwrap(),
                _ => client.delete_registration_now("shop", registered).await.unwrap(),
            };
            let sent = recorder.last();
            let line = format!("{verb} https://skm.example/keymanager/v1.2/appkey/app/auths/{path}/delete");
            assert_eq!((sent.line, sent.body), (line, body.clone()));
            assert!(deletion.deletion.is_some());
        }
    }
}

#[tokio::test]
async fn managing_key_stores() {
    let store =
        KeyStoreDescription { name: "n", description: "d", methods: Methods::MAC, mode: AuthMode::Or };
    let body = json!({
        "name": "n", "description": "d", "ip4AuthUse": "N", "macAuthUse": "Y", "certificateAuthUse": "N", "authMode": "OR"
    });
    let made = sends!(
        v1_3(),
        json!({"keyStoreId": 8}),
        |client| client.create_key_store(store),
        "POST {}/v1.3/appkey/app/keystores",
        body
    );
    assert_eq!(made, KeyStoreId(8));
    // These answer `null`.
    sends!(
        v1_3(),
        Value::Null,
        |client| client.replace_key_store(STORE, store),
        "PUT {}/v1.3/appkey/app/keystores/7",
        body
    );
    sends!(
        v1_3(),
        Value::Null,
        |client| client.delete_key_store(STORE),
        "DELETE {}/v1.3/appkey/app/keystores/7",
        Value::Null
    );
}
