//! Pushing to a market that does what a test says.

mod market;

use marketplace_core::open_api::{MeteredRecord, PushAnswer, UsageRecord};
use marketplace_core::{UnixMillis, UtcTime};

use self::market::{Market, Next, answer};
use super::*;
use crate::usage::PushFailure;
use crate::{Ledger, StoreFuture};

const NOW: u64 = 1_700_000_000;

/// An outbox with one record for each name, an hour after each other, and its clock.
async fn outbox(instances: &[&str]) -> UsageOutbox {
    let outbox = at(&UsageOutbox::of(&Ledger::memory()).unwrap(), NOW);
    for (hour, instance) in instances.iter().enumerate() {
        let begin = NOW - 400 * 3600 + hour as u64 * 3600;
        outbox.record(usage(instance, begin)).await.unwrap();
    }
    outbox
}

fn usage(instance: &str, begin: u64) -> UsageRecord {
    let time = |seconds| UtcTime::from_unix_seconds(seconds).unwrap();
    UsageRecord::new(instance, time(begin), time(begin + 3600), "1".parse().unwrap()).unwrap()
}

fn at(outbox: &UsageOutbox, seconds: u64) -> UsageOutbox {
    outbox.clone().with_clock(move || UnixMillis(seconds * 1000))
}

async fn refused(outbox: &UsageOutbox) -> Vec<String> {
    let refused = outbox.refused(None, 100).await.unwrap();
    refused
        .iter()
        .map(|refused| format!("{} {}", refused.record.usage().instance_id(), refused.code))
        .collect()
}

async fn waiting(outbox: &UsageOutbox) -> u64 {
    outbox.progress().await.unwrap().waiting
}

#[tokio::test]
async fn everything_is_pushed_once() {
    let (market, outbox) = (Market::default(), outbox(&["a"; 250]).await);
    let pusher = Pusher::new(outbox.clone(), market.clone()).with_batch_size(100);
    let round = pusher.push_due().await.unwrap();
    assert_eq!((round.pushed, round.refused, round.failed), (250, 0, None));
    assert_eq!(market.calls(), [100, 100, 50]);
    assert_eq!(pusher.push_due().await.unwrap(), Round::default());
    assert!(market.taken().len() == 250 && market.taken().iter().all(|times| *times == 1));
    assert_eq!((waiting(&outbox).await, pusher.counts().pushed), (0, 250));
}

