//! The bearer token of version 1.3.

use std::time::Duration;

use marketplace_tower::secure_key_manager::stand_in::Role;
use marketplace_tower::secure_key_manager::{Client, Environment, Settings, SkmError, UnusableSettings};
use tokio::task::JoinSet;

use super::Bench;

#[tokio::test]
async fn is_fetched_once_for_many_calls_at_a_time() {
    let bench = Bench::start().await;
    let key = bench.project.add_secret(bench.store, "secret", "value");
    let client = bench.client();
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let (client, key) = (client.clone(), key.clone());
        calls.spawn(async move { client.secret(&key).await });
    }
    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().expose(), "value");
    }
    assert_eq!((bench.stand_in.token_requests(), bench.stand_in.calls()), (1, 20));
}

#[tokio::test]
async fn is_renewed_before_it_expires() {
    let bench = Bench::start().await;
    let client = bench.client();
    bench.stand_in.give_out_tokens_for(Duration::from_secs(86_400));
    client.confirm().await.unwrap();
    // Ten minutes before it is time, so that a slow machine does not matter.
    advance(Duration::from_secs(86_400 - 60 - 600)).await;
    client.confirm().await.unwrap();
    assert_eq!(bench.stand_in.token_requests(), 1);
    advance(Duration::from_secs(600)).await;
    client.confirm().await.unwrap();
    assert_eq!(bench.stand_in.token_requests(), 2);
    // None of the three was refused.
    assert_eq!(bench.stand_in.calls(), 3);
}

#[tokio::test]
async fn one_that_is_refused_is_renewed_once() {
    let bench = Bench::start().await;
    let client = bench.client();
    client.confirm().await.unwrap();
    bench.stand_in.revoke_tokens();
    let mut calls = JoinSet::new();
    for _ in 0..8 {
        let client = client.clone();
        calls.spawn(async move { client.confirm().await });
    }
    for answer in calls.join_all().await {
        answer.unwrap();
    }
    assert_eq!(bench.stand_in.token_requests(), 2);
    // A token that is refused although it is new is not fetched again and again.
    bench.stand_in.give_out_tokens_for(Duration::ZERO);
    bench.stand_in.revoke_tokens();
    let before = bench.stand_in.token_requests();
    let error = client.confirm().await.unwrap_err();
    assert!(
        matches!(error, SkmError::NotJson { status } if status == http::StatusCode::UNAUTHORIZED),
        "{error:?}"
    );
    assert_eq!(bench.stand_in.token_requests(), before + 1);
}

#[tokio::test]
async fn a_call_that_gives_up_leaves_the_others_their_token() {
    let bench = Bench::start().await;
    let client = bench.client();
    // Dropped while it waits for its token.
    let first = tokio::time::timeout(Duration::ZERO, client.confirm()).await;
    assert!(first.is_err());
    client.confirm().await.unwrap();
}

#[tokio::test]
async fn where_it_is_fetched_is_known_for_one_environment_only() {
    let bench = Bench::start().await;
    let credentials = bench.project.v1_3(Role::Admin);
    for environment in [Environment::Government, Environment::Custom(bench.stand_in.base_address())] {
        let error = Client::connect(Settings::new(environment, credentials.clone())).unwrap_err();
        assert!(matches!(error, UnusableSettings::NoTokenAddress));
    }
    Client::connect(Settings::new(Environment::Public, credentials)).unwrap();
}

/// Sets tokio's clock ahead, which goes on as before.
async fn advance(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}
