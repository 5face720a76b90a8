//! Keys that are fetched in the background. The clock stands still unless all wait.

use std::time::Duration;

use marketplace_tower::{AccessKey, EnvironmentKeys, KeyProviderError, KeyRefresh, KeyRing, KeyState, Keys};
use tokio::time::sleep;

use super::{Vault, ask, key, layer, signed};
use crate::support::events::Events;
use crate::support::{FOREIGN_KEY, INTERNAL_ERROR, KEY, SECOND_KEY, within};

fn ring(keys: &[(&str, u32)]) -> KeyRing {
    KeyRing::new(keys.iter().map(|(text, version)| key("base", text, *version))).unwrap()
}

fn refresh() -> KeyRefresh {
    KeyRefresh::default().every(Duration::from_secs(10)).with_max_stale(Duration::from_secs(60))
}

/// 1,000 requests a second for the whole of a rotation, on the paused clock.
#[tokio::test(start_paused = true)]
async fn a_rotation_under_load_loses_nothing() {
    let vault = Vault::with(ring(&[(KEY, 1)]));
    let every = Duration::from_secs(1);
    let keys = Keys::provided(vault.clone(), refresh().every(every)).await.unwrap();
    let layer = layer(keys.clone());
    let (mut refused, mut retired_for) = (0, None);
    for millisecond in 0..8_000_u64 {
        match millisecond {
            1_000 => vault.put(Some(ring(&[(KEY, 1), (SECOND_KEY, 2)]))),
            5_000 => vault.put(Some(ring(&[(SECOND_KEY, 2)]))),
            _ => {}
        }
        // The market changes over while both are in the ring.
        let key = if millisecond < 3_500 { KEY } else { SECOND_KEY };
        let answered = ask(&layer, signed(key)).await;
        assert!(answered.is_signed_by(key));
        refused += usize::from(answered.slug().is_some());
        if millisecond >= 5_000 && retired_for.is_none() && millisecond % 100 == 0 {
            let is_refused = ask(&layer, signed(KEY)).await.slug() == Some("signature");
            retired_for = is_refused.then_some(millisecond - 5_000);
        }
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(refused, 0);
    assert!(retired_for.unwrap() <= 2_000, "{retired_for:?} ms, of a refresh and a second");
    let usage = keys.usage();
    assert!(usage.iter().any(|used| used.version == Some(1) && used.verified >= 3_500), "{usage:?}");
    assert!(usage.iter().any(|used| used.version == Some(2) && used.verified >= 4_500), "{usage:?}");
}

#[tokio::test(start_paused = true)]
async fn the_last_keys_serve_for_a_while_and_then_nothing_is_served_until_there_are_keys_again() {
    let vault = Vault::with(ring(&[(KEY, 1)]));
    let layer = layer(Keys::provided(vault.clone(), refresh()).await.unwrap());
    vault.put(None);
    let events = Events::catch();
    for _ in 0..55 {
        sleep(Duration::from_secs(1)).await;
        assert!(ask(&layer, signed(KEY)).await.slug().is_none());
    }
    assert!(events.take_ours().iter().any(|line| line.text.contains("could not be fetched")));
    sleep(Duration::from_secs(20)).await;
    for stranger in [false, true] {
        let answered = ask(&layer, signed(if stranger { FOREIGN_KEY } else { KEY })).await;
        assert_eq!((answered.slug(), &answered.body[..]), (Some("keys-stale"), INTERNAL_ERROR));
        assert!(answered.is_signed_by(KEY));
    }
    let told = events.take_ours();
    assert_eq!(told.iter().filter(|line| line.text.contains("every call is refused")).count(), 1, "{told:?}");

    vault.put(Some(ring(&[(SECOND_KEY, 2)])));
    sleep(Duration::from_secs(12)).await;
    assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
    assert_eq!(ask(&layer, signed(KEY)).await.slug(), Some("signature"));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_is_given_up_and_asked_again() {
    let vault = Vault::with(ring(&[(KEY, 1)]));
    let keys = Keys::provided(vault.clone(), refresh().with_timeout(Duration::from_secs(2))).await.unwrap();
    *vault.0.hangs.lock().unwrap() = true;
    sleep(Duration::from_secs(30)).await;
    assert!(vault.asked() >= 3, "{}", vault.asked());
    assert!(ask(&layer(keys.clone()), signed(KEY)).await.slug().is_none());
    *vault.0.hangs.lock().unwrap() = false;
    vault.put(Some(ring(&[(SECOND_KEY, 2)])));
    sleep(Duration::from_secs(15)).await;
    assert!(ask(&layer(keys), signed(SECOND_KEY)).await.slug().is_none());
}

/// Without this, a key that is taken out would serve for ever.
#[tokio::test(start_paused = true)]
async fn a_provider_that_panics_has_failed_and_is_asked_again() {
    let vault = Vault::with(ring(&[(KEY, 1)]));
    let layer = layer(Keys::provided(vault.clone(), refresh()).await.unwrap());
    *vault.0.panics.lock().unwrap() = true;
    sleep(Duration::from_secs(80)).await;
    assert_eq!(ask(&layer, signed(KEY)).await.slug(), Some("keys-stale"));
    *vault.0.panics.lock().unwrap() = false;
    vault.put(Some(ring(&[(SECOND_KEY, 2)])));
    sleep(Duration::from_secs(15)).await;
    assert!(ask(&layer, signed(SECOND_KEY)).await.slug().is_none());
}

/// As one does whose sender of changes is gone.
#[tokio::test(start_paused = true)]
async fn a_provider_that_tells_of_changes_all_the_time_stops_nothing_else() {
    let vault = Vault::with(ring(&[(KEY, 1)]));
    *vault.0.tells.lock().unwrap() = true;
    let keys = Keys::provided(vault.clone(), refresh()).await.unwrap();
    for fails in [false, true] {
        if fails {
            vault.put(None);
        }
        let asked = vault.asked();
        sleep(Duration::from_secs(10)).await;
        let asked = vault.asked() - asked;
        assert!((1..=110).contains(&asked), "{asked} times in ten seconds");
    }
    drop(keys);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_the_keys_are_stale_is_signed_with_a_key_in_service() {
    let keys = [
        key("old", FOREIGN_KEY, 1).in_state(KeyState::Disabled),
        key("leaving", SECOND_KEY, 2).in_state(KeyState::ScheduledForDeletion),
        key("base", KEY, 3),
    ];
    let vault = Vault::with(KeyRing::new(keys).unwrap());
    let layer = layer(Keys::provided(vault.clone(), refresh()).await.unwrap());
    vault.put(None);
    sleep(Duration::from_secs(80)).await;
    let answered = ask(&layer, signed(KEY)).await;
    assert_eq!(answered.slug(), Some("keys-stale"));
    assert!(answered.is_signed_by(KEY));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_tells_of_a_change_is_asked_at_once() {
    let vault = Vault::with(ring(&[(KEY, 1)]));
    let every_hour = KeyRefresh::default().every(Duration::from_secs(3600));
    let keys = Keys::provided(vault.clone(), every_hour).await.unwrap();
    vault.put(Some(ring(&[(SECOND_KEY, 2)])));
    vault.0.changed.notify_one();
    within(async {
        while keys.ring().first().version() != Some(2) {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn machines_do_not_ask_together_and_nobody_asks_for_keys_that_nobody_has() {
    let vaults: Vec<_> = (0..20).map(|_| Vault::with(ring(&[(KEY, 1)]))).collect();
    let mut keys = Vec::new();
    for vault in &vaults {
        keys.push(Keys::provided(vault.clone(), refresh()).await.unwrap());
    }
    sleep(Duration::from_secs(10)).await;
    let asked = vaults.iter().filter(|vault| vault.asked() > 1).count();
    assert!((1..20).contains(&asked), "{asked} of 20 within the first ten seconds");
    drop(keys);
    sleep(Duration::from_secs(20)).await;
    let asked: Vec<_> = vaults.iter().map(Vault::asked).collect();
    sleep(Duration::from_secs(600)).await;
    assert_eq!(vaults.iter().map(Vault::asked).collect::<Vec<_>>(), asked);
}

#[tokio::test]
async fn a_start_without_keys_fails_clearly() {
    let error = Keys::provided(Vault::default(), KeyRefresh::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "the keys could not be fetched");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the vault is sealed");
    let missing = EnvironmentKeys::new("NO_SUCH_VARIABLE_OF_A_TEST");
    let error = Keys::provided(missing, KeyRefresh::default()).await.unwrap_err();
    assert!(matches!(error, KeyProviderError::NoVariable { .. }));
    assert!(error.to_string().contains("NO_SUCH_VARIABLE_OF_A_TEST"));
    // One that every machine has, and that is no key.
    let unusable = EnvironmentKeys::new("PATH");
    let found = Keys::provided(unusable, KeyRefresh::default()).await.map(|keys| keys.ring());
    assert!(found.is_ok_and(|ring| ring.iter().map(AccessKey::name).eq(["access key"])));
}
