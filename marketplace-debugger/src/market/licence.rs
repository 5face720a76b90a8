//! Licence codes: activation (2025-05-23) and their state (2025-07-03).

use marketplace_core::UtcTime;
use serde_json::{Value, json};

use super::answer::Told;
use super::code::MarketCode;
use super::fault::Api;
use super::state::State;

/// What is with a licence code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LicenceState {
    /// It is in force.
    Alive,
    /// Its time is over.
    Expired,
    /// It was given back.
    Released,
    /// Its user has not received it yet (92020004).
    NotReceived,
}

/// Licence codes that every market knows. They are of this library; the pages name none.
pub(super) const MOCKS: [(&str, LicenceState); 4] = [
    ("MOCKLICENCEALIVE", LicenceState::Alive),
    ("MOCKLICENCEEXPIRED", LicenceState::Expired),
    ("MOCKLICENCERELEASED", LicenceState::Released),
    ("MOCKLICENCENOTRECEIVED", LicenceState::NotReceived),
];

pub(super) fn answer(state: &State, api: Api, body: &[u8], now: UtcTime) -> Told {
    let wrong = |why: &str| Told::about(MarketCode::LicenceParameter, why);
    let Ok(Value::Object(asked)) = serde_json::from_slice(body) else {
        return wrong("the body is no JSON object");
    };
    let Some(code) = asked.get("license").and_then(Value::as_str).filter(|code| !code.is_empty()) else {
        return wrong("`license` is missing");
    };
    if code.encode_utf16().count() > 64 {
        return wrong("`license` is longer than 64");
    }
    let status = match state.licences.get(code) {
        None => return Told::new(MarketCode::NoSuchLicence),
        Some(LicenceState::NotReceived) => return Told::new(MarketCode::LicenceNotReceived),
        Some(LicenceState::Alive) => "ALIVE",
        Some(LicenceState::Expired) => "EXPIRED",
        Some(LicenceState::Released) => "RELEASED",
    };
    let (time, year) = (now.to_string(), 365 * 24 * 60 * 60);
    let until = UtcTime::from_unix_seconds(now.unix_seconds() + year).unwrap_or(UtcTime::MAX).to_string();
    let data = if api == Api::ActivateLicence {
        let info = json!({
            "status": status,
            "expire_time": until,
            "product_id": "OFFI000000000000000000",
            "amount": 1,
            "order_id": "MOCKPERIODYEARNEW",
        });
        // JSON within JSON, as the page has it.
        json!({ "license_code_info": info.to_string() })
    } else {
        json!({ "license_code": code, "status": status, "activate_time": time })
    };
    Told::new(MarketCode::LicenceSuccess).with("data", data)
}
