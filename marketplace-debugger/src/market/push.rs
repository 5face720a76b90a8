//! Pushes of usage: `zh-cn_topic_0070649410` (2025-11-13), `topic_0070649117` (2025-11-18); the old API:
//! `zh-cn_topic_0070649411` (2025-11-13).

use http::header::CONTENT_TYPE;
use http::request::Parts;
use marketplace_core::open_api::{LONGEST_AGE_SECONDS, MOST_RECORDS};
use marketplace_core::signature::sdk_hmac::WINDOW_MILLIS;
use marketplace_core::signature::usage_push::{self, NONCE, SIGNATURE, TS};
use marketplace_core::{UnixMillis, UtcTime};
use serde_json::{Value, json};

use super::answer::Told;
use super::code::MarketCode;
use super::record::{self, Raw};
use super::settings::MarketSettings;
use super::sorted;
use super::state::State;

/// Is the body signed with the access key?
pub(super) fn is_signed(
    state: &mut State,
    settings: &MarketSettings,
    head: &Parts,
    body: &[u8],
    now: UnixMillis,
) -> Result<(), Told> {
    let signature = header(head, SIGNATURE, 1000)?;
    let ts = header(head, TS, 20)?;
    let nonce = header(head, NONCE, 64)?;
    let wrong = |why: &str| Told::about(MarketCode::BodySign, why);
    // As it is printed: no sign, and no zero in front.
    let millis = ts.parse::<u64>().ok().filter(|millis| millis.to_string() == ts);
    let millis = millis.ok_or_else(|| wrong("`ts` is not Unix milliseconds"))?;
    if !usage_push::verify(&settings.key, ts, nonce, body, signature) {
        return Err(wrong("the signature does not match"));
    }
    if let Some(name) = sorted::misplaced(body) {
        return Err(wrong(&format!(
            "`{name}` is not in its order: members are sorted before they are signed"
        )));
    }
    if now.0.abs_diff(millis) > WINDOW_MILLIS {
        return Err(wrong("`ts` is more than 15 minutes away from this clock"));
    }
    if settings.refuses_repeated_nonces && !state.nonces.insert(nonce.to_owned()) {
        return Err(wrong("the nonce was there before"));
    }
    Ok(())
}

/// Does it say what it is ("Common headers", `zh-cn_topic_0070649463`, 2024-04-26)? The body of a form is none.
pub(super) fn is_json(head: &Parts) -> Result<(), Told> {
    let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Told::about(MarketCode::Parameter, "the header `Content-Type` is not application/json"))
}

fn header<'h>(head: &'h Parts, name: &'static str, longest: usize) -> Result<&'h str, Told> {
    let wrong = |why: &str| Told::about(MarketCode::Parameter, format!("the header `{name}` {why}"));
    let mut found = head.headers.get_all(name).iter();
    let value = found.next().ok_or_else(|| wrong("is missing"))?;
    if found.next().is_some() {
        return Err(wrong("is there more than once"));
    }
    let value = value.to_str().map_err(|_| wrong("is not ASCII"))?;
    if value.is_empty() {
        return Err(wrong("is empty"));
    }
    if value.len() > longest {
        return Err(Told::about(MarketCode::Value, format!("the header `{name}` is longer than {longest}")));
    }
    Ok(value)
}

/// Takes the records that are well, and says which were not.
pub(super) fn take(
    state: &mut State,
    settings: &MarketSettings,
    body: &[u8],
    is_old: bool,
    now: UtcTime,
) -> Told {
    let records = match read(body, is_old, now) {
        Ok(records) => records,
        Err(told) => return told,
    };
    let mut refused = Vec::new();
    for raw in records {
        if let Err((code, why)) = record::take(state, settings, &raw, is_old, now) {
            let mut entry = json!({"instance_id": raw.instance, "error_code": code, "error_desc": why});
            let identity: &[_] = match raw.sn {
                Some(_) => &[("metering_sn", &raw.sn)],
                None => &[("begin_time", &raw.begin), ("end_time", &raw.end)],
            };
            for (name, value) in identity {
                if let (Some(value), Some(members)) = (value, entry.as_object_mut()) {
                    members.insert((*name).to_owned(), value.as_str().into());
                }
            }
            refused.push(entry);
        }
    }
    let told = Told::new(MarketCode::Success);
    if refused.is_empty() { told } else { told.with("abnormalUsageData", refused) }
}

/// The records, unless the push is refused as a whole.
fn read(body: &[u8], is_old: bool, now: UtcTime) -> Result<Vec<Raw>, Told> {
    let wrong = |why: &str| Told::about(MarketCode::Parameter, why);
    let push: Value = serde_json::from_slice(body).map_err(|_| wrong("the body is no JSON"))?;
    let push = push.as_object().ok_or_else(|| wrong("the body is no JSON object"))?;
    if let Some(name) = push.keys().find(|name| *name != "usage_records") {
        return Err(wrong(&format!("`{name}` is superfluous")));
    }
    let records = push.get("usage_records").and_then(Value::as_array);
    let records =
        records.filter(|records| !records.is_empty()).ok_or_else(|| wrong("`usage_records` is missing"))?;
    if records.len() > MOST_RECORDS {
        let why = format!("{} records, the limit is {MOST_RECORDS}", records.len());
        return Err(Told::about(MarketCode::TooManyRecords, why));
    }
    let records: Vec<_> = records.iter().map(|record| Raw::read(record, is_old)).collect::<Result<_, _>>()?;
    let oldest = now.unix_seconds().saturating_sub(LONGEST_AGE_SECONDS);
    let is_too_old =
        |raw: &&Raw| record::time(raw.begin.as_deref()).is_some_and(|begin| begin.unix_seconds() < oldest);
    match records.iter().find(is_too_old).and_then(|raw| raw.begin.as_deref()) {
        Some(begin) => Err(Told::about(MarketCode::TooOld, format!("{begin} is more than 21 days ago"))),
        None => Ok(records),
    }
}
