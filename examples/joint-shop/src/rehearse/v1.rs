//! V1: one purchase, from the payment to the release.

use rehearsal::{Answer, Report};
use rusqlite::types::Value;
use tokio::task::JoinSet;

use super::market::{Call, Market, SUCCESS, UNKNOWN};

/// How many calls come at once.
const CROWD: usize = 64;
/// The example of the page `newInstance`: `idNum`, `userName`, `custEmail`.
const PARAMETERS: &str = "W3sibmFtZSI6ImlkTnVtIiwidmFsdWUiOiIzNTIyNTU1NTU1NTU2NTYifSx7Im5hbWUiOiJ1c2VyTmFtZSIsInZhbHVlIjoiaHVhd2VpMTIzIn0seyJuYW1lIjoiY3VzdEVtYWlsIiwidmFsdWUiOiIxMjNAaHVhd2VpLmNvbSJ9XQ==";

/// What was bought, and the instance that came of it.
pub(super) struct Bought {
    pub(super) order: String,
    pub(super) instance: String,
}

/// Buys, looks, renews, freezes, upgrades, expires and releases. One that is still in use is handed on.
pub(super) async fn play(market: &Market, report: &mut Report) -> Option<Bought> {
    let order = market.number();
    let call = market.purchase(&order);
    let outcome = buy(market, &call).await;
    let bought =
        report.check("V1 newInstance makes an instance, with a sealed account and password", outcome)?;
    report.check(
        "V1 newInstance sent again, with another businessId, is the same instance",
        again(market, &bought).await,
    );
    report.check("V1: 64 calls at once for one order are one instance", crowd(market).await);
    report.check("V1 pay per use: each product of an order is an instance", per_product(market).await);
    report.check("V1 queryInstance shows the same login as newInstance", look(market, &bought).await);
    report.check("V1 queryInstance leaves out whom nobody knows", mixed(market, &bought).await);
    report.check("V1: what the customer was asked for is kept", parameters(market).await);
    report.check("V1: mobilePhone and email are opened", contact(market).await);
    report.check(
        "V1: a corrupt mobilePhone or email loses no purchase, and shows in no answer",
        corrupt(market).await,
    );
    for call in life(&bought.instance, &market.number()) {
        for again in ["", ", again"] {
            let name = format!("V1 {}{again}", told(&call));
            report.check(name, market.ask(SUCCESS, &call).await);
        }
        report.check(format_args!("V1 queryInstance after {}", call.activity()), look(market, &bought).await);
    }
    let other = report
        .check("V1 newInstance of another order", buy(market, &market.purchase(&market.number())).await)?;
    for again in ["", ", again"] {
        let call = end(&other.instance);
        report.check(format_args!("V1 releaseInstance{again}"), market.ask(SUCCESS, &call).await);
    }
    let outcome = market.ask(UNKNOWN, &query(&other.instance)).await;
    report.check("V1 queryInstance about a released instance is 000003", outcome);
    let strangers = life("nobody-issued-this", "CS1").into_iter();
    for call in strangers.chain([query("nobody-issued-this"), end("nobody-issued-this")]) {
        let name = format!("V1 {} about an unknown instance is 000003", told(&call));
        report.check(name, market.ask(UNKNOWN, &call).await);
    }
    Some(bought)
}

/// The shop stopped and started again on the same files.
pub(super) async fn play_after_restart(market: &Market, bought: Option<&Bought>, report: &mut Report) {
    let Some(bought) = bought else { return };
    report.check("after a restart, V1 newInstance is the same instance", again(market, bought).await);
    report.check("after a restart, V1 queryInstance shows it", look(market, bought).await);
    report.check("V1 releaseInstance at the end", market.ask(SUCCESS, &end(&bought.instance)).await);
}

/// The calls that change an instance and let it live, in some order of its life.
pub(super) fn life(instance: &str, order: &str) -> Vec<Call> {
    let about = |activity| Call::new(activity).with("instanceId", instance);
    let refresh = || about("refreshInstance").with("orderId", order);
    vec![
        refresh().with("expireTime", "20371231235959").with("periodType", "year").with("periodNumber", "1"),
        refresh().with("expireTime", "20371231235959").with("trialToFormal", "1").with("productId", ""),
        refresh().with("expireTime", "20300101000000").with("orderAmount", "-12.345"),
        about("instanceStatus").with("instanceStatus", "FREEZE"),
        about("instanceStatus").with("instanceStatus", "NORMAL"),
        about("upgrade")
            .with("orderId", order)
            .with("skuCode", "sku-02")
            .with("productId", "00301-666688-0-0"),
        about("expireInstance"),
        refresh().with("expireTime", "20381231235959"),
    ]
}

pub(super) fn query(instances: &str) -> Call {
    Call::new("queryInstance").with("instanceId", instances)
}

pub(super) fn end(instance: &str) -> Call {
    Call::new("releaseInstance").with("instanceId", instance).with("orderAmount", "100")
}

/// A call in a line of the report.
fn told(call: &Call) -> String {
    let words = ["instanceStatus", "trialToFormal", "orderAmount", "periodType"];
    let more = words.iter().find_map(|word| Some(format!(" with {word} {}", call.value(word)?)));
    format!("{}{}", call.activity(), more.unwrap_or_default())
}

/// Buys, and judges the whole answer.
pub(super) async fn buy(market: &Market, call: &Call) -> Result<Bought, String> {
    let answer = market.ask(SUCCESS, call).await?;
    let instance = answer.instance_id()?;
    login(&answer, "", &instance)?;
    Ok(Bought { order: call.value("orderId").unwrap_or_default().to_owned(), instance })
}

