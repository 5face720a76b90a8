//! Usage that was taken.

use std::collections::{BTreeMap, HashMap, HashSet};

use marketplace_core::UtcTime;
use marketplace_core::open_api::UsageValue;

/// A record of usage that the market took.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TakenRecord {
    /// `metering_sn`. The old API has none.
    pub metering_sn: Option<String>,
    /// `instance_id`
    pub instance_id: String,
    /// `product_id`, which the old API alone has.
    pub product_id: Option<String>,
    /// `record_time`
    pub record_time: UtcTime,
    /// `begin_time`
    pub begin: UtcTime,
    /// `end_time`
    pub end: UtcTime,
    /// `usage_value`
    pub value: UsageValue,
    /// `relate_pkg_instance`
    pub package: Option<String>,
    /// How often its serial number arrived, this time included.
    pub arrivals: u32,
}

/// What an instance is billed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Billed {
    /// So many records.
    pub records: usize,
    /// Their sum, in ten-thousandths.
    pub ten_thousandths: u64,
}

/// All that was taken.
#[derive(Debug, Default)]
pub(super) struct Taken {
    records: Vec<TakenRecord>,
    /// How often each serial number arrived, and whether it was taken.
    numbers: HashMap<String, (u32, bool)>,
    spans: HashSet<(String, UtcTime, UtcTime)>,
    billed: BTreeMap<String, Billed>,
}

impl Taken {
    /// Notes that a serial number arrived. Was it taken before?
    pub(super) fn arrived(&mut self, sn: &str) -> bool {
        match self.numbers.get_mut(sn) {
            Some((arrivals, is_taken)) => {
                *arrivals += 1;
                *is_taken
            }
            None => {
                self.numbers.insert(sn.to_owned(), (1, false));
                false
            }
        }
    }

    pub(super) fn has_span(&self, instance: &str, begin: UtcTime, end: UtcTime) -> bool {
        self.spans.contains(&(instance.to_owned(), begin, end))
    }

    pub(super) fn take(&mut self, record: TakenRecord) {
        if let Some((_, is_taken)) = record.metering_sn.as_ref().and_then(|sn| self.numbers.get_mut(sn)) {
            *is_taken = true;
        }
        self.spans.insert((record.instance_id.clone(), record.begin, record.end));
        let billed = self.billed.entry(record.instance_id.clone()).or_default();
        billed.records += 1;
        billed.ten_thousandths = billed.ten_thousandths.saturating_add(record.value.ten_thousandths());
        self.records.push(record);
    }

    pub(super) fn arrivals(&self, sn: &str) -> u32 {
        self.numbers.get(sn).map_or(0, |(arrivals, _)| *arrivals)
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn of_instance(&self, instance: &str) -> Billed {
        self.billed.get(instance).copied().unwrap_or_default()
    }

    pub(super) fn billed(&self) -> BTreeMap<String, Billed> {
        self.billed.clone()
    }

    pub(super) fn records(&self) -> Vec<TakenRecord> {
        let records = self.records.iter().map(|record| TakenRecord {
            arrivals: record.metering_sn.as_deref().map_or(1, |sn| self.arrivals(sn)),
            ..record.clone()
        });
        records.collect()
    }
}
