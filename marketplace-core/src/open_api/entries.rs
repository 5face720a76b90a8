//! What the catalogue says about codes, and about records that break a rule.

use super::{ApiCode, Meaning, RecordCode, RecordRule, UnusableUsage};
use crate::catalogue::{self, Entry, entry};

impl ApiCode {
    /// What happened, where it usually comes from and what to do about it. `None` for success, and for a code that is in no table.
    ///
    /// ```
    /// use marketplace_core::open_api::ApiCode;
    ///
    /// let entry = ApiCode::new("CBC.0150").entry().unwrap();
    /// assert_eq!((entry.slug, entry.anchor), ("mkt-0150", "#mkt-0150"));
    /// ```
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        catalogue::by_api_code(self)
    }
}

impl Meaning {
    /// The entry of its code; of several, the most general. `None` for success and for what is unknown.
    #[must_use]
    pub fn entry(self) -> Option<&'static Entry> {
        Some(match self {
            Self::Success | Self::Unknown => return None,
            Self::Internal => entry!("mkt-0999"),
            Self::Parameter => entry!("mkt-0199"),
            Self::BodySignature => entry!("mkt-0102"),
            Self::NotYours => entry!("mkt-0150"),
            Self::NotASeller => entry!("mkt-0151"),
            Self::Authentication => entry!("apigw-0301"),
            Self::Throttled => entry!("mkt-0250"),
            Self::NoSuchInstance => entry!("mkt-9001"),
            Self::Usage => entry!("mkt-9002"),
            Self::TooManyRecords => entry!("mkt-9003"),
            Self::TooOld => entry!("mkt-9004"),
            Self::LicenceNotReceived => entry!("92020004"),
            Self::NoSuchLicence => entry!("92020005"),
            Self::NoSuchApi => entry!("apigw-0101"),
        })
    }
}

impl RecordCode {
    /// What happened, where it usually comes from and what to do about it. `None` for a code that is in no table.
    #[must_use]
    pub fn entry(&self) -> Option<&'static Entry> {
        catalogue::by_record_code(self)
    }
}

impl RecordRule {
    /// The entry of its code. `None` for what is unknown.
    #[must_use]
    pub fn entry(self) -> Option<&'static Entry> {
        Some(match self {
            Self::NoSuchInstance => entry!("record-001"),
            Self::Time => entry!("record-002"),
            Self::Value => entry!("record-003"),
            Self::NoSerialNumber => entry!("record-004"),
            Self::SerialNumberRepeated => entry!("record-005"),
            Self::ProductWithdrawn => entry!("record-006"),
            Self::Expired => entry!("record-007"),
            Self::NotYours => entry!("record-009"),
            Self::Duplicate => entry!("record-010"),
            Self::Range => entry!("record-011"),
            Self::NotPayPerUse => entry!("record-012"),
            Self::State => entry!("record-013"),
            Self::Unknown => return None,
        })
    }
}

impl UnusableUsage {
    /// What happened, where it usually comes from and what to do about it: where the market has a code for it, that of the code.
    #[must_use]
    pub fn entry(&self) -> &'static Entry {
        match self {
            Self::Empty { .. } | Self::ControlCharacter { .. } | Self::TooLong { .. } => {
                entry!("usage-field")
            }
            Self::EndsBeforeItBegins | Self::NotOver { .. } => entry!("record-011"),
            Self::TooOld { .. } => entry!("mkt-9004"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::Kind;

    /// Those of the vendor's tables, in the order of the page.
    const CODES: [&str; 39] = [
        "MKT.0100",
        "MKT.0101",
        "MKT.0102",
        "MKT.0199",
        "MKT.0150",
        "MKT.0151",
        "MKT.0154",
        "MKT.0250",
        "MKT.0999",
        "MKT.9001",
        "MKT.9002",
        "MKT.9003",
        "MKT.9004",
        "MKT.9005",
        "94060001",
        "94060002",
        "94060004",
        "92020001",
        "92020002",
        "92020004",
        "92020005",
        "91380150",
        "91381033",
        "91381034",
        "91381035",
        "91381036",
        "91381037",
        "91381038",
        "APIGW.0101",
        "APIGW.0103",
        "APIGW.0104",
        "APIGW.0105",
        "APIGW.0106",
        "APIGW.0201",
        "APIGW.0301",
        "APIGW.0307",
        "APIGW.0308",
        "CBC.0150",
        "APIG.0308",
    ];

    #[test]
    fn every_documented_code_has_an_entry_that_names_it() {
        for code in CODES.map(ApiCode::new) {
            let entry = code.entry().unwrap_or_else(|| panic!("{code} has no entry"));
            assert!(entry.is(Kind::OpenApi), "{code}");
            assert!(entry.what.contains(&format!("`{code}`")), "{code}: {}", entry.what);
        }
        let described = catalogue::all().filter(|entry| entry.is(Kind::OpenApi));
        let described: BTreeSet<_> = described.flat_map(|entry| entry.api_codes.iter().copied()).collect();
        let known: Vec<_> = CODES.map(ApiCode::new).to_vec();
        assert_eq!(described, known.iter().map(ApiCode::as_str).collect());
        for none in ["MKT.0000", "92020000", "MKT.7777", "001", ""] {
            assert_eq!(ApiCode::new(none).entry(), None, "{none}");
        }
    }

    #[test]
    fn a_meaning_and_the_codes_that_have_it_agree() {
        for code in CODES.map(ApiCode::new) {
            let meaning = code.meaning();
            let Some(entry) = meaning.entry() else {
                // They are documented, and what they mean is not.
                assert!(code.as_str() == "MKT.9005" || code.as_str().starts_with("9138"), "{code}");
                continue;
            };
            let general = ApiCode::new(entry.api_codes[0]);
            assert_eq!(general.meaning(), meaning, "{code}");
        }
        assert_eq!((Meaning::Success.entry(), Meaning::Unknown.entry()), (None, None));
    }

    #[test]
    fn every_record_code_has_the_entry_of_its_rule() {
        let codes: Vec<_> = (0..=20).map(|number| RecordCode::new(&number.to_string())).collect();
        for code in &codes {
            assert_eq!(code.entry(), code.rule().entry(), "{code}");
            assert_eq!(code.entry().is_some(), code.rule() != RecordRule::Unknown, "{code}");
            let Some(entry) = code.entry() else { continue };
            assert!(entry.is(Kind::UsageRecord) && entry.what.contains(&format!("`{code}`")), "{code}");
            assert_eq!(entry.api_codes, [code.as_str()]);
        }
        assert_eq!(codes.iter().filter(|code| code.entry().is_some()).count(), 12);
    }
}
