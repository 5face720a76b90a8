//! How often the core allocates for one `newInstance` of 778 bytes. Apart from the other bench, because counting costs time.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops where it fails")]

#[path = "../../benches/parts.rs"]
#[allow(dead_code, reason = "the other bench measures the parts")]
mod parts;
#[allow(dead_code, reason = "the other bench measures the stages")]
mod subject;

fn main() {
    let body = parts::body();
    let core = subject::Core::new(&body);
    drop(core.call(&body));
    let mut kept = None;
    let counted = allocation_counter::measure(|| kept = Some(core.call(&body)));
    println!("allocations of a call: {}, {} bytes", counted.count_total, counted.bytes_total);
}
