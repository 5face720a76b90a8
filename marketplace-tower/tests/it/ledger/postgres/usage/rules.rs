//! What the market would not take is not recorded, and it is said why.

use super::*;

/// What a statement is refused with: SQLSTATE and message.
async fn refusal(seller: &tokio_postgres::Client, sql: &str) -> (String, String) {
    let refused = seller.query(sql, &[]).await.expect_err(sql);
    let said = refused.as_db_error().unwrap_or_else(|| panic!("{sql}: {refused:?}"));
    (said.code().code().to_owned(), said.message().to_owned())
}

/// A call with these arguments. In `{}` there is a moment so long ago.
fn call(instance: &str, begun: &str, ended: &str, value: &str, more: &str) -> String {
    format!("SELECT marketplace.record_usage({instance}, {begun}, {ended}, {value}{more})")
}

const HOUR: (&str, &str) = ("date_trunc('hour', now()) - interval '1 hour'", "date_trunc('hour', now())");

#[tokio::test]
async fn ids_have_one_to_64_units_and_no_control_characters() {
    let database = Database::new().await;
    let seller = database.seller().await;
    let empty = |field: &str| format!("`{field}` is empty");
    let control = |field: &str| format!("`{field}` has a control character");
    let long = |field: &str| format!("`{field}`: 65 UTF-16 units, the limit is 64");
    for (field, arguments) in [
        ("instance_id", ["{}", "", ""]),
        ("relate_pkg_instance", ["'i'", ", {}", ""]),
        ("metering_sn", ["'i'", ", NULL", ", {}"]),
    ] {
        for (id, message) in [
            ("''", empty(field)),
            (r"E'a\nb'", control(field)),
            (r"E'\x7f'", control(field)),
            (r"E'\u0085'", control(field)),
            ("repeat('x', 65)", long(field)),
            ("repeat('😀', 32) || 'x'", long(field)),
        ] {
            let [instance, package, sn] = arguments.map(|argument| argument.replace("{}", id));
            let sql = call(&instance, HOUR.0, HOUR.1, "1", &format!("{package}{sn}"));
            assert_eq!(refusal(&seller, &sql).await, ("MP001".to_owned(), message), "{sql}");
        }
    }
    for id in ["repeat('x', 64)", "repeat('😀', 32)", "repeat('订', 64)", r"'a\b '"] {
        seller.query(&call(id, HOUR.0, HOUR.1, "1", &format!(", {id}, {id}")), &[]).await.unwrap();
    }
    assert_eq!(take(&*database.machine().usage_store().unwrap()).await.len(), 4);
}

#[tokio::test]
async fn all_that_the_market_wants_has_to_be_there() {
    let database = Database::new().await;
    let seller = database.seller().await;
    for (sql, field) in [
        (call("NULL", HOUR.0, HOUR.1, "1", ""), "instance_id"),
        (call("'i'", "NULL", HOUR.1, "1", ""), "begin_time"),
        (call("'i'", HOUR.0, "NULL", "1", ""), "end_time"),
        (call("'i'", HOUR.0, HOUR.1, "NULL", ""), "usage_value"),
    ] {
        assert_eq!(refusal(&seller, &sql).await, ("MP001".to_owned(), format!("`{field}` is missing")));
    }
}

