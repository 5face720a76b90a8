//! One `newInstance` of 778 bytes through layer and endpoint, building the request included, against the sum of the parts
//! that cannot be avoided.
//!
//! Each call is signed with a nonce of its own and seen by the replay store. Measured twice: for a new order each time,
//! with the ledger in memory, and for one order that KooGallery repeats. Both sides are measured in turn, round by round,
//! in one run; the allocations of one call are counted beside it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where it fails")]

#[path = "../../benches/paired.rs"]
mod paired;
#[path = "../../benches/parts.rs"]
#[allow(dead_code, reason = "the core's bench looks at each part")]
mod parts;

mod subject;

use std::hint::black_box;

use parts::Parts;
use subject::Calls;

fn main() {
    let body = parts::body();
    let parts = Parts::new(&body);
    let fresh = Calls::new(&body, true);
    if std::env::args().any(|argument| argument == "--profile") {
        // For callgrind, which counts instructions: the calls and nothing else.
        fresh.sign(1000);
        (0..1000).for_each(|_| drop(black_box(fresh.next())));
        fresh.sign(1000);
        (0..1000).for_each(|_| drop(black_box(fresh.plain())));
        return;
    }
    println!("unavoidable parts: {} ns here and now", paired::nanoseconds(|| parts.all()));
    let repeated = Calls::new(&body, false);
    for (name, calls) in [("a new order", &fresh), ("a repeated order", &repeated)] {
        let ratio = paired::prepared_ratio(
            |times| calls.sign(times),
            || drop(black_box(calls.next())),
            || parts.all(),
        );
        calls.sign(2);
        let allocations = paired::allocations(|| calls.next());
        println!("layer and endpoint, {name} / unavoidable parts: {ratio:.2}, {allocations} allocations");
    }
    let plain = Calls::new(&body, false);
    let ratio =
        paired::prepared_ratio(|times| plain.sign(times), || drop(black_box(plain.plain())), || parts.all());
    println!("layer over a service that does nothing / unavoidable parts: {ratio:.2}");
    let request = || drop(black_box(fresh.request()));
    let ratio = paired::prepared_ratio(|times| fresh.sign(times), request, || parts.all());
    println!("building the request alone / unavoidable parts: {ratio:.2}");
}
