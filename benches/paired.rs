//! Two pieces of work measured in turn, so that a machine that speeds up or slows down changes both alike.

use std::time::{Duration, Instant};

const ROUNDS: usize = 301;
const WARM_UP: usize = 200;
const TIMES: usize = 300;

/// How long `work` takes, in units of how long `unit` takes: the median of many rounds.
#[allow(dead_code, reason = "not every bench has a use for it")]
pub(crate) fn ratio(work: impl Fn(), unit: impl Fn()) -> f64 {
    prepared_ratio(|_| (), work, unit)
}

/// The same, with what each round needs made ready before its clock starts: `prepare` is told how many times `work` runs.
pub(crate) fn prepared_ratio(prepare: impl Fn(usize), work: impl Fn(), unit: impl Fn()) -> f64 {
    prepare(WARM_UP);
    time(&unit, WARM_UP);
    time(&work, WARM_UP);
    let mut ratios: Vec<f64> = (0..ROUNDS)
        .map(|round| {
            prepare(TIMES);
            // Neither always comes first.
            let (work, unit) = if round % 2 == 0 {
                let unit = time(&unit, TIMES);
                (time(&work, TIMES), unit)
            } else {
                (time(&work, TIMES), time(&unit, TIMES))
            };
            work.as_secs_f64() / unit.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ROUNDS / 2).copied().unwrap_or(f64::NAN)
}

/// How long `work` takes on this machine at this moment.
#[allow(dead_code, reason = "not every bench has a use for it")]
pub(crate) fn nanoseconds(work: impl Fn()) -> u128 {
    let mut times: Vec<_> = (0..ROUNDS).map(|_| time(&work, TIMES).as_nanos() / TIMES as u128).collect();
    times.sort_unstable();
    times.get(ROUNDS / 2).copied().unwrap_or_default()
}

/// How often one run of `work` allocates, once what is allocated for the first time is there.
pub(crate) fn allocations<T>(work: impl Fn() -> T) -> u64 {
    drop(work());
    let mut kept = None;
    let counted = allocation_counter::measure(|| kept = Some(work()));
    drop(kept);
    counted.count_total
}

fn time(work: &impl Fn(), times: usize) -> Duration {
    let start = Instant::now();
    for _ in 0..times {
        work();
    }
    start.elapsed()
}
