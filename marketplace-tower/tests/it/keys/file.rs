//! Keys in a file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use marketplace_tower::{FileKeys, KeyProvider, KeyProviderError, KeyRefresh, Keys};
use tokio::time::sleep;

use super::{ask, layer, signed};
use crate::support::{KEY, SECOND_KEY, within};

/// A file that only its owner can read, put into its place at once.
fn put(file: &Path, text: &str) {
    let beside = file.with_extension("new");
    fs::write(&beside, text).unwrap();
    set_mode(&beside, 0o600);
    fs::rename(beside, file).unwrap();
}

#[cfg(unix)]
fn set_mode(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

fn document(key: &str, version: u32) -> String {
    format!(r#"{{"keys":[{{"id":"base","version":{version},"key":"{key}"}}]}}"#)
}

fn every_hour() -> KeyRefresh {
    KeyRefresh::default().every(Duration::from_secs(3600))
}

async fn version(keys: &Keys, version: u32) {
    within(async {
        while keys.ring().first().version() != Some(version) {
            sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_file_is_noticed_and_a_bad_one_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    put(&file, &document(KEY, 1));
    let keys = Keys::provided(FileKeys::new(&file), every_hour()).await.unwrap();
    let layer = layer(keys.clone());
    assert!(ask(&layer, signed(KEY)).await.slug().is_none());

    put(&file, &document(SECOND_KEY, 2));
    version(&keys, 2).await;
    assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
    assert_eq!(ask(&layer, signed(KEY)).await.slug(), Some("signature"));

    for bad in ["{\"keys\":[", "", "\"quoted\""] {
        put(&file, bad);
        let provider = FileKeys::new(&file);
        let error = provider.load().await.unwrap_err();
        assert!(matches!(error, KeyProviderError::Unusable { .. }), "{error}");
        assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
    }
    fs::remove_file(&file).unwrap();
    assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
    put(&file, &document(KEY, 3));
    version(&keys, 3).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    put(&file, "canary-key\n");
    for (mode, is_good) in [(0o644, false), (0o620, false), (0o602, false), (0o640, true), (0o400, true)] {
        set_mode(&file, mode);
        let loaded = FileKeys::new(&file).load().await;
        assert_eq!(loaded.is_ok(), is_good, "{mode:o}");
        if let Err(error) = loaded {
            assert!(matches!(error, KeyProviderError::OpenToOthers { mode: found, .. } if found == mode));
            assert!(error.to_string().contains("chmod 600") && !format!("{error:?}").contains("canary"));
        }
    }
}

/// As clusters mount secrets: a link to a folder, which is put into its place at once.
#[cfg(unix)]
#[tokio::test]
async fn a_link_that_changes_is_noticed() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("one", document(KEY, 1)), ("two", document(SECOND_KEY, 2))] {
        fs::create_dir(folder.path().join(name)).unwrap();
        put(&folder.path().join(name).join("keys.json"), &text);
    }
    let link = folder.path().join("now");
    symlink("one", &link).unwrap();
    let keys = Keys::provided(FileKeys::new(link.join("keys.json")), every_hour()).await.unwrap();
    assert_eq!(keys.ring().first().version(), Some(1));
    symlink("two", folder.path().join("next")).unwrap();
    fs::rename(folder.path().join("next"), &link).unwrap();
    version(&keys, 2).await;
}

#[tokio::test]
async fn a_missing_file_and_one_that_is_far_too_long_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    let error = FileKeys::new(&file).load().await.unwrap_err();
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    put(&file, &"x".repeat((1 << 20) + 1));
    assert!(matches!(FileKeys::new(&file).load().await, Err(KeyProviderError::CannotRead { .. })));
}
