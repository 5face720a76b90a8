//! Promise 22, in numbers.

use std::collections::HashSet;

use tokio::task::JoinSet;

use super::*;

const CALLS: usize = 64;

/// 64 sessions go through 10,000 order lines, one beside the other, and each commits after each line. The candidates of two
/// neighbours are the same ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_calls_about_each_of_ten_thousand_order_lines_make_one_id_each() {
    let server = Postgres::start().unwrap();
    let url = server.url();
    machine(&url).migrate().await.unwrap();
    let storm = "
        CREATE TABLE said (line integer, instance text, is_new boolean);
        CREATE PROCEDURE storm(call integer) LANGUAGE plpgsql AS $$
        DECLARE
            answer record;
            instances text[];
            news boolean[];
        BEGIN
            FOR line IN 1..10000 LOOP
                SELECT * INTO answer FROM marketplace.begin_work('newInstance', '', 'CS2211181819A7LXX', line::text,
                    'purchase', 'instance', '', format('%s-%s', line / 2, call), call, interval '1 hour', NULL);
                instances := instances || answer.instance;
                news := news || (answer.outcome = 'new');
                COMMIT;
            END LOOP;
            INSERT INTO said SELECT number, instance, is_new
            FROM unnest(instances, news) WITH ORDINALITY AS answer (instance, is_new, number);
        END $$";
    server.sql(&url, storm).unwrap();
    let mut calls = JoinSet::new();
    for call in 0..CALLS {
        let url = url.clone();
        calls.spawn(async move {
            let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(&format!("CALL storm({call})")).await.unwrap();
        });
    }
    calls.join_all().await;

    let calls = "SELECT count(*), count(DISTINCT instance), count(*) FILTER (WHERE is_new) FROM said";
    assert_eq!(server.sql(&url, calls).unwrap(), "640000|10000|10000");
    let lines =
        "SELECT count(*) FROM (SELECT FROM said GROUP BY line HAVING count(DISTINCT instance) > 1) AS twice";
    assert_eq!(server.sql(&url, lines).unwrap(), "0");
    let kept = "SELECT count(*), count(DISTINCT instance_id) FROM marketplace.work JOIN said
        ON order_line_id = line::text AND instance_id = instance AND is_new";
    assert_eq!(server.sql(&url, kept).unwrap(), "10000|10000");
}

/// The same through two ledgers, with a tenth of the lines: the way of each call through driver and pool is much longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_machines_give_each_order_line_one_id() {
    const LINES: usize = 1_000;
    const WAVE: usize = 100;
    let database = Database::new().await;
    let machines = [(); 2].map(|()| database.machine().with_timeout(PATIENCE));
    let mut ids = HashSet::new();
    for wave in 0..LINES / WAVE {
        let mut asking = JoinSet::new();
        for call in 0..CALLS {
            for line in 0..WAVE {
                let (machine, line) = (machines[call % 2].clone(), wave * WAVE + line);
                let candidate = format!("{}-{call}", line / 2);
                asking.spawn(async move { (line, machine.begin(&purchase(line, candidate)).await.unwrap()) });
            }
        }
        let mut of_wave = vec![(0, HashSet::new()); WAVE];
        for (line, said) in asking.join_all().await {
            let (new, ids) = &mut of_wave[line % WAVE];
            *new += usize::from(said.progress == Progress::New(Fence::new(1)));
            ids.insert(said.instance);
        }
        for (line, (new, of_line)) in of_wave.into_iter().enumerate() {
            assert_eq!((new, of_line.len()), (1, 1), "line {line} of wave {wave}");
            ids.extend(of_line);
        }
    }
    assert_eq!(ids.len(), LINES, "order lines share an id");
}
