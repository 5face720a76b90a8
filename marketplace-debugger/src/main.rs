//! The command line of the console.

fn main() {}
