//! Everything behind the `boxoffice` binary: reads the command line, wires the rooms, and is the only
//! one that knows one store from another. What they do is not decided here.
//!
//! # Adding a command
//! 1. A variant in `cli.rs`, with a sentence of help.
//! 2. A module of its own whose `run` returns `Result<(), Failure>`.

mod audit;
mod box_office;
mod cli;
mod clock;
mod demo;
mod failure;
mod import;
mod mail;
mod memory;
mod office;
mod payments;
mod providers;
mod reconcile;
mod refund;
mod serve;
mod settings;
mod store;
mod tasks;

use std::ffi::OsString;
use std::process::ExitCode;

use boxoffice_store_sqlite::Synchronous;
use clap::{CommandFactory, FromArgMatches};

use crate::cli::{Cli, Command};
use crate::failure::Failure;

/// Runs the command that `args` name, to its end. `synchronous` is what the commits of a `serve` wait
/// for: the binary says [`Synchronous::Full`], and no flag, variable or file says otherwise. Only the
/// tests that must see a power cut take something start it with another.
pub fn run(args: impl IntoIterator<Item = OsString>, synchronous: Synchronous) -> ExitCode {
    // Wrong usage ends here, with exit code 2.
    let matches = Cli::command().get_matches_from(args);
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    if let Err(failure) = cli::refuse_passwords(&matches) {
        return ended(&failure);
    }
    log_to_stderr();
    // For the tasks in the background; connections have threads of their own.
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("boxoffice: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = runtime.block_on(async {
        match cli.command {
            Command::Demo(args) => demo::run(args).await,
            Command::Serve(args) => serve::run(*args, synchronous).await,
            Command::Import(args) => import::run(args).await,
            Command::Audit(args) => audit::run(args).await,
            Command::Refund(args) => refund::run(args).await,
            Command::Payments(args) => payments::run(args).await,
            Command::Reconcile(args) => reconcile::run(args).await,
        }
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => ended(&failure),
    }
}

fn ended(failure: &Failure) -> ExitCode {
    eprintln!("boxoffice: {failure}");
    ExitCode::from(failure.exit_code())
}

/// What is logged is chosen by `RUST_LOG`; by default what an operator must know.
fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
