//! What keeps a ledger from being opened, and what is said about it.

use servers::free_port;

use super::*;

async fn refusal(url: &str, secret: &str) -> LedgerError {
    let refused = Ledger::postgres(url).await.unwrap_err();
    let said = everything(&refused);
    assert!(!said.contains(secret), "{said}");
    assert_eq!(
        PostgresLedger::connect(url).await.err().map(|error| error.to_string()).unwrap_or_default(),
        {
            // An empty database is one that can be connected to.
            if matches!(refused, LedgerError::Postgres(PostgresError::NoLedger { .. })) {
                String::new()
            } else {
                refused.to_string()
            }
        }
    );
    refused
}

#[tokio::test]
async fn names_the_database_and_the_fault_and_never_the_password() {
    let database = Database::empty().await;
    let port = database.server.port();
    let (server, name) = database.url.rsplit_once('/').unwrap();

    let refused = refusal(&database.url, database.password()).await;
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::NoLedger { .. })), "{refused:?}");
    let said = format!(
        "the database `127.0.0.1:{port}/{name}` holds no ledger: call `PostgresLedger::migrate`, or run \
         `PostgresLedger::SQL` by hand"
    );
    assert_eq!(refused.to_string(), said);

    let refused = refusal(&database.url_of("postgres", "wrong-one"), "wrong-one").await;
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Refused { .. })), "{refused:?}");
    assert_eq!(refused.to_string(), format!("the ledger `127.0.0.1:{port}/{name}` refuses this role"));
    assert!(everything(&refused).contains("password authentication failed"), "{refused:?}");

    let refused = refusal(&format!("{server}/nowhere"), database.password()).await;
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Refused { .. })), "{refused:?}");
    assert!(everything(&refused).contains("database \"nowhere\" does not exist (3D000)"), "{refused:?}");

    let nobody = free_port().unwrap();
    let refused =
        refusal(&format!("postgres://shop:secret-word@127.0.0.1:{nobody}/shop"), "secret-word").await;
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Unreachable { .. })), "{refused:?}");
    assert_eq!(refused.to_string(), format!("cannot connect to the ledger `127.0.0.1:{nobody}/shop`"));

    let refused = refusal("postgres://shop:secret-word@127.0.0.1:x/shop", "secret-word").await;
    assert!(matches!(refused, LedgerError::Postgres(PostgresError::Url)), "{refused:?}");
}

#[tokio::test]
async fn a_ledger_does_not_show_its_password() {
    let database = Database::new().await;
    let store = PostgresLedger::connect(&database.url).await.unwrap();
    let ledger = Ledger::postgres(&database.url).await.unwrap();
    let shown = format!("{store:?} {ledger:?}");
    assert!(shown.contains("PostgresLedger { database: \"127.0.0.1:"), "{shown}");
    assert!(!shown.contains(database.password()), "{shown}");
}

/// The answer may hold a first password: what the server says about a row that it refuses repeats the row.
#[tokio::test]
async fn what_the_server_repeats_is_not_told() {
    let database = Database::new().await;
    let machine = database.machine();
    database.sql("ALTER TABLE marketplace.work ADD CHECK (octet_length(answer) < 10)");
    let claim = purchase(1, "first");
    let begun = machine.begin(&claim).await.unwrap();
    let failed = machine.record(&lease(&claim, &begun), done("a first password")).await.unwrap_err();
    let said = everything(&failed);
    assert!(said.contains("violates check constraint") && said.contains("(23514)"), "{said}");
    let hex = "61206669727374";
    assert!(!said.contains("Failing row") && !said.contains(hex), "{said}");
}
