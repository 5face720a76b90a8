//! Two machines that share a database.

use super::*;

#[tokio::test]
async fn takes_over_from_a_machine_that_died_and_refuses_what_it_says_too_late() {
    let database = Database::new().await;
    let (dead, alive) = (database.machine(), database.machine());
    let claim = purchase(1, "first").with_lease(Duration::from_millis(200)).with_digest(7);
    let first = dead.begin(&claim).await.unwrap();
    assert_eq!(first, Reservation::new(id("first"), Progress::New(Fence::new(1)), Some(7)));

    let other = purchase(1, "second").with_digest(8);
    let second = begin_when_free(&alive, &other).await;
    assert_eq!(second, Reservation::new(id("first"), Progress::Interrupted(Fence::new(2)), Some(7)));

    for outcome in [Outcome::Failed, Outcome::Accepted, done("too late")] {
        let refused = dead.record(&lease(&claim, &first), outcome).await;
        assert!(matches!(refused, Err(LedgerError::Superseded { .. })), "{refused:?}");
    }
    let refused = dead.extend(&lease(&claim, &first), PATIENCE).await;
    assert!(matches!(refused, Err(LedgerError::Superseded { .. })), "{refused:?}");
    assert_eq!(dead.begin(&claim).await.unwrap().progress, Progress::Held);

    alive.record(&lease(&other, &second), done("in time")).await.unwrap();
    for machine in [dead, alive] {
        let progress = Progress::Done(Bytes::from_static(b"in time"));
        let known = machine.begin(&other).await.unwrap();
        assert_eq!(known, Reservation::new(id("first"), progress, Some(7)));
    }
}

#[tokio::test]
async fn keeps_what_a_machine_extends() {
    let database = Database::new().await;
    let (slow, other) = (database.machine(), database.machine());
    let claim = purchase(1, "first").with_lease(Duration::from_millis(200));
    let begun = Instant::now();
    let lease = lease(&claim, &slow.begin(&claim).await.unwrap());
    slow.extend(&lease, PATIENCE).await.unwrap();
    while begun.elapsed() < Duration::from_millis(400) {
        assert_eq!(other.begin(&claim).await.unwrap().progress, Progress::Held);
    }
    slow.record(&lease, Outcome::Failed).await.unwrap();
    assert_eq!(other.begin(&claim).await.unwrap().progress, Progress::Interrupted(Fence::new(2)));
}

#[tokio::test]
async fn lists_what_a_dead_machine_left_behind() {
    let database = Database::new().await;
    let (dead, alive) = (database.machine(), database.machine());
    let call = Bytes::from_static(b"a call\0\xff");
    let claim = purchase(1, "first").with_lease(Duration::from_millis(200)).with_call(call.clone());
    dead.begin(&claim).await.unwrap();
    let asked = Instant::now();
    let found = loop {
        let found = alive.interrupted(None, 10).await.unwrap();
        if !found.is_empty() {
            break found;
        }
        assert!(asked.elapsed() < PATIENCE, "nothing is found");
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!((found.len(), &found[0].call), (1, &call));
}

/// The machines' clocks do not count, nor does the length of a day: the database says when it is over.
#[tokio::test]
async fn knows_a_state_for_a_day_of_the_database() {
    let database = Database::new().await;
    let machine = database.machine();
    let freeze = Claim::new(Work::state(id("instance"), "FREEZE"), id("instance"));
    let begun = machine.begin(&freeze).await.unwrap();
    machine.record(&lease(&freeze, &begun), done("frozen")).await.unwrap();
    let day = marketplace_tower::STATE_IS_KNOWN_FOR.as_secs();
    let pass = |seconds: u64| {
        database.sql(&format!(
            "UPDATE marketplace.work SET changed_at = clock_timestamp() - interval '{seconds} seconds'"
        ));
    };
    pass(day - 60);
    assert_eq!(machine.begin(&freeze).await.unwrap().progress, Progress::Done(Bytes::from_static(b"frozen")));
    pass(day);
    assert_eq!(machine.begin(&freeze).await.unwrap().progress, Progress::New(Fence::new(2)));
}

#[tokio::test]
async fn forgets_a_released_instance_in_parts_and_never_one_that_lives() {
    let database = Database::new().await;
    database.sql(
        "INSERT INTO marketplace.work (activity, scene, order_id, order_line_id, kind, thing, instance_id, progress, answer,
             fence, changed_at)
         SELECT kind, '', number::text, '\\N', kind, 'instance', number::text, 'done', '', 1, now() - interval '2 days'
         FROM generate_series(1, 2500) AS number, unnest(ARRAY['purchase', 'ordered', 'end']) AS kind
         WHERE kind <> 'end' OR number <= 2400",
    );
    let machine = database.machine();
    assert_eq!(machine.prune(Duration::from_secs(3 * 24 * 60 * 60)).await.unwrap(), 0);
    assert_eq!(machine.prune(Duration::from_secs(24 * 60 * 60)).await.unwrap(), 7200);
    let left = "SELECT count(*), min(instance_id::int), max(instance_id::int) FROM marketplace.work";
    assert_eq!(database.sql(left), "200|2401|2500");
}
