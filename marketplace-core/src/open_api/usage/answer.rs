//! What a push is answered with.

use std::fmt;

use serde_json::{Map, Value};

use super::super::ApiCode;
use super::record::MeteredRecord;

/// A push that the market took, and the records in it that it did not.
///
/// It may find more to refuse afterwards, which is seen in the Seller Console alone: Transaction Management → SDR management.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushAnswer {
    code: ApiCode,
    refusals: Vec<RecordRefusal>,
}

impl PushAnswer {
    pub(in super::super) fn new(code: ApiCode, refusals: Vec<RecordRefusal>) -> Self {
        Self { code, refusals }
    }

    /// The code of the whole.
    #[must_use]
    pub fn code(&self) -> &ApiCode {
        &self.code
    }

    /// The records that were refused, as the market tells them.
    #[must_use]
    pub fn refusals(&self) -> &[RecordRefusal] {
        &self.refusals
    }

    /// Which of the pushed records were refused.
    #[must_use]
    pub fn verdicts<'a>(&'a self, pushed: &[MeteredRecord]) -> Verdicts<'a> {
        let mut verdicts = Verdicts { refused: Vec::new(), unattributed: Vec::new() };
        for refusal in &self.refusals {
            match refusal.among(pushed) {
                Some(at) => verdicts.refused.push((at, refusal)),
                None => verdicts.unattributed.push(refusal),
            }
        }
        verdicts
    }
}

/// Which records were refused.
#[derive(Debug, Clone)]
pub struct Verdicts<'a> {
    /// Places among the records that were pushed, and why each was refused.
    pub refused: Vec<(usize, &'a RecordRefusal)>,
    /// Refusals of which it is not clear which record they are about: none of the others is surely well then.
    pub unattributed: Vec<&'a RecordRefusal>,
}

/// A record that the market refused.
///
/// The pages name the type `AbnormalUsageData` (the record's identity, a code, a description) and not its members: so the code is
/// looked for in a member whose name ends in "code", the description in one of "desc" or "msg", and the record by its values.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordRefusal {
    values: Vec<String>,
    code: Option<RecordCode>,
    description: Option<String>,
}

impl RecordRefusal {
    fn read(members: &Map<String, Value>) -> Self {
        let mut refusal = Self { values: Vec::new(), code: None, description: None };
        for (name, value) in members {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => continue,
            };
            let name = name.to_ascii_lowercase();
            if name.ends_with("code") {
                refusal.code = Some(RecordCode::new(&value));
            } else if name.contains("desc") || name.contains("msg") || name.contains("message") {
                refusal.description = Some(value);
            } else {
                refusal.values.push(value);
            }
        }
        refusal
    }

    /// Why.
    #[must_use]
    pub fn code(&self) -> Option<&RecordCode> {
        self.code.as_ref()
    }

    /// Why, in the market's words.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// The record by its serial number; else, if only one could be meant, by its instance and, if they are there, its times.
    fn among(&self, pushed: &[MeteredRecord]) -> Option<usize> {
        if let Some(at) = pushed.iter().position(|record| self.holds(record.sn().as_str())) {
            return Some(at);
        }
        let is_time = |value: &String| value.parse::<crate::UtcTime>().is_ok();
        let times: Vec<_> = self.values.iter().filter(|value| is_time(value)).collect();
        let mut meant = pushed.iter().enumerate().filter(|(_, record)| {
            let usage = record.usage();
            let known = [usage.begin(), usage.end(), record.record_time()].map(|time| time.to_string());
            self.holds(usage.instance_id()) && times.iter().all(|time| known.contains(time))
        });
        let (at, _) = meant.next()?;
        meant.next().is_none().then_some(at)
    }

    fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }
}

impl fmt::Debug for RecordRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordRefusal({self})")
    }
}

impl fmt::Display for RecordRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{code}")?,
            None => f.write_str("no code")?,
        }
        match &self.description {
            Some(description) => write!(f, ": {description}"),
            None => Ok(()),
        }
    }
}

/// The lists of refused records of an answer: the lists of objects that have a code, wherever they are.
pub(in super::super) fn refusals(answer: &Value) -> Vec<RecordRefusal> {
    let Some(members) = answer.as_object() else { return Vec::new() };
    let mut refusals = Vec::new();
    for value in members.values() {
        match value {
            Value::Array(records) => {
                let records = records.iter().filter_map(Value::as_object).map(RecordRefusal::read);
                refusals.extend(records.filter(|refusal| refusal.code.is_some()));
            }
            Value::Object(_) => refusals.extend(self::refusals(value)),
            _ => {}
        }
    }
    refusals
}

/// Why a record was refused: three digits. The set is the vendor's and grows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RecordCode(Box<str>);

