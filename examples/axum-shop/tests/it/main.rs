//! The shop as its operator and KooGallery meet it: a process, its environment, its port and its signals.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod caller;
mod console;
mod environment;
mod independent;
mod keys;
mod logs;
mod rehearsal;
mod shop;
mod signals;
