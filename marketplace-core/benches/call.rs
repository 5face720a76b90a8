//! One `newInstance` of 778 bytes through the core, against the sum of the parts that cannot be avoided.
//!
//! Both are measured in turn, round by round, in one run; what is printed is the median of the rounds' ratios, which
//! holds on any machine, and the allocations of one call.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where it fails")]

#[path = "../../benches/paired.rs"]
mod paired;
#[path = "../../benches/parts.rs"]
mod parts;

mod subject;

use std::hint::black_box;

use parts::Parts;
use subject::Core;

fn main() {
    let body = parts::body();
    let core = Core::new(&body);
    let parts = Parts::new(&body);
    let answer = core.call(&body);
    assert_eq!(parts.answer(), answer.0, "both write the same answer");

    if std::env::args().any(|argument| argument == "--profile") {
        // For callgrind, which counts instructions: the calls and nothing else.
        (0..1000).for_each(|_| drop(black_box(core.call(black_box(&body)))));
        (0..1000).for_each(|_| parts.all());
        return;
    }
    println!("one call: {} bytes in, {} bytes out", body.len(), answer.0.len());
    println!("allocations of a call: {}", paired::allocations(|| core.call(&body)));
    for (name, part) in [
        (
            "MAC of the body",
            Box::new(|| {
                black_box(parts.mac_body());
            }) as Box<dyn Fn()>,
        ),
        (
            "MAC of the canonical text",
            Box::new(|| {
                black_box(parts.mac_canonical());
            }),
        ),
        (
            "MAC of the answer",
            Box::new(|| {
                black_box(parts.mac_answer());
            }),
        ),
        ("typed parse", Box::new(|| drop(black_box(parts.parse())))),
        ("writing the answer", Box::new(|| drop(black_box(parts.answer())))),
    ] {
        let share = paired::ratio(&part, || parts.all());
        println!("  {name}: {share:.2} of the parts");
    }
    println!("of the core path, in the same unit:");
    for (name, stage) in [
        (
            "query",
            Box::new(|| {
                black_box(core.query());
            }) as Box<dyn Fn()>,
        ),
        ("verification", Box::new(|| drop(black_box(core.verify(&body))))),
        ("typed request", Box::new(|| drop(black_box(core.decode(&body))))),
        ("dispatch to answer", Box::new(|| drop(black_box(core.reply())))),
        (
            "Body-Sign",
            Box::new(|| {
                black_box(core.sign());
            }),
        ),
    ] {
        println!("  {name}: {:.2}", paired::ratio(&stage, || parts.all()));
    }
    let ratio = paired::ratio(|| drop(black_box(core.call(black_box(&body)))), || parts.all());
    println!("core path / unavoidable parts: {ratio:.2}");
}
