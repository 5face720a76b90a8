//! One record of a push, and the codes 001 to 013 ("Pushing usage data", record-level codes).

use marketplace_core::UtcTime;
use marketplace_core::open_api::{LONGEST_AGE_SECONDS, UsageValue};
use serde_json::Value;

use super::answer::Told;
use super::code::MarketCode;
use super::instance::{InstanceState, MarketInstance};
use super::settings::MarketSettings;
use super::state::State;
use super::taken::TakenRecord;

/// Code and description.
pub(super) type Refusal = (&'static str, &'static str);

/// A record as it came.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) sn: Option<String>,
    pub(super) instance: Option<String>,
    pub(super) begin: Option<String>,
    pub(super) end: Option<String>,
    record: Option<String>,
    value: Option<String>,
    package: Option<String>,
    product: Option<String>,
}

impl Raw {
    /// Reads the members. One that is unknown or of another type is a fault of the whole push; one that is missing is not.
    pub(super) fn read(record: &Value, is_old: bool) -> Result<Self, Told> {
        let wrong = |why: String| Told::about(MarketCode::Parameter, why);
        let members = record.as_object().ok_or_else(|| wrong("a record is no JSON object".to_owned()))?;
        let mut raw = Self::default();
        for (name, value) in members {
            let (place, longest) = match &**name {
                "instance_id" => (&mut raw.instance, 64),
                "begin_time" => (&mut raw.begin, 17),
                "end_time" => (&mut raw.end, 17),
                "record_time" => (&mut raw.record, 17),
                "usage_value" => (&mut raw.value, 20),
                "relate_pkg_instance" => (&mut raw.package, 64),
                "metering_sn" if !is_old => (&mut raw.sn, 64),
                "product_id" if is_old => (&mut raw.product, 64),
                _ => return Err(wrong(format!("`{name}` of a record is superfluous"))),
            };
            let text = match value {
                Value::Null => continue,
                Value::String(text) if text.is_empty() => continue,
                Value::String(text) => text.clone(),
                // `String` in one table and `Double` in another.
                Value::Number(number) if name == "usage_value" => number.to_string(),
                _ => return Err(Told::about(MarketCode::Value, format!("`{name}` of a record is no text"))),
            };
            if text.encode_utf16().count() > longest {
                let why = format!("`{name}` of a record is longer than {longest}");
                return Err(Told::about(MarketCode::Value, why));
            }
            *place = Some(text);
        }
        if is_old && raw.product.is_none() {
            return Err(wrong("`product_id` of a record is missing".to_owned()));
        }
        Ok(raw)
    }
}

pub(super) fn time(text: Option<&str>) -> Option<UtcTime> {
    text?.parse().ok()
}

/// Takes a record, if nothing is wrong with it.
pub(super) fn take(
    state: &mut State,
    settings: &MarketSettings,
    raw: &Raw,
    is_old: bool,
    now: UtcTime,
) -> Result<(), Refusal> {
    match &raw.sn {
        Some(sn) if state.taken.arrived(sn) => return Err(("005", "metering_sn is repeated")),
        None if !is_old => return Err(("004", "metering_sn is missing")),
        _ => {}
    }
    let no_instance = ("001", "the instance does not exist");
    let instance_id = raw.instance.clone().ok_or(no_instance)?;
    let instance = state.instances.get(&instance_id);
    if instance.is_none() && !settings.has_any_instance {
        return Err(no_instance);
    }
    match instance.map_or(InstanceState::Running, MarketInstance::state) {
        InstanceState::Running => {}
        InstanceState::OfAnotherSeller => return Err(("009", "the instance does not belong to this seller")),
        InstanceState::NotPayPerUse => return Err(("012", "the instance is not a pay-per-use resource")),
        InstanceState::Withdrawn => return Err(("006", "the product was withdrawn from the market")),
        InstanceState::Abnormal => return Err(("013", "abnormal resource state")),
    }
    let read = |text: &Option<String>| time(text.as_deref()).ok_or(("002", "bad time format"));
    let (begin, end, record_time) = (read(&raw.begin)?, read(&raw.end)?, read(&raw.record)?);
    if record_time.unix_seconds() + LONGEST_AGE_SECONDS < now.unix_seconds() {
        return Err(("007", "the record time expired"));
    }
    let is_before = instance.and_then(|known| known.opened).is_some_and(|opened| begin < opened);
    let is_after = instance.and_then(|known| known.closed).is_some_and(|closed| end > closed);
    if begin > end || end > record_time || end > now || is_before || is_after {
        return Err(("011", "invalid time range"));
    }
    let value: Option<UsageValue> = raw.value.as_deref().and_then(|value| value.parse().ok());
    let value = value.ok_or(("003", "bad usage value"))?;
    if state.taken.has_span(&instance_id, begin, end) {
        return Err(("010", "duplicate record"));
    }
    state.taken.take(TakenRecord {
        metering_sn: raw.sn.clone(),
        instance_id,
        product_id: raw.product.clone(),
        record_time,
        begin,
        end,
        value,
        package: raw.package.clone(),
        arrivals: 1,
    });
    Ok(())
}
