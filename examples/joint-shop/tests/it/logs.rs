use rusqlite::{Connection, OpenFlags};

use crate::caller::{caller, satisfied};
use crate::shop::Shop;

#[test]
fn one_line_says_why_a_call_was_refused_and_names_the_field() {
    let shop = Shop::start("warn");
    let parts = "fields,refusals,extend,sealed,v2,licence2,kit1,kit2";
    satisfied(caller().args(["--url", shop.url(), "--only", parts]));
    let log = shop.log();
    for reason in [
        "method",
        "parameter-missing",
        "parameter-repeated",
        "parameter-malformed",
        "stale-timestamp",
        "future-timestamp",
        "signature",
        "replayed",
        "body",
        "unknown-activity",
    ] {
        let found = log.lines().find(|line| line.contains(&format!("reason=\"{reason}\"")));
        let line = found.unwrap_or_else(|| panic!("no line gives the reason {reason}"));
        assert!(line.contains(" WARN ") && line.contains("detail="), "{line}");
    }
    for field in [
        "orderId",
        "instanceStatus",
        "customerName",
        "orderAmount",
        "saasExtendParams",
        "mobilePhone",
        "timeStamp",
        "license",
        "scene",
        "effectiveTime",
        "tenantCode",
        "clientId",
        "userList",
        "orgInfo",
        "orgInfoList",
        "flag",
        "x-sign",
    ] {
        let names = |line: &str| line.contains("reason=") && line.contains(&format!("`{field}`"));
        assert!(log.lines().any(names), "no line names {field}");
    }
    let goes_on = |line: &&str| line.contains("a purchase goes on without this");
    for field in ["mobilePhone", "email"] {
        let named = |line: &str| line.contains(&format!("field=\"{field}\""));
        assert!(log.lines().filter(goes_on).any(named), "no line says that {field} cannot be opened");
    }
    assert!(!log.contains('\u{1b}'), "colours in a file");
}

#[test]
fn no_log_shows_a_secret() {
    let shop = Shop::start("trace");
    let parts = "purchase,life,sealed,licence1,secrets,v2,kit2,interfaces";
    satisfied(caller().args(["--url", shop.url(), "--only", parts]));
    let log = shop.log();
    assert!(log.lines().count() > 500, "little was logged");
    assert!(!log.contains("canary"), "a key is in the log");
    assert!(!log.contains("PRIVATE KEY"), "the private key is in the log");
    let database = Connection::open_with_flags(shop.database(), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    for (sql, least) in [
        ("SELECT first_password FROM tenants", 100),
        ("SELECT code FROM licences", 5),
        ("SELECT DISTINCT mobile_phone FROM tenants WHERE mobile_phone IS NOT NULL", 1),
        ("SELECT DISTINCT email FROM tenants WHERE email IS NOT NULL", 1),
        // `test` is a word that may stand anywhere.
        ("SELECT DISTINCT client_secret FROM applications WHERE client_secret <> 'test'", 1),
    ] {
        let mut all = database.prepare(sql).unwrap();
        let all: Vec<String> = all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(all.len() >= least, "{sql}: {}", all.len());
        assert!(!all.iter().any(|secret| log.contains(secret)), "{sql}: it is in the log");
    }
}
