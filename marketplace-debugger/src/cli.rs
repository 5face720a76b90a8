//! The subcommands. Only here is anything printed, or read from the environment.

mod check;
mod doctor;
mod exit;
mod explain;
mod input;
mod keys;
mod market;
mod order;
mod seal;
mod sign;
mod skm;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// KooGallery's debugging console on the seller's own desk
///
/// Keys come from the environment or from standard input, never from the command line, where other users of the machine could
/// see them. They are in no output.
#[derive(Debug, Parser)]
#[command(name = "marketplace-debugger", version, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Sign(sign::SignArgs),
    Seal(seal::SealArgs),
    Open(seal::OpenArgs),
    Doctor(doctor::DoctorArgs),
    Market(market::MarketArgs),
    Order(order::OrderArgs),
    Skm(skm::SkmArgs),
}

pub(crate) fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::usage(&error),
    };
    let outcome = match cli.command {
        Command::Check(args) => args.run(),
        Command::Explain(args) => args.run(),
        Command::Sign(args) => args.run(),
        Command::Seal(args) => args.run(),
        Command::Open(args) => args.run(),
        Command::Doctor(args) => args.run(),
        Command::Market(args) => args.run(),
        Command::Order(args) => args.run(),
        Command::Skm(args) => args.run(),
    };
    exit::end(outcome)
}
