//! Promises 22 and 23: one order line, one instance id.

use std::collections::HashSet;

use bytes::Bytes;
use marketplace_core::{InstanceId, OrderKey};
use marketplace_tower::{Ledger, LedgerError, LedgerStore, Outcome, Progress, Reservation, StoreFuture};
use tokio::task::JoinSet;

#[cfg(feature = "sqlite")]
mod sqlite;

/// Each of these functions runs on every ledger that comes with the crate.
macro_rules! on_every_ledger {
    ($($name:ident,)*) => {
        mod on_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(super::Ledger::memory()).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                super::$name(super::Ledger::sqlite(folder.path().join("shop.db")).await.unwrap()).await;
            })*
        }
    };
}

on_every_ledger! {
    gives_one_id_to_simultaneous_calls,
    keeps_many_simultaneous_orders_apart,
    tells_how_far_an_order_has_come,
    what_is_done_stays_done,
    gives_another_id_if_the_candidate_is_taken,
    refuses_an_order_line_for_which_no_id_is_left,
    tells_order_lines_apart,
    knows_what_is_unfinished,
    refuses_an_outcome_for_an_unknown_order,
}

fn order(id: impl ToString) -> OrderKey {
    OrderKey::new("CS2211181819A7LXX", Some(&id.to_string()))
}

fn id(id: impl ToString) -> InstanceId {
    InstanceId::new(id.to_string()).unwrap()
}

async fn gives_one_id_to_simultaneous_calls(ledger: Ledger) {
    let mut calls = JoinSet::new();
    for line in 0..50 {
        for call in 0..64 {
            let ledger = ledger.clone();
            calls.spawn(async move {
                (line, ledger.reserve(&order(line), id(format!("{line}-{call}"))).await.unwrap())
            });
        }
    }
    let answers = calls.join_all().await;
    for line in 0..50 {
        let answers: Vec<_> =
            answers.iter().filter(|(of, _)| *of == line).map(|(_, answer)| answer).collect();
        let ids: HashSet<_> = answers.iter().map(|answer| answer.instance.as_str()).collect();
        assert_eq!((answers.len(), ids.len()), (64, 1), "line {line}");
        assert_eq!(
            answers.iter().filter(|answer| answer.progress == Progress::New).count(),
            1,
            "line {line}"
        );
        let others = answers.iter().filter(|answer| answer.progress == Progress::Reserved);
        assert_eq!(others.count(), 63, "line {line}");
    }
}

async fn keeps_many_simultaneous_orders_apart(ledger: Ledger) {
    let mut calls = JoinSet::new();
    for line in 0..2000 {
        let ledger = ledger.clone();
        calls.spawn(async move {
            let reserved = ledger.reserve(&order(line), id(line)).await.unwrap();
            assert_eq!(reserved, Reservation { instance: id(line), progress: Progress::New });
            ledger.record(&order(line), Outcome::Done(Bytes::from(line.to_string()))).await.unwrap();
            let known = ledger.reserve(&order(line), id("another")).await.unwrap();
            let progress = Progress::Done(Bytes::from(line.to_string()));
            assert_eq!(known, Reservation { instance: id(line), progress });
        });
    }
    assert_eq!(calls.join_all().await.len(), 2000);
}

async fn tells_how_far_an_order_has_come(ledger: Ledger) {
    for (outcome, progress) in [
        (None, Progress::New),
        (None, Progress::Reserved),
        (Some(Outcome::Accepted), Progress::Accepted),
        (Some(Outcome::Accepted), Progress::Accepted),
        (Some(Outcome::Done(Bytes::new())), Progress::Done(Bytes::new())),
    ] {
        if let Some(outcome) = outcome {
            ledger.record(&order(1), outcome).await.unwrap();
        }
        let reserved = ledger.reserve(&order(1), id("first")).await.unwrap();
        assert_eq!(reserved, Reservation { instance: id("first"), progress });
    }
}

async fn what_is_done_stays_done(ledger: Ledger) {
    let _new = ledger.reserve(&order(1), id("first")).await.unwrap();
    let done = |answer| Outcome::Done(Bytes::from_static(answer));
    for outcome in [done(b"\0first\xff"), done(b"second"), Outcome::Accepted] {
        ledger.record(&order(1), outcome).await.unwrap();
        let reserved = ledger.reserve(&order(1), id("second")).await.unwrap();
        assert_eq!(reserved.progress, Progress::Done(Bytes::from_static(b"\0first\xff")));
        assert_eq!(reserved.instance, id("first"));
    }
}

