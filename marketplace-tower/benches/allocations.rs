//! How often layer and endpoint allocate for one `newInstance` of 778 bytes. Apart from the other bench, because counting
//! costs time.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "a bench stops where it fails")]

#[path = "../../benches/parts.rs"]
#[allow(dead_code, reason = "the other bench measures the parts")]
mod parts;
mod subject;

use subject::Calls;

fn main() {
    let body = parts::body();
    for (name, calls) in
        [("a new order", Calls::new(&body, true)), ("a repeated order", Calls::new(&body, false))]
    {
        drop(calls.next());
        print(name, || calls.next());
    }
    let calls = Calls::new(&body, false);
    print("layer over a service that does nothing", || calls.plain());
    print("building the request alone", || calls.request());
}

fn print<T>(name: &str, work: impl Fn() -> T) {
    let mut kept = None;
    let counted = allocation_counter::measure(|| kept = Some(work()));
    println!("allocations, {name}: {}, {} bytes", counted.count_total, counted.bytes_total);
}
