//! Records that the market refused.

use super::ask::{
    LONG, NOT_TAKEN, UNKNOWN, add_new, counts, none, push_again, record, refusal, refused, settle,
    settle_in_vain, settle_own, sn, take, take_one, take_one_when_free,
};
use crate::usage::{PushOutcome, UsageOutbox};

/// With its code and its message, of which 64 and 255 characters are kept.
pub async fn keeps_what_was_refused(outbox: UsageOutbox) {
    let cut = |text: &str, most| text.chars().take(most).collect::<String>();
    let texts = [
        ("001".to_owned(), "instance does not exist".to_owned()),
        (String::new(), String::new()),
        ("'; --".to_owned(), "a\nb\t\"c\" \\000 \\ %_ \0 例".to_owned()),
        ("0123456789".repeat(7), "0123456789".repeat(26)),
        ("例".repeat(64), "例".repeat(255)),
        ("🦀".repeat(100), "🦀".repeat(1000)),
    ];
    for (number, (code, message)) in (0..).zip(&texts) {
        add_new(&outbox, &[record(number)]).await;
        settle_own(&outbox, &take_one(&outbox, "it was added").await, refusal(code, message)).await;
        none(&take(&outbox).await, "it was refused");
    }
    let listed = refused(&outbox, None, 100).await;
    assert_eq!(listed.len(), texts.len());
    for (number, (listed, (code, message))) in (0..).zip(listed.iter().zip(&texts)) {
        assert_eq!(listed.record, record(number));
        assert_eq!(listed.code, cut(code, 64));
        assert_eq!(listed.message, cut(message, 255));
    }
}

/// Ordered by position, from behind the last one on. What waits or was pushed is not among them.
pub async fn lists_refused_records_in_pages(outbox: UsageOutbox) {
    assert_eq!(refused(&outbox, None, 10).await, []);
    add_new(&outbox, &(0..20).map(record).collect::<Vec<_>>()).await;
    let taken = take(&outbox).await;
    let outcome = |number: usize| match number % 4 {
        0 => PushOutcome::Pushed,
        1 => NOT_TAKEN,
        _ => refusal("003", "bad value"),
    };
    let settled: Vec<_> =
        taken.iter().enumerate().rev().map(|(number, taken)| taken.settled(outcome(number))).collect();
    assert_eq!(settle(&outbox, &settled).await, 20);

    let all = refused(&outbox, None, 100).await;
    assert!(all.is_sorted_by(|one, next| one.position < next.position), "by position: {all:?}");
    let mut serials: Vec<_> = all.iter().map(|listed| listed.record.sn().clone()).collect();
    serials.sort();
    let mut expected: Vec<_> = (0..20).filter(|number| number % 4 > 1).map(sn).collect();
    expected.sort();
    assert_eq!(serials, expected);
    assert_eq!(refused(&outbox, None, 0).await, []);

    let (mut pages, mut after) = (Vec::new(), None);
    for length in [4, 4, 2, 0] {
        let page = refused(&outbox, after, 4).await;
        assert_eq!(page.len(), length, "behind {after:?}");
        after = page.last().map(|last| last.position).or(after);
        pages.extend(page);
    }
    assert_eq!(pages, all);
    assert_eq!(refused(&outbox, Some(u64::MAX), 10).await, []);
}

/// Under the same serial number, as something that was sent before if an attempt before the refused one may have arrived.
pub async fn pushes_refused_records_again(outbox: UsageOutbox) {
    add_new(&outbox, &[record(0), record(1)]).await;
    let first = <[_; 2]>::try_from(take(&outbox).await);
    let [first, other] = first.unwrap_or_else(|taken| panic!("two records, not {taken:?}"));
    assert_eq!(push_again(&outbox, &[sn(0), sn(1)]).await, 0, "they are being pushed");
    none(&take(&outbox).await, "they are somebody's");
    // An attempt of which nobody knows the end, so that it may have been sent before.
    settle_own(&outbox, &first, UNKNOWN).await;
    let second = take_one_when_free(&outbox, LONG).await;
    assert!(second.may_have_been_sent);
    settle_own(&outbox, &second, refusal("013", "abnormal state")).await;
    settle_own(&outbox, &other, refusal("013", "abnormal state")).await;

    assert_eq!(push_again(&outbox, &[]).await, 0);
    assert_eq!(push_again(&outbox, &[sn("unknown"), sn(0), sn(0)]).await, 1, "one of them was refused");
    assert_eq!(push_again(&outbox, &[sn(0)]).await, 0, "it waits already");
    assert_eq!(counts(&outbox).await, (1, 0, 1));
    let listed = refused(&outbox, None, 10).await;
    assert_eq!(listed.iter().map(|listed| listed.record.clone()).collect::<Vec<_>>(), [record(1)]);

    // Whoever repeats what is past says nothing of what is to come.
    for outcome in [refusal("013", "abnormal state"), PushOutcome::Pushed, NOT_TAKEN] {
        settle_in_vain(&outbox, &second, outcome).await;
    }
    let third = take_one(&outbox, "it was put back").await;
    assert_eq!(third.record, record(0));
    assert!(third.attempt > second.attempt, "attempt {} after {}", third.attempt, second.attempt);
    assert!(third.may_have_been_sent, "nobody knows the end of the first attempt");
    settle_in_vain(&outbox, &second, refusal("013", "abnormal state")).await;
    settle_own(&outbox, &third, PushOutcome::Pushed).await;
    assert_eq!(counts(&outbox).await, (0, 1, 1));

    assert_eq!(push_again(&outbox, &[sn(1)]).await, 1);
    let again = take_one(&outbox, "it was put back").await;
    assert!(!again.may_have_been_sent, "the market has refused the only attempt");
}
