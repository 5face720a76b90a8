//! Files that are no ledger, or not one of this release.

use std::error::Error as _;

use super::*;

async fn refusal(file: &Path) -> (LedgerError, String) {
    let error = Ledger::sqlite(file).await.unwrap_err();
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    assert!(error.to_string().contains(file.to_str().unwrap()), "{error}");
    (error, cause)
}

/// Makes a database that is refused, and left as it was, with no file beside it.
async fn refusal_of(script: &str) -> (PathBuf, LedgerError) {
    let (folder, file) = shop();
    Connection::open(&file).unwrap().execute_batch(script).unwrap();
    let before = fs::read(&file).unwrap();
    let (error, _) = refusal(&file).await;
    assert_eq!(fs::read(&file).unwrap(), before, "{script}");
    let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(files.collect::<Vec<_>>(), std::slice::from_ref(&file), "{script}");
    (file, error)
}

#[tokio::test]
async fn refuses_what_is_no_file() {
    let (folder, file) = shop();
    let (error, cause) = refusal(folder.path()).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert_eq!(cause, "is a directory");

    let (error, cause) = refusal(&file.join("no/such/folder.db")).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert!(cause.contains("No such file"), "{cause}");

    let error = Ledger::sqlite("").await.unwrap_err();
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn refuses_a_file_that_it_cannot_read() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_folder, file) = shop();
    drop(Ledger::sqlite(&file).await.unwrap());
    wait_until_closed(&file);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&file).is_ok() {
        // Permissions do not hold back root.
        return;
    }
    let (error, cause) = refusal(&file).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert!(cause.contains("unable to open"), "{cause}");
}

#[tokio::test]
async fn refuses_a_folder_where_it_can_make_no_file_of_holders() {
    let (_folder, file) = shop();
    fs::create_dir(file.with_file_name("shop.db-holders")).unwrap();
    let (error, cause) = refusal(&file).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert!(cause.contains("directory"), "{cause}");
}

#[tokio::test]
async fn refuses_a_file_that_is_no_database() {
    let (_folder, file) = shop();
    let text = "order,instance\n".repeat(1000);
    fs::write(&file, &text).unwrap();
    let (error, cause) = refusal(&file).await;
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert_eq!(cause, "file is not a database");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test]
async fn refuses_the_database_of_another_application() {
    for script in [
        "CREATE TABLE customer (name TEXT)",
        "PRAGMA user_version = 1",
        "PRAGMA application_id = 7",
        "PRAGMA application_id = 7; PRAGMA user_version = 1; CREATE TABLE order_line (name TEXT)",
        "PRAGMA application_id = 7; PRAGMA user_version = 2; CREATE TABLE work (name TEXT)",
    ] {
        let (_, error) = refusal_of(script).await;
        assert!(matches!(error, LedgerError::NotALedger { .. }), "{script}: {error:?}");
    }
}

#[tokio::test]
async fn refuses_a_file_of_a_newer_release() {
    for journal in ["DELETE", "WAL"] {
        // `KooL`.
        let (file, error) = refusal_of(&format!(
            "PRAGMA journal_mode = {journal}; PRAGMA application_id = 0x4b6f6f4c; PRAGMA user_version = 4; \
             CREATE TABLE deed (id INTEGER PRIMARY KEY)"
        ))
        .await;
        assert_eq!(
            error.to_string(),
            format!("the ledger `{}` has version 4; this release knows versions up to 3", file.display())
        );
    }
}
