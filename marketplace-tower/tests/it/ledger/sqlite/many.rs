//! Promise 22, in numbers.

use super::*;

const LINES: usize = 10_000;
const CALLS: usize = 64;
/// So many lines are asked for at a time.
const WAVE: usize = 100;

/// Each call about a line suggests another id, and the calls about its neighbour suggest the same ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_calls_about_each_of_ten_thousand_order_lines_make_one_id_each() {
    let (_folder, file) = shop();
    let ledger = Ledger::sqlite(&file).await.unwrap();
    let mut ids = HashSet::new();
    for wave in 0..LINES / WAVE {
        let mut asking = JoinSet::new();
        for call in 0..CALLS {
            for line in 0..WAVE {
                let (ledger, line) = (ledger.clone(), wave * WAVE + line);
                let candidate = format!("{}-{call}", line / 2);
                asking.spawn(async move { (line, ledger.begin(&purchase(line, candidate)).await.unwrap()) });
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
