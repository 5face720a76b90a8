//! What a push is answered with.

use std::fmt;

use serde_json::{Map, Value};

use super::super::{ApiCode, Meaning};
use super::record::MeteredRecord;

/// A push that the market looked into, and the records in it that it did not take.
///
/// It may find more to refuse afterwards, which is seen in the Seller Console alone: Transaction Management → SDR management.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushAnswer {
    code: ApiCode,
    refusals: Vec<RecordRefusal>,
    /// What may be about a record, and has no code.
    mentions: Vec<RecordRefusal>,
}

impl PushAnswer {
    /// The code of the whole.
    #[must_use]
    pub fn code(&self) -> &ApiCode {
        &self.code
    }

    /// Did it take the records that it does not refuse? If not, its code tells of a failure, beside a list of refusals, and what became
    /// of the others is not known.
    #[must_use]
    pub fn rest_was_taken(&self) -> bool {
        self.code.meaning() == Meaning::Success
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
        // Whatever else is said of a record, it is not that all is well.
        let mentioned = |mention: &'a RecordRefusal| Some((mention.among(pushed)?, mention));
        let mentioned: Vec<_> = self.mentions.iter().filter_map(mentioned).collect();
        for (at, mention) in mentioned {
            if verdicts.refused.iter().all(|(refused, _)| *refused != at) {
                verdicts.refused.push((at, mention));
            }
        }
        verdicts
    }
}

/// Which records were refused. A record can be refused more than once.
#[derive(Debug, Clone)]
pub struct Verdicts<'a> {
    /// Places among the records that were pushed, and why each was refused. A refusal without a
    /// [code](RecordRefusal::code) is something about the record that cannot be read: it may have been taken or not.
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
    /// Names in lower case, without what separates their words.
    values: Vec<(String, String)>,
    code: Option<RecordCode>,
    description: Option<String>,
}

impl RecordRefusal {
    /// Nothing, if it says that all is well.
    fn read(members: &Map<String, Value>) -> Option<Self> {
        let mut refusal = Self { values: Vec::new(), code: None, description: None };
        let mut is_surely_code = false;
        for (name, value) in members {
            let Some(value) = text(value) else { continue };
            let mut name = name.to_ascii_lowercase();
            name.retain(|letter| letter.is_ascii_alphanumeric());
            if name.ends_with("code") && value.trim().is_empty() {
                // Nothing is not the code of success.
            } else if name.ends_with("code") {
                // Products and regions have codes, too.
                if refusal.code.is_none() || (name.contains("err") && !is_surely_code) {
                    refusal.code = Some(RecordCode::new(&value));
                    is_surely_code = name.contains("err");
                }
            } else if name.contains("desc") || name.contains("msg") || name.contains("message") {
                refusal.description = Some(value);
            } else {
                refusal.values.push((name, value));
            }
        }
        let is_well = refusal.code.as_ref().is_some_and(RecordCode::is_success);
        (!is_well).then_some(refusal)
    }

    /// A value alone.
    fn bare(value: String) -> Self {
        Self { values: vec![(String::new(), value)], code: None, description: None }
    }

    /// Why, if that can be read.
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
        let is_sn = |name: &str| name.contains("metering") || name.ends_with("sn");
        let sn = self.values.iter().find(|(name, value)| is_sn(name) && !value.is_empty());
        if let Some((_, sn)) = sn {
            return pushed.iter().position(|record| record.sn().as_str() == sn);
        }
        // Under another name. Numbers that are something else may look like it.
        let is_quantity = |name: &str| ["value", "amount", "time"].iter().any(|word| name.contains(word));
        let named = only(pushed, |record| self.holds(record.sn().as_str(), |name| !is_quantity(name)));
        if let Some(named) = named {
            return named;
        }
        let is_time = |value: &String| value.parse::<crate::UtcTime>().is_ok();
        let times: Vec<_> =
            self.values.iter().map(|(_, value)| value).filter(|value| is_time(value)).collect();
        let meant = only(pushed, |record| {
            let usage = record.usage();
            let known = [usage.begin(), usage.end(), record.record_time()].map(|time| time.to_string());
            let is_package = |name: &str| name.contains("pkg") || name.contains("package");
            self.holds(usage.instance_id(), |name| !is_package(name))
                && times.iter().all(|time| known.contains(time))
        });
        meant.flatten()
    }

    fn holds(&self, value: &str, named: impl Fn(&str) -> bool) -> bool {
        self.values.iter().any(|(name, known)| known == value && named(name))
    }
}