async fn gives_another_id_if_the_candidate_is_taken(ledger: Ledger) {
    let first = ledger.reserve(&order(1), id("same")).await.unwrap();
    let second = ledger.reserve(&order(2), id("same")).await.unwrap();
    assert_eq!(first.instance, id("same"));
    assert_eq!(second, Reservation { instance: InstanceId::derived("", &order(2)), progress: Progress::New });
    let again = ledger.reserve(&order(2), id("free")).await.unwrap();
    assert_eq!(again, Reservation { instance: second.instance, progress: Progress::Reserved });
}

async fn refuses_an_order_line_for_which_no_id_is_left(ledger: Ledger) {
    let derived = InstanceId::derived("", &order(2));
    let _new = ledger.reserve(&order(1), derived.clone()).await.unwrap();
    let refused = ledger.reserve(&order(2), derived).await;
    assert!(matches!(refused, Err(LedgerError::NoFreeId { order: refused }) if refused == order(2)));
    let reserved = ledger.reserve(&order(2), id("free")).await.unwrap();
    assert_eq!(reserved, Reservation { instance: id("free"), progress: Progress::New });
}

async fn tells_order_lines_apart(ledger: Ledger) {
    let orders = [
        OrderKey::new("ab", None),
        OrderKey::new("ab", Some("")),
        OrderKey::new("a", Some("b")),
        OrderKey::new("ab", Some("0")),
        OrderKey::new("AB", None),
        OrderKey::new("ab ", None),
        OrderKey::new("订单", Some("一")),
        OrderKey::new("' --", Some("\0")),
    ];
    for (number, order) in orders.iter().enumerate() {
        let reserved = ledger.reserve(order, id(number)).await.unwrap();
        assert_eq!(reserved, Reservation { instance: id(number), progress: Progress::New }, "{order}");
    }
    for (number, order) in orders.iter().enumerate() {
        assert_eq!(ledger.reserve(order, id("x")).await.unwrap().instance, id(number), "{order}");
    }
}

async fn knows_what_is_unfinished(ledger: Ledger) {
    let all = [id("never-seen"), id(1), id(2)];
    assert!(!ledger.unfinished(&all).await.unwrap());
    let _new = ledger.reserve(&order(1), id(1)).await.unwrap();
    let _new = ledger.reserve(&order(2), id(2)).await.unwrap();
    assert!(ledger.unfinished(&all).await.unwrap());
    assert!(!ledger.unfinished(&[]).await.unwrap());
    assert!(!ledger.unfinished(&all[..1]).await.unwrap());

    ledger.record(&order(2), Outcome::Accepted).await.unwrap();
    assert!(!ledger.unfinished(&all[2..]).await.unwrap());
    assert!(ledger.unfinished(&all[1..2]).await.unwrap());
    ledger.record(&order(2), Outcome::Done(Bytes::new())).await.unwrap();
    assert!(ledger.unfinished(&all).await.unwrap());
    ledger.record(&order(1), Outcome::Done(Bytes::new())).await.unwrap();
    assert!(!ledger.unfinished(&all).await.unwrap());
}

async fn refuses_an_outcome_for_an_unknown_order(ledger: Ledger) {
    let refused = ledger.record(&order(1), Outcome::Accepted).await.unwrap_err();
    assert_eq!(refused.to_string(), "the order line CS2211181819A7LXX/1 was never reserved");
    assert_eq!(ledger.reserve(&order(1), id(1)).await.unwrap().progress, Progress::New);
}

#[tokio::test]
async fn a_ledger_of_the_sellers_own_is_asked() {
    #[derive(Debug)]
    struct Broken;

    impl LedgerStore for Broken {
        fn reserve<'a>(
            &'a self,
            order: &'a OrderKey,
            _candidate: InstanceId,
        ) -> StoreFuture<'a, Result<Reservation, LedgerError>> {
            StoreFuture::boxed(async move { Err(LedgerError::store(format!("no route for {order}"))) })
        }

        fn record<'a>(&'a self, _: &'a OrderKey, _: Outcome) -> StoreFuture<'a, Result<(), LedgerError>> {
            StoreFuture::ready(Ok(()))
        }

        fn unfinished<'a>(&'a self, _: &'a [InstanceId]) -> StoreFuture<'a, Result<bool, LedgerError>> {
            StoreFuture::ready(Ok(true))
        }
    }

    let ledger = Ledger::custom(Broken).clone();
    let error = ledger.reserve(&order(1), id(1)).await.unwrap_err();
    assert_eq!(error.to_string(), "the ledger could not be asked");
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no route for CS2211181819A7LXX/1");
    assert!(ledger.record(&order(1), Outcome::Accepted).await.is_ok());
    assert!(ledger.unfinished(&[]).await.unwrap());
}