/// How to log in, which is at this place, is complete and sealed. What is sealed is never the same text twice.
fn login(answer: &Answer, place: &str, instance: &str) -> Result<[String; 2], String> {
    if answer.text("/encryptType")? != "1" {
        return Err("`encryptType` is not 1".to_owned());
    }
    let address = answer.text(&format!("{place}/appInfo/frontEndUrl"))?;
    if !address.starts_with("https://") || !address.contains(instance) {
        return Err(format!("`{address}` is not where `{instance}` works"));
    }
    let sealed = |name: &str| {
        let text = answer.text(&format!("{place}/appInfo/{name}"))?;
        let (vector, letters) = text.split_at_checked(16).unwrap_or_default();
        let is_base64 =
            letters.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"+/=".contains(&letter));
        let is_sealed = vector.bytes().all(|letter| letter.is_ascii_alphanumeric()) && is_base64;
        let fits = letters.len() >= 24 && text.len() <= 128;
        if is_sealed && fits {
            Ok(text.to_owned())
        } else {
            Err(format!("`{name}` is `{text}`, which is not sealed"))
        }
    };
    Ok([sealed("userName")?, sealed("password")?])
}

async fn again(market: &Market, bought: &Bought) -> Result<(), String> {
    let instance = buy(market, &market.purchase(&bought.order)).await?.instance;
    if instance == bought.instance { Ok(()) } else { Err(format!("`{instance}`, not `{}`", bought.instance)) }
}

async fn crowd(market: &Market) -> Result<(), String> {
    let order = market.number();
    let mut calls = JoinSet::new();
    for _ in 0..CROWD {
        let (market, call) = (market.clone(), market.purchase(&order));
        calls.spawn(async move { buy(&market, &call).await });
    }
    let mut instances = Vec::new();
    for outcome in calls.join_all().await {
        instances.push(outcome?.instance);
    }
    instances.sort();
    instances.dedup();
    if instances.len() == 1 { Ok(()) } else { Err(format!("{} different instances", instances.len())) }
}

async fn per_product(market: &Market) -> Result<(), String> {
    let order = market.number();
    let call = |product| market.purchase(&order).set("productId", product).with("chargingMode", "0");
    let (one, other) = (buy(market, &call("P1")).await?, buy(market, &call("P2")).await?);
    let (one_again, other_again) = (buy(market, &call("P1")).await?, buy(market, &call("P2")).await?);
    if one.instance == other.instance {
        return Err("two products are one instance".to_owned());
    }
    if (one.instance, other.instance) == (one_again.instance, other_again.instance) {
        Ok(())
    } else {
        Err("a repeat is another instance".to_owned())
    }
}

async fn look(market: &Market, bought: &Bought) -> Result<(), String> {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let answer = market.ask(SUCCESS, &query(&bought.instance)).await?;
        let shown = answer.text("/info/0/instanceId")?;
        if shown != bought.instance || answer.instances() != 1 {
            return Err(format!("asked for `{}`, shown `{shown}`", bought.instance));
        }
        seen.extend(login(&answer, "/info/0", &bought.instance)?);
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    if seen.len() == count { Ok(()) } else { Err("a text was sealed in the same way twice".to_owned()) }
}

async fn mixed(market: &Market, bought: &Bought) -> Result<(), String> {
    let answer = market.ask(SUCCESS, &query(&format!("nobody,{}", bought.instance))).await?;
    login(&answer, "/info/0", &bought.instance)?;
    if answer.instances() == 1 { Ok(()) } else { Err(format!("{} entries", answer.instances())) }
}

async fn parameters(market: &Market) -> Result<(), String> {
    let sql = "SELECT group_concat(name || '=' || value) FROM
        (SELECT name, value FROM parameters WHERE instance_id = ?1 ORDER BY name)";
    let kept = "custEmail=123@huawei.com,idNum=352255555555656,userName=huawei123";
    for spelled in [PARAMETERS.to_owned(), PARAMETERS.replace('=', "%3D")] {
        let call = market.purchase(&market.number()).with("saasExtendParams", spelled);
        market.stored().expect(sql, &buy(market, &call).await?.instance, kept.to_owned())?;
    }
    let call = market.purchase(&market.number()).with("saasExtendParams", "no base64!");
    market.stored().expect(sql, &buy(market, &call).await?.instance, Value::Null)
}

/// The shop's own sealed account is an e-mail address, sealed under the same key: as good as one of KooGallery's.
async fn contact(market: &Market) -> Result<(), String> {
    let answer = market.ask(SUCCESS, &market.purchase(&market.number())).await?;
    let sealed = answer.text("/appInfo/userName")?;
    // On its way, a plus can become a blank.
    for sealed in [sealed.to_owned(), sealed.replace('+', " ")] {
        let call = market.purchase(&market.number()).with("email", sealed).with("mobilePhone", "");
        let sql = "SELECT email FROM tenants WHERE instance_id = ?1";
        let opened = "admin@shop.example".to_owned();
        market.stored().expect(sql, &buy(market, &call).await?.instance, opened)?;
    }
    Ok(())
}

async fn corrupt(market: &Market) -> Result<(), String> {
    let answer = market.ask(SUCCESS, &market.purchase(&market.number())).await?;
    let (sealed, password) = (answer.text("/appInfo/userName")?, answer.text("/appInfo/password")?);
    for broken in ["short", "!", sealed.get(..20).unwrap_or_default(), password, &format!("A{sealed}")] {
        for field in ["mobilePhone", "email"] {
            let call = market.purchase(&market.number()).with(field, broken);
            let bought = buy(market, &call).await.map_err(|why| format!("{field}: {why}"))?;
            let sql = "SELECT mobile_phone IS NULL AND email IS NULL FROM tenants WHERE instance_id = ?1";
            market.stored().expect(sql, &bought.instance, 1)?;
        }
    }
    Ok(())
}