#[tokio::test]
async fn values_are_above_zero_and_have_8_digits_and_4_decimals() {
    let database = Database::new().await;
    let seller = database.seller().await;
    let zero = "`usage_value` is zero, and usage has to be above zero";
    let none = "`usage_value` is not a number of at most 8 digits and 4 decimals, above zero";
    for (value, message) in [
        ("0", zero),
        ("0.0000", zero),
        ("-1", none),
        ("0.00001", none),
        ("1.00005", none),
        ("99999999.99991", none),
        ("100000000", none),
        ("'NaN'", none),
    ] {
        let said = refusal(&seller, &call("'i'", HOUR.0, HOUR.1, value, "")).await;
        assert_eq!(said, ("MP002".to_owned(), message.to_owned()), "{value}");
    }
    for (instance, value) in
        [("'a'", "0.0001"), ("'b'", "99999999.9999"), ("'c'", "1.50000000"), ("'d'", "7")]
    {
        seller.query(&call(instance, HOUR.0, HOUR.1, value, ""), &[]).await.unwrap();
    }
    let taken = take(&*database.machine().usage_store().unwrap()).await;
    let values: Vec<_> = taken.iter().map(|taken| taken.record.usage().value().to_string()).collect();
    assert_eq!(values, ["0.0001", "99999999.9999", "1.5", "7"]);
}

#[tokio::test]
async fn times_are_whole_seconds_of_the_last_21_days() {
    let database = Database::new().await;
    let seller = database.seller().await;
    // A zone whose days are not all of 24 hours.
    seller.batch_execute("SET TIME ZONE 'America/New_York'").await.unwrap();
    let second = "date_trunc('second', clock_timestamp())";
    let ago = |hours: u32, seconds: i32| format!("{second} - interval '{hours} hours {seconds} seconds'");
    let (begun, ended) = (ago(1, 0), ago(0, 0));
    for (begun, ended, code, message) in [
        (format!("{begun} + interval '1 ms'"), ended.clone(), "MP003", "`begin_time` is not a whole second"),
        (
            begun.clone(),
            format!("{ended} - interval '1 microsecond'"),
            "MP003",
            "`end_time` is not a whole second",
        ),
        (ago(1, 0), ago(1, 1), "MP004", "`end_time` is before `begin_time`"),
        (begun.clone(), ago(0, -60), "MP005", "is after now, 2"),
        (begun.clone(), "'infinity'".to_owned(), "MP005", "is after now, 2"),
        (ago(504, 1), ended.clone(), "MP006", "is more than 21 days before 2"),
        ("'-infinity'".to_owned(), ended.clone(), "MP006", "is more than 21 days before 2"),
    ] {
        let (state, said) = refusal(&seller, &call("'i'", &begun, &ended, "1", "")).await;
        assert!(state == code && said.contains(message), "{begun} {ended}: {state} {said}");
    }
    let (_, said) =
        refusal(&seller, &call("'i'", "'2022-08-09 10:00+02'", "'2022-08-09 11:00+02'", "1", "")).await;
    assert!(said.starts_with("`begin_time` 20220809T080000Z is more than 21 days before 2"), "{said}");
    for (instance, begun, ended) in
        [("'moment'", &ended, &ended), ("'long ago'", &ago(504, -60), &ended), ("'hour'", &begun, &ended)]
    {
        seller.query(&call(instance, begun, ended, "1", ""), &[]).await.unwrap();
    }
}

#[tokio::test]
async fn other_usage_of_the_span_and_a_taken_serial_number_are_refused() {
    let database = Database::new().await;
    let seller = database.seller().await;
    let sn: String = seller.query_one(&record(", 'package'"), &[]).await.unwrap().get(0);
    let message = format!(
        "the same `instance_id`, `begin_time` and `end_time` were recorded with another value or package, as `{sn}`"
    );
    for sql in [
        call("'hourly'", HOUR.0, HOUR.1, "12.5001", ", 'package'"),
        call("'hourly'", HOUR.0, HOUR.1, "12.5", ", 'other'"),
        call("'hourly'", HOUR.0, HOUR.1, "12.5", ""),
    ] {
        assert_eq!(refusal(&seller, &sql).await, ("MP007".to_owned(), message.clone()), "{sql}");
    }
    let sql = record_of("other", &format!(", metering_sn => '{sn}'"));
    let message = format!("`metering_sn` `{sn}` is that of another record");
    assert_eq!(refusal(&seller, &sql).await, ("MP008".to_owned(), message));
    assert_eq!(take(&*database.machine().usage_store().unwrap()).await.len(), 1);
}
