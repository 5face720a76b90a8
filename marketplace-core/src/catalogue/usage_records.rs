//! Why a record of usage is refused: by KooGallery, or by the outbox before it.

use super::table::entries;

const RECORDS: &str = "\"Pushing usage data (new)\" `zh-cn_topic_0070649410` (2025-11-13), codes of the list of refused records.";
const TABLE: &str =
    "\"Pushing usage data (new)\" `zh-cn_topic_0070649410` (2025-11-13), table of the members of a record.";

entries! { UsageRecord:
    "record-001" {
        what: "KooGallery refused a record with `001`: the instance does not exist.",
        cause: "The id is not one that was answered to `newInstance`, or it is that of a package, of another site, or of a debugging \
                call.",
        fix: "Record with the id of the pay-per-use instance.",
        api_codes: ["001"],
        source: RECORDS,
    }
    "record-002" {
        what: "KooGallery refused a record with `002`: a time has another form.",
        cause: "A time is not `yyyyMMddTHHmmssZ` in UTC, or it is one that does not exist.",
        fix: "Let `UtcTime` write it.",
        api_codes: ["002"],
        source: RECORDS,
    }
    "record-003" {
        what: "KooGallery refused a record with `003`: the value is not one.",
        cause: "It is zero or below, has more than 4 decimals or more than 20 characters, or is no decimal number.",
        fix: "Let `UsageValue` write it, and record nothing where nothing was used.",
        api_codes: ["003"],
        source: RECORDS,
    }
    "record-004" {
        what: "KooGallery refused a record with `004`: it has no serial number.",
        cause: "`metering_sn` is missing or empty: the record has the form of the old push.",
        fix: "Push what `UsageRecord::metered` makes; it always has one.",
        api_codes: ["004"],
        source: RECORDS,
    }
    "record-005" {
        what: "KooGallery refused a record with `005`, or the outbox before it: the serial number is that of another one.",
        cause: "The record was pushed before, and the answer was lost: then it is taken and billed. Or two records were given one \
                number.",
        fix: "After a repeat, nothing: `Pusher` takes it for done. Otherwise give each record a number of its own, as \
              `UsageOutbox::record` does.",
        api_codes: ["005"],
        source: RECORDS,
    }
    "record-006" {
        what: "KooGallery refused a record with `006`: the product was taken off the market.",
        cause: "The product was withdrawn by the seller or the vendor.",
        fix: "Ask the operations manager how what was used is billed; `push_again` sends it when the product is back.",
        api_codes: ["006"],
        source: RECORDS,
    }
    "record-007" {
        what: "KooGallery refused a record with `007`: the record is too old.",
        cause: "It waited too long before it was pushed, or its times are not in UTC.",
        fix: "It cannot be billed any more. Push within the hour, and alert on `UsageProgress`.",
        api_codes: ["007"],
        source: RECORDS,
    }
    "record-009" {
        what: "KooGallery refused a record with `009`: the instance is another seller's.",
        cause: "AK, SK or access key are those of another account than the one that sold the instance.",
        fix: "Push with the keys of the account that published the product; `push_again` sends what was refused.",
        api_codes: ["009"],
        source: RECORDS,
    }
    "record-010" {
        what: "KooGallery refused a record with `010`, or the outbox before it: the same instance and span are recorded already.",
        cause: "The first record for the same instance, `begin_time` and `end_time` counts alone, and cannot be taken back. After a \
                repeat it is the record itself.",
        fix: "After a repeat, nothing. Give what was forgotten a span of its own, that no other record has.",
        api_codes: ["010"],
        source: RECORDS,
    }
    "record-011" {
        what: "KooGallery refused a record with `011`, or the client before it: its span of time is not possible.",
        cause: "It ends before it begins or after it is reported, begins before the instance, or ends after its release.",
        fix: "Record when the span is over; at a release, record what is left with an end that is not after it. Check the clock.",
        api_codes: ["011"],
        source: RECORDS,
    }
    "record-012" {
        what: "KooGallery refused a record with `012`: the instance is not pay-per-use.",
        cause: "The id is that of a package or of an instance that is paid by period or once.",
        fix: "Record with the id of the pay-per-use instance; that of a package goes into `UsageRecord::from_package`.",
        api_codes: ["012"],
        source: RECORDS,
    }
    "record-013" {
        what: "KooGallery refused a record with `013`: the instance is in a state in which it has no usage.",
        cause: "The page says no more; presumably it is frozen, released, or not open yet.",
        fix: "Stop counting when `updateInstanceStatus` freezes it and when it is released; `push_again` sends what was refused when \
              it is in service again.",
        api_codes: ["013"],
        source: RECORDS,
    }
    "usage-field" {
        what: "The outbox did not take a record, because an id in it is not one that KooGallery takes.",
        cause: "`instance_id`, `relate_pkg_instance`, `product_id` or `metering_sn` is empty, has more than 64 characters, or has a \
                control character. The error names the member.",
        fix: "Look at where the id comes from: it is the one that was answered to `newInstance`.",
        source: TABLE,
    }
    "usage-not-kept" {
        what: "The outbox could not be asked, so it is unknown whether the record was kept.",
        cause: "The database of the ledger cannot be reached, is full or is locked; the error has its words.",
        fix: "Record it again: the same usage recorded twice is one record.",
        source: "A rule of this library; no page has it.",
    }
}
