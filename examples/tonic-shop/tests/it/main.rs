//! The shop as its operator, its admin and KooGallery meet it: a process, its environment, its port and its signals.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod caller;
mod commands;
mod environment;
mod independent;
mod logs;
mod rehearsal;
mod shop;
mod signals;
mod spelling;
mod stock_client;