#[tokio::test]
async fn use_is_pushed_when_its_hour_is_over() {
    let market = Market::default();
    let outbox = UsageOutbox::of(&Ledger::memory()).unwrap();
    let hour = NOW / 3600 * 3600;
    // It ends ten minutes before the hour does.
    at(&outbox, hour + 3600).record(usage("a", hour - 600)).await.unwrap();
    let pushed = |seconds, schedule| {
        let pusher = Pusher::new(at(&outbox, seconds), market.clone()).with_schedule(schedule);
        async move { pusher.push_due().await.unwrap().pushed }
    };
    assert_eq!(pushed(hour + 3599, PushSchedule::Hourly).await, 0);
    assert_eq!(pushed(hour + 3600, PushSchedule::Hourly).await, 1);
    at(&outbox, hour + 3600).record(usage("b", hour - 600)).await.unwrap();
    assert_eq!(pushed(hour + 3000, PushSchedule::AtOnce).await, 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_no_second_bill() {
    let (market, outbox) = (Market::default(), outbox(&["a", "b"]).await);
    market.set(|shop| shop.next.push_back(Next::TakeAndBeSilent));
    let pusher = Pusher::new(outbox.clone(), market.clone());
    let round = pusher.push_due().await.unwrap();
    assert_eq!((round.pushed, round.failed, waiting(&outbox).await), (0, Some(None), 2));
    assert_eq!(pusher.push_due().await.unwrap().pushed, 2);
    assert_eq!((pusher.counts().known, refused(&outbox).await.len()), (2, 0));
    assert_eq!(market.taken().len(), 2);
}

/// Some market may tell a repeat by its span instead of its serial number.
#[tokio::test]
async fn a_span_that_is_known_is_ours_only_if_it_may_have_been_sent() {
    for (next, expected) in [
        (Next::TakeAndBeSilent, vec![]),
        (Next::BeBusy(None), vec!["a 010".to_owned()]),
        (Next::Refuse("MKT.0154"), vec!["a 010".to_owned()]),
    ] {
        let (market, outbox) = (Market::default(), outbox(&["a"]).await);
        market.set(|shop| shop.next.push_back(next));
        let pusher = Pusher::new(outbox.clone(), market.clone());
        assert_eq!(pusher.push_due().await.unwrap().failed, Some(None));
        market.set(|shop| {
            shop.taken.clear();
            shop.spans.insert(
                ("a".to_owned(), UtcTime::from_unix_seconds(NOW - 400 * 3600).unwrap()),
                String::new(),
            );
        });
        pusher.push_due().await.unwrap();
        assert_eq!(refused(&outbox).await, expected);
        assert_eq!(waiting(&outbox).await, 0);
    }
}

#[tokio::test]
async fn what_is_refused_is_kept_with_its_code_and_can_be_pushed_again() {
    let (market, outbox) = (Market::default(), outbox(&["a", "bad", "c"]).await);
    market.set(|shop| shop.bad.extend([("bad", "013")]));
    let pusher = Pusher::new(outbox.clone(), market.clone());
    let round = pusher.push_due().await.unwrap();
    assert_eq!((round.pushed, round.refused), (2, 1));
    assert_eq!(refused(&outbox).await, ["bad 013"]);
    assert_eq!(pusher.push_due().await.unwrap(), Round::default());

    market.set(|shop| shop.bad.clear());
    let sn = outbox.refused(None, 1).await.unwrap()[0].record.sn().clone();
    assert_eq!(outbox.push_again(&[sn]).await.unwrap(), 1);
    assert_eq!(pusher.push_due().await.unwrap().pushed, 1);
    assert!(refused(&outbox).await.is_empty());
}

#[tokio::test]
async fn the_record_for_which_a_push_is_refused_is_found() {
    for (code, is_kept) in
        [("MKT.9001", true), ("CBC.9002", true), ("94060004", true), ("MKT.0100", true), ("99", false)]
    {
        let mut instances = vec!["a"; 200];
        instances[77] = "poison";
        let (market, outbox) = (Market::default(), outbox(&instances).await);
        market.set(|shop| shop.poison.extend([("poison", code)]));
        let pusher = Pusher::new(outbox.clone(), market.clone());
        assert_eq!(pusher.push_due().await.unwrap().pushed, 199, "{code}");
        assert!(market.calls().len() < 20, "{:?}", market.calls());
        assert_eq!(refused(&outbox).await.len(), usize::from(is_kept), "{code}");
        // One that nobody understands waits, and holds nothing up.
        assert_eq!(waiting(&outbox).await, u64::from(!is_kept));
        assert_eq!(pusher.push_due().await.unwrap(), Round::default());
    }
}

#[tokio::test]
async fn a_refusal_that_names_no_record_is_found_by_halves() {
    let (market, outbox) = (Market::default(), outbox(&["a", "b", "bad", "d"]).await);
    market.set(|shop| {
        shop.bad.extend([("bad", "012")]);
        shop.is_vague = true;
    });
    let pusher = Pusher::new(outbox.clone(), market.clone());
    let round = pusher.push_due().await.unwrap();
    assert_eq!((round.pushed, round.refused), (3, 1));
    assert_eq!(refused(&outbox).await, ["bad 012"]);
    assert_eq!(market.taken().len(), 3);
}

#[tokio::test]
async fn a_market_that_takes_fewer_gets_fewer() {
    for most_is_of_a_proxy in [false, true] {
        let (market, outbox) = (Market::default(), outbox(&["a"; 300]).await);
        market.set(|shop| {
            shop.most = 100;
            shop.most_is_of_a_proxy = most_is_of_a_proxy;
        });
        let pusher = Pusher::new(outbox.clone(), market.clone()).with_batch_size(200);
        assert_eq!(pusher.push_due().await.unwrap().pushed, 300);
        assert_eq!(market.calls(), [200, 100, 100, 100]);
    }
}

#[tokio::test]
async fn refusals_under_the_code_of_a_failure_say_nothing_of_the_other_records() {
    let (market, outbox) = (Market::default(), outbox(&["a", "bad", "c", "bad", "e"]).await);
    market.set(|shop| {
        shop.bad.extend([("bad", "012")]);
        shop.fails_with_list = true;
    });
    let round = Pusher::new(outbox.clone(), market.clone()).push_due().await.unwrap();
    assert_eq!((round.pushed, round.refused), (3, 2));
    assert_eq!((market.taken(), market.calls()), (vec![1; 3], vec![5, 3]));
}

#[tokio::test]
async fn a_record_that_was_refused_twice_is_known_if_either_says_so() {
    for is_first in [false, true] {
        let (market, outbox) = (Market::default(), outbox(&["a"]).await);
        market.set(|shop| {
            shop.bad.extend([("a", "010")]);
            shop.also = Some(("005", is_first));
        });
        let round = Pusher::new(outbox.clone(), market.clone()).push_due().await.unwrap();
        assert_eq!((round.pushed, round.refused), (1, 0), "{is_first}");
    }
}

#[tokio::test]
async fn a_record_of_which_something_unreadable_is_said_is_not_taken_for_pushed() {
    struct Mumbling;
    impl UsageMarket for Mumbling {
        fn push<'a>(
            &'a self,
            records: &'a [MeteredRecord],
        ) -> StoreFuture<'a, Result<PushAnswer, PushFailure>> {
            let list = format!(r#"[{{"metering_sn":"{}","reason":"closed"}}]"#, records[0].sn());
            StoreFuture::ready(answer(&format!(r#"{{"resultCode":"MKT.0000","abnormal":{list}}}"#)))
        }
    }
    let outbox = outbox(&["a", "b"]).await;
    let round = Pusher::new(outbox.clone(), Mumbling).push_due().await.unwrap();
    assert_eq!((round.pushed, round.refused, waiting(&outbox).await), (1, 0, 1));
}

#[tokio::test]
async fn a_record_that_the_market_stumbles_over_holds_no_other_back() {
    let mut instances = vec!["a"; 300];
    instances[117] = "stone";
    let (market, outbox) = (Market::default(), outbox(&instances).await);
    market.set(|shop| shop.stumbles_over.push("stone"));
    let pusher = Pusher::new(outbox.clone(), market.clone());
    for _ in 0..5 {
        assert_eq!(pusher.push_due().await.unwrap().failed, Some(None));
    }
    assert_eq!(market.calls(), [300; 5]);
    let round = pusher.push_due().await.unwrap();
    assert_eq!((round.pushed, round.failed, waiting(&outbox).await), (299, None, 1));
    assert!(market.calls().len() < 5 + 25, "{:?}", market.calls());
    assert!(market.taken().iter().all(|times| *times == 1), "each is in one half that gets through");
}

#[tokio::test]
async fn a_market_that_stumbles_over_everything_is_not_stormed() {
    let (market, outbox) = (Market::default(), outbox(&["a"; 300]).await);
    market.set(|shop| shop.stumbles_over.push("a"));
    let pusher = Pusher::new(outbox.clone(), market.clone());
    for _ in 0..20 {
        let before = market.calls().len();
        assert_eq!(pusher.push_due().await.unwrap().failed, Some(None));
        assert!(market.calls().len() - before <= 12);
    }
    assert_eq!((waiting(&outbox).await, refused(&outbox).await.len()), (300, 0));
    market.set(|shop| shop.stumbles_over.clear());
    // Those that it was tried with alone wait a while longer.
    assert!(pusher.push_due().await.unwrap().pushed > 200);
}

#[tokio::test(start_paused = true)]
async fn no_market_is_left_alone_until_use_is_too_old() {
    let (market, outbox) = (Market::default(), outbox(&["a"]).await);
    market.set(|shop| shop.next.push_back(Next::BeBusy(Some(Duration::MAX))));
    let pusher = Pusher::new(outbox.clone(), market.clone());
    let running = tokio::spawn(pusher.clone().run());
    tokio::time::sleep(Duration::from_secs(16 * 60)).await;
    assert_eq!(pusher.counts().pushed, 1);
    running.abort();
}

#[tokio::test]
async fn a_market_that_refuses_everything_is_not_stormed() {
    for code in ["MKT.0154", "MKT.0151", "MKT.0102", "APIGW.0101", "MKT.0999"] {
        let (market, outbox) = (Market::default(), outbox(&["a"; 300]).await);
        market.set(|shop| shop.next.push_back(Next::Refuse(code)));
        let pusher = Pusher::new(outbox.clone(), market.clone()).with_batch_size(100);
        assert_eq!(pusher.push_due().await.unwrap().failed, Some(None), "{code}");
        assert_eq!((market.calls().len(), waiting(&outbox).await), (1, 300), "{code}");
    }
    let (market, outbox) = (Market::default(), outbox(&["a"; 300]).await);
    market.set(|shop| shop.poison.extend([("a", "77")]));
    Pusher::new(outbox.clone(), market.clone()).push_due().await.unwrap();
    assert_eq!((waiting(&outbox).await, refused(&outbox).await.len()), (300, 0));
    assert_eq!(market.calls().len(), 64);
}

#[tokio::test]
async fn use_that_became_too_old_is_not_sent() {
    let (market, outbox) = (Market::default(), outbox(&["a", "b"]).await);
    let begin = NOW - 400 * 3600;
    let late = at(&outbox, begin + 21 * 24 * 3600 + 1);
    let round = Pusher::new(late.clone(), market.clone()).push_due().await.unwrap();
    assert_eq!((round.pushed, round.refused), (1, 1));
    assert_eq!(refused(&late).await, ["a MKT.9004"]);
    assert_eq!(market.calls(), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_pusher_that_runs_slows_down_while_the_market_is_busy() {
    let (market, outbox) = (Market::default(), outbox(&["a"]).await);
    let pause = Some(Duration::from_secs(300));
    market.set(|shop| shop.next.extend([Next::BeBusy(None), Next::BeBusy(None), Next::BeBusy(pause)]));
    let pusher = Pusher::new(outbox.clone(), market.clone());
    let running = tokio::spawn(pusher.clone().run());
    // At once, after 1 to 2 seconds, after 2 to 4, and after the 300 that the market wants.
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(market.calls().len(), 3);
    tokio::time::sleep(Duration::from_secs(290)).await;
    assert_eq!(market.calls().len(), 3);
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!((market.calls().len(), pusher.counts().pushed), (4, 1));
    assert_eq!((pusher.counts().calls, pusher.counts().failed_calls), (4, 3));
    at(&outbox, NOW).record(usage("b", NOW - 7200)).await.unwrap();
    tokio::time::sleep(Pusher::DEFAULT_INTERVAL).await;
    assert_eq!(pusher.counts().pushed, 2);
    running.abort();
}

/// Lost once, refused once, put back: what the market says then of its span is said of the first time.
#[tokio::test]
async fn what_was_refused_and_may_have_been_taken_before_is_not_refused_for_its_span() {
    let (market, outbox) = (Market::default(), outbox(&["a"]).await);
    let pusher = Pusher::new(outbox.clone(), market.clone());
    market.set(|shop| shop.next.push_back(Next::TakeAndBeSilent));
    pusher.push_due().await.unwrap();
    market.set(|shop| shop.bad.extend([("a", "013")]));
    assert_eq!(pusher.push_due().await.unwrap().refused, 1);
    market.set(|shop| {
        shop.bad.clear();
        // This market tells a repeat by its span.
        shop.taken.clear();
    });
    let sn = outbox.refused(None, 1).await.unwrap()[0].record.sn().clone();
    outbox.push_again(&[sn]).await.unwrap();
    assert_eq!(pusher.push_due().await.unwrap().pushed, 1);
    assert_eq!((refused(&outbox).await.len(), waiting(&outbox).await), (0, 0));
}
