//! Everything that can go wrong: what happened, why, and what to do about it.
//!
//! Refusals, [verdicts](crate::analysis::VerdictCode), result codes, the checks of the debugging console, the codes of the Open
//! APIs and the failures of calls to them, refused usage and the failures of the Secure Key Manager have a stable slug each, and
//! here is what stands behind it. `docs/errors.md` shows the same to readers: a heading for every entry.
//!
//! ```
//! use marketplace_core::{ResultCode, catalogue};
//!
//! let entry = catalogue::find("stale-timestamp").unwrap();
//! assert_eq!(entry.code, Some(ResultCode::INVALID_PARAMETER));
//! assert_eq!(entry.anchor, "#stale-timestamp");
//!
//! // What the console means with its sixth message.
//! let entry = catalogue::by_console_number(6).next().unwrap();
//! assert_eq!(entry.slug, "body-sign-mismatch");
//! ```

mod checks;
mod console;
mod open_api_calls;
mod open_api_codes;
mod refusals;
mod result_codes;
mod secure_key_manager;
mod table;
mod usage_records;
mod verdicts;

use crate::ResultCode;
use crate::open_api::{ApiCode, RecordCode};

pub use self::console::ConsoleMessage;
pub(crate) use self::table::entry;

/// One thing that can go wrong, or the word for that nothing did.
///
/// The texts are whole sentences for people, with names in backticks. Their wording may change; the slug does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The stable name, such as `stale-timestamp`, for logs, metrics and scripts. That of a result code is its six digits.
    pub slug: &'static str,
    /// What says so; of two, the first. [`is`](Self::is) knows both.
    pub kind: Kind,
    /// What else says so: some refusals are verdicts as well.
    pub also: Option<Kind>,
    /// What happened, in one sentence.
    pub what: &'static str,
    /// Where it usually comes from.
    pub cause: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// What to look at, one question each, in this order. The Solution Guide of the Secure Key Manager has such lists; other
    /// entries have none.
    pub checks: &'static [&'static str],
    /// Of a refusal, the code that the caller is given; `parameter-missing` has another one if it is the signature that is
    /// missing. Of a result code, the code itself. Verdicts and checks have none.
    pub code: Option<ResultCode>,
    /// The codes of the Open APIs that say so, such as `MKT.0100`, with the newer of two prefixes; of a record of usage, three
    /// digits. Other entries have none.
    pub api_codes: &'static [&'static str],
    /// The vendor's page that has it, with its date; or that it is a rule of this library. Entries of the Open APIs and of usage
    /// have one each; of others, the head of each table in the source says it for all.
    pub source: Option<&'static str>,
    /// What the debugging console of the vendor shows for it, where it has words for it.
    pub console: Option<ConsoleMessage>,
    /// Its place in `docs/errors.md`, with the `#`.
    pub anchor: &'static str,
}

impl Entry {
    /// Does this kind of thing say so?
    #[must_use]
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind || self.also == Some(kind)
    }
}

/// What says that something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The seller's endpoint refused a call.
    Refusal,
    /// The analysis of a signature found its mistake.
    Verdict,
    /// A check of the debugging console failed, the vendor's or ours.
    Check,
    /// A seller answered with a result code.
    ResultCode,
    /// KooGallery or its gateway answered a call of the seller's with a code, or the client of the Open APIs failed.
    OpenApi,
    /// KooGallery refused a record of usage, or the outbox did, because KooGallery would.
    UsageRecord,
    /// A call to NHN Cloud's Secure Key Manager failed.
    SecureKeyManager,
}

/// In the order of the page.
static TABLES: [&[Entry]; 8] = [
    refusals::ENTRIES,
    verdicts::ENTRIES,
    checks::ENTRIES,
    result_codes::ENTRIES,
    open_api_codes::ENTRIES,
    open_api_calls::ENTRIES,
    usage_records::ENTRIES,
    secure_key_manager::ENTRIES,
];

/// The entry with this slug. Works at compile time, too: a slug that is written in a program can be checked there.
#[must_use]
pub const fn find(slug: &str) -> Option<&'static Entry> {
    let mut tables: &[&[Entry]] = &TABLES;
    while let [table, later @ ..] = tables {
        let mut entries: &'static [Entry] = table;
        while let [entry, rest @ ..] = entries {
            if is_same(entry.slug.as_bytes(), slug.as_bytes()) {
                return Some(entry);
            }
            entries = rest;
        }
        tables = later;
    }
    None
}

/// Every entry: refusals, verdicts, checks, result codes, and what goes wrong with the Open APIs, usage and the Secure Key Manager.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    TABLES.iter().copied().flatten()
}

/// What the vendor's console may mean with its message of this number, 1 to 10. It has one message for several mistakes.
pub fn by_console_number(number: u8) -> impl Iterator<Item = &'static Entry> {
    all().filter(move |entry| entry.console.is_some_and(|message| message.number == number))
}

/// What a result code means. `None` for one that the vendor has added since.
#[must_use]
pub fn by_result_code(code: ResultCode) -> Option<&'static Entry> {
    find(code.as_str())
}

/// What a code of the Open APIs means. `None` for success, and for one that is in no table.
#[must_use]
pub fn by_api_code(code: &ApiCode) -> Option<&'static Entry> {
    by_code(Kind::OpenApi, code.as_str())
}

/// Why a record of usage was refused. `None` for a code that is in no table.
#[must_use]
pub fn by_record_code(code: &RecordCode) -> Option<&'static Entry> {
    by_code(Kind::UsageRecord, code.as_str())
}

fn by_code(kind: Kind, code: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.is(kind) && entry.api_codes.contains(&code))
}

/// `==`, which does not work at compile time yet.
const fn is_same(mut one: &[u8], mut other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    while let ([first, rest @ ..], [same, others @ ..]) = (one, other) {
        if *first != *same {
            return false;
        }
        (one, other) = (rest, others);
    }
    true
}