/// Is there any, and if there is one alone, where?
fn only(pushed: &[MeteredRecord], is_it: impl Fn(&MeteredRecord) -> bool) -> Option<Option<usize>> {
    let mut meant = pushed.iter().enumerate().filter(|(_, record)| is_it(record)).map(|(at, _)| at);
    let first = meant.next()?;
    Some(meant.next().is_none().then_some(first))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
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

/// What an answer says of records: the refused ones are the objects in its lists that have a code, wherever they are. What else may
/// be about a record is kept as well, for a list that cannot be read is not an empty one.
pub(in super::super) fn push_answer(code: ApiCode, answer: &Value) -> PushAnswer {
    let mut read = PushAnswer { code, refusals: Vec::new(), mentions: Vec::new() };
    if let Some(members) = answer.as_object() {
        members.values().for_each(|value| walk(value, false, &mut read));
    }
    read
}

fn walk(value: &Value, is_listed: bool, read: &mut PushAnswer) {
    match value {
        Value::Array(entries) => entries.iter().for_each(|entry| walk(entry, true, read)),
        Value::Object(members) => {
            match RecordRefusal::read(members) {
                Some(refusal) if is_listed && refusal.code.is_some() => read.refusals.push(refusal),
                Some(refusal) => read.mentions.push(refusal),
                None => {}
            }
            members.values().for_each(|value| walk(value, false, read));
        }
        Value::String(_) | Value::Number(_) if is_listed => {
            read.mentions.extend(text(value).map(RecordRefusal::bare));
        }
        _ => {}
    }
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

    /// Does it say that the record was taken? It is in no table; a list may have all records instead of the bad ones.
    fn is_success(&self) -> bool {
        self.0.bytes().all(|digit| digit == b'0') || ApiCode::new(&self.0).meaning() == Meaning::Success
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

    fn refused(body: &str) -> (Vec<(usize, Option<RecordRule>)>, usize) {
        let answer = read_push(body.as_bytes()).unwrap().unwrap();
        let records = records();
        let verdicts = answer.verdicts(&records);
        let rule = |refusal: &RecordRefusal| refusal.code().map(RecordCode::rule);
        let refused = verdicts.refused.iter().map(|(at, refusal)| (*at, rule(refusal))).collect();
        (refused, verdicts.unattributed.len())
    }

    #[test]
    fn what_is_said_of_a_record_and_cannot_be_read_is_not_that_it_was_taken() {
        for list in [
            r#"[{"metering_sn":"sn-2","reason":"none such"}]"#,
            r#"["sn-2"]"#,
            r#"{"bad":{"entries":[{"of":[{"sn":"sn-2"}]}]}}"#,
            r#"{"metering_sn":"sn-2","reason":"none such"}"#,
            r#"[{"metering_sn":"sn-2","error_code":"","error_desc":"bad"}]"#,
            r#"[{"metering_sn":"sn-2","error_code":null,"error_desc":"bad"}]"#,
        ] {
            let body = format!(r#"{{"resultCode":"MKT.0000","abnormal":{list},"links":[{{"rel":"next"}}]}}"#);
            assert_eq!(refused(&body), (vec![(1, None)], 0), "{list}");
        }
        let coded = r#"{"resultCode":"MKT.0000","data":{"metering_sn":"sn-2","error_code":"001"}}"#;
        assert_eq!(refused(coded), (vec![(1, Some(RecordRule::NoSuchInstance))], 0));
    }

    #[test]
    fn a_record_of_which_all_is_well_is_not_refused() {
        for code in ["000", "0", "MKT.0000"] {
            let body = format!(
                r#"{{"resultCode":"MKT.0000","list":[{{"metering_sn":"sn-1","error_code":"{code}"}},
                {{"metering_sn":"sn-2","error_code":"003","product_code":"zz","sku_code":7}}]}}"#
            );
            assert_eq!(refused(&body), (vec![(1, Some(RecordRule::Value))], 0), "{code}");
        }
    }

    #[test]
    fn a_serial_number_is_not_mistaken_for_another_number() {
        let record = |sn: &str| {
            let usage = records().remove(0).usage().clone();
            usage.metered(MeteringSn::new(sn).unwrap(), "20220809T235959Z".parse().unwrap()).unwrap()
        };
        let records = [record("3"), record("7")];
        let of = |entry: &str| {
            let body = format!(r#"{{"resultCode":"MKT.0000","list":[{entry}]}}"#);
            let answer = read_push(body.as_bytes()).unwrap().unwrap();
            let refused: Vec<_> = answer.verdicts(&records).refused.iter().map(|(at, _)| *at).collect();
            refused
        };
        assert_eq!(of(r#"{"metering_sn":"7","usage_value":"3","error_code":"003"}"#), [1]);
        assert_eq!(of(r#"{"id":"7","usage_value":3,"error_code":"003"}"#), [1]);
        assert_eq!(of(r#"{"id":"7","line":"3","error_code":"003"}"#), [0; 0]);
        // It is of another push, though it is about the same instance.
        assert_eq!(of(r#"{"metering_sn":"8","instance_id":"a","error_code":"003"}"#), [0; 0]);
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
