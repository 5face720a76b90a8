//! The bytes that are pushed.

use bytes::Bytes;
use serde::Serialize;

use super::record::{MeteredRecord, UnusableUsage, UsageRecord};
use crate::{Text, UtcTime};

/// So many records at most in one push; the table of order query says 100 (`MKT.9003`).
pub const MOST_RECORDS: usize = 1000;

/// A record of the old API, which knows no serial number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldUsageRecord {
    usage: UsageRecord,
    product_id: Text<64>,
    record_time: UtcTime,
}

impl OldUsageRecord {
    /// With the product of its instance.
    ///
    /// # Errors
    ///
    /// [`UnusableUsage`] names the field and the rule.
    pub fn new(
        usage: UsageRecord,
        product_id: impl Into<String>,
        record_time: UtcTime,
    ) -> Result<Self, UnusableUsage> {
        usage.check(record_time)?;
        let product_id: String = product_id.into();
        if product_id.is_empty() {
            return Err(UnusableUsage::Empty { field: "product_id" });
        }
        let product_id =
            Text::new(product_id).map_err(|source| UnusableUsage::TooLong { field: "product_id", source })?;
        Ok(Self { usage, product_id, record_time })
    }
}

/// The body of a push, compact, with its members in ascending order: what is signed and sent.
#[must_use]
pub fn encode_push<'r>(records: impl IntoIterator<Item = &'r MeteredRecord>) -> Bytes {
    encode(records.into_iter().map(|record| Record {
        metering_sn: Some(record.sn().as_str()),
        ..Record::new(record.usage(), record.record_time())
    }))
}

/// The body of a push by the old API.
#[must_use]
pub fn encode_push_old<'r>(records: impl IntoIterator<Item = &'r OldUsageRecord>) -> Bytes {
    encode(records.into_iter().map(|record| Record {
        product_id: Some(record.product_id.as_str()),
        ..Record::new(&record.usage, record.record_time)
    }))
}

/// Members in ascending order.
#[derive(Serialize)]
struct Record<'r> {
    begin_time: UtcTime,
    end_time: UtcTime,
    instance_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    metering_sn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<&'r str>,
    record_time: UtcTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    relate_pkg_instance: Option<&'r str>,
    // Text: the tables say `String`, or `Double(12,4)`, which text is too.
    usage_value: String,
}

impl<'r> Record<'r> {
    fn new(usage: &'r UsageRecord, record_time: UtcTime) -> Self {
        Self {
            begin_time: usage.begin(),
            end_time: usage.end(),
            instance_id: usage.instance_id(),
            metering_sn: None,
            product_id: None,
            record_time,
            relate_pkg_instance: usage.package(),
            usage_value: usage.value().to_string(),
        }
    }
}

#[derive(Serialize)]
struct Push<'r> {
    usage_records: Vec<Record<'r>>,
}

fn encode<'r>(records: impl Iterator<Item = Record<'r>>) -> Bytes {
    let push = Push { usage_records: records.collect() };
    // Texts and times: nothing of it can fail.
    serde_json::to_vec(&push).map(Bytes::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::MeteringSn;
    use super::*;

    fn usage() -> UsageRecord {
        let (begin, end) = ("20220809T080000Z".parse().unwrap(), "20220809T090000Z".parse().unwrap());
        UsageRecord::new("7f141bf1-aec8-4859-8323-fb3a8ad50721", begin, end, "99".parse().unwrap()).unwrap()
    }

    #[test]
    fn members_are_in_ascending_order_and_nothing_is_between_them() {
        let record_time = "20220809T091000Z".parse().unwrap();
        let record = usage().metered(MeteringSn::new("sn-1").unwrap(), record_time).unwrap();
        let vectors = include_str!("../../../tests/data/sdk-hmac.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let vector = vectors["usagePush"][0]["body"].as_str().unwrap();
        assert_eq!(encode_push([&record]), vector.as_bytes());
        let packaged = usage().from_package("pkg").unwrap();
        let packaged = packaged.metered(MeteringSn::new("sn-1").unwrap(), record_time).unwrap();
        let body = encode_push([&packaged]);
        assert!(
            str::from_utf8(&body).unwrap().contains(r#","relate_pkg_instance":"pkg","usage_value":"99"}"#)
        );
    }

    #[test]
    fn the_old_api_names_the_product_and_no_serial_number() {
        let record = OldUsageRecord::new(usage(), "product", "20220809T091000Z".parse().unwrap()).unwrap();
        let expected = r#"{"usage_records":[{"begin_time":"20220809T080000Z","end_time":"20220809T090000Z","instance_id":"7f141bf1-aec8-4859-8323-fb3a8ad50721","product_id":"product","record_time":"20220809T091000Z","usage_value":"99"}]}"#;
        assert_eq!(encode_push_old([&record]), expected.as_bytes());
        let error = OldUsageRecord::new(usage(), "", "20220809T091000Z".parse().unwrap()).unwrap_err();
        assert_eq!(error.to_string(), "`product_id` is empty");
    }
}
