//! A constant that is too long for its field.

use marketplace_core::{Text, text};

fn main() {
    let message: Text<4> = text!("sold out");
    let _ = message;
}
