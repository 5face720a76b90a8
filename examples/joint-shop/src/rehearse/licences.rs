//! Licence codes: bought and ended by V1, changed by the licence calls.

use rehearsal::Report;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::market::{Call, INVALID, Market, SUCCESS, UNKNOWN};
use super::v2::{activity, put};

pub(super) async fn play(market: &Market, report: &mut Report) {
    let order = market.number();
    let outcome = buy(market, &order).await;
    let Some((instance, code)) = report.check("getLicense makes a licence", outcome) else { return };
    let bought = (instance.clone(), code.clone());
    report.check("getLicense sent again is the same licence", again(market, &order, &bought).await);
    report.check("getLicense: 64 calls at once for one order are one licence", crowd(market).await);
    report.check("getLicense of another order is another licence", another(market, &bought).await);

    let order = market.v2().order();
    for call in by_code(&code, &order) {
        for again in ["", ", again"] {
            report.check(format_args!("{}{again}", activity(&call)), market.v2().call(SUCCESS, &call).await);
        }
        let mut without = call.clone();
        put(&mut without, "license", json!(""));
        let name = format!("{} without a licence code: refused", activity(&call));
        report.check(name, market.v2().call(INVALID, &without).await);
    }
    for call in by_code("nobody-issued-this", &order) {
        let name = format!("{} about an unknown code is 000003", activity(&call));
        report.check(name, market.v2().call(UNKNOWN, &call).await);
    }
    for (name, wrong) in [("scene", "TRIAL_TO_FORMAL"), ("expireTime", "soon")] {
        let mut call = by_code(&code, &order).into_iter().next().unwrap_or_default();
        put(&mut call, name, json!(wrong));
        let outcome = market.v2().call(INVALID, &call).await;
        report.check(format_args!("refreshLicenseCode with a wrong {name}: refused"), outcome);
    }

    let outcome = buy(market, &market.number()).await;
    let Some((instance, _)) = report.check("getLicense, once more", outcome) else { return };
    for call in by_instance(&instance) {
        for again in ["", ", again"] {
            report.check(format_args!("{}{again}", call.activity()), market.ask(SUCCESS, &call).await);
        }
    }
    for call in by_instance("nobody-issued-this") {
        let name = format!("{} about an unknown licence is 000003", call.activity());
        report.check(name, market.ask(UNKNOWN, &call).await);
    }
}

pub(super) fn get_license(market: &Market, order: &str) -> Call {
    market.purchase(order).set("activity", "getLicense")
}

/// The calls of licence 2.0, which name the code.
pub(super) fn by_code(code: &str, order: &rehearsal::Order) -> Vec<Value> {
    let (id, line) = (&order.id, &order.line);
    vec![
        json!({"activity": "refreshLicenseCode", "scene": "RENEWAL", "license": code, "orderId": id,
            "orderLineId": line, "expireTime": "20371231235959"}),
        json!({"activity": "refreshLicenseCode", "scene": "UNSUBSCRIBE_RENEWAL_PERIOD", "license": code,
            "orderId": id, "orderLineId": line, "expireTime": "20300101000000"}),
        json!({"activity": "updateLicenseCodeStatus", "license": code, "status": "FREEZE"}),
        json!({"activity": "updateLicenseCodeStatus", "license": code, "status": "UNFREEZE"}),
        json!({"activity": "releaseLicenseCode", "license": code, "orderId": id, "orderLineId": line}),
    ]
}

/// The calls of licence 1.0, which name the instance.
pub(super) fn by_instance(instance: &str) -> Vec<Call> {
    let about = |activity| Call::new(activity).with("instanceId", instance).with("orderId", "CS1");
    vec![
        about("refreshLicense").with("expireTime", "20371231235959"),
        about("expireLicense"),
        about("releaseLicense"),
    ]
}

async fn buy(market: &Market, order: &str) -> Result<(String, String), String> {
    let answer = market.ask(SUCCESS, &get_license(market, order)).await?;
    match answer.text("/license")? {
        code if (1..=64).contains(&code.len()) => Ok((answer.instance_id()?, code.to_owned())),
        code => Err(format!("the licence code `{code}` fits no call about it")),
    }
}

async fn again(market: &Market, order: &str, bought: &(String, String)) -> Result<(), String> {
    let found = buy(market, order).await?;
    if found == *bought { Ok(()) } else { Err(format!("{found:?}, not {bought:?}")) }
}

async fn another(market: &Market, bought: &(String, String)) -> Result<(), String> {
    let found = buy(market, &market.number()).await?;
    if found.0 != bought.0 && found.1 != bought.1 { Ok(()) } else { Err(format!("{found:?} again")) }
}

async fn crowd(market: &Market) -> Result<(), String> {
    let order = market.number();
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let (market, order) = (market.clone(), order.clone());
        calls.spawn(async move { buy(&market, &order).await });
    }
    let mut licences = calls.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    licences.sort();
    licences.dedup();
    if licences.len() == 1 { Ok(()) } else { Err(format!("{} different licences", licences.len())) }
}
