//! The workshop: what keeps the house in order. `cargo xtask test` is the one test command.
//!
//! # Adding a step to `test`
//! 1. A function `fn(&Context) -> Result<(), String>` in a module of its own.
//! 2. A line in `STEPS` of `test.rs`.

mod bench;
mod browser;
mod files;
mod layers;
mod links;
mod readme;
mod stats;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything that must be true before a change lands.
    Test(test::Args),
    /// The site in a real browser.
    Browser(browser::Args),
    /// The rules of the house: layers, module docs, what must not stand in the tree.
    Tidy,
    /// The figures of speed, as ratios within one run.
    Bench(bench::Args),
    /// The figures of style: sizes of files and functions, comments, tests.
    Stats,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test(args) => test::run(&args),
        Task::Browser(args) => browser::run(&args),
        Task::Tidy => tidy::check(),
        Task::Bench(args) => bench::run(&args),
        Task::Stats => stats::print(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