impl RecordCode {
    /// Reads a code; a number of fewer than three digits gets its zeros back.
    #[must_use]
    pub fn new(code: &str) -> Self {
        Self(format!("{:0>3}", code.trim()).into())
    }

    /// The code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The rule that the record breaks.
    #[must_use]
    pub fn rule(&self) -> RecordRule {
        match &*self.0 {
            "001" => RecordRule::NoSuchInstance,
            "002" => RecordRule::Time,
            "003" => RecordRule::Value,
            "004" => RecordRule::NoSerialNumber,
            "005" => RecordRule::SerialNumberRepeated,
            "006" => RecordRule::ProductWithdrawn,
            "007" => RecordRule::Expired,
            "009" => RecordRule::NotYours,
            "010" => RecordRule::Duplicate,
            "011" => RecordRule::Range,
            "012" => RecordRule::NotPayPerUse,
            "013" => RecordRule::State,
            _ => RecordRule::Unknown,
        }
    }
}

impl fmt::Display for RecordCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RecordCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The rule that a refused record breaks ("Pushing usage data", record-level codes; 008 is in no table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordRule {
    /// 001: the instance does not exist.
    NoSuchInstance,
    /// 002: a time has another form.
    Time,
    /// 003: the value is not one.
    Value,
    /// 004: there is no serial number.
    NoSerialNumber,
    /// 005: the serial number was pushed before.
    SerialNumberRepeated,
    /// 006: the product was taken off the market.
    ProductWithdrawn,
    /// 007: the record is too old.
    Expired,
    /// 009: the instance is another seller's.
    NotYours,
    /// 010: the same instance and span were pushed before.
    Duplicate,
    /// 011: the span ends before it begins, or is not within the life of the instance.
    Range,
    /// 012: the instance is not pay-per-use.
    NotPayPerUse,
    /// 013: the instance is in a state in which it has no usage.
    State,
    /// A code that is in no table.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::super::super::answer::read_push;
    use super::super::{MeteringSn, UsageRecord};
    use super::*;

    fn records() -> Vec<MeteredRecord> {
        let record = |instance: &str, hour: &str, sn: &str| {
            let (begin, end) = (format!("20220809T{hour}0000Z"), format!("20220809T{hour}5959Z"));
            let usage = UsageRecord::new(
                instance,
                begin.parse().unwrap(),
                end.parse().unwrap(),
                "1".parse().unwrap(),
            );
            let now = "20220809T235959Z".parse().unwrap();
            usage.unwrap().metered(MeteringSn::new(sn).unwrap(), now).unwrap()
        };
        vec![record("a", "08", "sn-1"), record("a", "09", "sn-2"), record("b", "08", "sn-3")]
    }

    #[test]
    fn a_refusal_is_the_records_that_it_names() {
        for (entry, at) in [
            (r#"{"metering_sn":"sn-2","error_code":"003"}"#, Some(1)),
            (r#"{"meteringSn":"sn-3","instance_id":"a","recordErrorCode":3}"#, Some(2)),
            (r#"{"instance_id":"b","error_code":"001"}"#, Some(2)),
            (r#"{"instance_id":"a","error_code":"001"}"#, None),
            (
                r#"{"instance_id":"a","begin_time":"20220809T090000Z","end_time":"20220809T095959Z","error_code":"010"}"#,
                Some(1),
            ),
            (r#"{"instance_id":"a","begin_time":"20220809T100000Z","error_code":"010"}"#, None),
            (r#"{"error_code":"001"}"#, None),
        ] {
            for answer in [
                format!(r#"{{"error_code":"MKT.0000","list":[{entry}]}}"#),
                format!(r#"{{"resultCode":"MKT.0000","data":{{"abnormal":[{entry}]}}}}"#),
            ] {
                let answer = read_push(answer.as_bytes()).unwrap().unwrap();
                let records = records();
                let verdicts = answer.verdicts(&records);
                let refused: Vec<_> = verdicts.refused.iter().map(|(at, _)| *at).collect();
                assert_eq!(refused, at.into_iter().collect::<Vec<_>>(), "{entry}");
                assert_eq!(verdicts.unattributed.len(), usize::from(at.is_none()), "{entry}");
            }
        }
    }

    #[test]
    fn every_documented_code_has_its_rule() {
        let known = ["001", "002", "003", "004", "005", "006", "007", "009", "010", "011", "012", "013"];
        let rules: std::collections::HashSet<_> =
            known.iter().map(|code| RecordCode::new(code).rule()).collect();
        assert_eq!(rules.len(), known.len());
        assert!(!rules.contains(&RecordRule::Unknown));
        assert_eq!(RecordCode::new("008").rule(), RecordRule::Unknown);
        assert_eq!(RecordCode::new(" 5").as_str(), "005");
    }
}
