//! The market on the desk, over real sockets.

mod client;
mod control;
mod drive;
mod faults;
mod gateway;
mod licence;
mod orders;
mod program;
mod usage;
