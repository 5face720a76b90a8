//! Promise 8: processes that share one Redis accept a request once between them.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Request, Response};
use marketplace_tower::{Layer, MarketplaceBody, MarketplaceLayer, RedisReplay, UnixMillis};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tower::service_fn;

use crate::support::bodies::TestBody;
use crate::support::signing::Call;
use crate::support::{ring, send};

const NAME: &str = "replay::machines::of_a_thousand_copies_in_each_of_three_processes_one_is_accepted";
const BODY: &str = r#"{"activity":"releaseInstance","instanceId":"i-1"}"#;
const ROUNDS: usize = 5;
const COPIES: usize = 1000;

/// This test again, in a process of its own, which is a seller's machine.
struct Machine {
    process: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Machine {
    fn start(url: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
            .env("REPLAY_MACHINE", url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let orders = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, orders, answers }
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
        self.orders.flush().unwrap();
    }

    /// The next line that the machine says, among those of the test harness.
    fn answer(&mut self) -> String {
        let said = |line: std::io::Result<String>| Some(line.unwrap().split_once("machine: ")?.1.to_owned());
        self.answers.find_map(said).expect("the machine says something before it ends")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What such a process does: for each order, a nonce and a stamp, it sends the copies all at once, through a layer.
async fn be_a_machine(url: &str) {
    // Three thousand calls at once may keep a small machine busy for longer than a server is given.
    let patient = RedisReplay::new(url).unwrap().with_timeout(Duration::from_secs(20));
    let replay = patient.connect().await.unwrap();
    let inner = service_fn(|_: Request<MarketplaceBody<TestBody>>| async {
        Ok::<_, Infallible>(Response::new(TestBody::of("{}")))
    });
    let service = MarketplaceLayer::new(ring(), replay).layer(inner);
    println!("machine: ready");
    for order in std::io::stdin().lines().map_while(Result::ok) {
        let (nonce, stamp) = order.split_once(' ').unwrap();
        let call = Call::new(BODY).with_nonce(nonce).with_timestamp(stamp);
        let start = Arc::new(Barrier::new(COPIES));
        let mut copies = JoinSet::new();
        for _ in 0..COPIES {
            let (service, call, start) = (service.clone(), call.clone(), Arc::clone(&start));
            copies.spawn(async move {
                start.wait().await;
                send(&service, call.request()).await.unwrap().slug()
            });
        }
        let slugs = copies.join_all().await;
        let count = |wanted| slugs.iter().filter(|slug| **slug == wanted).count();
        println!("machine: {} {}", count(None), count(Some("replayed")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_thousand_copies_in_each_of_three_processes_one_is_accepted() {
    if let Ok(url) = std::env::var("REPLAY_MACHINE") {
        return be_a_machine(&url).await;
    }
    let redis = servers::Redis::start(&[]).unwrap();
    let mut machines: Vec<_> = std::iter::repeat_with(|| Machine::start(&redis.url())).take(3).collect();
    for machine in &mut machines {
        assert_eq!(machine.answer(), "ready");
    }
    for round in 0..ROUNDS {
        // Later than every machine began.
        let stamp = UnixMillis::from(SystemTime::now()).0 + 1;
        for machine in &mut machines {
            machine.order(&format!("nonce-of-round-{round}-x {stamp}"));
        }
        let answers = machines.iter_mut().map(|machine| {
            let answer = machine.answer();
            let (accepted, replayed) = answer.split_once(' ').unwrap();
            (accepted.parse::<usize>().unwrap(), replayed.parse::<usize>().unwrap())
        });
        let (accepted, replayed) = answers.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        assert_eq!((accepted, replayed), (1, 3 * COPIES - 1), "in round {round}");
    }
}
